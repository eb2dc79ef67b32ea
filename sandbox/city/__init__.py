"""瀬名野市: a sample city whose people work, write and press いいね! for twelve weeks."""

from sandbox.city.acts import Act
from sandbox.city.ledger import Ledger, Tally, count
from sandbox.city.people import CITY, PEOPLE, Profile
from sandbox.city.projects import PLACES, PROJECTS, Place, Undertaking
from sandbox.city.story import BEGINS, ENDS, story

__all__ = [
    "BEGINS",
    "CITY",
    "ENDS",
    "PEOPLE",
    "PLACES",
    "PROJECTS",
    "Act",
    "Ledger",
    "Place",
    "Profile",
    "Tally",
    "Undertaking",
    "count",
    "story",
]
