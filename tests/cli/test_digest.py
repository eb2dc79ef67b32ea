"""`python app.py digest`: printed, as numbers, and sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from sandbox import Channel, Message, Person, Sandbox, SandboxClock
from service import Service
from tests.conftest import JST
from tests.shell import Shell

Settled = Callable[[], None]


@dataclass(frozen=True)
class Town:
    """A registered group, a mayor in office, and a channel that gets the digest."""

    group: Channel
    leaders: Channel
    sato: Person
    mayor: Person
    post: Message


@pytest.fixture
def clock() -> SandboxClock:
    """An hour ago by the machine's own clock, which is the one the command line goes by."""
    return SandboxClock(datetime.now(JST) - timedelta(hours=1))


@pytest.fixture
def town(slack: Sandbox, iine: Service, clock: SandboxClock, settled: Settled) -> Town:
    sato = slack.person("佐藤 花子", title="防災課")
    mayor = slack.person("山本 太郎", title="市長", admin=True)
    group = slack.channel("避難所dx", members=[sato, mayor])
    leaders = slack.channel("幹部", members=[mayor])

    def ask(command: str, text: str, channel: Channel) -> None:
        asked = mayor.runs(command, text, channel)
        slack.until(lambda: asked.replies)
        settled()

    ask("/project", "register 避難所の受付DX", group)
    ask("/office", f"assign 市長 @{mayor.record.username}", group)
    ask("/digest", "to here", leaders)
    clock.advance(timedelta(minutes=10))
    post = sato.posts(group, "避難所の受付をQRコードで試しました。")
    sato.replies(post, "写真はあとで載せます。")
    mayor.reacts(post, "+1")
    settled()
    clock.advance(timedelta(minutes=10))
    return Town(group, leaders, sato, mayor, post)


def test_the_numbers(shell: Shell, town: Town) -> None:
    result = shell.run("digest", "--json")
    assert result.returncode == 0, result.stderr
    numbers = json.loads(result.stdout)
    start, end = (datetime.fromisoformat(numbers["period"][key]) for key in ("start", "end"))
    assert end - start == timedelta(days=7)
    assert numbers["totals"] == {
        "posts": 1,
        "replies": 1,
        "reactions": 1,
        "acknowledgements": 1,
        "active_projects": 1,
    }
    assert numbers["projects"] == [
        {
            "name": "避難所の受付DX",
            "kind": "working_group",
            "stage": "idea",
            "channels": [town.group.id],
            "posts": 1,
            "replies": 1,
            "reactions": 1,
            "acknowledgements": 1,
            "last_post_ts": town.post.ts,
        }
    ]
    assert numbers["posts"] == [
        {
            "channel": town.group.id,
            "ts": town.post.ts,
            "author": town.sato.id,
            "reactions": 1,
            "acknowledged_by": ["市長"],
            "edited": False,
            "project": "避難所の受付DX",
        }
    ]


def test_a_moment_in_the_past(shell: Shell, town: Town, clock: SandboxClock) -> None:
    before = (clock.now() - timedelta(minutes=15)).isoformat()
    result = shell.run("digest", "--json", "--at", before)
    assert json.loads(result.stdout)["totals"]["posts"] == 0
    local = clock.now().astimezone(JST).replace(tzinfo=None).isoformat()
    result = shell.run("digest", "--json", "--at", local)
    assert json.loads(result.stdout)["totals"]["posts"] == 1


def test_printed_without_a_word_in_slack(
    shell: Shell, town: Town, slack: Sandbox, iine: Service
) -> None:
    iine.stop()  # where office hours have just begun it would tell of the mayor's reaction
    said = len(slack.calls_of("chat.postMessage"))
    result = shell.having(SLACK_BOT_TOKEN="", SLACK_APP_TOKEN="").run("digest", "--dry-run")
    assert result.returncode == 0, result.stderr
    assert "週次ダイジェスト" in result.stdout
    assert "避難所の受付をQRコードで試しました。" in result.stdout
    assert len(slack.calls_of("chat.postMessage")) == said


@pytest.mark.parametrize("named", ["id", "#name", "name"])
def test_as_an_audience_reads_it(shell: Shell, town: Town, named: str) -> None:
    audience = {"id": town.leaders.id, "#name": "#幹部", "name": "幹部"}[named]
    result = shell.run("digest", "--dry-run", "--audience", audience)
    assert result.returncode == 0, result.stderr
    assert "週次ダイジェスト" in result.stdout


def test_sent_once(shell: Shell, town: Town, slack: Sandbox) -> None:
    result = shell.run("digest")
    assert result.returncode == 0, result.stderr
    [digest] = [m for m in town.leaders.messages if m.metadata]
    assert "避難所の受付をQRコードで試しました。" in digest.words
    assert json.loads(shell.run("digest", "--json").stdout)["totals"]["posts"] == 0


def test_what_slack_refuses_is_said(shell: Shell, town: Town, slack: Sandbox) -> None:
    slack.faults.add("error", method="chat.postMessage", times=None, code="is_archived")
    result = shell.run("digest")
    assert result.returncode == 1
    assert "件を送れませんでした" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("--at", "あした"), "--at は"),
        (("--at", "0001-01-01"), "--at は"),
        (("--at", "2099-01-01T09:00"), "これからの分は送れません"),
        (("--audience", "#幹部"), "すべての送り先に同時に送ります"),
        (("--dry-run", "--audience", "#ない"), "送り先に #ない はありません"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_can_not_be_done_is_said(
    shell: Shell, town: Town, args: tuple[str, ...], sentence: str
) -> None:
    result = shell.run("digest", *args)
    assert result.returncode == 1
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr
    assert [m for m in town.leaders.messages if m.metadata] == []


def test_never_connected(shell: Shell) -> None:
    result = shell.run("digest", "--dry-run")
    assert result.returncode == 1
    assert "一度起動してください" in result.stderr
