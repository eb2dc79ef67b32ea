"""A database that is locked, full, read-only or away."""

from __future__ import annotations

import resource
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from tests.faults.memory import Disk
from tests.faults.power import PowerCuts
from tests.faults.server import PostgresServer
from tests.faults.town import Town

LOCKED_SECONDS = (5.0, 1.0, 60.0)
MOST_DEADLOCKS = 10
AWAY_SECONDS = (1.0, 2.0, 60.0)
# In each cycle; a commit has ten or so.
CUTS_AT_LEAST = 100


def locked(town: Town, cycles: int) -> None:
    """Somebody outside holds the lock for 5, 1 and 60 seconds."""
    town.open()
    for cycle in range(cycles):
        town.cycles += 1
        seconds = LOCKED_SECONDS[cycle % len(LOCKED_SECONDS)]
        with town.crowd.busy(), town.refuses(seconds):
            with _lock(town.url):
                town.lasts(seconds)
            _recovers(town)


def full(town: Town, cycles: int) -> None:
    """The disk is full: SQLITE_FULL."""
    _bad_disk(town, cycles, Disk.FULL)


def read_only(town: Town, cycles: int) -> None:
    """The file can't be written: SQLITE_READONLY."""
    _bad_disk(town, cycles, Disk.READ_ONLY)


def no_more_room(town: Town, cycles: int) -> None:
    """The system refuses to let the file grow, as a quota does: SQLITE_IOERR."""
    town.open()
    file = Path(str(make_url(town.url).database))
    for _ in range(cycles):
        town.cycles += 1
        [process] = town.processes
        no_limit = resource.RLIM_INFINITY
        with town.crowd.busy():
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (file.stat().st_size, no_limit))
            _is_refused(town)
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (no_limit, no_limit))
            _recovers(town)


def unsynced(town: Town, cycles: int) -> None:
    """Nothing can be synced any more, until the process is replaced: SQLITE_IOERR_FSYNC."""
    town.open()
    for _ in range(cycles):
        town.cycles += 1
        with town.crowd.busy():
            town.memory.disk = Disk.UNSYNCED
            _is_refused(town)
            town.everyone_ends()
            town.memory.disk = Disk.FINE
            since, is_more = time.monotonic(), _more_is_acked(town)
            town.start()
            town.recovers(since, is_more)


def power_cut(town: Town, cycles: int) -> None:
    """The machine loses power at the moments at which something is about to be synced."""
    with PowerCuts(Path(str(make_url(town.url).database)), town.acked_ids) as power:
        town.open(power=power.address)
        for _ in range(cycles):
            town.cycles += 1
            before = power.cuts
            with town.crowd.busy():
                town.until(lambda: power.cuts >= before + CUTS_AT_LEAST)  # noqa: B023  (at once)
        town.everyone_ends()
    assert not power.lost, "\n".join(power.lost[:20])
    town.start()


def postgres_away(town: Town, cycles: int) -> None:
    """PostgreSQL is stopped, in order and by a crash in turn, and started again."""
    server = PostgresServer(town.url)
    with server.keeping_every_commit():
        town.open(processes=2)
        for cycle in range(cycles):
            town.cycles += 1
            seconds = AWAY_SECONDS[cycle % len(AWAY_SECONDS)]
            with town.crowd.busy(), town.refuses(seconds):
                town.sees_events(10)
                server.stop(crash=bool(cycle % 2))
                town.lasts(seconds)
                server.start()
                town.database.close()
                _recovers(town)
        town.rest()


def _bad_disk(town: Town, cycles: int, disk: Disk) -> None:
    town.open()
    for _ in range(cycles):
        town.cycles += 1
        with town.crowd.busy():
            town.memory.disk = disk
            _is_refused(town)
            town.memory.disk = Disk.FINE
            _recovers(town)


def _is_refused(town: Town) -> None:
    """Wait until events come back unacknowledged."""
    before = len(town.slack.dispatcher.deliveries)
    town.until(lambda: any(one.retry_reasons for one in town.slack.deliveries[before:]))


def _recovers(town: Town) -> None:
    is_more = _more_is_acked(town)
    town.recovers(time.monotonic(), is_more)


def _more_is_acked(town: Town) -> Callable[[], bool]:
    before = town.acked()
    return lambda: town.acked() > before


@contextmanager
def _lock(url: str) -> Iterator[None]:
    """Nobody else can write, nor read what is written to, until the end."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(parsed.database), timeout=30)) as connection:
            connection.isolation_level = None
            connection.execute("BEGIN EXCLUSIVE")
            yield
            connection.execute("ROLLBACK")
        return
    plain = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as server:
        _lock_tables(server)
        yield
        server.rollback()


def _lock_tables(server: psycopg.Connection) -> None:
    """Again, where we and the app wait for each other and it is us who are told to give way."""
    for _ in range(MOST_DEADLOCKS):
        try:
            server.execute("LOCK TABLE inbox, messages, deliveries IN ACCESS EXCLUSIVE MODE")
            return
        except psycopg.errors.DeadlockDetected:
            server.rollback()
    raise AssertionError("the tables can't be locked")
