"""The front door and the projector on an empty database, without Slack in between."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from slack_bolt import BoltResponse
from sqlalchemy import delete, select

from bot.recording.intake import Intake
from bot.recording.projector import Projector
from handlers.front_door import front_door
from models import Base, InboxEvent, Message, Workspace
from models.base import JsonObject
from models.database import Database
from models.inbox import InboxState
from models.refusal import Refusal
from sandbox.clock import SandboxClock
from tests.recording import payloads
from tests.recording.conftest import Recorder, new_workspace

CORPUS = Path(__file__).parent / "corpus"
# What the front door lets through to Bolt
LET_THROUGH = 404


@dataclass(frozen=True)
class Example:
    """A payload of the corpus, and what has to become of it (`expect`)."""

    name: str
    about: str
    expect: str
    words: str
    before: tuple[JsonObject, ...]
    body: JsonObject


def load(file: Path) -> Example:
    """`event` stands in the usual envelope, changed by `envelope`, or in that of `body`."""
    read = json.loads(file.read_text())
    if "body" in read:
        body: JsonObject = dict(read["body"])
        if "event" in read:
            body["event"] = read["event"]
    else:
        body = {**payloads.envelope(read["event"]), **read.get("envelope", {})}
    before = tuple(payloads.envelope(event) for event in read.get("before", ()))
    words = read.get("words", "")
    return Example(file.stem, read["about"], read["expect"], words, before, body)


EXAMPLES = tuple(load(file) for file in sorted(CORPUS.glob("*.json")))


class Door:
    """Takes payloads as Slack's connection hands them over; applies what was taken in."""

    def __init__(self, database: Database, clock: SandboxClock) -> None:
        self.recorder = Recorder(database, clock)
        self.database = database
        self.clock = clock
        intake = Intake(database, clock)

        def at_once() -> None:
            """In the same thread."""
            intake.step()

        intake.wake = at_once
        self._door = front_door(intake)
        self._projector = Projector(database, clock, lambda: None)

    def take(self, body: JsonObject) -> int:
        """The HTTP status with which Slack is answered."""
        return self._door(body, lambda: BoltResponse(status=LET_THROUGH)).status

    def apply(self) -> None:
        """Until nothing is left, however often it has to be tried."""
        for _ in range(8):
            while self._projector.step():
                pass
            self.recorder.later(minutes=11)

    def states(self) -> dict[str, str]:
        """Where each event stands that was taken in, by its ID."""
        with self.database.read() as session:
            return {e.event_id: e.state for e in session.scalars(select(InboxEvent))}

    def newest(self) -> InboxEvent | None:
        """What was taken in last."""
        with self.database.read() as session:
            return session.scalars(select(InboxEvent).order_by(InboxEvent.id.desc())).first()

    def refused(self) -> int:
        """How many were refused."""
        with self.database.read() as session:
            return sum(refusal.count for refusal in session.scalars(select(Refusal)))

    def messages(self) -> Mapping[tuple[str, str], Message]:
        """What is recorded, by channel and time."""
        with self.database.read() as session:
            return {(m.channel_id, m.ts): m for m in session.scalars(select(Message))}

    def forget_who_we_are(self) -> None:
        """As if the app had never greeted Slack."""
        with self.database.write() as session:
            session.execute(delete(Workspace))

    def stuck(self) -> int:
        """Events that wait although they were tried as often as is of any use."""
        return sum(state == InboxState.PENDING for state in self.states().values())

    def says(self, words: str) -> list[str]:
        """The columns in which these words stand, anywhere in the database."""
        found = []
        with self.database.read() as session:
            for table in Base.metadata.sorted_tables:
                for row in session.execute(select(table)).mappings():
                    found += [
                        f"{table.name}.{column}"
                        for column, value in row.items()
                        if words in _as_text(value)
                    ]
        return found


def _as_text(value: object) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


@pytest.fixture
def door(database: Database, clock: SandboxClock) -> Door:
    """An empty database with one registered channel."""
    new_workspace(database)
    with database.write() as session:
        session.get_one(Workspace, payloads.TEAM).app_id = payloads.APP
    made = Door(database, clock)
    made.recorder.register()
    return made
