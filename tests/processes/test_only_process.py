"""SQLite serves one process, and says so to the second; commands work beside it."""

from __future__ import annotations

import subprocess
import sys
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
