"""Processes of the app: started quickly, killed, stopped and continued."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from tests.faults.process import Death, Order
from tests.forking import ROOT, Birth, Child, Forks, forks


class Process(Child):
    """One that runs, or has run."""

    def __init__(self, forks: Forks, birth: Birth) -> None:
        super().__init__(forks, birth)
        self._log = Path(birth.err)

    def stands_still(self) -> None:
        """SIGSTOP."""
        self.signal(signal.SIGSTOP)

    def goes_on(self) -> None:
        """SIGCONT."""
        self.signal(signal.SIGCONT)

    @property
    def last_words(self) -> str:
        """The end of what it and those before it have logged."""
        return self._log.read_text(encoding="utf-8", errors="replace")[-2000:]


class Nursery:
    """Starts processes with a clock, a disk and a death of the test's."""

    def __init__(self, forks: Forks) -> None:
        self._forks = forks

    def start(
        self,
        environ: dict[str, str],
        memory: Path,
        log: Path,
        *,
        plain: bool = False,
        patience: dict[str, float] | None = None,
        death: Death | None = None,
        power: str | None = None,
    ) -> Process:
        """Start one."""
        given = asdict(death) if death is not None else None
        order = json.dumps(asdict(Order(str(memory), plain, patience, given, power)))
        does, folder, written = "tests.faults.process:live", str(ROOT), str(log)
        return Process(self._forks, Birth(does, [order], environ, folder, written, written))


@contextmanager
def nursery() -> Iterator[Nursery]:
    """A nursery; what still runs at the end is killed."""
    with forks() as started:
        yield Nursery(started)
