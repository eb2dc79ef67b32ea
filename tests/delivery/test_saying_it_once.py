"""Each thing is said once, whatever Slack or the machine does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.posts import MARK
from bot.delivery.outbox import Outbox
from models import Message, delivery
from models.delivery import DeliveryState
from models.project import Capture, Kind, Project, Stage, Status
from tests.delivery.conftest import Post


def test_it_is_said_with_its_key(post: Post) -> None:
    post.enqueue("note:1", "こんにちは")
    post.send()
    [message] = [m for m in post.channel.messages if m.text == "こんにちは"]
    assert message.metadata == {"event_type": "iine_delivery", "event_payload": {"key": "note:1"}}
    row = post.row("note:1")
    assert (row.state, row.ts, row.sent_at) == (DeliveryState.SENT, message.ts, post.clock.now())


def test_the_same_key_is_said_once(post: Post) -> None:
    post.enqueue("note:1")
    post.enqueue("note:1")
    post.send()
    post.enqueue("note:1")
    post.send()
    assert post.said() == ["お知らせ"]


def test_an_answer_that_got_lost(post: Post) -> None:
    post.slack.faults.add("lost_answer", method="chat.postMessage")
    post.enqueue("note:1")
    post.send()
    assert post.state("note:1") == DeliveryState.UNKNOWN
    post.send_later(minutes=1)
    assert post.state("note:1") == DeliveryState.SENT
    assert post.said() == ["お知らせ"]


def test_a_connection_that_broke_before_slack_heard(post: Post) -> None:
    post.slack.faults.add("connection_reset", method="chat.postMessage")
    post.enqueue("note:1")
    post.send()
    assert post.said() == []
    post.send_later(minutes=1)
    assert post.said() == ["お知らせ"]


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_error_is_uncertain(post: Post, status: int) -> None:
    post.slack.faults.add("http_error", method="chat.postMessage", status=status)
    post.enqueue("note:1")
    post.send()
    assert post.state("note:1") == DeliveryState.UNKNOWN
    post.send_later(minutes=1)
    assert post.said() == ["お知らせ"]


@pytest.mark.parametrize("heard", [True, False])
def test_a_process_that_died_while_it_sent(post: Post, *, heard: bool) -> None:
    post.enqueue("note:1")
    if heard:
        post.send()
    post.die_while_sending("note:1")
    post.sender.recover()
    post.send_later(minutes=2)
    assert post.state("note:1") == DeliveryState.SENT
    assert post.said() == ["お知らせ"]


def test_what_is_unknown_is_not_said_again_while_nobody_can_look(post: Post) -> None:
    post.slack.faults.add("lost_answer", method="chat.postMessage")
    post.slack.faults.add("http_error", method="conversations.history", times=3)
    post.enqueue("note:1")
    post.send()
    for _ in range(3):
        post.send_later(minutes=11)
        assert post.state("note:1") == DeliveryState.UNKNOWN
    post.send_later(minutes=11)
    assert post.state("note:1") == DeliveryState.SENT
    assert post.said() == ["お知らせ"]


def test_slacks_pause_is_kept_by_the_whole_channel(post: Post) -> None:
    other = post.slack.channel("ほか", members=[])
    post.slack.invite_bot(other)
    post.slack.faults.add("ratelimited", method="chat.postMessage", retry_after=30)
    post.enqueue("note:1", "一")
    post.enqueue("note:2", "二")
    post.enqueue("note:3", "ほか", channel=other.id)
    post.send()
    assert (post.said(), [m.text for m in other.messages if not m.subtype]) == ([], ["ほか"])
    post.send_later(seconds=29)
    assert post.said() == []
    post.send_later(seconds=1)
    assert post.said() == ["一", "二"]


def test_slacks_pause_holds_for_what_comes_meanwhile(post: Post) -> None:
    post.slack.faults.add("ratelimited", method="chat.postMessage", retry_after=30)
    post.enqueue("note:1", "一")
    post.send()
    post.enqueue("note:2", "二")
    post.send_later(seconds=29)
    assert [call.method for call in post.slack.calls] == ["chat.postMessage"]
    post.send_later(seconds=1)
    assert post.said() == ["一", "二"]


def test_slacks_pause_is_over_where_the_clock_is_set_back(post: Post) -> None:
    outbox, now = Outbox(post.database), post.clock.now()
    post.enqueue("note:1")
    claimed = outbox.claim(now + timedelta(days=1))
    assert claimed is not None
    outbox.pause(claimed.delivery, now + timedelta(days=1, seconds=30))
    post.enqueue("note:2")
    assert outbox.claim(now) is not None


def test_a_refusal_is_final_and_holds_up_nothing(post: Post) -> None:
    post.enqueue("note:1", channel="C0NOWHERE")
    post.enqueue("note:2", "unspeakable")
    post.enqueue("note:3", "次")
    post.send()
    assert post.state("note:1") == DeliveryState.FAILED
    assert post.row("note:1").error == "channel_not_found"
    assert post.state("note:2") == DeliveryState.FAILED
    assert post.said() == ["次"]


def test_a_revoked_token_waits_until_it_is_put_right(post: Post) -> None:
    post.slack.faults.add("error", method="chat.postMessage", code="token_revoked")
    post.enqueue("note:1")
    post.send()
    assert post.state("note:1") == DeliveryState.PENDING
    post.send_later(minutes=1)
    assert post.said() == ["お知らせ"]


def test_nothing_to_say_any_more(post: Post) -> None:
    post.enqueue("note:1", "")
    post.send()
    assert post.state("note:1") == DeliveryState.DROPPED
    assert post.said() == []


def test_a_reply_waits_for_what_it_replies_to(post: Post) -> None:
    post.enqueue("note:1:reply", "続き", thread_key="note:1")
    post.send()
    assert post.state("note:1:reply") == DeliveryState.PENDING
    post.enqueue("note:1", "はじめ")
    post.send()
    [root] = [m for m in post.channel.messages if m.text == "はじめ"]
    assert [m.text for m in root.replies] == ["続き"]


def test_a_reply_whose_answer_got_lost_is_looked_for_in_the_thread(post: Post) -> None:
    post.enqueue("note:1", "はじめ")
    post.send()
    post.slack.faults.add("lost_answer", method="chat.postMessage")
    post.enqueue("note:1:reply", "続き", thread_key="note:1")
    post.send()
    post.send_later(minutes=1)
    [root] = [m for m in post.channel.messages if m.text == "はじめ"]
    assert [m.text for m in root.replies] == ["続き"]
    assert post.state("note:1:reply") == DeliveryState.SENT


class TestMarks:
    """The bot's 📝."""

    @pytest.fixture
    def ts(self, post: Post) -> str:
        """A counted post in Slack and in the database."""
        person = post.slack.person("鈴木 一郎")
        post.channel.invites(person)
        message = person.posts(post.channel, "訓練をしました。")
        now = post.clock.now()
        with post.database.write() as session:
            project = Project(
                team_id=post.slack.team_id,
                name="防災",
                name_key="防災",
                kind=Kind.WORKING_GROUP,
                stage=Stage.IDEA,
                status=Status.ACTIVE,
                capture=Capture.ALL,
                created_by=person.id,
                created_at=now,
                stage_changed_at=now,
                status_changed_at=now,
            )
            session.add(project)
            session.flush()
            session.add(
                Message(
                    team_id=post.slack.team_id,
                    channel_id=post.channel.id,
                    ts=message.ts,
                    user_id=person.id,
                    kind="post",
                    project_id=project.id,
                    capture=Capture.ALL,
                    counted=True,
                )
            )
        self.enqueue(post, message.ts)
        return message.ts

    def test_a_counted_post_is_marked(self, post: Post, ts: str) -> None:
        post.send()
        assert self.marks(post, ts) == {"memo": [post.slack.bot_user_id]}
        assert post.state(f"mark:{ts}") == DeliveryState.SENT

    def test_a_post_that_counts_no_more_loses_its_mark(self, post: Post, ts: str) -> None:
        post.send()
        self.change(post, ts, counted=False)
        post.send()
        assert self.marks(post, ts) == {}

    def test_a_mark_whose_answer_got_lost_is_put_again(self, post: Post, ts: str) -> None:
        post.slack.faults.add("lost_answer", method="reactions.add")
        post.send()
        post.send_later(minutes=1)
        assert self.marks(post, ts) == {"memo": [post.slack.bot_user_id]}
        assert post.state(f"mark:{ts}") == DeliveryState.SENT

    @pytest.mark.parametrize("code", ["is_archived", "too_many_emoji", "channel_not_found"])
    def test_where_slack_takes_no_mark_nobody_has_to_do_anything(
        self, post: Post, ts: str, code: str
    ) -> None:
        post.slack.faults.add("error", method="reactions.add", code=code)
        post.send()
        row = post.row(f"mark:{ts}")
        assert (row.state, row.error) == (DeliveryState.DROPPED, code)

    def test_words_go_before_marks(self, post: Post, ts: str) -> None:
        post.enqueue("note:1")
        post.send()
        methods = [c.method for c in post.slack.calls]
        assert methods == ["chat.postMessage", "reactions.add"]

    def test_a_pause_for_marks_is_one_for_all_marks_and_for_no_words(
        self, post: Post, ts: str
    ) -> None:
        post.slack.faults.add("ratelimited", method="reactions.add", retry_after=30)
        post.send()
        self.enqueue(post, "1.000000")
        post.enqueue("note:1")
        post.send_later(seconds=29)
        assert [call.method for call in post.slack.calls] == ["reactions.add", "chat.postMessage"]
        post.send_later(seconds=1)
        assert self.marks(post, ts) == {"memo": [post.slack.bot_user_id]}

    def test_a_project_may_do_without_marks(self, post: Post, ts: str) -> None:
        with post.database.write() as session:
            for project in session.query(Project):
                project.marks_posts = False
        post.send()
        assert self.marks(post, ts) == {}

    @staticmethod
    def enqueue(post: Post, ts: str) -> None:
        with post.database.write() as session:
            delivery.enqueue(
                session,
                team_id=post.slack.team_id,
                key=f"mark:{ts}",
                kind=MARK,
                channel_id=post.channel.id,
                args={"ts": ts},
                now=post.clock.now(),
            )

    @staticmethod
    def marks(post: Post, ts: str) -> dict[str, list[str]]:
        [message] = [m for m in post.channel.messages if m.ts == ts]
        return message.reactions

    @staticmethod
    def change(post: Post, ts: str, *, counted: bool) -> None:
        with post.database.write() as session:
            key = (post.slack.team_id, post.channel.id, ts)
            session.get_one(Message, key).counted = counted
            row = delivery.by_key(session, post.slack.team_id, f"mark:{ts}")
            assert row is not None
            row.state = DeliveryState.PENDING
