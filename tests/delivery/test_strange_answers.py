"""What Slack, or a machine in between, may answer: nothing is said twice, and nothing is lost."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.core.outgoing import Outgoing
from bot.delivery.sender import Sender
from bot.views import refusals
from models import Delivery
from models.delivery import DeliveryState
from tests.delivery.conftest import Post
from tests.somebody import somebody_between

PORTAL = (
    "text/html; charset=utf-8",
    "<html><body>このネットワークにはログインが必要です</body></html>",
)
NO_TS = ("application/json", json.dumps({"ok": True, "channel": "C1"}))
NO_CODE = ("application/json", json.dumps({"ok": False}))
NOT_TEXT = ("application/json; charset=utf-8", "\udcff\udcfe")


def sender_through(post: Post, url: str) -> Sender:
    """A sender that reaches Slack, or what stands in its place, at this address."""

    def words(_session: Session, note: Delivery) -> Outgoing:
        return Outgoing(str(note.args["text"]))

    client = WebClient(token=post.slack.bot_token, base_url=url, timeout=5, retry_handlers=[])
    return Sender(post.database, client, post.clock, {"note": words})


@pytest.mark.parametrize(
    ("status", "answer"),
    [(200, PORTAL), (403, PORTAL), (200, NO_TS), (200, NO_CODE), (200, NOT_TEXT)],
    ids=["portal", "proxy", "no ts", "no code", "not text"],
)
def test_an_answer_that_is_not_slacks_decides_nothing(
    post: Post, status: int, answer: tuple[str, str]
) -> None:
    post.enqueue("note:1")
    with somebody_between(status, *answer) as url:
        sender_through(post, url).step()
    assert post.state("note:1") == DeliveryState.UNKNOWN
    post.send_later(minutes=1)
    assert (post.state("note:1"), post.said()) == (DeliveryState.SENT, ["お知らせ"])


@pytest.mark.parametrize(
    ("fault", "code"),
    [("ratelimited", ""), ("error", "token_revoked"), ("error", "invalid_cursor")],
    ids=["paused", "revoked", "another page"],
)
def test_while_nobody_may_look_nothing_is_said_again(post: Post, fault: str, code: str) -> None:
    post.slack.faults.add("lost_answer", method="chat.postMessage")
    post.slack.faults.add(fault, method="conversations.history", code=code, retry_after=30)
    post.enqueue("note:1")
    post.send()
    post.send_later(minutes=1)
    assert post.state("note:1") == DeliveryState.UNKNOWN
    post.send_later(minutes=11)
    assert (post.state("note:1"), post.said()) == (DeliveryState.SENT, ["お知らせ"])


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        (None, 30),
        ("", 30),
        ("0", 1),
        ("20", 20),
        ("0.5", 30),
        ("-1", 30),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 30),
        ("31536000", 3600),
        ("9" * 15, 3600),
        ("9" * 5000, 3600),
    ],
    ids=["none", "empty", "0", "20", "part", "minus", "date", "year", "ages", "digits"],
)
def test_a_pause_is_kept_however_it_is_written(post: Post, asked: str | None, kept: int) -> None:
    post.enqueue("note:1")
    answer = ("application/json", json.dumps({"ok": False, "error": "ratelimited"}))
    headers = {} if asked is None else {"Retry-After": asked}
    with somebody_between(429, *answer, headers=headers) as url:
        sender = sender_through(post, url)
        assert (sender.step(), sender.step()) == (True, False)
    assert post.row("note:1").not_before - post.clock.now() == timedelta(seconds=kept)
    post.send_later(seconds=kept - 1)
    assert (post.state("note:1"), post.said()) == (DeliveryState.PENDING, [])
    post.send_later(seconds=1)
    assert (post.state("note:1"), post.said()) == (DeliveryState.SENT, ["お知らせ"])


def test_what_died_a_moment_ago_may_still_be_on_its_way(post: Post) -> None:
    post.enqueue("note:1")
    post.die_while_sending("note:1")
    post.sender.recover()
    post.send()
    assert post.said() == []
    post.send_later(seconds=9)
    assert post.said() == []
    post.send_later(seconds=60)
    assert (post.state("note:1"), post.said()) == (DeliveryState.SENT, ["お知らせ"])


@pytest.mark.parametrize(
    "code",
    [
        "not_in_channel",
        "team_added_to_org",
        "message_limit_exceeded",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_locked",
        "restricted_action_thread_only_channel",
    ],
)
def test_what_somebody_can_put_right_waits_for_that(post: Post, code: str) -> None:
    post.slack.faults.add("error", method="chat.postMessage", code=code)
    post.enqueue("note:1")
    post.send()
    assert (post.state("note:1"), post.row("note:1").error) == (DeliveryState.PENDING, code)
    assert "自動で送" in refusals.in_words(code).ja
    post.send_later(minutes=1)
    assert post.said() == ["お知らせ"]


@pytest.mark.parametrize(
    ("text", "end"), [("", DeliveryState.DROPPED), ("unspeakable", DeliveryState.FAILED)]
)
def test_a_thread_ends_with_its_first_message(post: Post, text: str, end: str) -> None:
    post.enqueue("note:1", text)
    post.enqueue("note:1:reply", "続き", thread_key="note:1")
    post.send()
    assert (post.state("note:1"), post.state("note:1:reply")) == (end, end)
    assert post.row("note:1:reply").error == "note:1 was not said"
    assert post.said() == []
