"""SQLite serves one process, and says so to the second; commands work beside it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from models.database import Database
from models.only_process import AlreadyRunningError, OnlyProcess
from sandbox import Sandbox
from tests.databases import Lend
from tests.shell import Shell

ROOT = Path(__file__).parents[2]
HOLDS = """
import sys
from models.database import Database
from models.only_process import OnlyProcess
OnlyProcess(Database(sys.argv[1])).claim()
print("held", flush=True)
sys.stdin.read()
"""

# Another user than the one that has made the file: root may write everything
CLAIMS_AS_SOMEBODY_ELSE = """
import os, sys
from models.database import Database
from models.only_process import CanNotLockError, OnlyProcess
if not os.getuid():
    os.setuid(65534)
try:
    OnlyProcess(Database(sys.argv[1])).claim()
except CanNotLockError as error:
    print(error)
"""


def test_one_after_the_other(sqlite_database: Database) -> None:
    one, other = OnlyProcess(sqlite_database), OnlyProcess(sqlite_database)
    one.claim()
    one.claim()
    with pytest.raises(AlreadyRunningError, match="SQLite serves one process"):
        other.claim()
    one.release()
    other.claim()
    other.release()


def test_whoever_is_killed_leaves_nothing_behind(sqlite_database: Database) -> None:
    url = sqlite_database.engine.url.render_as_string(hide_password=False)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, url],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(AlreadyRunningError):
            OnlyProcess(sqlite_database).claim()
        process.kill()
    only = OnlyProcess(sqlite_database)
    only.claim()
    only.release()


def test_a_file_that_somebody_else_has_made() -> None:
    with tempfile.TemporaryDirectory(prefix="lock-") as home:
        Path(home).chmod(0o755)
        lock = Path(home) / "iine.db.lock"
        lock.touch(mode=0o444)
        claiming = subprocess.run(
            [sys.executable, "-c", CLAIMS_AS_SOMEBODY_ELSE, f"sqlite:///{home}/iine.db"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
    assert claiming.stdout.startswith(f"{lock} can't be written by this user")


def test_any_number_on_postgres(postgres: Lend) -> None:
    with postgres() as url:
        database = Database(url)
        OnlyProcess(database).claim()
        OnlyProcess(database).claim()
        database.close()


def test_the_second_service_ends_and_commands_work(
    bare_shell: Shell, slack: Sandbox, sqlite: Lend
) -> None:
    with sqlite() as url:
        shell = bare_shell.having(
            SLACK_BOT_TOKEN=slack.bot_token,
            SLACK_APP_TOKEN=slack.app_token,
            SLACK_API_URL=slack.url,
            DATABASE_URL=url,
        )
        with shell.running(slack):
            second = shell.run()
            assert second.returncode == 1
            assert "Another process already runs" in second.stderr
            assert "Traceback" not in second.stderr
            assert shell.run("digest", "--dry-run").returncode == 0
            assert slack.connections == 1
