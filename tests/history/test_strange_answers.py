"""What Slack, or a machine in between, may answer: nothing counts as deleted, or as read, by it."""

from __future__ import annotations

import json

import pytest
from slack_sdk import WebClient

from bot.recording.history.reconciler import Reconciler
from models.message import MessageKind
from sandbox.actors import Channel
from tests.history.conftest import Office
from tests.somebody import somebody_between


def _reads_of_somebody_else(office: Office, body: object) -> None:
    """All of history is read again, and every question gets this one answer."""
    with somebody_between(200, "application/json", json.dumps(body)) as url:
        client = WebClient(token="xoxb-test", base_url=url, retry_handlers=[])
        reader = Reconciler(office.database, client, office.clock, lambda: None)
        office.ticks()
        office.reads(reader, steps=50)


def _recorded(office: Office) -> tuple[Channel, list[str]]:
    channel = office.channel("防災")
    posts = [office.author.posts(channel, f"投稿{number}") for number in range(3)]
    office.reader.replies(posts[0], "返信")
    office.hears()
    office.starts()
    office.reads()
    office.later(days=1)
    return channel, [post.ts for post in posts]


@pytest.mark.parametrize(
    "body",
    [
        {"ok": True},
        {"ok": True, "messages": None},
        {"ok": True, "messages": [], "has_more": True},
        {"ok": True, "messages": [{"type": "message", "text": "?"}], "has_more": True},
    ],
    ids=["nothing", "no list", "more of nothing", "without a time"],
)
def test_an_answer_without_messages(office: Office, body: object) -> None:
    channel, _ = _recorded(office)
    _reads_of_somebody_else(office, body)
    assert office.texts(channel) == ["投稿0", "投稿1", "投稿2"]
    assert office.texts(channel, MessageKind.REPLY) == ["返信"]
    assert office.mark(channel).error == "strange_answer"
    assert office.mark(channel).is_to_be_read, "once it is Slack again"


@pytest.mark.parametrize("has_more", [True, False])
def test_the_same_page_whatever_is_asked(office: Office, has_more: bool) -> None:
    """Somebody pays no heed to `latest`, `oldest` and `limit`."""
    channel, times = _recorded(office)
    shown = {"type": "message", "user": office.author.id, "text": "投稿2", "ts": times[2]}
    _reads_of_somebody_else(office, {"ok": True, "messages": [shown], "has_more": has_more})
    assert office.texts(channel) == ["投稿0", "投稿1", "投稿2"]
    assert office.texts(channel, MessageKind.REPLY) == ["返信"]
    assert office.mark(channel).error == "strange_answer"


def test_then_it_is_slack_again(office: Office) -> None:
    channel, _ = _recorded(office)
    office.author.posts(channel, "投稿3")
    office.misses()
    _reads_of_somebody_else(office, {"ok": True})
    office.later(minutes=20)
    office.reads()
    assert office.texts(channel) == ["投稿0", "投稿1", "投稿2", "投稿3"]
    assert office.mark(channel).error is None


def test_a_thread_that_slack_does_not_find_may_still_have_its_replies(office: Office) -> None:
    """`thread_not_found` is said of any `ts` that is not right; each reply is looked for itself.

    https://docs.slack.dev/reference/methods/conversations.replies
    """
    channel = office.channel("防災")
    post = office.author.posts(channel, "投稿")
    kept, gone = (office.reader.replies(post, text) for text in ("残る返信", "消す返信"))
    office.hears()
    with office.slack.losing_events():
        office.reader.deletes(gone)
    office.slack.faults.add(
        "error", method="conversations.replies", code="thread_not_found", times=None
    )
    office.later(hours=2)
    office.ticks()
    office.reads()
    assert office.texts(channel, MessageKind.REPLY) == ["残る返信"]
    assert office.row(channel, kept.ts).deleted_ts is None
    assert office.row(channel, gone.ts).deleted_source == "reconcile"
