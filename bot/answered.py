"""Requests that were answered already, by whichever process: a recorded one is not run again."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.trouble import tell
from models import lease
from models.database import Database

log = logging.getLogger(__name__)

_NAMED = "request:"
# Twice as long as a signature is good, before and after (`http_mode.SIGNATURE_SECONDS`)
KEPT = timedelta(minutes=20)
_CLEAR_EVERY = timedelta(minutes=1)


class Answered:
    """What all processes that share a database have answered."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._cleared_at: datetime | None = None

    def before(self, signature: str) -> bool:
        """Whether it was answered; from now on it is.

        While the database is away nothing can be run either: False, so that whoever asked is told.
        """
        now = self._clock.now()
        try:
            with self._database.write() as session:
                if self._cleared_at is None or now - self._cleared_at >= _CLEAR_EVERY:
                    self._cleared_at = now
                    lease.clear(session, _NAMED, now)
                return not lease.take(session, _NAMED + signature, uuid.uuid4().hex, now, KEPT)
        except SQLAlchemyError as error:
            tell(log, error, "whether a request was answered before can't be seen")
            return False
