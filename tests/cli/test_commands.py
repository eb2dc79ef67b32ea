"""`python app.py` and its commands."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import handlers
from bot.checkup import Checkup
from bot.settings import Settings
from bot.slack_client import slack_client
from models.database import Database
from sandbox import Channel, Sandbox, SandboxClock
from tests.shell import Shell


def test_missing_settings_are_all_named(bare_shell: Shell) -> None:
    result = bare_shell.having(SLACK_BOT_TOKEN="", LANGUAGE="fr").run()
    assert result.returncode == 2
    assert "SLACK_BOT_TOKEN is missing" in result.stderr
    assert "SLACK_APP_TOKEN is missing" in result.stderr
    assert "LANGUAGE must be ja or en" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_refused_token_is_said_in_one_line(shell: Shell, slack: Sandbox) -> None:
    slack.revoke_tokens()
    result = shell.run()
    assert result.returncode == 1
    assert "token_revoked" in result.stderr
    assert "Traceback" not in result.stderr


def test_slack_out_of_reach_is_said_in_one_line(shell: Shell) -> None:
    result = shell.having(SLACK_API_URL="http://127.0.0.1:9/api/").run()
    assert result.returncode == 1
    assert "Slack" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_told(shell: Shell, slack: Sandbox, how: signal.Signals) -> None:
    with shell.running(slack, "serve") as process:
        process.signal(how)
        result = process.ended()
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr


def test_what_was_acknowledged_is_recorded_before_it_ends(shell: Shell, slack: Sandbox) -> None:
    lead = slack.person("佐藤 花子")
    channel = slack.channel("防災", members=[lead])
    with shell.running(slack) as process:
        lead.runs("/project", "register 防災", channel)
        slack.until(lambda: [m for m in channel.messages if m.metadata])
        posts = [lead.posts(channel, f"訓練の{n}回目です。") for n in range(20)]
        slack.settle()
        process.told_to_end()
    assert [list(post.reactions) for post in posts] == [["memo"]] * 20


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_manifest_is_one_that_slack_takes(
    bare_shell: Shell, language: str, slack: Sandbox
) -> None:
    result = bare_shell.run("manifest", "--language", language)
    assert result.returncode == 0, result.stderr
    manifest = json.loads(result.stdout)
    slack.install(manifest)
    commands = {c["command"] for c in manifest["features"]["slash_commands"]}
    assert commands == {command.name for command in handlers.COMMANDS}
    assert manifest["settings"]["socket_mode_enabled"] is True


def test_help_is_in_full_sentences(bare_shell: Shell) -> None:
    for command in ((), ("serve",), ("manifest",), ("check",), ("digest",)):
        result = bare_shell.run(*command, "--help")
        assert result.returncode == 0
        description = result.stdout.split("\n\n")[1].strip()
        assert description.endswith("."), description


def register(shell: Shell, slack: Sandbox) -> Channel:
    """The channel of a project."""
    lead = slack.person("佐藤 花子")
    channel = slack.channel("防災", members=[lead])
    with shell.running(slack):
        lead.runs("/project", "register 防災", channel)
        slack.until(lambda: [m for m in channel.messages if m.metadata])
    return channel


class TestCheck:
    """`python app.py check`."""

    def test_before_the_first_start(self, slack_shell: Shell, tmp_path: Path) -> None:
        result = slack_shell.having(DATABASE_URL=f"sqlite:///{tmp_path}/new.db").run("check")
        assert result.returncode == 1
        assert "データベースがまだ最新の形ではありません" in result.stdout

    def test_what_is_missing_on_a_new_site(self, shell: Shell) -> None:
        result = shell.run("check")
        assert result.returncode == 1
        todo = lines(result, "要対応")
        assert len(todo) == 2, result.stdout
        assert "/office 任命" in todo[0]
        assert "/digest" in todo[1]

    def test_a_clock_that_is_off(self, settings: Settings, database: Database) -> None:
        behind = SandboxClock(datetime.now(UTC) - timedelta(minutes=10))
        findings = Checkup(settings, database, slack_client(settings), behind).slack_findings()
        [skew] = [f for f in findings if "NTP" in f.text.en]
        assert not skew.ok
        assert re.search(r"が(599|60\d)秒ずれて", skew.text.ja), skew.text.ja

    def test_missing_scopes_are_named(self, shell: Shell, slack: Sandbox) -> None:
        slack.grant(["commands", "chat:write"])
        [line] = [x for x in lines(shell.run("check"), "要対応") if "権限" in x]
        assert "reactions:read" in line
        assert "chat:write," not in line
        assert "commands" not in line

    def test_refused_tokens(self, shell: Shell, slack: Sandbox) -> None:
        slack.revoke_tokens()
        todo = lines(shell.run("check"), "要対応")
        assert any("SLACK_BOT_TOKEN" in line for line in todo)
        assert any("SLACK_APP_TOKEN" in line for line in todo)

    def test_a_refused_token_is_not_said_again_of_each_channel(
        self, shell: Shell, slack: Sandbox
    ) -> None:
        register(shell, slack)
        slack.revoke_tokens()
        assert "ボットを招待し直してください" not in shell.run("check").stdout

    def test_a_channel_without_the_bot(self, shell: Shell, slack: Sandbox) -> None:
        channel = register(shell, slack)
        assert "#防災" not in shell.run("check").stdout
        channel.removes(slack.bot)
        [line] = [x for x in lines(shell.run("check"), "要対応") if "#防災" in x]
        assert "/invite" in line

    def test_in_english(self, shell: Shell) -> None:
        result = shell.having(LANGUAGE="en").run("check")
        assert "TO DO" in result.stdout
        assert "No office is held yet" in result.stdout


def lines(result: subprocess.CompletedProcess[str], mark: str) -> list[str]:
    """The lines of the check-up that begin with this mark."""
    return [line for line in result.stdout.splitlines() if line.startswith(mark)]
