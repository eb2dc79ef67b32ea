"""Times in which Slack's events could not reach us or could not be kept, noted as gaps."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from models import gap
from models.database import Database
from models.gap import Cause

log = logging.getLogger(__name__)

# Slack sends an event again at once, after one minute and after five more
# (docs.slack.dev/apis/events-api: "Retries"). What could not be kept for almost that long may be
# lost.
RETRIED_FOR = timedelta(minutes=5)


class Outages:
    """Keeps them until the database has them; it may be away itself."""

    def __init__(
        self, database: Database, clock: Clock, team_id: str, on_over: Callable[[], None]
    ) -> None:
        """`on_over` is called once there is a gap to be read from Slack's history."""
        self._database = database
        self._clock = clock
        self._team_id = team_id
        self._on_over = on_over
        self._lock = threading.Lock()
        self._lasting: tuple[datetime, str] | None = None
        self._over: list[tuple[datetime, datetime, str]] = []
        self._refusing_since: datetime | None = None

    def began(self, at: datetime, cause: str) -> None:
        """From now on nothing arrives."""
        with self._lock:
            self._lasting = (at, cause)
        try:
            with self._database.write() as session:
                gap.open_(session, self._team_id, None, cause, at)
        except SQLAlchemyError as error:
            log.warning("a gap is noted later: %s", type(error).__name__)

    def ended(self, at: datetime) -> None:
        """Events arrive again."""
        with self._lock:
            if self._lasting is not None:
                began, cause = self._lasting
                self._over.append((began, at, cause))
                self._lasting = None
        self.note()

    def refused(self) -> None:
        """An event came and could not be kept: Slack will send it again."""
        with self._lock:
            self._refusing_since = self._refusing_since or self._clock.now()

    def kept(self) -> None:
        """An event came and was kept."""
        if self._refusing_since is None:
            return
        with self._lock:
            since, self._refusing_since = self._refusing_since, None
            now = self._clock.now()
            if since is not None and now - since >= RETRIED_FOR:
                self._over.append((since, now, Cause.DISCONNECTED))

    def note(self) -> None:
        """Write down what is over; to be called again and again."""
        if not self._over:
            return
        with self._lock:
            over = list(self._over)
        try:
            with self._database.write() as session:
                for began, ended, cause in over:
                    found = gap.open_(session, self._team_id, None, cause, began)
                    gap.end(session, found.id, ended)
        except SQLAlchemyError as error:
            log.warning("a gap is noted later: %s", type(error).__name__)
            return
        with self._lock:
            self._over = [one for one in self._over if one not in over]
        self._on_over()
