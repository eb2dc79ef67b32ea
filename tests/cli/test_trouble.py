"""What an administrator gets to see when something is wrong: a sentence, never a traceback."""

from __future__ import annotations

import socket
import sqlite3
import time
from pathlib import Path

import pytest

from models import schema
from models.database import Database
from sandbox import Sandbox
from tests.shell import Shell
from tests.somebody import somebody_between

NOBODY_LISTENS = "postgresql+psycopg://iine:secret@127.0.0.1:9/iine"


@pytest.fixture
def lonely_shell(bare_shell: Shell) -> Shell:
    """A shell with tokens, where no Slack is."""
    return bare_shell.having(
        SLACK_BOT_TOKEN="xoxb-1-2-three",
        SLACK_APP_TOKEN="xapp-1-two",
        SLACK_API_URL="http://127.0.0.1:9/api/",
    )


@pytest.mark.parametrize("command", ["serve", "digest", "digest --json"])
@pytest.mark.parametrize("url", [NOBODY_LISTENS, "sqlite:////proc/nowhere/iine.db", "text"])
def test_a_database_that_can_not_be_used(
    lonely_shell: Shell, command: str, url: str, tmp_path: Path
) -> None:
    if url == "text":
        file = tmp_path / "iine.db"
        file.write_text("This is not a database. " * 100)
        url = f"sqlite:///{file}"
    result = lonely_shell.having(DATABASE_URL=url).run(*command.split())
    assert result.returncode == 1
    assert "DATABASE_URL" in result.stderr
    assert "Traceback" not in result.stderr
    assert "secret" not in result.stderr


@pytest.mark.parametrize("wanted", ["PORT", "HEALTH_PORT"])
def test_somebody_else_listens_there(slack_shell: Shell, wanted: str, tmp_path: Path) -> None:
    shell = slack_shell.having(
        DATABASE_URL=f"sqlite:///{tmp_path}/iine.db", PORT="0", SLACK_SIGNING_SECRET="0123abcd"
    )
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = shell.having(**{wanted: port}).run()
    assert result.returncode == 1
    assert f"127.0.0.1, port {port}, can't be listened on: Address already in use" in result.stderr
    assert wanted in result.stderr.splitlines()[-1]
    assert "Slack" not in result.stderr.splitlines()[-1]


def test_a_database_server_that_does_not_answer(lonely_shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        url = f"postgresql+psycopg://iine:secret@127.0.0.1:{port}/iine"
        result = lonely_shell.having(DATABASE_URL=url).run()
    assert result.returncode == 1
    assert "DATABASE_URL" in result.stderr
    assert "Traceback" not in result.stderr


def test_check_without_a_database(lonely_shell: Shell) -> None:
    shell = lonely_shell.having(DATABASE_URL="sqlite:////proc/nowhere/iine.db")
    result = shell.run("check")
    assert result.returncode == 1
    assert "DATABASE_URL" in result.stdout
    assert "OK  " not in result.stdout
    assert result.stderr.strip() == ""


def test_a_database_of_a_later_version(lonely_shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "iine.db"
    database = Database(f"sqlite:///{file}")
    schema.upgrade(database)
    database.close()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'later'")
    connection.close()
    result = lonely_shell.having(DATABASE_URL=f"sqlite:///{file}").run()
    assert result.returncode == 1
    assert "DATABASE_URL" in result.stderr
    assert "Traceback" not in result.stderr


def test_check_while_the_service_writes(slack_shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "iine.db"
    database = Database(f"sqlite:///{file}")
    schema.upgrade(database)
    with database.write():
        result = slack_shell.having(DATABASE_URL=f"sqlite:///{file}").run("check")
    database.close()
    assert "データベースにつながり、最新の形です" in result.stdout


@pytest.mark.parametrize(
    ("answer", "missing"),
    [
        ('{"ok": true}', "auth.test was answered without team_id"),
        ('{"ok": true, "team_id": "T1"}', "auth.test was answered without user_id"),
        (
            '{"ok": true, "team_id": "T1", "user_id": "U1"}',
            "apps.connections.open was answered without url",
        ),
    ],
)
def test_somebody_else_answers_for_slack(
    lonely_shell: Shell, tmp_path: Path, answer: str, missing: str
) -> None:
    with somebody_between(200, "application/json", answer) as url:
        shell = lonely_shell.having(SLACK_API_URL=url, DATABASE_URL=f"sqlite:///{tmp_path}/iine.db")
        served, checked = shell.run(), shell.run("check")
    assert served.returncode == 1
    assert missing in served.stderr
    assert missing in checked.stdout
    assert "Traceback" not in served.stderr
    assert checked.returncode == 1
    assert "None" not in checked.stdout
    assert "apps.connections.open was answered without url" in checked.stdout  # in any case


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8"])
def test_env_as_editors_save_it(bare_shell: Shell, encoding: str, tmp_path: Path) -> None:
    lines = ['SLACK_BOT_TOKEN="xoxb-1"', "SLACK_APP_TOKEN='xapp-1'", "LANGUAGE=fr # 言語"]
    (tmp_path / ".env").write_text("\r\n".join(lines), encoding=encoding)
    result = bare_shell.inside(tmp_path).run("check")
    assert (result.returncode, result.stderr.strip()) == (2, "LANGUAGE must be ja or en.")


def test_env_in_another_encoding(bare_shell: Shell, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("LANGUAGE=ja # 言語\n", encoding="cp932")
    result = bare_shell.inside(tmp_path).run("check")
    assert result.returncode == 2
    assert "UTF-8" in result.stderr
    assert "Traceback" not in result.stderr


def test_it_ends_in_time_while_slack_makes_it_wait(
    slack_shell: Shell, tmp_path: Path, slack: Sandbox
) -> None:
    slack.faults.add("ratelimited", method="apps.connections.open", times=None, retry_after=600)
    with slack_shell.having(DATABASE_URL=f"sqlite:///{tmp_path}/iine.db").starting() as process:
        slack.until(lambda: slack.calls_of("apps.connections.open"), timeout=30)
        told_at = time.monotonic()
        result = process.told_to_end()
    assert time.monotonic() - told_at < 10
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr


def test_check_waits_where_slack_asks_for_a_pause(shell: Shell, slack: Sandbox) -> None:
    lead = slack.person("佐藤 花子")
    channel = slack.channel("防災", members=[lead])
    with shell.running(slack):
        lead.runs("/project", "register 防災", channel)
        slack.until(lambda: [m for m in channel.messages if m.metadata])
    slack.faults.add("ratelimited", method="conversations.info", retry_after=1)
    result = shell.run("check")
    assert "ratelimited" not in result.stdout
    assert "登録された1個のチャンネルすべてに参加しています" in result.stdout
