"""What was said is changed or taken away when it is renewed, and never said twice."""

from __future__ import annotations

import pytest
from slack_sdk import WebClient
from sqlalchemy import update

from models import Delivery, delivery
from tests.delivery.conftest import Post


def renew(post: Post, key: str, text: str) -> None:
    """Other words for the same thing; none if it is empty."""
    with post.database.write() as session:
        session.execute(update(Delivery).where(Delivery.key == key).values(args={"text": text}))
        assert delivery.renew(session, post.slack.team_id, key, post.clock.now())


def test_what_stands_there_is_changed(post: Post) -> None:
    post.enqueue("a", "一")
    post.send()
    [message] = [m for m in post.channel.messages if not m.subtype]
    renew(post, "a", "二")
    post.send()
    assert post.said() == ["二"]
    assert post.row("a").ts == message.ts
    assert post.state("a") == "sent"
    assert message.metadata is not None


def test_what_has_nothing_to_say_any_more_is_taken_away_and_can_be_said_again(post: Post) -> None:
    post.enqueue("a", "一")
    post.send()
    renew(post, "a", "")
    post.send()
    assert post.said() == []
    assert (post.state("a"), post.row("a").ts) == ("dropped", None)
    renew(post, "a", "三")
    post.send()
    assert post.said() == ["三"]


@pytest.mark.parametrize("fault", ["lost_answer", "connection_reset"])
def test_wanted_again_before_slack_has_said_that_it_is_gone(post: Post, fault: str) -> None:
    """Whether Slack has deleted it, for us, or has not: in the end it stands there."""
    post.enqueue("a", "一")
    post.send()
    renew(post, "a", "")
    post.slack.faults.add(fault, method="chat.delete")
    post.send()
    assert (post.state("a"), len(post.said())) == ("unknown", int(fault == "connection_reset"))
    renew(post, "a", "三")
    post.send_later(seconds=60)
    assert (post.state("a"), post.said()) == ("sent", ["三"])


def test_wanted_again_after_a_process_died_over_its_deletion(post: Post) -> None:
    post.enqueue("a", "一")
    post.send()
    ts = post.row("a").ts
    renew(post, "a", "")
    post.send()
    post.die_while_sending("a", ts=ts, taking_away=True)
    renew(post, "a", "三")
    post.send_later(seconds=60)
    assert (post.state("a"), post.said()) == ("sent", ["三"])
    renew(post, "a", "四")
    post.slack.workspace.delete(next(m for m in post.channel.messages if m.text == "三").record)
    post.send()
    assert (post.state("a"), post.said()) == ("sent", [])  # that one somebody else has deleted


def test_what_is_in_its_thread_goes_with_it(post: Post) -> None:
    """What stands there is taken away as well; what never came does not wait for ever."""
    post.enqueue("first", "一")
    post.enqueue("reply", "二", thread_key="first")
    post.enqueue("spare", "", thread_key="first")
    post.send()
    assert [post.state(key) for key in ("first", "reply", "spare")] == ["sent", "sent", "dropped"]
    with post.database.write() as session:
        session.execute(update(Delivery).values(args={"text": ""}))
        keys = ["first", "reply", "spare"]
        delivery.renew_standing(session, post.slack.team_id, keys, post.clock.now())
    post.send()
    assert {post.state(key) for key in keys} == {"dropped"}
    assert [m for m in post.channel.messages if not m.subtype] == []


def test_what_somebody_deleted_is_not_said_again(post: Post) -> None:
    post.enqueue("a", "一")
    post.send()
    slack = WebClient(token=post.slack.bot_token, base_url=post.slack.url)
    slack.chat_delete(channel=post.channel.id, ts=str(post.row("a").ts))
    renew(post, "a", "二")
    post.send()
    assert post.said() == []
    assert post.state("a") == "sent"


def test_renewed_while_slack_answers_it_is_changed_afterwards(post: Post) -> None:
    post.enqueue("a", "一")
    post.slack.faults.add("lost_answer", method="chat.postMessage")
    post.send()
    assert post.state("a") == "unknown"
    renew(post, "a", "二")
    post.send_later(seconds=60)
    assert post.said() == ["二"]
    assert post.state("a") == "sent"


@pytest.mark.parametrize(
    ("fault", "code"), [("lost_answer", ""), ("error", "update_failed"), ("error", "fatal_error")]
)
def test_it_is_changed_although_slack_did_not_answer_at_first(
    post: Post, fault: str, code: str
) -> None:
    post.enqueue("a", "一")
    post.send()
    post.slack.faults.add(fault, method="chat.update", code=code)
    renew(post, "a", "二")
    post.send()
    assert post.state("a") == "unknown"
    post.send_later(seconds=60)
    assert post.said() == ["二"]
    assert post.state("a") == "sent"
    assert len(post.slack.calls_of("chat.postMessage")) == 1


def test_a_persons_id_becomes_their_direct_messages(post: Post) -> None:
    suzuki = post.slack.person("鈴木 一郎")
    post.enqueue("a", "一", channel=suzuki.id)
    post.enqueue("b", "二", channel=suzuki.id)
    post.send()
    assert [m.text for m in suzuki.sees(suzuki.dm())] == ["一", "二"]
    assert post.row("a").channel_id == suzuki.dm().id
