"""A few bytes that a test and the processes it started have in common."""

from __future__ import annotations

import mmap
import struct
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from pathlib import Path

# How far the clock is ahead of the world's, in seconds; what is wrong with the disk
_LAYOUT = struct.Struct("=dB")


class Disk(IntEnum):
    """What SQLite answers to whoever writes."""

    FINE = 0
    FULL = 1  # SQLITE_FULL
    READ_ONLY = 2  # SQLITE_READONLY
    UNSYNCED = 3  # SQLITE_IOERR_FSYNC; in a process that has met it until it ends


class Memory:
    """The time in Slack and in all processes, and the state of the disk."""

    def __init__(self, file: Path) -> None:
        if not file.exists():
            file.write_bytes(_LAYOUT.pack(0.0, Disk.FINE))
        with file.open("r+b") as opened:
            self._bytes = mmap.mmap(opened.fileno(), _LAYOUT.size)

    def now(self) -> datetime:
        """A clock for the app: the time in Slack."""
        return datetime.now(UTC) + timedelta(seconds=self._read()[0])

    @property
    def disk(self) -> Disk:
        """What is wrong with the disk."""
        return Disk(self._read()[1])

    @disk.setter
    def disk(self, value: Disk) -> None:
        self._bytes[:] = _LAYOUT.pack(self._read()[0], value)

    def it_is(self, moment: datetime) -> None:
        """Have all processes take this for the present."""
        ahead = (moment - datetime.now(UTC)).total_seconds()
        self._bytes[:] = _LAYOUT.pack(ahead, self._read()[1])

    def _read(self) -> tuple[float, int]:
        ahead, disk = _LAYOUT.unpack(self._bytes[:])
        return float(ahead), int(disk)
