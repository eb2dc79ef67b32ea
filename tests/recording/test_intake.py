"""Events that come together are committed together; whoever brought one hears of it after that."""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from bot.recording.intake import AT_ONCE, Intake
from models import InboxEvent
from models.base import JsonObject
from models.database import Database
from models.inbox import InboxState
from sandbox.clock import SandboxClock
from tests.recording import payloads
from tests.recording.conftest import Recorder


class Desk:
    """The intake with everything that it was heard to say."""

    def __init__(self, database: Database, clock: SandboxClock) -> None:
        self.database = database
        self.heard: dict[str, Exception | None] = {}
        self.stored_when_heard: dict[str, bool] = {}
        self.outcomes: list[str] = []
        self.woken = 0
        self.intake = Intake(database, clock, on_event=self._on_event, count=self.outcomes.append)

    def submit(self, *bodies: JsonObject) -> None:
        for body in bodies:
            event_id = str(body["event_id"])

            def done(error: Exception | None, event_id: str = event_id) -> None:
                self.heard[event_id] = error
                self.stored_when_heard[event_id] = event_id in self.stored()

            self.intake.submit(body, done)

    def stored(self) -> dict[str, str]:
        """The state of each event in the inbox."""
        with self.database.read() as session:
            rows = session.scalars(select(InboxEvent))
            return {row.event_id: row.state for row in rows}

    def _on_event(self) -> None:
        self.woken += 1


@pytest.fixture
def desk(recorder: Recorder) -> Desk:
    return Desk(recorder.database, recorder.clock)


def posts(number: int) -> list[JsonObject]:
    return [
        payloads.message(f"{n}番目です。", ts=f"{1775433600 + n}.000100") for n in range(number)
    ]


def test_what_came_together_is_committed_before_anyone_hears_of_it(desk: Desk) -> None:
    bodies = posts(12)
    desk.submit(*bodies, payloads.message("別の話です。", channel="C0OTHER"))
    assert desk.intake.is_waiting
    assert not desk.stored()
    assert not desk.intake.step()
    assert set(desk.heard.values()) == {None}
    assert all(desk.stored_when_heard.values())
    assert desk.outcomes == ["kept"] * 13
    assert desk.woken == 1
    states = list(desk.stored().values())
    assert states.count(InboxState.PENDING) == 12
    assert states.count(InboxState.IGNORED) == 1


def test_more_than_fit_into_one_transaction_go_into_the_next(desk: Desk) -> None:
    desk.submit(*posts(AT_ONCE + 1))
    assert desk.intake.step()
    assert len(desk.stored()) == AT_ONCE
    assert not desk.intake.step()
    assert len(desk.heard) == AT_ONCE + 1


def test_the_same_event_twice_in_one_transaction_is_stored_once(desk: Desk) -> None:
    [body] = posts(1)
    desk.submit(body, body)
    desk.intake.step()
    assert desk.outcomes == ["kept", "kept"]
    assert len(desk.stored()) == 1


def test_of_a_transaction_that_fails_nobody_hears_that_it_was_kept(desk: Desk) -> None:
    with desk.database.write() as session:
        session.execute(text("ALTER TABLE inbox RENAME TO elsewhere"))
    desk.submit(*posts(3))
    desk.intake.step()
    with desk.database.write() as session:
        session.execute(text("ALTER TABLE elsewhere RENAME TO inbox"))
    assert len(desk.heard) == 3
    assert all(isinstance(error, Exception) for error in desk.heard.values())
    assert desk.outcomes == ["failed"] * 3
    assert not desk.stored()
    assert desk.woken == 0


def test_an_event_that_can_not_be_stored_fails_by_itself(desk: Desk) -> None:
    one, poison, other = posts(3)
    event = poison["event"]
    assert isinstance(event, dict)
    event["files"] = endless()
    desk.submit(one, poison, other)
    desk.intake.step()
    assert desk.heard[str(one["event_id"])] is None
    assert desk.heard[str(other["event_id"])] is None
    stored = desk.stored()
    assert stored[str(one["event_id"])] == InboxState.PENDING
    assert stored[str(other["event_id"])] == InboxState.PENDING
    assert stored.get(str(poison["event_id"])) != InboxState.PENDING


def test_a_new_id_holds_for_what_comes_in_the_same_transaction(
    desk: Desk,
) -> None:
    moved = payloads.envelope(
        {
            "type": "channel_id_changed",
            "old_channel_id": payloads.CHANNEL,
            "new_channel_id": "C0NEW",
            "event_ts": "1775433600.000100",
        }
    )
    [old] = posts(1)
    desk.submit(old, moved, payloads.message("新しいIDから", ts="1775433601.0", channel="C0NEW"))
    desk.intake.step()
    assert InboxState.IGNORED not in states_of_messages(desk)


def test_those_who_wait_are_told_by_whoever_commits(desk: Desk) -> None:
    bodies = posts(8)
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(desk.intake.receive, body) for body in bodies]
        for _ in range(1_000_000):
            desk.intake.step()
            if all(one.done() for one in waiting):
                break
        for one in waiting:
            one.result()
    assert len(desk.stored()) == 8


def test_whoever_waits_hears_what_the_database_says(sqlite_database: Database) -> None:
    desk = Desk(sqlite_database, SandboxClock())
    holder = Database(str(sqlite_database.engine.url))
    [body] = posts(1)
    with holder.write() as session, ThreadPoolExecutor(1) as pool:
        session.execute(text("SELECT 1"))  # from here on it has the write lock
        waiting = pool.submit(desk.intake.receive, body)
        while not waiting.done():
            desk.intake.step()
    holder.close()
    with pytest.raises(OperationalError):
        waiting.result()
    assert not desk.stored()


def test_give_way_ends_although_the_rush_does_not(desk: Desk) -> None:
    desk.submit(*posts(20))
    desk.intake.give_way()
    assert desk.intake.is_waiting


def test_an_event_that_waits_a_while_has_others_end(desk: Desk) -> None:
    assert not desk.intake.is_impatient()
    desk.submit(*posts(1))
    deadline = time.monotonic() + 10
    while not desk.intake.is_impatient():
        assert time.monotonic() < deadline
    desk.intake.step()
    assert not desk.intake.is_impatient()


def endless() -> JsonObject:
    """Something that no JSON writer gets to the end of."""
    nested: JsonObject = {}
    for _ in range(sys.getrecursionlimit() * 2):
        nested = {"files": nested}
    return nested


def states_of_messages(desk: Desk) -> list[str]:
    """The states of the messages in the inbox."""
    with desk.database.read() as session:
        query = select(InboxEvent.state).where(InboxEvent.type == "message")
        return list(session.scalars(query))
