"""What the tests of a project's people look at."""

from __future__ import annotations

from sqlalchemy import select

from models.project import ProjectMember
from sandbox import Message, Person
from tests.handlers.conftest import Town


def people_in(town: Town) -> dict[str, ProjectMember]:
    """Who is in the projects, by user ID."""
    with town.deps.database.read() as session:
        return {row.user_id: row for row in session.scalars(select(ProjectMember))}


def told(town: Town, person: Person, words: str) -> Message:
    """Wait for a direct message with these words."""
    return town.waits(
        lambda: next((m for m in person.dm().messages if words in m.words), None),
        f"a direct message with {words}",
    )


def all_told(person: Person) -> list[Message]:
    """What the bot has written to this person."""
    return person.dm().messages
