"""The migrations make exactly the tables of the models, on both databases, once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, text

from models import schema
from models.database import Database, wal_is_safe

ROOT = Path(__file__).parents[1]


def test_the_models_have_no_change_without_a_migration(database: Database) -> None:
    config = Config(toml_file=ROOT / "pyproject.toml")
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.check(config)


def test_every_migration_can_be_taken_back(database: Database) -> None:
    config = Config(toml_file=ROOT / "pyproject.toml")
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    assert not schema.is_current(database)
    schema.upgrade(database)
    assert schema.is_current(database)


def test_processes_that_start_together_migrate_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    databases = [Database(url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(schema.upgrade, databases))
    for database in databases:
        assert schema.is_current(database)
        database.close()


def test_a_writing_transaction_holds_the_lock_from_its_beginning(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        session.execute(text("SELECT 1"))
        with sqlite_database.read() as reader:
            reader.execute(text("SELECT count(*) FROM projects"))
        other = sqlite_database.engine.raw_connection()
        try:
            other.execute("PRAGMA busy_timeout = 0")
            with pytest.raises(Exception, match="database is locked"):
                other.execute("BEGIN IMMEDIATE")
        finally:
            other.invalidate()


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 0), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
    ],
)
def test_wal_only_where_it_loses_nothing(version: tuple[int, ...], *, safe: bool) -> None:
    assert wal_is_safe(version) is safe


def test_what_is_committed_is_on_the_disk(sqlite_database: Database) -> None:
    """In no other two modes SQLite syncs all that makes a commit, before it is one."""
    with sqlite_database.read() as session:
        assert session.execute(text("PRAGMA synchronous")).scalar() == 2
        assert session.execute(text("PRAGMA journal_mode")).scalar() in ("wal", "truncate")
