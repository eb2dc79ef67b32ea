"""`python app.py`, started for real.

The other tests of the command line run `app.py` in a process forked from one that has loaded
everything (`tests.forking`), which takes a tenth of the time. What that can't show is shown here:
that it can be loaded from nothing, in its own order, and that a person sees the same either way.
"""

from __future__ import annotations

import signal
import subprocess
import sys
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


def test_it_serves_until_told(slack_shell: Shell, slack: Sandbox, tmp_path: Path) -> None:
    shell = slack_shell.having(DATABASE_URL=f"sqlite:///{tmp_path}/iine.db")
    with _really(shell) as process:
        try:
            slack.until(lambda: slack.connections or process.poll() is not None, timeout=30)
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 0, errors
    assert "stopped" in errors
    assert "Traceback" not in errors
