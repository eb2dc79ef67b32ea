"""A database that is away: one line in the log; of anything else, where it happened."""

from __future__ import annotations

import logging
import sqlite3

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError

# PostgreSQL's read_only_sql_transaction: another server has taken over, and this one only answers
# questions for now (postgresql.org/docs/current/errcodes-appendix.html)
_READ_ONLY = "25006"


def is_database_away(error: BaseException) -> bool:
    """Whether it failed because the database can't be reached or used for the moment.

    sqlalchemy.exc.TimeoutError: all connections are in use by others who wait for it.
    """
    if isinstance(error, NoConnectionError):
        return True
    if isinstance(error, OperationalError):
        # SQLITE_ERROR: SQLite is there, and what we asked was wrong (sqlite.org/rescode.html)
        return getattr(error.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR
    return isinstance(error, DBAPIError) and (
        error.connection_invalidated or getattr(error.orig, "sqlstate", None) == _READ_ONLY
    )


def tell(log: logging.Logger, error: Exception, what: str) -> None:
    """Log what went wrong. All jobs and workers meet the same outage: one line of each will do."""
    if is_database_away(error):
        cause = error.orig if isinstance(error, DBAPIError) else error
        log.warning("%s: the database is away: %s", what, str(cause).partition("\n")[0])
    else:
        log.error("%s", what, exc_info=error)
