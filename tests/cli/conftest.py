"""The command line, run as a person runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sandbox import Sandbox

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Shell:
    """Runs `python app.py …` with these variables and nothing else of ours."""

    environ: dict[str, str] = field(default_factory=dict)

    def run(self, *args: str) -> subprocess.CompletedProcess[str]:
        """Run to the end."""
        return subprocess.run(
            [sys.executable, "app.py", *args],
            cwd=ROOT,
            env=self._environ(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    @contextmanager
    def running(self, slack: Sandbox, *args: str) -> Iterator[subprocess.Popen[str]]:
        """Start, wait for the connection to Slack, leave it running; killed at the end."""
        process = subprocess.Popen(
            [sys.executable, "app.py", *args],
            cwd=ROOT,
            env=self._environ(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            slack.until(lambda: slack.connections or process.poll() is not None, timeout=30)
            yield process
        finally:
            process.kill()
            process.communicate()

    def _environ(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "PYTHONUTF8": "1", **self.environ}


@pytest.fixture
def shell(slack: Sandbox, database_url: str) -> Shell:
    """A shell with the settings for this workspace and this database."""
    return Shell(
        {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.url,
            "DATABASE_URL": database_url,
        }
    )
