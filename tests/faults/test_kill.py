"""kill -9 at random moments under load: nothing acknowledged is lost, nothing is said twice."""

from __future__ import annotations

import itertools
import os
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select, text, update

from app import app_manifest
from bot.delivery.outbox import LEASE
from models import Delivery, InboxEvent, Message
from models.database import Database
from models.delivery import OPEN_STATES, DeliveryState
from models.inbox import InboxState
from sandbox import Channel, Person, Sandbox, SandboxClock

ROOT = Path(__file__).parents[2]
# On each of the two databases: 50 in all
KILLS = 25
# Slack's retries (at once, after a minute, after five) come this much faster.
FASTER = 60
# How many events it may see before it is killed, at most
LONGEST_LIFE_EVENTS = 60


def test_killed_under_load(database_url: str) -> None:
    chance = random.Random(20260406)
    clock = SandboxClock(datetime.now(UTC), rate=FASTER)
    with Sandbox(clock=clock) as slack:
        slack.install(app_manifest("ja"))
        lead = slack.person("佐藤 花子", title="防災課")
        channel = slack.channel("防災", members=[lead])
        with _running(slack, database_url) as process:
            lead.runs("/project", "register 防災", channel)
            slack.until(lambda: _keys_said(channel))
            process.kill()
        for _ in range(KILLS):
            with _running(slack, database_url) as process, _load(slack, lead, channel):
                events = len(slack.deliveries) + chance.randint(1, LONGEST_LIFE_EVENTS)
                slack.until(lambda: len(slack.deliveries) >= events)  # noqa: B023  (at once)
                process.kill()
        database = Database(database_url)
        _let_a_lease_pass(database)
        with _running(slack, database_url):
            slack.settle(timeout=60)
            slack.until(lambda: not _unfinished(database), timeout=60)
        _audit(slack, channel, database)
        database.close()


@contextmanager
def _running(slack: Sandbox, database_url: str) -> Iterator[subprocess.Popen[bytes]]:
    """The app as a process of its own, connected; killed at the end if it still runs."""
    environ = {
        "PATH": os.environ["PATH"],
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.url,
        "DATABASE_URL": database_url,
        "LOG_LEVEL": "ERROR",
    }
    process = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environ)
    try:
        slack.until(lambda: slack.connections or process.poll() is not None, timeout=30)
        assert process.poll() is None, "the app ended by itself"
        yield process
    finally:
        process.kill()
        process.wait()
        slack.until(lambda: not slack.connections, timeout=10)


@contextmanager
def _load(slack: Sandbox, person: Person, channel: Channel) -> Iterator[None]:
    """Somebody posts, reacts and moves the stage as fast as they can, until the end."""
    over = threading.Event()
    stages = itertools.cycle(("plan", "trial"))

    def act() -> None:
        for number in range(10_000):
            if over.is_set():
                return
            message = person.posts(channel, f"訓練の{number}回目をしました。")
            person.reacts(message, "tada")
            if number % 5 == 0:
                asked = person.runs("/project", f"stage {next(stages)}", channel)
                slack.until(lambda: asked.replies or asked.error or over.is_set())  # noqa: B023

    thread = threading.Thread(target=act)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _let_a_lease_pass(database: Database) -> None:
    """Nobody comes for so long that what the last process had in hand counts as abandoned.

    The app's clock is the world's: what it notes is moved, so that the test need not wait.
    """
    with database.write() as session:
        session.execute(
            update(Delivery)
            .where(Delivery.state == DeliveryState.SENDING)
            .values(claimed_at=datetime.now(UTC) - 2 * LEASE)
        )


def _keys_said(channel: Channel) -> Counter[str]:
    """How often the message with each key stands in the channel."""
    keys: Counter[str] = Counter()
    for message in channel.messages:
        if message.metadata is not None:
            payload = message.metadata["event_payload"]
            assert isinstance(payload, dict)
            keys[str(payload["key"])] += 1
    return keys


def _unfinished(database: Database) -> bool:
    """Whether something waits to be recorded or said."""
    with database.read() as session:
        waiting = session.scalar(
            select(InboxEvent.id).where(InboxEvent.state == InboxState.PENDING).limit(1)
        )
        unsaid = session.scalar(select(Delivery.id).where(Delivery.state.in_(OPEN_STATES)).limit(1))
    return waiting is not None or unsaid is not None


def _audit(slack: Sandbox, channel: Channel, database: Database) -> None:
    """Hold what Slack saw against what the database holds."""
    acknowledged = [d for d in slack.deliveries if d.acked_at is not None]
    with database.read() as session:
        stored = set(session.scalars(select(InboxEvent.event_id)))
        states = Counter(session.scalars(select(InboxEvent.state)))
        recorded = set(session.scalars(select(Message.ts).where(Message.counted)))
        sent = session.execute(
            select(Delivery.key, Delivery.state, Delivery.error).where(Delivery.kind != "mark")
        ).all()
        if database.is_sqlite:
            assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
    assert len(acknowledged) > KILLS, "there was hardly any load"
    assert [d.event_id for d in acknowledged if d.event_id not in stored] == []
    assert states[InboxState.DEAD] == 0
    assert _posts_among([d.payload for d in acknowledged]) - recorded == set()

    said = _keys_said(channel)
    assert len(sent) > 1, "nothing was said under load"
    assert {key: n for key, n in said.items() if n != 1} == {}
    assert {key for key, _, _ in sent} == set(said), sent


def _posts_among(bodies: list[dict[str, object]]) -> set[str]:
    """The time stamps of people's messages among these events."""
    events = [body["event"] for body in bodies]
    return {
        str(event["ts"])
        for event in events
        if isinstance(event, dict)
        and event["type"] == "message"
        and not event.get("subtype")
        and not event.get("bot_id")
    }
