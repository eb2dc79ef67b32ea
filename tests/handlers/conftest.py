"""A city hall in the sandbox, with the handlers and the sender at work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import func, select

from bot.deps import Deps
from bot.settings import Settings
from models.audit import AuditEntry
from models.coordinator import Coordinator
from models.delivery import Delivery
from models.office import Office, Tenure
from models.project import Project, ProjectChannel, ProjectMember
from sandbox import Channel, Message, Person, Sandbox, View
from service import Service

T = TypeVar("T")

NAMED_IN_SETTINGS = "U0SETTINGS"

TABLES = (
    Project,
    ProjectChannel,
    ProjectMember,
    AuditEntry,
    Delivery,
    Office,
    Tenure,
    Coordinator,
)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """One coordinator is named in the settings."""
    return replace(settings, coordinators=frozenset({NAMED_IN_SETTINGS}))


@dataclass(frozen=True)
class Town:
    """A city hall: people, one group's channel, and what can be asked of the app."""

    slack: Sandbox
    deps: Deps
    hanako: Person
    taro: Person
    admin: Person
    bosai: Channel
    settled: Callable[[], None]

    def later(self, by: timedelta) -> None:
        """Let time pass once everything that has happened so far is recorded and said."""
        self.at(self.slack.clock.now() + by)

    def at(self, moment: datetime) -> None:
        """Let time pass until then, once everything so far is recorded and said."""
        self.settled()
        self.slack.clock.move_to(moment)

    def waits(self, look: Callable[[], T | None], what: str) -> T:
        """Wait until there is something to see."""
        seen = self.slack.until(look, what=what)
        assert seen is not None
        return seen

    def asks(
        self, person: Person, text: str, channel: Channel | None = None, command: str = "/project"
    ) -> Message:
        """Run a command and wait for the answer, which only the person sees."""
        invocation = person.runs(command, text, channel or self.bosai)
        assert invocation.acked, invocation.error
        answers = self.slack.until(lambda: invocation.replies, what=f"an answer to {text}")
        assert len(answers) == 1
        assert answers[0].ephemeral
        return answers[0]

    def presses(self, person: Person, message: Message, action_id: str) -> Message:
        """Press a button and wait for what only the person sees then.

        It is a message of its own, or it takes the place of the one with the button.
        """
        before = message.blocks
        invocation = person.presses(message, action_id)
        assert invocation.acked, invocation.error
        return self.waits(
            lambda: (
                invocation.replies[-1]
                if invocation.replies
                else message
                if message.blocks != before
                else None
            ),
            f"an answer to {action_id}",
        )

    def registers(self, name: str = "防災DX", channel: Channel | None = None) -> Message:
        """Hanako registers a channel; the card that appears in it."""
        where = channel or self.bosai
        self.asks(self.hanako, f"登録 {name}", where)
        return self.card(where)

    def card(self, channel: Channel) -> Message:
        """The last card in the channel."""
        return self.slack.until(
            lambda: [m for m in self.said(channel) if "project_edit" in str(m.blocks)],
            what="the card",
        )[-1]

    def said(self, channel: Channel) -> list[Message]:
        """What the bot said for everybody in the channel."""
        return [m for m in channel.messages if m.user == self.slack.bot_user_id and not m.subtype]

    def notice(self, channel: Channel, words: str) -> Message:
        """Wait until the bot says something with these words in the channel."""
        return self.waits(
            lambda: next((m for m in self.said(channel) if words in m.text), None),
            f"a notice with {words}",
        )

    def form(self, person: Person) -> View:
        """Wait until a modal is in front of the person."""
        return self.waits(lambda: person.modal, "a modal")

    def opens(self, person: Person, text: str, channel: Channel | None = None) -> View:
        """Run a command that opens a form, and wait for it."""
        if person.modal is not None:
            person.closes()
        invocation = person.runs("/project", text, channel or self.bosai)
        assert invocation.acked, invocation.error
        return self.form(person)

    def counts(self) -> dict[str, int]:
        """How many rows there are of everything that commands change."""
        with self.deps.database.read() as session:
            return {
                table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0
                for table in TABLES
            }

    def project(self, name: str = "防災DX") -> Project:
        """A project's row."""
        with self.deps.database.read() as session:
            return session.scalars(select(Project).where(Project.name == name)).one()

    def tied(self, name: str = "防災DX") -> list[str]:
        """The channels that are tied to a project now."""
        query = (
            select(ProjectChannel.channel_id)
            .join(Project, Project.id == ProjectChannel.project_id)
            .where(Project.name == name, ProjectChannel.removed_at.is_(None))
            .order_by(ProjectChannel.id)
        )
        with self.deps.database.read() as session:
            return list(session.scalars(query))

    def audit(self) -> list[AuditEntry]:
        """The audit log, oldest first."""
        with self.deps.database.read() as session:
            return list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))

    def makes_coordinator(self, person: Person) -> None:
        """The admin names a coordinator."""
        self.asks(self.admin, f"事務局 追加 @{person.name}", self.bosai, "/office")


@pytest.fixture
def town(slack: Sandbox, iine: Service, settled: Callable[[], None]) -> Town:
    """Hanako and Taro, an admin, and the disaster group's channel."""
    hanako = slack.person("山田花子", title="防災課")
    taro = slack.person("鈴木太郎", title="税務課")
    admin = slack.person("佐藤情報", title="情報政策課", admin=True)
    bosai = slack.channel("wg-bosai-dx", members=[hanako, taro, admin])
    return Town(slack, iine.deps, hanako, taro, admin, bosai, settled)


@pytest.fixture
def jiro(town: Town) -> Person:
    """One more colleague, in the group's channel."""
    jiro = town.slack.person("高橋次郎", title="福祉課")
    town.bosai.invites(jiro)
    return jiro
