"""A process that dies, or stands still, at any moment of a delivery: said once all the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.clock import SystemClock
from bot.core.outgoing import Outgoing
from bot.delivery.outbox import LEASE, SAY_SO_AFTER
from bot.delivery.sender import RECOVER_EVERY, Sender
from bot.slack_client import TIMEOUT_SECONDS
from bot.worker import IDLE_SECONDS
from models import Delivery, delivery
from models.delivery import DeliveryState
from sandbox import Message
from tests.delivery.conftest import Post
from tests.delivery.test_saying_it_anew import renew

TAKEN_OVER_WITHIN = timedelta(seconds=30)


def test_the_times_fit_together() -> None:
    answer = timedelta(seconds=TIMEOUT_SECONDS)
    assert SAY_SO_AFTER + answer < LEASE
    assert LEASE + RECOVER_EVERY + timedelta(seconds=IDLE_SECONDS) + answer < TAKEN_OVER_WITHIN


@pytest.fixture(params=["channel", "thread", "direct messages"])
def place(request: pytest.FixtureRequest, post: Post) -> Callable[[str], None]:
    """Puts a message in the outbox: for the channel, a thread in it, or a person."""
    if request.param == "channel":
        return lambda key: post.enqueue(key)
    if request.param == "thread":
        post.enqueue("root", "はじめ")
        post.send()
        return lambda key: post.enqueue(key, thread_key="root")
    person = post.slack.person("鈴木 一郎")
    return lambda key: post.enqueue(key, channel=person.id)


def standing(post: Post, key: str) -> list[Message]:
    """Every message with this key that stands anywhere."""
    return [
        message
        for message in post.slack.messages
        if message.metadata and message.metadata["event_payload"] == {"key": key}
        if not message.deleted
    ]


@pytest.mark.parametrize("heard", [True, False])
def test_it_dies_over_a_post(post: Post, place: Callable[[str], None], *, heard: bool) -> None:
    place("note")
    if heard:
        post.send()
    else:
        post.slack.faults.add("connection_reset", method="chat.postMessage")
        post.send()
    post.die_while_sending("note")
    post.send_later(seconds=LEASE.total_seconds())
    assert post.state("note") == DeliveryState.SENDING
    post.send_later(seconds=RECOVER_EVERY.total_seconds())
    assert post.state("note") == DeliveryState.SENT
    [message] = standing(post, "note")
    assert message.ts == post.row("note").ts
    post.send_later(minutes=30)
    assert standing(post, "note") == [message]


@pytest.mark.parametrize("heard", [True, False])
@pytest.mark.parametrize("text", ["二", ""], ids=["update", "delete"])
def test_it_dies_over_a_change(
    post: Post, place: Callable[[str], None], text: str, *, heard: bool
) -> None:
    place("note")
    post.send()
    ts = post.row("note").ts
    with post.database.write() as session:
        values = update(Delivery).where(Delivery.key == "note").values(args={"text": text})
        session.execute(values)
        assert delivery.renew(session, post.slack.team_id, "note", post.clock.now())
    if heard:
        post.send()
    post.die_while_sending("note", ts=ts)
    post.send_later(seconds=60)
    assert [message.text for message in standing(post, "note")] == ([text] if text else [])
    wanted = DeliveryState.SENT if text else DeliveryState.DROPPED
    assert post.state("note") == wanted
    assert len(post.slack.calls_of("chat.postMessage")) == 1 + bool(post.row("note").thread_key)


@pytest.mark.parametrize("heard", [True, False])
def test_it_dies_and_the_clock_is_set_back(post: Post, *, heard: bool) -> None:
    class Clock(SystemClock):
        ahead = timedelta(hours=9)

        def now(self) -> datetime:
            return post.clock.now() + self.ahead

    clock = Clock()
    client = WebClient(token=post.slack.bot_token, base_url=post.slack.url, retry_handlers=[])
    sender = Sender(post.database, client, clock, {"note": lambda _s, _d: Outgoing("お知らせ")})
    post.enqueue("note")
    if heard:
        assert sender.step()
    post.die_while_sending("note")
    with post.database.write() as session:
        session.execute(update(Delivery).values(claimed_at=clock.now()))
    assert not sender.step()
    clock.ahead = timedelta(0)
    assert sender.step()
    assert post.state("note") == DeliveryState.SENT
    assert len(standing(post, "note")) == 1


class StandsStill(WebClient):
    """A client of a process that is stopped just before it acts, while others go on."""

    meanwhile: Callable[[], None] = staticmethod(lambda: None)

    def chat_delete(self, **kwargs: object) -> SlackResponse:
        self.meanwhile()
        return super().chat_delete(**kwargs)  # type: ignore[arg-type]  # passed on as given

    def chat_postMessage(self, **kwargs: object) -> SlackResponse:  # noqa: N802  (the name in slack_sdk)
        self.meanwhile()
        return super().chat_postMessage(**kwargs)  # type: ignore[arg-type]  # passed on as given


@pytest.fixture
def still(post: Post) -> StandsStill:
    return StandsStill(token=post.slack.bot_token, base_url=post.slack.url, retry_handlers=[])


def test_what_two_processes_have_said_is_taken_back_by_the_slower(
    post: Post, still: StandsStill
) -> None:
    def others_take_over() -> None:
        for _ in range(6):
            post.send_later(seconds=5)

    still.meanwhile = others_take_over
    post.enqueue("note")
    assert post.another_sender(still).step()
    post.send()
    [message] = standing(post, "note")
    assert (post.state("note"), post.row("note").ts) == (DeliveryState.SENT, message.ts)
    assert len(post.slack.calls_of("chat.postMessage")) == 2
    assert len(post.slack.calls_of("chat.delete")) == 1


@pytest.mark.parametrize("fault", ["ratelimited", "connection_reset", "lost_answer"])
def test_what_was_said_twice_is_taken_back_however_often_it_takes(
    post: Post, still: StandsStill, fault: str
) -> None:
    def others_take_over() -> None:
        for _ in range(6):
            post.send_later(seconds=5)
        post.slack.faults.add(fault, method="chat.delete", times=2)

    still.meanwhile = others_take_over
    post.enqueue("note")
    post.another_sender(still).step()
    for _ in range(3):
        post.send_later(minutes=1)
    [message] = standing(post, "note")
    assert (post.state("note"), post.row("note").ts) == (DeliveryState.SENT, message.ts)


@pytest.mark.parametrize("state", [DeliveryState.UNKNOWN, DeliveryState.PENDING])
def test_who_was_thought_dead_may_say_what_it_knows(
    post: Post, still: StandsStill, state: DeliveryState
) -> None:
    def given_up_on() -> None:
        with post.database.write() as session:
            session.execute(update(Delivery).values(state=state, not_before=post.clock.now()))

    still.meanwhile = given_up_on
    post.enqueue("note")
    post.another_sender(still).step()
    post.send()
    [message] = standing(post, "note")
    assert (post.state("note"), post.row("note").ts) == (DeliveryState.SENT, message.ts)
    assert len(post.slack.calls_of("chat.postMessage")) == 1


def test_whoever_has_it_in_hand_learns_where_it_stands(post: Post, still: StandsStill) -> None:
    late = StandsStill(token=post.slack.bot_token, base_url=post.slack.url, retry_handlers=[])
    second = post.another_sender(late)
    first_goes_on: list[str] = []

    def taken_over() -> None:
        post.clock.advance(LEASE + RECOVER_EVERY)
        late.meanwhile = lambda: first_goes_on.append("posted")
        post.die_while_sending("note")  # another has it in hand, and has not posted yet

    still.meanwhile = taken_over
    post.enqueue("note")
    post.another_sender(still).step()
    assert post.row("note").ts is not None
    post.clock.advance(LEASE + RECOVER_EVERY)
    second.step()
    assert (len(standing(post, "note")), first_goes_on) == (1, [])
    assert post.state("note") == DeliveryState.SENT


def test_who_was_thought_dead_deletes_what_another_has_changed(
    post: Post, still: StandsStill
) -> None:
    """It is wanted: so it is said again."""

    def wanted_again() -> None:
        renew(post, "note", "二")
        for _ in range(6):
            post.send_later(seconds=5)
        assert [message.text for message in standing(post, "note")] == ["二"]

    still.meanwhile = wanted_again
    post.enqueue("note", "一")
    post.send()
    renew(post, "note", "")
    post.another_sender(still).step()
    assert standing(post, "note") == []
    post.send()
    assert [message.text for message in standing(post, "note")] == ["二"]


def test_who_took_too_long_for_the_words_does_not_post(post: Post) -> None:
    def slow_words(_session: Session, _note: Delivery) -> Outgoing:
        for _ in range(6):
            post.send_later(seconds=5)
        return Outgoing("お知らせ")

    client = WebClient(token=post.slack.bot_token, base_url=post.slack.url, retry_handlers=[])
    post.enqueue("note")
    Sender(post.database, client, post.clock, {"note": slow_words}).step()
    assert len(standing(post, "note")) == 1
    assert len(post.slack.calls_of("chat.postMessage")) == 1
    assert post.state("note") == DeliveryState.SENT


def test_who_takes_long_and_says_so_keeps_it(post: Post) -> None:
    def slow_words(_session: Session, _note: Delivery) -> Outgoing:
        post.clock.advance(SAY_SO_AFTER + timedelta(seconds=1))
        return Outgoing("お知らせ")

    still = StandsStill(token=post.slack.bot_token, base_url=post.slack.url, retry_handlers=[])
    still.meanwhile = lambda: post.send_later(seconds=LEASE.total_seconds() - 1)
    post.enqueue("note")
    Sender(post.database, still, post.clock, {"note": slow_words}).step()
    assert len(post.slack.calls_of("chat.postMessage")) == 1
    assert post.state("note") == DeliveryState.SENT
