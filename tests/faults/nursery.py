"""Processes of the app: started quickly, killed, stopped and continued."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from tests.faults.process import Death, Order

ROOT = Path(__file__).parents[2]


class Process:
    """One that runs, or has run."""

    def __init__(self, nursery: Nursery, pid: int, log: Path) -> None:
        self._nursery = nursery
        self.pid = pid
        self._log = log
        self._code: int | None = None

    @property
    def code(self) -> int | None:
        """How it ended: negative after a signal; None while it runs."""
        if self._code is None:
            self._code = self._nursery.look(self.pid, wait=False)
        return self._code

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        if self.code is None:
            os.kill(self.pid, signal.SIGKILL)
            self._code = self._nursery.look(self.pid, wait=True)

    def ends(self) -> None:
        """Ask it to end (SIGTERM) and wait until it has."""
        if self.code is None:
            os.kill(self.pid, signal.SIGTERM)
            self._code = self._nursery.look(self.pid, wait=True)

    def stands_still(self) -> None:
        """SIGSTOP."""
        os.kill(self.pid, signal.SIGSTOP)

    def goes_on(self) -> None:
        """SIGCONT."""
        os.kill(self.pid, signal.SIGCONT)

    @property
    def last_words(self) -> str:
        """The end of what it and those before it have logged."""
        return self._log.read_text(encoding="utf-8", errors="replace")[-2000:]


class Nursery:
    """Starts processes by forking one that has loaded everything."""

    def __init__(self, parent: subprocess.Popen[str]) -> None:
        self._parent = parent
        self._turn = threading.Lock()

    def start(
        self,
        environ: dict[str, str],
        memory: Path,
        log: Path,
        *,
        plain: bool = False,
        patience: dict[str, float] | None = None,
        death: Death | None = None,
    ) -> Process:
        """Start one."""
        given = asdict(death) if death is not None else None
        order = Order(environ, str(memory), str(log), plain, patience, given)
        return Process(self, int(str(self._ask({"run": asdict(order)})["pid"])), log)

    def look(self, pid: int, *, wait: bool) -> int | None:
        """How it ended."""
        code = self._ask({"look": pid, "wait": wait})["code"]
        return None if code is None else int(str(code))

    def _ask(self, order: dict[str, object]) -> dict[str, object]:
        with self._turn:
            assert self._parent.stdin is not None
            assert self._parent.stdout is not None
            self._parent.stdin.write(json.dumps(order) + "\n")
            self._parent.stdin.flush()
            answer = json.loads(self._parent.stdout.readline())
            assert isinstance(answer, dict)
            return answer


@contextmanager
def nursery() -> Iterator[Nursery]:
    """A nursery; what still runs at the end is killed."""
    command = [sys.executable, "-m", "tests.faults.process"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        try:
            yield Nursery(parent)
        finally:
            assert parent.stdin is not None
            parent.stdin.close()
            parent.wait()
