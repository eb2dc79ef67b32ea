"""The generator and what it drives, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
# Unanswered envelopes: more than the threads of any client that is measured
WINDOW = 50


class Generator:
    """The process of `bench.generator`, to be asked from here."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.url = str(self._read()["url"])

    def ask(self, do: str, **wanted: object) -> dict[str, object]:
        """Have it do something and wait until it is done."""
        self.tell(do, **wanted)
        return self._read()

    def tell(self, do: str, **wanted: object) -> None:
        """Have it do something; `answer` waits for the end."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **wanted}) + "\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, object]:
        """The answer to what it was told."""
        return self._read()

    def flood(self, count: int, *, mixed: bool = False) -> float:
        """Events acknowledged in a second. Raises `RuntimeError` if any was not."""
        done = self.ask("flood", count=count, window=WINDOW, mixed=mixed)
        if done["acknowledged"] != count:
            raise RuntimeError(f"only {done['acknowledged']} of {count} were acknowledged")
        return count / float(str(done["seconds"]))

    def _read(self) -> dict[str, object]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the generator has ended")
        answer = json.loads(line)
        assert isinstance(answer, dict)
        return answer


@contextmanager
def generator() -> Iterator[Generator]:
    """A generator, ended at the end."""
    command = [sys.executable, "-m", "bench.generator"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Generator(process)
        finally:
            process.kill()


@contextmanager
def running(
    command: Sequence[str], environ: Mapping[str, str] | None = None, output: int | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A process of ours, killed at the end if it still runs."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    process = subprocess.Popen(command, cwd=ROOT, env={**kept, **(environ or {})}, stdout=output)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def client(name: str, url: str) -> Iterator[subprocess.Popen[bytes]]:
    """One of `bench.clients`."""
    with running([sys.executable, "-m", "bench.clients", name, url]) as process:
        yield process


@contextmanager
def recorder(
    url: str, database_url: str, *, coordinators: str = ""
) -> Iterator[subprocess.Popen[bytes]]:
    """The recorder itself, all of it, as it is run in production."""
    environ = {
        "SLACK_BOT_TOKEN": "xoxb-bench",
        "SLACK_APP_TOKEN": "xapp-bench",
        "SLACK_API_URL": f"{url}/api/",
        "DATABASE_URL": database_url,
        "COORDINATORS": coordinators,
        "LOG_LEVEL": "ERROR",
    }
    with running([sys.executable, "app.py"], environ) as process:
        yield process


def resident_mb(process: subprocess.Popen[bytes]) -> float:
    """Its memory that is in use now, in MB of 1,000,000 bytes (Linux's proc(5))."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    [line] = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1]) * 1024 / 1_000_000


def threads_and_files(process: subprocess.Popen[bytes]) -> tuple[int, int]:
    """How many threads it has, and how many open files and sockets (Linux's proc(5))."""
    home = Path(f"/proc/{process.pid}")
    return len(list((home / "task").iterdir())), len(list((home / "fd").iterdir()))


def cpu_seconds(process: subprocess.Popen[bytes]) -> float:
    """The processor time that it has used so far (Linux's proc(5))."""
    fields = Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
