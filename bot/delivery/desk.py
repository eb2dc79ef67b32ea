"""The outbox for the command line: what is not said, and having it tried again or given up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.clock import Clock
from bot.core import unsaid
from bot.core.outgoing import OnLost
from bot.core.workspaces import own_workspace
from bot.settings import Settings
from bot.views import unsaid as view
from models.database import Database


@dataclass(frozen=True)
class DeliveryDesk:
    """Answers for the one workspace of the database, in the language of the settings.

    `on_lost` goes by the kind of the delivery. Raises `UserError`.
    """

    database: Database
    settings: Settings
    clock: Clock
    on_lost: Mapping[str, OnLost]

    def listing(self) -> Iterator[str]:
        """What is not said, in lines."""
        with self.database.read() as session:
            rows = unsaid.listing(session, own_workspace(session).team_id, self.clock.now())
        return view.lines(rows, self.settings.timezone, self.settings.language)

    def retry(self, key: str) -> str:
        """Put it back; returns what happens now."""
        with self.database.write() as session:
            is_in_doubt = unsaid.retry(
                session, own_workspace(session).team_id, key, self.clock.now()
            )
        text = view.LOOKED_FOR if is_in_doubt else view.RETRIED
        return text.of(self.settings.language, key=key)

    def drop(self, key: str) -> str:
        """Give it up; returns what that means."""
        with self.database.write() as session:
            team_id = own_workspace(session).team_id
            on_lost = self.on_lost.get(unsaid.kind_of(session, team_id, key) or "")
            is_gone = unsaid.drop(session, team_id, key, self.clock.now(), on_lost)
        text = view.DROPPED if is_gone else view.LEFT_AS_IT_IS
        return text.of(self.settings.language, key=key)
