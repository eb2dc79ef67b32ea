"""What works over a socket works over HTTP: kept first, answered after that."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from models import Gap, InboxEvent, Message
from models.database import Database
from models.gap import Cause
from models.message import Origin
from sandbox import Sandbox
from service import Service
from tests.http_mode.asking import FORM, JSON, Address
from tests.test_front_door import is_message, locked

Settled = Callable[[], None]


def test_a_day_in_a_group(slack: Sandbox, iine: Service, settled: Settled) -> None:
    sato = slack.person("佐藤 花子", title="防災課")
    channel = slack.channel("避難所dx", members=[sato])
    answer = sato.runs("/project", "register 避難所DX", channel)
    slack.until(lambda: answer.replies)
    settled()
    post = sato.posts(channel, "受付の訓練をしました。")
    sato.reacts(post, "+1")
    settled()
    form = sato.runs("/project", "edit", channel)
    slack.until(lambda: sato.modal, what="a form")
    assert form.acked
    assert not slack.connections
    with iine.deps.database.read() as session:
        message = session.scalars(select(Message).where(Message.ts == post.ts)).one()
    assert message.counted
    assert all(delivery.acked_at is not None for delivery in slack.deliveries)


def test_what_can_not_be_kept_comes_again(slack: Sandbox, iine: Service, settled: Settled) -> None:
    sato = slack.person("佐藤 花子")
    channel = slack.channel("避難所dx", members=[sato])
    answer = sato.runs("/project", "register 避難所DX", channel)
    slack.until(lambda: answer.replies)
    settled()
    elsewhere = Database(iine.deps.settings.database_url)
    with locked(elsewhere):
        post = sato.posts(channel, "受付の訓練をしました。")
        [event] = [d for d in slack.deliveries if is_message(d.payload, post.ts)]
        slack.clock.advance(timedelta(seconds=4))
        slack.until(lambda: event.attempts > 1)
    elsewhere.close()
    slack.clock.advance(timedelta(seconds=57))
    settled()
    assert not event.given_up
    with iine.deps.database.read() as session:
        events = session.scalars(select(InboxEvent.event_id)).all()
    assert list(events).count(event.event_id) == 1


def test_what_was_sent_in_vain_is_read_from_history(
    slack: Sandbox, iine: Service, settled: Settled
) -> None:
    sato = slack.person("佐藤 花子")
    channel = slack.channel("避難所dx", members=[sato])
    answer = sato.runs("/project", "register 避難所DX", channel)
    slack.until(lambda: answer.replies)
    settled()
    with nothing_can_be_kept(iine.deps.database):
        post = sato.posts(channel, "受付の訓練をしました。")
        [event] = [d for d in slack.deliveries if is_message(d.payload, post.ts)]
        slack.until(lambda: event.attempts == 2)
        for minutes in (1, 5):
            slack.clock.advance(timedelta(minutes=minutes))
        slack.until(lambda: event.given_up)
    sato.posts(channel, "窓口の案内を直しました。")

    def is_recorded() -> bool:
        with iine.deps.database.read() as session:
            gap = session.scalar(select(Gap).where(Gap.cause == Cause.DISCONNECTED))
            source = session.scalar(select(Message.source).where(Message.ts == post.ts))
        return gap is not None and gap.closed_at is not None and source == Origin.RECONCILE

    slack.until(is_recorded, timeout=60)


@contextmanager
def nothing_can_be_kept(database: Database) -> Iterator[None]:
    """The inbox is not there."""
    with database.write() as session:
        session.execute(text("ALTER TABLE inbox RENAME TO elsewhere"))
    yield
    with database.write() as session:
        session.execute(text("ALTER TABLE elsewhere RENAME TO inbox"))


def test_the_address_is_verified(address: Address) -> None:
    body = b'{"type": "url_verification", "challenge": "3eZbrw1a", "token": "unused"}'
    reply = address.asks(body, {**JSON, **address.signed(body)})
    assert reply.status == 200
    assert b"3eZbrw1a" in reply.body


def test_slack_looks_at_the_certificate(address: Address) -> None:
    assert address.asks(b"", {}, method="GET", path="/slack/events?ssl_check=1").status == 200


def test_a_load_balancer_may_ask_twice_for_an_event(
    address: Address, iine: Service, slack: Sandbox
) -> None:
    event = {"type": "event_callback", "team_id": slack.team_id, "event_id": "Ev1", "event": {}}
    body = json.dumps(event).encode()
    headers = {**JSON, **address.signed(body)}
    assert [address.asks(body, headers).status for _ in range(2)] == [200, 200]
    with iine.deps.database.read() as session:
        assert session.scalars(select(InboxEvent.event_id)).all() == ["Ev1"]


@pytest.mark.parametrize(
    "kind", [FORM["Content-Type"], "application/jsonx", "application/json ;", "text/plain", ""]
)
def test_a_recorded_command_is_not_run_again(address: Address, slack: Sandbox, kind: str) -> None:
    person = slack.person("佐藤 花子")
    body = (
        f"command=%2Fproject&text=help&user_id={person.id}&team_id={slack.team_id}"
        "&channel_id=C1&trigger_id=1.1&response_url=http%3A%2F%2F127.0.0.1%3A9%2F"
    ).encode()
    signed = address.signed(body)
    headers = ({**FORM, **signed}, {"Content-Type": kind, **signed})
    assert [address.asks(body, one).status for one in headers] == [200, 401]
