"""The measurements measure what they say they do; how long it takes is nobody's business here."""

from __future__ import annotations

from bench.city import Size, build
from bench.home import LOOKS, look
from bot.core.homes import Place
from models.database import Database


def test_every_page_of_a_made_up_city_can_be_made(database: Database) -> None:
    build(database, Size(posts=400, years=0.2))
    for name, user, tab, pages in LOOKS:
        assert look(database, user, tab, Place(tab, pages)) > 5, name
