"""What somebody puts right in Slack: what waited goes out, nothing lost and nothing doubled."""

from __future__ import annotations

import pytest
from slack_sdk import WebClient
from sqlalchemy import update

from models import Delivery, Member, delivery
from models.delivery import DeliveryState
from sandbox import Person
from tests.delivery.conftest import Post


def test_the_token_is_revoked_and_a_new_one_put_in(post: Post) -> None:
    post.enqueue("stands", "零")
    post.send()
    post.slack.faults.add("lost_answer", method="chat.postMessage")
    post.enqueue("in-doubt", "一")
    post.send()
    post.slack.faults.add("error", code="token_revoked", times=None)
    post.enqueue("new", "二")
    post.enqueue("reply", "返信", thread_key="new")
    with post.database.write() as session:
        delivery.renew(session, post.slack.team_id, "stands", post.clock.now())
    for _ in range(5):
        post.send_later(minutes=20)
    states = [post.state(key) for key in ("stands", "in-doubt", "new", "reply")]
    assert states == ["pending", "unknown", "pending", "pending"]
    post.slack.faults.clear()
    for _ in range(3):
        post.send_later(minutes=10)
    assert sorted(post.said()) == ["一", "二", "零"]
    assert {post.state(key) for key in ("stands", "in-doubt", "new", "reply")} == {"sent"}
    [root] = [m for m in post.channel.messages if m.text == "二"]
    assert [m.text for m in root.replies] == ["返信"]


def test_the_bot_is_thrown_out_and_let_in_again(post: Post) -> None:
    post.slack.faults.add("error", method="chat.postMessage", code="not_in_channel", times=3)
    post.enqueue("note")
    for _ in range(3):
        post.send_later(minutes=11)
    assert post.state("note") == DeliveryState.PENDING
    with post.database.write() as session:
        where = (post.slack.team_id, post.channel.id)
        delivery.channel_is_open_again(session, *where, post.clock.now())
    post.send()
    assert (post.state("note"), post.said()) == (DeliveryState.SENT, ["お知らせ"])


@pytest.mark.parametrize("code", ["user_disabled", "cannot_dm_bot"])
def test_whom_it_is_for_has_left(post: Post, code: str) -> None:
    person = post.slack.person("鈴木 一郎")
    post.slack.faults.add("error", method="conversations.open", code=code)
    post.enqueue("note", channel=person.id)
    post.send()
    assert (post.state("note"), post.row("note").error) == (DeliveryState.DROPPED, code)


def test_the_direct_messages_are_known_and_the_person_has_left(post: Post) -> None:
    person = post.slack.person("鈴木 一郎")
    post.enqueue("first", channel=person.id)
    post.send()
    person.is_deactivated()
    post.slack.faults.add("error", method="chat.postMessage", code="channel_not_found")
    post.enqueue("second", channel=person.dm().id)
    post.send()
    assert post.state("second") == DeliveryState.FAILED


class TestTheDirectMessagesAreClosed:
    """What Slack once gave out for them serves no more: it is asked for others."""

    @staticmethod
    def person(post: Post) -> Person:
        """Somebody whose direct messages are known."""
        person = post.slack.person("鈴木 一郎")
        with post.database.write() as session:
            row = Member(team_id=post.slack.team_id, user_id=person.id, dm_channel_id="D0CLOSED")
            session.add(row)
        return person

    @staticmethod
    def known(post: Post, person: Person) -> str | None:
        """The direct messages that are known."""
        with post.database.read() as session:
            return session.get_one(Member, (post.slack.team_id, person.id)).dm_channel_id

    @pytest.mark.parametrize("code", ["channel_not_found", "is_archived"])
    def test_others_are_opened(self, post: Post, code: str) -> None:
        person = self.person(post)
        post.slack.faults.add("error", method="chat.postMessage", code=code)
        post.enqueue("note", channel=person.id)
        post.enqueue("reply", "続き", thread_key="note", channel=person.id)
        post.send()
        assert (post.state("note"), post.state("reply")) == ("sent", "sent")
        [message] = person.sees(person.dm())
        assert [reply.text for reply in message.replies] == ["続き"]
        assert self.known(post, person) == person.dm().id

    def test_others_are_closed_as_well(self, post: Post) -> None:
        person = self.person(post)
        post.slack.faults.add("error", method="chat.postMessage", code="is_archived", times=None)
        post.enqueue("note", channel=person.id)
        post.send()
        assert (post.state("note"), post.row("note").error) == ("failed", "is_archived")
        assert len(post.slack.calls_of("chat.postMessage")) == 2

    def test_the_person_has_left(self, post: Post) -> None:
        person = self.person(post)
        person.is_deactivated()
        post.enqueue("note", channel=person.id)
        post.send()
        assert (post.state("note"), post.row("note").error) == ("dropped", "user_disabled")


def test_direct_messages_that_do_not_open_are_tried_again(post: Post) -> None:
    person = post.slack.person("鈴木 一郎")
    post.slack.faults.add("connection_reset", method="conversations.open")
    post.slack.faults.add("ratelimited", method="conversations.open", retry_after=7)
    post.enqueue("note", channel=person.id)
    post.send()
    post.send_later(seconds=5)
    post.send_later(seconds=7)
    assert [m.text for m in person.sees(person.dm())] == ["お知らせ"]
    assert len(post.slack.calls_of("chat.postMessage")) == 1


def test_a_pause_for_opening_direct_messages_is_one_for_everybody(post: Post) -> None:
    people = [post.slack.person(name) for name in ("鈴木 一郎", "高橋 次郎")]
    post.slack.faults.add("ratelimited", method="conversations.open", retry_after=7)
    for person in people:
        post.enqueue(f"note:{person.id}", channel=person.id)
    post.send()
    post.send_later(seconds=6)
    assert len(post.slack.calls_of("conversations.open")) == 1
    post.send_later(seconds=1)
    assert [[m.text for m in person.sees(person.dm())] for person in people] == [["お知らせ"]] * 2


def test_a_pause_in_somebodys_direct_messages_holds_for_what_is_addressed_to_them(
    post: Post,
) -> None:
    person = post.slack.person("鈴木 一郎")
    with post.database.write() as session:
        session.add(Member(team_id=post.slack.team_id, user_id=person.id))
    post.enqueue("first", channel=person.id)
    post.send()
    post.slack.faults.add("ratelimited", method="chat.postMessage", retry_after=30)
    for number in range(3):
        post.enqueue(f"note:{number}", channel=person.id)
    post.send_later(seconds=1)
    post.send_later(seconds=28)
    assert len(post.slack.calls_of("chat.postMessage")) == 2
    post.send_later(seconds=2)
    assert len(person.sees(person.dm())) == 4


def test_a_pause_for_changes_is_one_for_all_of_them_and_for_nothing_new(post: Post) -> None:
    other = post.slack.channel("ほか", members=[])
    post.slack.invite_bot(other)
    post.enqueue("a", "一")
    post.enqueue("b", "一", channel=other.id)
    post.send()
    with post.database.write() as session:
        session.execute(update(Delivery).values(args={"text": "二"}))
        delivery.renew_standing(session, post.slack.team_id, ["a", "b"], post.clock.now())
    post.slack.faults.add("ratelimited", method="chat.update", retry_after=30)
    post.enqueue("c", "新しい")
    post.send()
    assert len(post.slack.calls_of("chat.update")) == 1
    assert post.said() == ["一", "新しい"]
    post.send_later(seconds=30)
    assert post.said() == ["二", "新しい"]
    assert (post.state("a"), post.state("b")) == ("sent", "sent")


@pytest.mark.parametrize("method", ["chat.update", "chat.delete"])
def test_a_pause_for_changes(post: Post, method: str) -> None:
    post.enqueue("note", "一")
    post.send()
    with post.database.write() as session:
        row = delivery.by_key(session, post.slack.team_id, "note")
        assert row is not None
        row.args = {"text": "二" if method == "chat.update" else ""}
        delivery.renew(session, post.slack.team_id, "note", post.clock.now())
    post.slack.faults.add("ratelimited", method=method, retry_after=20)
    post.send()
    post.send_later(seconds=19)
    assert post.said() == ["一"]
    post.send_later(seconds=1)
    assert post.said() == (["二"] if method == "chat.update" else [])


def test_what_hangs_below_something_deleted_is_given_up(post: Post) -> None:
    post.enqueue("note", "はじめ")
    post.send()
    slack = WebClient(token=post.slack.bot_token, base_url=post.slack.url)
    slack.chat_delete(channel=post.channel.id, ts=str(post.row("note").ts))
    post.slack.faults.add("error", method="chat.postMessage", code="thread_not_found")
    post.enqueue("reply", "続き", thread_key="note")
    post.send()
    assert post.state("reply") == DeliveryState.DROPPED
