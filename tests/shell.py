"""The command line, as a person uses it."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from sandbox import Sandbox
from tests.forking import ROOT, Birth, Child, Forks


class Running(Child):
    """`python app.py …`, started; what it has written is in two files."""

    def __init__(self, forks: Forks, birth: Birth) -> None:
        super().__init__(forks, birth)
        self._birth = birth

    def ended(self, seconds: float = 60) -> subprocess.CompletedProcess[str]:
        """Wait until it has ended; what is to be seen then."""
        code = self.wait(seconds)
        out, err = (Path(file).read_text("utf-8") for file in (self._birth.out, self._birth.err))
        return subprocess.CompletedProcess(["app.py"], code, out, err)

    def told_to_end(self, seconds: float = 60) -> subprocess.CompletedProcess[str]:
        """The same, after SIGTERM."""
        self.signal(signal.SIGTERM)
        return self.ended(seconds)


@dataclass(frozen=True)
class Shell:
    """Runs `python app.py …` with these variables and nothing else of ours.

    The interpreter is one that has loaded everything (`tests.forking`); `app.py` itself is run
    anew each time, as the main module.
    """

    forks: Forks
    environ: Mapping[str, str] = field(default_factory=dict)
    folder: Path = ROOT

    def having(self, **environ: str) -> Shell:
        """One with these variables as well."""
        return replace(self, environ={**self.environ, **environ})

    def inside(self, folder: Path) -> Shell:
        """One whose current directory is this."""
        return replace(self, folder=folder)

    @property
    def all_variables(self) -> dict[str, str]:
        """The whole environment."""
        return {"PATH": os.environ["PATH"], "PYTHONUTF8": "1", **self.environ}

    def run(self, *args: str) -> subprocess.CompletedProcess[str]:
        """Run to the end."""
        with self.starting(*args) as process:
            return process.ended()

    @contextmanager
    def starting(self, *args: str) -> Iterator[Running]:
        """Start and leave it running; killed at the end."""
        with tempfile.TemporaryDirectory(prefix="shell-") as home:
            out, err = (f"{home}/{name}" for name in ("out", "err"))
            birth = Birth(
                "tests.command:app_py", args, self.all_variables, str(self.folder), out, err
            )
            process = Running(self.forks, birth)
            try:
                yield process
            finally:
                process.kill()

    @contextmanager
    def running(self, slack: Sandbox, *args: str) -> Iterator[Running]:
        """The same, once it is connected to Slack."""
        with self.starting(*args) as process:
            slack.until(lambda: slack.connections or process.code is not None, timeout=30)
            yield process
