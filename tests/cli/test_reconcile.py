"""`python app.py reconcile`, as a person runs it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sandbox import Channel, Person, Sandbox, SandboxClock
from tests.shell import Shell


@pytest.fixture
def clock() -> SandboxClock:
    """The machine's own time: the process goes by that."""
    return SandboxClock(datetime.now(UTC), rate=1.0)


def _asks(slack: Sandbox, person: Person, text: str, channel: Channel) -> None:
    invocation = person.runs("/project", text, channel)
    slack.until(lambda: invocation.replies, what="an answer")


def test_from_the_command_line(shell: Shell, slack: Sandbox) -> None:
    lead = slack.person("佐藤 花子")
    first = slack.channel("防災", members=[lead])
    second = slack.channel("子育て", members=[lead])
    with shell.running(slack):
        for name, channel in (("防災", first), ("子育て", second)):
            _asks(slack, lead, f"register {name}", channel)
    with slack.losing_events():
        lead.posts(first, "止まっているあいだの投稿")
    second.removes(slack.bot)
    result = shell.run("reconcile")
    assert result.returncode == 1
    assert "2チャンネルを読み直しました。補った投稿・編集・削除は1件" in result.stdout
    assert "#子育て は読めませんでした" in result.stdout
    result = shell.run("reconcile", "--channel", "#防災", "--since", "2026-04-01")
    assert result.returncode == 0, result.stderr
    assert "1チャンネルを読み直しました。補った投稿・編集・削除は0件" in result.stdout
    result = shell.run("reconcile", "--channel", "#どこ")
    assert result.returncode == 1
    assert "#どこ" in result.stderr


def test_before_the_first_start(shell: Shell) -> None:
    result = shell.run("reconcile", "--since", "きのう")
    assert result.returncode == 1
    assert "--since" in result.stderr
    assert "Traceback" not in result.stderr
