"""`python app.py`, started for real.

The other tests of the command line run `app.py` in a process forked from one that has loaded
everything (`tests.forking`), which takes a tenth of the time. What that can't show is shown here:
that it can be loaded from nothing, in its own order, and that a person sees the same either way.
"""

from __future__ import annotations

import platform
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from sandbox import Sandbox
from tests.command import APP
from tests.shell import Shell


def _really(shell: Shell, *args: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, APP, *args],
        cwd=shell.folder,
        env=shell.all_variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    ("args", "code"),
    [(("digest", "--help"), 0), (("check",), 2), (("deliveries", "--retry"), 2)],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_forked_one_shows_the_same(
    bare_shell: Shell, args: tuple[str, ...], code: int, tmp_path: Path
) -> None:
    """What is printed, what is said besides, and the exit code; with an `.env` of its own."""
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-1\nLANGUAGE=fr\n", encoding="utf-8")
    shell = bare_shell.inside(tmp_path)
    with _really(shell, *args) as process:
        printed, besides = process.communicate(timeout=60)
    forked = shell.run(*args)
    assert process.returncode == code
    assert (forked.returncode, forked.stdout, forked.stderr) == (code, printed, besides)


@contextmanager
def _serving(shell: Shell, slack: Sandbox, database: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that is connected, or has ended because it could not."""
    with _really(shell.having(DATABASE_URL=f"sqlite:///{database}")) as process:
        try:
            slack.until(lambda: slack.connections or process.poll() is not None, timeout=30)
            yield process
        finally:
            process.kill()


def test_it_serves_until_told(slack_shell: Shell, slack: Sandbox, tmp_path: Path) -> None:
    with _serving(slack_shell, slack, tmp_path / "iine.db") as process:
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert "stopped" in errors
    assert "Traceback" not in errors


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has a heap per thread")
def test_its_threads_share_one_heap(slack_shell: Shell, slack: Sandbox, tmp_path: Path) -> None:
    with _serving(slack_shell, slack, tmp_path / "iine.db") as process:
        assert process.poll() is None
        home = Path(f"/proc/{process.pid}")
        threads = len(list((home / "task").iterdir()))
        heaps = _heaps_of_threads((home / "maps").read_text(encoding="utf-8"))
    assert threads > 5
    assert heaps == 0


def _heaps_of_threads(maps: str) -> int:
    """The heaps beside the process's own, by Linux's proc(5).

    glibc keeps 64 MB of addresses free for each, at a multiple of 64 MB, of which it uses the
    first part (`HEAP_MAX_SIZE` in its malloc/arena.c).
    """
    size = 64 * 1024 * 1024
    spans = [tuple(int(at, 16) for at in line.split()[0].split("-")) for line in maps.splitlines()]
    return sum(
        start % size == 0 and middle == again and end - start == size
        for (start, middle), (again, end) in pairwise(spans)
    )
