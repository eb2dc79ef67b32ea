"""The side of the app: what runs in each process that the nursery starts.

It is the whole service of `service.py`, or `app.py` itself.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import signal
import threading
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, Pool, event

import app
from bot import logs
from bot.settings import Settings
from bot.supervisor import Patience
from service import Service
from tests.faults.memory import Disk, Memory
from tests.faults.power import ask_before_syncing
from tests.faults.seccomp import refuse

# How often the jobs look, in seconds: the clock may leap
PACE = 1.0
# More pages than any file has (sqlite.org/pragma.html#pragma_max_page_count)
_NO_LIMIT = 1_073_741_823


@dataclass(frozen=True)
class Death:
    """The process kills itself at a commit: the `number`th of a thread whose name begins so.

    `after`: the commit has happened, and nothing that comes next.
    """

    thread: str
    number: int
    after: bool


@dataclass(frozen=True)
class Order:
    """How a process is to run: as `app.py` if `plain`, else with the clock of the test.

    `power` is the address of the `PowerCuts` that it asks.
    """

    memory: str
    plain: bool = False
    patience: dict[str, float] | None = None
    death: dict[str, object] | None = None
    power: str | None = None


def live(order_as_json: str) -> None:
    """Run as an `Order` says."""
    order = Order(**json.loads(order_as_json))
    if order.power is not None:
        ask_before_syncing(order.power)
    memory = Memory(Path(order.memory))
    event.listen(Engine, "begin", _DiskOf(memory).begins)
    if order.death is not None:
        dying = _Dying(_death(order.death))
        event.listen(Engine, "commit", dying.commits)
        event.listen(Pool, "checkin", dying.has_committed)
    if order.plain:
        app.main(["serve"])
        return
    settings = Settings.from_env(os.environ)
    logs.set_up(settings)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda _signal, _frame: stop.set())
    patience = Patience(**order.patience) if order.patience else None
    service = Service(settings, clock=memory, pace=PACE, patience=patience, give_up=_give_up)
    service.start()
    stop.wait()
    service.stop()


def _give_up(why: str) -> None:
    logging.getLogger("iine").critical("%s", why)
    os._exit(1)


def _death(given: dict[str, object]) -> Death:
    return Death(str(given["thread"]), int(str(given["number"])), bool(given["after"]))


class _Dying:
    """Waits for the commit at which the process is to die."""

    def __init__(self, death: Death) -> None:
        self._death = death
        self._left = death.number
        self._lock = threading.Lock()
        self._thread = 0

    def commits(self, _connection: Connection) -> None:
        """SQLAlchemy is about to commit."""
        if not threading.current_thread().name.startswith(self._death.thread):
            return
        with self._lock:
            self._left -= 1
            if self._left:
                return
        if not self._death.after:
            os.kill(os.getpid(), signal.SIGKILL)
        self._thread = threading.get_ident()

    def has_committed(self, _connection: object, _record: object) -> None:
        """A connection is given back, which comes right after its commit."""
        if self._thread == threading.get_ident():
            os.kill(os.getpid(), signal.SIGKILL)


class _DiskOf:
    """SQLite's own switches, which bring about the very errors that a bad disk does.

    It has none for `fsync`, which the system then refuses.
    """

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._is_synced = True

    def begins(self, connection: Connection) -> None:
        """A transaction is about to begin: its writes will fail, or will not."""
        if connection.dialect.name != "sqlite":
            return
        disk = self._memory.disk
        if disk is Disk.UNSYNCED and self._is_synced:
            self._is_synced = False
            refuse(("fsync", "fdatasync"), errno.EIO)
        limit = 1 if disk is Disk.FULL else _NO_LIMIT  # 1: as large as it is, and no larger
        connection.exec_driver_sql(f"PRAGMA max_page_count = {limit}")
        connection.exec_driver_sql(f"PRAGMA query_only = {int(disk is Disk.READ_ONLY)}")
