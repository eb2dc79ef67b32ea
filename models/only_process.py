"""One process at a time on a SQLite database, and a plain word to the second one."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from models.database import Database


class AlreadyRunningError(Exception):
    """Another process serves from this SQLite database."""


class CanNotLockError(Exception):
    """Nobody could see that another process serves from this SQLite database."""


class OnlyProcess:
    """Keeps others from serving from the same SQLite file; on PostgreSQL any number may.

    What is held is SQLite's own lock on an empty database beside it. The system lets go of it when
    the process ends, however it ends: nothing stale is left (sqlite.org/lockingv3.html). Commands
    that only look something up or put it in do not ask for it.
    """

    def __init__(self, database: Database) -> None:
        file = database.engine.url.database if database.is_sqlite else None
        self._file = Path(f"{Path(file).resolve()}.lock") if file else None
        self._held: sqlite3.Connection | None = None

    def claim(self) -> None:
        """Hold it until `release` or the end. Raises `AlreadyRunningError`, `CanNotLockError`.

        Where nothing can be written, nothing is held: the database itself says so next. In a file
        that can only be read SQLite locks nothing, and does not say so.
        """
        if self._file is None or self._held is not None:
            return
        if self._file.exists() and not os.access(self._file, os.W_OK):
            raise CanNotLockError(
                f"{self._file} can't be written by this user, so that a second process would not "
                "be noticed. Give it to the user that runs iine, as the database itself."
            )
        try:
            self._held = self._lock(self._file)
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                return
            raise AlreadyRunningError(
                f"Another process already runs on {self._file.with_suffix('')}. SQLite serves one "
                "process at a time: stop the other one first, or use PostgreSQL (DATABASE_URL) to "
                "run several."
            ) from error

    def release(self) -> None:
        """Let another have it."""
        if self._held is not None:
            with suppress(sqlite3.Error):
                self._held.close()
            self._held = None

    @staticmethod
    def _lock(file: Path) -> sqlite3.Connection:
        connection = sqlite3.connect(file, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error:
            connection.close()
            raise
        return connection
