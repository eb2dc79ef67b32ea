"""Bringing the tables of a database up to date, one process at a time."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from models.database import Database

_MIGRATIONS = Path(__file__).parents[1] / "migrations"
# Any number does, as long as nothing else in the same database uses it: "iine" in ASCII.
_LOCK = 0x69696E65


def upgrade(database: Database) -> None:
    """Run the migrations that are missing; other processes wait until this one is done."""
    with database.engine.begin() as connection:
        if not database.is_sqlite:  # on SQLite the transaction itself has the write lock
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        if _current(connection) != _heads():
            command.upgrade(_config(connection), "head")


def is_current(database: Database) -> bool:
    """Whether every migration has run."""
    with database.read() as session:
        return _current(session.connection()) == _heads()


def _current(connection: Connection) -> frozenset[str]:
    return frozenset(MigrationContext.configure(connection).get_current_heads())


@cache
def _heads() -> frozenset[str]:
    """What the files in `migrations/` end in; they do not change while a process runs."""
    return frozenset(ScriptDirectory(_MIGRATIONS).get_heads())


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
