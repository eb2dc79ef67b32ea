"""Processes forked from one that has loaded the app: a start costs no second of imports.

`forks()` starts that one. It takes orders as lines of JSON, answers each with a line, and has a
single thread, so that a fork takes nothing along that somebody else was at. What it forks has only
the environment that it is given, and ends as every Python process does: its threads are joined,
what is to happen at exit happens, and its exit code is its own.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
# What the forking process loads before it forks: the app, and what tests have it do
_LOADED = ("app", "psycopg", "tests.command", "tests.faults.process")


@dataclass(frozen=True)
class Birth:
    """What a process begins with.

    `does` is "module:function", called with `args`. What it writes is added to the files `out`
    and `err`.
    """

    does: str
    args: Sequence[str]
    environ: Mapping[str, str]
    folder: str
    out: str
    err: str


class Child:
    """A process that runs, or has run."""

    def __init__(self, forks: Forks, birth: Birth) -> None:
        self._forks = forks
        self.pid = forks.start(birth)
        self._code: int | None = None

    @property
    def code(self) -> int | None:
        """How it ended: negative after a signal; None while it runs."""
        if self._code is None:
            self._code = self._forks.look(self.pid)
        return self._code

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, unless it has ended."""
        if self.code is None:
            os.kill(self.pid, number)

    def wait(self, seconds: float | None = None) -> int:
        """Wait until it has ended, and say how.

        Raises TimeoutError if it has not after so many seconds; it is killed then.
        """
        if self._code is None:
            self._code, in_time = self._forks.wait(self.pid, seconds)
            if not in_time:
                raise TimeoutError(f"it had not ended after {seconds:g} s")
        return self._code

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        self.signal(signal.SIGKILL)
        self.wait()

    def ends(self) -> None:
        """Ask it to end (SIGTERM) and wait until it has."""
        self.signal(signal.SIGTERM)
        self.wait()


class Forks:
    """Gives orders to the process that forks."""

    def __init__(self, parent: subprocess.Popen[str]) -> None:
        assert parent.stdin is not None
        assert parent.stdout is not None
        self._orders, self._answers = parent.stdin, parent.stdout
        self._turn = threading.Lock()

    def start(self, birth: Birth) -> int:
        """Start a process; its ID."""
        with self._turn:
            self._order({"start": asdict(birth)})
            pid = self._answer()
        assert pid is not None
        return pid

    def look(self, pid: int) -> int | None:
        """How it ended; None while it runs."""
        with self._turn:
            self._order({"look": pid, "wait": False})
            return self._answer()

    def wait(self, pid: int, seconds: float | None) -> tuple[int, bool]:
        """How it ended, and whether it did by itself in so many seconds."""
        with self._turn:
            self._order({"look": pid, "wait": True})
            in_time = bool(select.select([self._answers], [], [], seconds)[0])
            if not in_time:
                os.kill(pid, signal.SIGKILL)
            code = self._answer()
        assert code is not None
        return code, in_time

    def _order(self, order: dict[str, object]) -> None:
        self._orders.write(json.dumps(order) + "\n")
        self._orders.flush()

    def _answer(self) -> int | None:
        answer = json.loads(self._answers.readline())
        assert answer is None or isinstance(answer, int)
        return answer


@contextmanager
def forks() -> Iterator[Forks]:
    """The process that forks; what it has forked and still runs at the end is killed."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.forking"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        yield Forks(parent)


def main() -> None:
    """Fork for each order; in what is forked, do what it is there for."""
    _load()
    gc.freeze()
    birth = _obey()
    if birth is None:
        return
    _become(birth)
    module, _, function = birth.does.partition(":")
    getattr(importlib.import_module(module), function)(*birth.args)


def _load() -> None:
    """Everything, also what is loaded only once it is needed, as what reads the migrations is."""
    for module in _LOADED:
        importlib.import_module(module)
    from models import schema
    from models.database import Database

    with tempfile.TemporaryDirectory() as home:
        database = Database(f"sqlite:///{home}/none.db")
        schema.is_current(database)
        database.close()


def _obey() -> Birth | None:
    """Take orders until their end; returns in what is forked as well, with what it begins with."""
    running: set[int] = set()
    for line in sys.stdin:
        asked = json.loads(line)
        if "start" in asked:
            birth = Birth(**asked["start"])
            answer: int | None = _fork()
            if not answer:
                return birth
            running.add(answer)
        else:
            pid = int(asked["look"])
            ended, status = os.waitpid(pid, 0 if asked["wait"] else os.WNOHANG)
            running.discard(ended)
            answer = os.waitstatus_to_exitcode(status) if ended else None
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    for pid in running:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return None


def _fork() -> int:
    """From Python 3.12 on `os.fork` itself warns where there are other threads, whosoever."""
    assert threading.active_count() == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return os.fork()


def _become(birth: Birth) -> None:
    """Leave behind what was the parent's."""
    appending = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    opened = (
        os.open(os.devnull, os.O_RDONLY),
        os.open(birth.out, appending, 0o600),
        os.open(birth.err, appending, 0o600),
    )
    for number, file in enumerate(opened):
        os.dup2(file, number)
        os.close(file)
    os.chdir(birth.folder)
    os.environ.clear()
    os.environ.update(birth.environ)


if __name__ == "__main__":
    main()
