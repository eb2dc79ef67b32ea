"""From Slack's connection to the tables: acknowledged means committed, whatever else fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from models import InboxEvent, Member, Message
from models.base import JsonObject
from models.database import Database
from models.inbox import InboxState
from sandbox import Channel, Person, Sandbox, SandboxClock
from service import Service

Settled = Callable[[], None]


@pytest.fixture
def sato(slack: Sandbox) -> Person:
    return slack.person("佐藤 花子", display_name="佐藤", title="防災課")


@pytest.fixture
def group(slack: Sandbox, iine: Service, sato: Person, settled: Settled) -> Channel:
    """A registered channel."""
    channel = slack.channel("避難所dx", members=[sato])
    answer = sato.runs("/project", "register 避難所DX", channel)
    slack.until(lambda: answer.replies)
    settled()
    return channel


def stored(iine: Service, ts: str) -> Message | None:
    with iine.deps.database.read() as session:
        return session.scalars(select(Message).where(Message.ts == ts)).one_or_none()


def test_a_post_is_recorded_with_its_author(
    iine: Service, group: Channel, sato: Person, settled: Settled
) -> None:
    post = sato.posts(group, "受付の訓練をしました。")
    settled()
    message = stored(iine, post.ts)
    assert message is not None
    assert (message.counted, message.author_name, message.author_department) == (
        True,
        "佐藤",
        "防災課",
    )
    assert post.reactions == {"memo": [iine.deps.slack.auth_test()["user_id"]]}


def test_events_need_no_authorization(
    slack: Sandbox, iine: Service, group: Channel, sato: Person, settled: Settled
) -> None:
    slack.faults.add("ratelimited", method="auth.test", times=None)
    post = sato.posts(group, "受付の訓練をしました。")
    settled()
    assert stored(iine, post.ts) is not None


def test_profiles_are_not_fetched_on_the_way_to_the_acknowledgement(
    slack: Sandbox, iine: Service, group: Channel, clock: SandboxClock, settled: Settled
) -> None:
    tanaka = slack.person("田中 一郎", title="福祉課")
    group.invites(tanaka)
    settled()
    slack.faults.add("http_error", method="users.info", times=None)
    post = tanaka.posts(group, "窓口の案内を直しました。")
    settled()
    message = stored(iine, post.ts)
    assert message is not None
    assert message.author_name is None
    assert message.counted

    slack.faults.clear()
    clock.advance(timedelta(hours=2))
    slack.until(lambda: is_named(iine, post.ts))
    named = stored(iine, post.ts)
    assert named is not None
    assert (named.author_name, named.author_department) == ("田中 一郎", "福祉課")


def test_a_locked_database_leaves_the_event_to_slack(
    slack: Sandbox,
    iine: Service,
    group: Channel,
    sato: Person,
    clock: SandboxClock,
    settled: Settled,
) -> None:
    elsewhere = Database(iine.deps.settings.database_url)
    with locked(elsewhere):
        post = sato.posts(group, "受付の訓練をしました。")
        [event] = [d for d in slack.deliveries if is_message(d.payload, post.ts)]
        clock.advance(timedelta(seconds=4))
        slack.until(lambda: event.attempts > 1)
        assert not event.settled
    elsewhere.close()
    # To just after the next attempt: nobody is to be late because the clock ran ahead.
    clock.advance(timedelta(seconds=57))
    settled()
    assert not event.given_up
    assert stored(iine, post.ts) is not None
    with iine.deps.database.read() as session:
        events = session.scalars(select(InboxEvent.event_id)).all()
    assert list(events).count(event.event_id) == 1


def test_a_lost_acknowledgement_records_once(
    slack: Sandbox,
    iine: Service,
    group: Channel,
    sato: Person,
    clock: SandboxClock,
    settled: Settled,
) -> None:
    post = sato.posts(group, "受付の訓練をしました。")
    settled()
    # A reply gets no 📝: there is no other event whose acknowledgement could be lost instead.
    fault = slack.faults.add("swallow_ack")
    reply = sato.replies(post, "3分が20秒になりました。")
    [event] = [d for d in slack.deliveries if is_message(d.payload, reply.ts)]
    slack.until(lambda: fault.used)
    clock.advance(timedelta(seconds=4))
    settled()
    assert stored(iine, reply.ts) is not None
    assert (event.attempts, event.acked_at is not None) == (2, True)
    with iine.deps.database.read() as session:
        rows = session.scalars(
            select(InboxEvent).where(InboxEvent.event_id == event.event_id)
        ).all()
    assert [row.state for row in rows] == [InboxState.DONE]


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
def test_slack_asks_to_reconnect(
    slack: Sandbox,
    iine: Service,
    group: Channel,
    sato: Person,
    clock: SandboxClock,
    settled: Settled,
    reason: str,
) -> None:
    before = slack.hub.staying
    slack.disconnect(reason)
    post = sato.posts(group, "受付の訓練をしました。")
    slack.until(lambda: slack.connections and not set(before) & set(slack.hub.connections))
    # What went to the connection that was closed has come again, or comes a minute later.
    clock.advance(timedelta(seconds=61))
    settled()
    assert stored(iine, post.ts) is not None


def test_a_person_who_changes_posts(
    iine: Service, group: Channel, sato: Person, settled: Settled
) -> None:
    before = sato.posts(group, "3月の投稿です。")
    settled()
    sato.changes_title("福祉課")
    settled()
    after = sato.posts(group, "4月の投稿です。")
    settled()
    departments = [
        message.author_department
        for message in (stored(iine, before.ts), stored(iine, after.ts))
        if message is not None
    ]
    assert departments == ["防災課", "福祉課"]


def test_an_outside_person_is_marked(
    slack: Sandbox, iine: Service, sato: Person, settled: Settled
) -> None:
    ito = slack.person("伊藤 良子", external_team="商工会議所")
    consortium = slack.channel("共同体", members=[sato, ito], shared_with="商工会議所")
    answer = sato.runs("/project", "register 観光の共同体", consortium)
    slack.until(lambda: answer.replies)
    post = ito.posts(consortium, "商店街の地図を作りました。")
    settled()
    message = stored(iine, post.ts)
    assert message is not None
    assert message.counted
    with iine.deps.database.read() as session:
        assert session.get_one(Member, (slack.team_id, ito.id)).is_external


def is_message(body: JsonObject, ts: str) -> bool:
    event = body["event"]
    return isinstance(event, dict) and event.get("type") == "message" and event.get("ts") == ts


def is_named(iine: Service, ts: str) -> bool:
    message = stored(iine, ts)
    return message is not None and message.author_name is not None


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Somebody else holds on to the inbox for a while."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if database.is_sqlite:
            connection.execute(text("BEGIN EXCLUSIVE"))
        else:
            connection.execute(text("BEGIN"))
            connection.execute(text("LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE"))
        yield
        connection.execute(text("ROLLBACK"))
