"""What Slack may have and nobody can look for is held: never said again on a guess."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from slack_sdk import WebClient
from sqlalchemy import update

from bot.clock import SystemClock
from bot.core import homes, setup
from bot.core.outgoing import Outgoing
from bot.delivery import history
from bot.delivery.sender import Sender
from bot.recording import channels
from bot.recording.payload import Arrival, Payload
from models import Delivery, delivery, home
from models.delivery import DeliveryState
from tests.delivery.conftest import Post
from tests.somebody import somebody_between

CANT_LOOK = ["missing_scope", "not_in_channel", "channel_not_found", "no_permission"]


def in_doubt(post: Post, key: str = "note", *, thread_key: str | None = None) -> None:
    """Slack has it, and its answer got lost."""
    post.slack.faults.add("lost_answer", method="chat.postMessage")
    post.enqueue(key, thread_key=thread_key)
    post.send()


@pytest.mark.parametrize("code", CANT_LOOK)
def test_held_until_somebody_can_look(post: Post, code: str) -> None:
    in_doubt(post)
    post.slack.faults.add("error", method="conversations.history", code=code, times=2)
    post.send_later(minutes=1)
    assert (post.state("note"), post.row("note").error) == (DeliveryState.HELD, code)
    post.send_later(minutes=59)
    post.send_later(minutes=1)
    assert post.state("note") == DeliveryState.HELD
    post.send_later(hours=1)
    assert (post.state("note"), post.said()) == (DeliveryState.SENT, ["お知らせ"])
    assert len(post.slack.calls_of("chat.postMessage")) == 1


def test_the_coordinators_see_it_at_once(post: Post) -> None:
    team_id = post.slack.team_id
    with post.database.write() as session:
        view = home.ensure(session, team_id, "U1", post.clock.now())
        view.tab, view.stale_at = homes.Tab.COORDINATION, None
        view.published_at = post.clock.now()
    in_doubt(post)
    post.slack.faults.add("error", method="conversations.history", code="missing_scope")
    post.send_later(minutes=1)
    with post.database.read() as session:
        assert setup.trouble(session, team_id, post.clock.now()).unsaid == 1
        view = session.get_one(home.HomeView, (team_id, "U1"))
        assert view.stale_at is not None


def test_a_reply_whose_thread_is_gone_is_held(post: Post) -> None:
    post.enqueue("root", "はじめ")
    post.send()
    in_doubt(post, thread_key="root")
    post.slack.faults.add("error", method="conversations.replies", code="thread_not_found")
    post.send_later(minutes=1)
    assert post.state("note") == DeliveryState.HELD


def test_what_belongs_in_its_thread_waits_with_it(post: Post) -> None:
    in_doubt(post)
    post.slack.faults.add("error", method="conversations.history", code="missing_scope")
    post.enqueue("reply", "続き", thread_key="note")
    post.send_later(minutes=1)
    assert post.state("reply") == DeliveryState.PENDING
    post.send_later(hours=1)
    [root] = [m for m in post.channel.messages if m.text == "お知らせ"]
    assert [m.text for m in root.replies] == ["続き"]


def test_too_much_to_look_through_is_held(post: Post) -> None:
    pages = json.dumps(
        {"ok": True, "messages": [], "has_more": True, "response_metadata": {"next_cursor": "x"}}
    )
    in_doubt(post)
    with somebody_between(200, "application/json", pages) as url:
        client = WebClient(token=post.slack.bot_token, base_url=url, retry_handlers=[])
        slow = post.another_sender(client)
        post.clock.advance(timedelta(minutes=1))
        slow.step()
    row = post.row("note")
    assert (row.state, (row.error or "").partition(";")[0]) == ("held", history.TOO_LONG)


@pytest.mark.parametrize(
    "page",
    [
        {"ok": True},
        {"ok": True, "messages": None},
        {"ok": True, "messages": [], "has_more": True},
    ],
    ids=["no messages", "null", "no cursor"],
)
def test_an_answer_from_which_nothing_follows(post: Post, page: dict[str, object]) -> None:
    in_doubt(post)
    with somebody_between(200, "application/json", json.dumps(page)) as url:
        client = WebClient(token=post.slack.bot_token, base_url=url, retry_handlers=[])
        with pytest.raises(ValueError, match="a history"):
            history.find(client, post.row("note"), None)


def test_it_is_found_far_back_in_a_busy_channel(post: Post) -> None:
    in_doubt(post)
    sato = post.slack.person("鈴木 一郎")
    post.channel.invites(sato)
    for number in range(history.PAGE + 5):
        sato.posts(post.channel, f"{number}")
    post.send_later(days=3)
    assert post.state("note") == DeliveryState.SENT
    assert len(post.slack.calls_of("chat.postMessage")) == 1
    assert len(post.slack.calls_of("conversations.history")) == 2


@pytest.mark.parametrize("stands", [True, False])
@pytest.mark.parametrize("thread_key", [None, "root"], ids=["channel", "thread"])
def test_where_slack_throttles_the_search_goes_on_and_nobody_waits_for_it(
    post: Post, thread_key: str | None, *, stands: bool
) -> None:
    post.enqueue("root", "はじめ")
    post.send()
    [root] = [m for m in post.channel.messages if m.text == "はじめ"]
    sato = post.slack.person("鈴木 一郎")
    post.channel.invites(sato)

    def talk() -> None:
        for number in range(20):
            if thread_key:
                sato.replies(root, f"{number}")
            else:
                sato.posts(post.channel, f"{number}")

    talk()
    post.slack.faults.add(
        "lost_answer" if stands else "connection_reset", method="chat.postMessage"
    )
    post.enqueue("note", thread_key=thread_key)
    post.send()
    talk()
    post.slack.throttled = post.slack.enforce_rate_limits = True
    post.send_later(minutes=1)
    post.send_later(seconds=1)
    post.enqueue("next", "次")
    post.send()
    assert (post.state("note"), post.state("next")) == ("unknown", "sent")
    for _ in range(5):
        post.send_later(minutes=1)
    assert post.state("note") == DeliveryState.SENT
    everything = [message.text for message in post.slack.messages]
    assert everything.count("お知らせ") == 1


def test_a_search_for_something_else_does_not_go_on(post: Post) -> None:
    sato = post.slack.person("鈴木 一郎")
    post.channel.invites(sato)
    for number in range(40):
        sato.posts(post.channel, f"{number}")
    post.slack.faults.add("connection_reset", method="chat.postMessage")
    post.enqueue("note")
    post.send()
    post.slack.throttled = post.slack.enforce_rate_limits = True
    post.send_later(minutes=1)
    post.slack.throttled = False
    post.slack.faults.add("lost_answer", method="chat.postMessage")
    client = WebClient(token=post.slack.bot_token, base_url=post.slack.url, retry_handlers=[])
    post.clock.advance(timedelta(minutes=1))
    post.another_sender(client).step()
    assert (post.state("note"), len(post.said())) == (DeliveryState.UNKNOWN, 41)
    post.send_later(minutes=1)
    assert (post.state("note"), len(post.said())) == (DeliveryState.SENT, 41)


@pytest.mark.parametrize("hours", [9, -9], ids=["ahead", "behind"])
def test_a_server_whose_clock_is_wrong_by_hours(post: Post, hours: int) -> None:
    class Wrong(SystemClock):
        def now(self) -> datetime:
            return post.clock.now() + timedelta(hours=hours)

    post.clock.advance(timedelta(days=1))
    post.enqueue("note")
    with post.database.write() as session:
        session.execute(update(Delivery).values(not_before=Wrong().now()))
    client = WebClient(token=post.slack.bot_token, base_url=post.slack.url, retry_handlers=[])
    sender = Sender(post.database, client, Wrong(), {"note": lambda _s, _d: Outgoing("お知らせ")})
    post.slack.faults.add("lost_answer", method="chat.postMessage")
    sender.step()
    post.clock.advance(timedelta(minutes=1))
    sender.step()
    assert (post.state("note"), post.said()) == (DeliveryState.SENT, ["お知らせ"])


def test_what_is_said_anew_after_a_long_time_asks_for_no_years_of_history(post: Post) -> None:
    post.enqueue("note", "")
    post.send()
    sato = post.slack.person("鈴木 一郎")
    post.channel.invites(sato)
    for number in range(history.PAGE + 5):
        sato.posts(post.channel, f"{number}")
    post.clock.advance(timedelta(days=400))
    with post.database.write() as session:
        row = delivery.by_key(session, post.slack.team_id, "note")
        assert row is not None
        row.args = {"text": "一"}
        delivery.renew(session, post.slack.team_id, "note", post.clock.now())
    post.slack.faults.add("lost_answer", method="chat.postMessage")
    post.send()
    post.send_later(minutes=1)
    assert post.state("note") == DeliveryState.SENT
    assert len(post.slack.calls_of("conversations.history")) == 1
    assert len(post.slack.calls_of("chat.postMessage")) == 1


class TestTheChannelIsClosed:
    """Archived, or without the bot: said once it is open again, if that is not too long ago."""

    @staticmethod
    def heard(post: Post, type_: str) -> None:
        """The app hears of it."""
        event = {
            "type": type_,
            "channel": post.channel.id,
            "user": post.slack.bot_user_id,
            "event_ts": f"{post.clock.now().timestamp():.6f}",
        }
        with post.database.write() as session:
            arrival = Arrival(post.clock.now(), post.clock.now())
            channels.apply(session, post.slack.team_id, Payload(event), arrival)

    def test_archived_and_unarchived(self, post: Post) -> None:
        post.channel.archives()
        post.enqueue("note", "一")
        post.enqueue("reply", "続き", thread_key="note")
        post.send()
        assert (post.state("note"), post.state("reply")) == ("failed", "failed")
        post.channel.unarchives()
        self.heard(post, "channel_unarchive")
        post.send()
        assert (post.state("note"), post.state("reply")) == ("sent", "sent")
        assert post.said() == ["一"]

    def test_what_stands_in_an_archived_channel_is_changed_later(self, post: Post) -> None:
        post.enqueue("note", "一")
        post.send()
        post.channel.archives()
        with post.database.write() as session:
            delivery.renew(session, post.slack.team_id, "note", post.clock.now())
        post.send()
        assert post.state("note") == "failed"
        post.enqueue("reply", "続き", thread_key="note")
        post.channel.unarchives()
        self.heard(post, "channel_unarchive")
        post.send()
        assert (post.state("note"), post.state("reply")) == ("sent", "sent")

    def test_after_a_week_it_is_no_news(self, post: Post) -> None:
        post.channel.archives()
        post.enqueue("note", "一")
        post.send()
        post.clock.advance(delivery.REFUSED_LATELY)
        self.heard(post, "channel_unarchive")
        post.send()
        assert post.state("note") == "failed"
