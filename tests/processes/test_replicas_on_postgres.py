"""Two processes share the work, one of them is killed now and then: nothing lost, nothing twice."""

from __future__ import annotations

import itertools
import os
import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select, update

from app import app_manifest
from bot.delivery.outbox import LEASE
from models import Delivery, InboxEvent, Message
from models.database import Database
from models.delivery import OPEN_STATES, DeliveryState
from models.inbox import InboxState
from sandbox import Channel, Person, Sandbox, SandboxClock
from tests.databases import Lend
from tests.faults.nursery import Nursery, Process
from tests.forking import Forks

KILLS = 3
# Slack's retries (at once, after a minute, after five) come this much faster.
FASTER = 60
LONGEST_LIFE_EVENTS = 25


class Replicas:
    """Two processes of the app; whichever is killed is replaced."""

    def __init__(self, slack: Sandbox, database_url: str, started: Nursery, home: Path) -> None:
        self._slack = slack
        self._nursery = started
        self._memory, self._log = home / "memory", home / "log"
        self._environ = {
            "PATH": os.environ["PATH"],
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.url,
            "DATABASE_URL": database_url,
            "LOG_LEVEL": "ERROR",
        }
        self._running: list[Process] = []

    def start(self) -> None:
        """Start one more and wait until it is connected."""
        before = self._slack.connections
        process = self._nursery.start(self._environ, self._memory, self._log, plain=True)
        self._running.append(process)
        self._slack.until(
            lambda: self._slack.connections > before or process.code is not None, timeout=60
        )
        assert process.code is None, process.last_words

    def kill(self, number: int) -> None:
        """kill -9."""
        process = self._running.pop(number)
        before = self._slack.connections
        process.kill()
        self._slack.until(lambda: self._slack.connections < before, timeout=60)

    def end(self) -> None:
        """Kill all of them."""
        for process in self._running:
            process.kill()


def test_killed_in_turn(postgres: Lend, forks: Forks, tmp_path: Path) -> None:
    chance = random.Random(20260407)
    clock = SandboxClock(datetime.now(UTC), rate=FASTER)
    with postgres() as url, Sandbox(clock=clock) as slack:
        slack.install(app_manifest("ja"))
        lead = slack.person("佐藤 花子", title="防災課")
        channel = slack.channel("防災", members=[lead])
        replicas = Replicas(slack, url, Nursery(forks), tmp_path)
        try:
            replicas.start()
            lead.runs("/project", "register 防災", channel)
            slack.until(lambda: keys_said(channel), timeout=60)
            replicas.start()
            with load(slack, lead, channel):
                for _ in range(KILLS):
                    events = len(slack.deliveries) + chance.randint(10, LONGEST_LIFE_EVENTS)
                    slack.until(lambda: len(slack.deliveries) >= events, timeout=60)  # noqa: B023
                    replicas.kill(chance.randint(0, 1))
                    replicas.start()
            database = Database(url)
            let_a_lease_pass(database)
            slack.settle(timeout=60)
            slack.until(lambda: not is_anything_left(database), timeout=60)
        finally:
            replicas.end()
        audit(slack, channel, database)
        database.close()


@contextmanager
def load(slack: Sandbox, person: Person, channel: Channel) -> Iterator[None]:
    """Somebody posts, reacts and moves the stage, until the end."""
    over = threading.Event()
    stages = itertools.cycle(("plan", "trial"))

    def act() -> None:
        for number in range(10_000):
            if over.is_set():
                return
            message = person.posts(channel, f"訓練の{number}回目をしました。")
            person.reacts(message, "tada")
            if number % 5 == 0:
                person.runs("/project", f"stage {next(stages)}", channel)
            # Whoever is killed answers no command any more, but events come again.
            slack.until(lambda: slack.dispatcher.unsettled < 20 or over.is_set(), timeout=60)

    thread = threading.Thread(target=act)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def let_a_lease_pass(database: Database) -> None:
    """What a killed process had in hand counts as abandoned, without waiting for it."""
    with database.write() as session:
        session.execute(
            update(Delivery)
            .where(Delivery.state == DeliveryState.SENDING)
            .values(claimed_at=datetime.now(UTC) - 2 * LEASE)
        )


def keys_said(channel: Channel) -> Counter[str]:
    """How often the message with each key stands in the channel."""
    keys: Counter[str] = Counter()
    for message in channel.messages:
        if message.metadata is not None:
            payload = message.metadata["event_payload"]
            assert isinstance(payload, dict)
            keys[str(payload["key"])] += 1
    return keys


def is_anything_left(database: Database) -> bool:
    """Whether something waits to be recorded or said."""
    with database.read() as session:
        waiting = select(InboxEvent.id).where(InboxEvent.state == InboxState.PENDING).limit(1)
        unsaid = select(Delivery.id).where(Delivery.state.in_(OPEN_STATES)).limit(1)
        return any(session.scalar(query) is not None for query in (waiting, unsaid))


def audit(slack: Sandbox, channel: Channel, database: Database) -> None:
    """Hold what Slack saw against what the database holds."""
    acknowledged = [d for d in slack.deliveries if d.acked_at is not None]
    with database.read() as session:
        stored = set(session.scalars(select(InboxEvent.event_id)))
        dead = session.scalars(select(InboxEvent).where(InboxEvent.state == InboxState.DEAD)).all()
        recorded = set(session.scalars(select(Message.ts).where(Message.counted)))
        keys = set(session.scalars(select(Delivery.key).where(Delivery.kind != "mark")))
    assert [d.event_id for d in acknowledged if d.event_id not in stored] == []
    assert dead == []
    written = {
        str(event["ts"])
        for event in (d.payload["event"] for d in acknowledged)
        if isinstance(event, dict)
        and event["type"] == "message"
        and not event.get("subtype")
        and not event.get("bot_id")
    }
    assert len(written) > KILLS
    assert written - recorded == set()
    said = keys_said(channel)
    assert {key: times for key, times in said.items() if times != 1} == {}
    assert keys == set(said)
