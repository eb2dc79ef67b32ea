"""Power cuts: what is left on the disk of SQLite's files if the machine stops at any moment.

The app asks before it syncs, shortens or deletes a file. While it waits, a copy is made of what a
power cut would leave: what was synced, and of the rest nothing, or any blocks of it (POSIX promises
no more of fsync(2)). Each of these copies is then opened, as the app would after the cut.
"""

from __future__ import annotations

import os
import queue
import random
import select
import socket
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Collection, Mapping
from contextlib import closing, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.faults.seccomp import Question, ask_about, asked, may

_CALLS = ("fsync", "fdatasync", "ftruncate", "unlink", "unlinkat")
_BLOCK = 4096
_LOOK_SECONDS = 0.1
# How many copies may wait to be opened: a megabyte or so each
_MOST_WAITING = 40

Files = Mapping[str, bytes]


def ask_before_syncing(address: str) -> None:
    """In the app, before it starts any thread: ask at this Unix socket, until the process ends."""
    with socket.socket(socket.AF_UNIX) as there:
        there.connect(address)
        listener = ask_about(_CALLS)
        socket.send_fds(there, [b"!"], [listener])
        os.close(listener)


class PowerCuts:
    """Tries what would be left at the moments at which one process is about to sync something.

    At all of them, unless they come faster than they can be tried: nobody is to wait for that with
    the database locked. `address` is where the process asks; it has to end before this does. `cuts`
    is how many copies were tried, and `lost` has a line for each thing that was missing in one.
    """

    def __init__(self, file: Path, acknowledged: Callable[[], Collection[str]]) -> None:
        """`acknowledged` gives the IDs that must be in the table `inbox` of this file."""
        self.cuts = 0
        self.lost: list[str] = []
        self._acknowledged, self._disk = acknowledged, _Disk(file)
        self._chance = random.Random(20260406)
        self._home = tempfile.TemporaryDirectory(prefix="power-")
        self.address = str(Path(self._home.name) / "asking")
        self._listening = socket.socket(socket.AF_UNIX)
        self._over = threading.Event()
        self._waiting: queue.Queue[tuple[Files, Collection[str]] | None] = queue.Queue(
            _MOST_WAITING
        )
        self._threads = [threading.Thread(target=one) for one in (self._answer, self._try)]

    def __enter__(self) -> Self:
        self._listening.bind(self.address)
        self._listening.listen()
        for one in self._threads:
            one.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        for one in self._threads:
            one.join()
        self._listening.close()
        self._home.cleanup()

    def _answer(self) -> None:
        try:
            self._listen()
        finally:
            self._waiting.put(None)

    def _try(self) -> None:
        while copy := self._waiting.get():
            files, acknowledged = copy
            self.lost += _missing(files, self._disk.name, acknowledged)
            self.cuts += 1

    def _listen(self) -> None:
        if not self._comes(self._listening.fileno()):
            return
        with self._listening.accept()[0] as there:
            _, [listener], _, _ = socket.recv_fds(there, 1, 1)
        try:
            while self._comes(listener):
                with suppress(OSError):  # it was killed meanwhile
                    question = asked(listener)
                    try:
                        self._cut(question)
                    finally:
                        may(listener, question)
        finally:
            os.close(listener)

    def _comes(self, file: int) -> bool:
        """Wait until there is something to read; False once nobody will ask any more."""
        poll = select.poll()
        poll.register(file, select.POLLIN)
        while not self._over.is_set():
            for _, what in poll.poll(_LOOK_SECONDS * 1000):
                return bool(what & select.POLLIN)
        return False

    def _cut(self, question: Question) -> None:
        if not self._waiting.full():
            acknowledged = self._acknowledged()
            for left in self._disk.after_a_cut(self._chance):
                with suppress(queue.Full):
                    self._waiting.put_nowait((left, acknowledged))
        if question.name.endswith("sync"):
            self._disk.is_synced(Path(f"/proc/{question.thread}/fd/{question.first}").readlink())


class _Disk:
    """A database's files: as they are, and what of them was synced."""

    def __init__(self, file: Path) -> None:
        self.name = file.name
        self._folder = file.parent.resolve()
        self._names = {one.name: one.stat().st_ino for one in self._there()}
        self._synced = {one.stat().st_ino: one.read_bytes() for one in self._there()}

    def after_a_cut(self, chance: random.Random) -> list[Files]:
        """Nothing of what was not synced, and some of it at random."""
        old = {name: self._synced.get(inode, b"") for name, inode in self._names.items()}
        new = {one.name: one.read_bytes() for one in self._there()}
        mixed = {}
        for name in sorted(old.keys() | new.keys()):
            either = [files[name] for files in (old, new) if name in files]
            if len(either) == 2 or chance.random() < 0.5:
                mixed[name] = _some_of_each(either[0], either[-1], chance)
        return [old, mixed]

    def is_synced(self, path: Path) -> None:
        """A file, or the folder: which files there are."""
        if path == self._folder:
            self._names = {one.name: one.stat().st_ino for one in self._there()}
            return
        if path in self._there():
            self._synced[path.stat().st_ino] = path.read_bytes()

    def _there(self) -> list[Path]:
        """Without the index of the log, which SQLite makes anew (sqlite.org/walformat.html)."""
        found = self._folder.glob(f"{self.name}*")
        return [one for one in found if not one.name.endswith("-shm")]


def _some_of_each(old: bytes, new: bytes, chance: random.Random) -> bytes:
    """Either length, and each block as it was or as it is to be.

    A new one is empty at first; one that is cut off is there or not, and never emptied.
    """
    length = chance.choice((len(old), len(new)))
    blocks = []
    for at in range(0, length, _BLOCK):
        before, after = old[at : at + _BLOCK], new[at : at + _BLOCK]
        is_cut_off = len(after) < len(before)
        block = before if is_cut_off else chance.choice((before, after))
        blocks.append(block.ljust(_BLOCK, b"\0"))
    return b"".join(blocks)[:length]


def _missing(left: Files, name: str, acknowledged: Collection[str]) -> list[str]:
    """What is wrong with a database of which these files are left: a line each."""
    with tempfile.TemporaryDirectory(prefix="power-") as folder:
        for each, content in left.items():
            (Path(folder) / each).write_bytes(content)
        with closing(sqlite3.connect(Path(folder) / name)) as opened:
            try:
                opened.execute("PRAGMA synchronous = OFF")
                found = [str(line) for (line,) in opened.execute("PRAGMA integrity_check")]
                there = {str(one) for (one,) in opened.execute("SELECT event_id FROM inbox")}
            except sqlite3.DatabaseError as error:
                return [f"after a power cut: {error}"]
    lost = [f"after a power cut: {line}" for line in found if line != "ok"]
    gone = sorted(set(acknowledged) - there)
    return [*lost, *(f"{one} was acknowledged and gone after a power cut" for one in gone)]
