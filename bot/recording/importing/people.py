"""Who wrote and reacted, by ID; with a name where the export or Slack has told us one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.core import members
from bot.recording.importing.export import Person
from bot.recording.importing.history import Found


@dataclass(frozen=True)
class Author:
    """What is kept with a message of its author; both None while nothing is known of them."""

    name: str | None
    department: str | None


class People:
    """Everyone who came up in this run."""

    def __init__(self, team_id: str, known: Mapping[str, Person]) -> None:
        """`known`: those in the export's own list."""
        self._team_id = team_id
        self._known = known
        self._authors: dict[str, Author] = {}
        # Of whom nothing but the ID is known
        self.nameless: set[str] = set()

    def strangers(self, found: Iterable[Found]) -> dict[str, str]:
        """Those who have not come up before, with the organisation that a message of theirs names.

        They are to be introduced before anything of theirs is written.
        """
        new: dict[str, str] = {}
        for one in found:
            for words in one.words.values():
                if words.user_id not in self._authors:
                    new[words.user_id] = words.user_team
            for user_id, _ in one.reactions:
                if user_id not in self._authors:
                    new.setdefault(user_id, "")
        return new

    def introduce(self, session: Session, strangers: Mapping[str, str]) -> dict[str, Author]:
        """Make their rows. Slack is asked for the profile later, as of everybody.

        Until then the export's own list serves. It gives nobody any rights: it may be old.
        """
        authors: dict[str, Author] = {}
        for user_id in sorted(strangers):
            row = members.ensure(session, self._team_id, user_id, strangers[user_id])
            person = self._known.get(user_id)
            if person is not None and row.fetched_at is None:
                row.display_name, row.department = person.name, person.department
                row.is_bot, row.is_guest = person.is_bot, person.is_guest
                row.is_external = row.is_external or person.is_external
            if person is not None:
                authors[user_id] = Author(person.name, person.department)
            elif row.fetched_at is not None:
                authors[user_id] = Author(row.display_name, row.department)
            else:
                authors[user_id] = Author(None, None)
        return authors

    def remember(self, authors: Mapping[str, Author]) -> None:
        """Their rows are there."""
        self._authors.update(authors)
        self.nameless |= {user_id for user_id, one in authors.items() if one.name is None}

    def author(self, user_id: str, name: str) -> Author:
        """What to keep of an author; `name` is what the message itself says."""
        author = self._authors[user_id]
        if author.name is None and name:
            self.nameless.discard(user_id)
            return Author(name[:255], "")
        return author
