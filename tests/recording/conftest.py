"""A registered channel, and the way from an event to the tables without Slack in between."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.recording import inbox
from bot.recording.projector import Projector
from models import Delivery, InboxEvent, Message, MessageVersion, Project, workspace
from models import inbox as stored
from models.base import JsonObject
from models.database import Database
from models.project import Capture, Kind, ProjectChannel, Stage, Status
from models.reaction import Reaction
from sandbox.clock import SandboxClock
from tests.recording import payloads


class Recorder:
    """Takes events in and applies them, as the front door and the projector do."""

    def __init__(self, database: Database, clock: SandboxClock) -> None:
        self.database = database
        self.clock = clock
        self._projector = Projector(database, clock, lambda: None)

    def register(
        self, channel: str = payloads.CHANNEL, *, name: str = "防災", capture: str = Capture.ALL
    ) -> int:
        """Tie a channel to a new project."""
        now = self.clock.now()
        with self.database.write() as session:
            project = Project(
                team_id=payloads.TEAM,
                name=name,
                name_key=name,
                kind=Kind.WORKING_GROUP,
                stage=Stage.IDEA,
                status=Status.ACTIVE,
                capture=capture,
                created_by=payloads.AUTHOR,
                created_at=now,
                stage_changed_at=now,
                status_changed_at=now,
            )
            session.add(project)
            session.flush()
            session.add(
                ProjectChannel(
                    team_id=payloads.TEAM,
                    channel_id=channel,
                    project_id=project.id,
                    added_by=payloads.AUTHOR,
                    added_at=now,
                )
            )
            return project.id

    def receive(self, *bodies: JsonObject) -> None:
        """What the front door does before it acknowledges."""
        for body in bodies:
            inbox.receive(self.database, self.clock, body)

    def receive_all(self, bodies: Iterable[JsonObject]) -> None:
        """Many events at once, in one transaction."""
        with self.database.write() as session:
            for body in bodies:
                event = body["event"]
                assert isinstance(event, dict)
                stored.add(
                    session,
                    team_id=payloads.TEAM,
                    event_id=str(body["event_id"]),
                    type=str(event["type"]),
                    event_time=0,
                    received_at=self.clock.now(),
                    payload=body,
                )

    def apply(self) -> None:
        """What the projector does after that, until there is nothing left to do."""
        for _ in range(1000):
            if not self._projector.step():
                return
        raise AssertionError("the projector does not come to an end")

    def take(self, *bodies: JsonObject) -> None:
        """Receive and apply."""
        self.receive(*bodies)
        self.apply()

    def message(self, ts: str = payloads.TS, channel: str = payloads.CHANNEL) -> Message | None:
        """The stored message."""
        with self.database.read() as session:
            return session.get(Message, (payloads.TEAM, channel, ts))

    def texts(self, ts: str = payloads.TS) -> dict[str, str]:
        """Every stored version of the words, by the time of the edit."""
        with self.database.read() as session:
            query = select(MessageVersion).where(MessageVersion.ts == ts)
            return {v.edited_ts: v.text for v in session.scalars(query)}

    def reactions(self, ts: str = payloads.TS) -> set[tuple[str, str]]:
        """The standing reactions on a message: (user, Slack's name)."""
        with self.database.read() as session:
            query = select(Reaction).where(Reaction.present, Reaction.ts == ts)
            return {(r.user_id, r.name) for r in session.scalars(query)}

    def inbox(self) -> Sequence[InboxEvent]:
        """Everything that was taken in, in order."""
        with self.database.read() as session:
            return session.scalars(select(InboxEvent).order_by(InboxEvent.id)).all()

    def outbox(self) -> Sequence[Delivery]:
        """Everything that is to be said."""
        with self.database.read() as session:
            return session.scalars(select(Delivery).order_by(Delivery.id)).all()

    def later(self, **by: float) -> None:
        """Let time pass."""
        self.clock.advance(timedelta(**by))


def new_workspace(database: Database) -> None:
    """The workspace, as the app knows it once it has greeted Slack."""
    with database.write() as session:
        workspace.save(
            session,
            team_id=payloads.TEAM,
            name="みどり",
            url="https://example.slack.com/",
            bot_user_id=payloads.BOT_USER,
            bot_id=payloads.BOT_ID,
        )


@pytest.fixture
def recorder(database: Database, clock: SandboxClock) -> Recorder:
    """An empty database with one registered channel."""
    new_workspace(database)
    made = Recorder(database, clock)
    made.register()
    return made
