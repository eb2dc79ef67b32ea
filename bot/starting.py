"""Beginning to work while other things are only just being started as well."""

from __future__ import annotations

import logging
import time

from sqlalchemy.exc import OperationalError

from models import schema
from models.database import Database

log = logging.getLogger(__name__)

# A database server that is started together with us, or restarted, is there within this time; after
# that we end, and the service manager starts us again.
DATABASE_WITHIN_SECONDS = 10.0
TRY_AGAIN_SECONDS = 2.0


def open_database(database: Database, within: float = DATABASE_WITHIN_SECONDS) -> None:
    """Bring the tables up to date as soon as the database is there.

    Waits `within` seconds for a server and says so in the log; a file is there or not. Raises
    what SQLAlchemy raises once it is in vain.
    """
    deadline = time.monotonic() + within
    while True:
        try:
            schema.upgrade(database)
            return
        except OperationalError as error:
            left = deadline - time.monotonic()
            if database.is_sqlite or left <= 0:
                raise
            log.warning("waiting for the database, %.0f s at most: %s", left, error.orig)
            time.sleep(min(TRY_AGAIN_SECONDS, left))
