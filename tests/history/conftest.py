"""A city with a registered channel, and the reconciler without a running service around it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.core import gaps
from bot.deps import Deps
from bot.recording import inbox
from bot.recording.history.reconciler import Reconciler
from bot.recording.projector import Projector
from bot.settings import Settings
from bot.slack_client import slack_client
from jobs import reconcile
from models import Gap, Message, MessageVersion, Reaction, Thread, Watermark, workspace
from models.base import JsonObject
from models.database import Database
from models.message import MessageKind
from models.project import Capture, Kind, Project, ProjectChannel, Stage, Status
from sandbox import Sandbox, SandboxClock
from sandbox.actors import Channel
from sandbox.person import Person

# More than any reading needs that a test asks for
MOST_STEPS = 2000


class Office:
    """A workspace that is recorded: events come when the test says so, history is really read."""

    def __init__(
        self, slack: Sandbox, settings: Settings, database: Database, clock: SandboxClock
    ) -> None:
        self.slack, self.settings, self.database, self.clock = slack, settings, database, clock
        self.client = slack_client(settings)
        self.deps = Deps(settings, database, self.client, clock, lambda: None)
        self.reconciler = self.new_reconciler()
        self.people = [slack.person(f"職員{number}") for number in range(1, 9)]
        self.author, self.reader = self.people[0], self.people[1]
        self._heard = 0
        with database.write() as session:
            workspace.save(
                session,
                team_id=slack.team_id,
                name="みどり市",
                url=slack.workspace.url,
                bot_user_id=slack.bot_user_id,
                bot_id=slack.bot_id,
            )

    def new_reconciler(self) -> Reconciler:
        """As after a restart: nothing is remembered but what is in the database."""
        return Reconciler(self.database, self.client, self.clock, lambda: None)

    def channel(
        self, name: str, *, private: bool = False, status: Status = Status.ACTIVE
    ) -> Channel:
        """A registered channel with the bot in it."""
        channel = self.slack.channel(name, private=private, members=self.people)
        self.slack.invite_bot(channel)
        now = self.clock.now()
        with self.database.write() as session:
            project = Project(
                team_id=self.slack.team_id,
                name=name,
                name_key=name,
                kind=Kind.WORKING_GROUP,
                stage=Stage.IDEA,
                status=status,
                capture=Capture.ALL,
                marks_posts=True,
                created_by=self.author.id,
                created_at=now,
                stage_changed_at=now,
                status_changed_at=now,
            )
            session.add(project)
            session.flush()
            session.add(
                ProjectChannel(
                    team_id=self.slack.team_id,
                    channel_id=channel.id,
                    project_id=project.id,
                    added_by=self.author.id,
                    added_at=now,
                )
            )
        return channel

    def hears(self) -> None:
        """Slack's events so far arrive and are applied."""
        deliveries = self.slack.deliveries
        for delivery in deliveries[self._heard :]:
            self.hears_of(delivery.payload)
        self._heard = len(deliveries)

    def hears_of(self, payload: JsonObject) -> None:
        """This event arrives and is applied."""
        inbox.receive(self.database, self.clock, payload)
        projector = Projector(self.database, self.clock, lambda: None)
        while projector.step():
            pass

    def misses(self) -> None:
        """Slack's events so far never arrive."""
        self._heard = len(self.slack.deliveries)

    def starts(self) -> None:
        """A process starts."""
        with self.database.write() as session:
            gaps.started(session, self.slack.team_id, self.clock.now())
        self.reconciler = self.new_reconciler()

    def ticks(self) -> None:
        """The clock's job looks what is due."""
        reconcile.run(self.deps)

    def reads(self, reconciler: Reconciler | None = None, steps: int = MOST_STEPS) -> int:
        """Read until nothing is left to be read; where Slack needs time, the clock is moved.

        Returns how many steps it took.
        """
        reader = reconciler or self.reconciler
        for step in range(steps):
            if reader.step():
                continue
            if reader.resumes_at is None:
                return step
            self.clock.move_to(max(reader.resumes_at, self.clock.now()))
        if steps == MOST_STEPS:
            raise AssertionError("the reading does not come to an end")
        return steps

    def later(self, **by: float) -> None:
        """Let time pass."""
        self.clock.advance(timedelta(**by))

    # --- what is stored -------------------------------------------------------------------

    def texts(self, channel: Channel, kind: MessageKind = MessageKind.POST) -> list[str]:
        """The words that stand, as they are now, in the order in which they were written."""
        with self.database.read() as session:
            rows = session.execute(
                select(MessageVersion.text)
                .join(
                    Message,
                    (Message.team_id == MessageVersion.team_id)
                    & (Message.channel_id == MessageVersion.channel_id)
                    & (Message.ts == MessageVersion.ts)
                    & (Message.edited_ts == MessageVersion.edited_ts),
                )
                .where(
                    Message.channel_id == channel.id,
                    Message.kind == kind,
                    Message.deleted_ts.is_(None),
                )
                .order_by(Message.ts)
            )
            return [text for (text,) in rows]

    def row(self, channel: Channel, ts: str) -> Message:
        """The stored message."""
        with self.database.read() as session:
            return session.get_one(Message, (self.slack.team_id, channel.id, ts))

    def reactions(self, channel: Channel, ts: str) -> set[tuple[str, str]]:
        """The standing reactions on a message: (user, Slack's name)."""
        with self.database.read() as session:
            query = select(Reaction).where(
                Reaction.present, Reaction.ts == ts, Reaction.channel_id == channel.id
            )
            return {(one.user_id, one.name) for one in session.scalars(query)}

    def source_of(self, ts: str, person: Person, name: str) -> str | None:
        """How the last word on this reaction came."""
        with self.database.read() as session:
            query = select(Reaction.source).where(
                Reaction.ts == ts, Reaction.user_id == person.id, Reaction.name == name
            )
            return session.scalar(query)

    def mark(self, channel: Channel) -> Watermark:
        """How far the channel is read."""
        with self.database.read() as session:
            return session.get_one(Watermark, (self.slack.team_id, channel.id))

    def gaps(self) -> list[Gap]:
        """All gaps, in their order."""
        with self.database.read() as session:
            return list(session.scalars(select(Gap).order_by(Gap.id)))

    def threads(self) -> list[Thread]:
        """All threads that were read."""
        with self.database.read() as session:
            return list(session.scalars(select(Thread).order_by(Thread.ts)))

    def calls(self, method: str = "conversations.history") -> int:
        """How often a method of Slack's was called."""
        return len(self.slack.calls_of(method))

    def now(self) -> datetime:
        """The present moment."""
        return self.clock.now()


@pytest.fixture
def office(slack: Sandbox, settings: Settings, database: Database, clock: SandboxClock) -> Office:
    """The city."""
    return Office(slack, settings, database, clock)
