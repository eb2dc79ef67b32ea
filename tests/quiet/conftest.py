"""A city hall with a group that has gone quiet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import pytest

from bot.deps import Deps
from bot.settings import Settings
from jobs import quiet
from sandbox import Channel, Invocation, Message, Person, Sandbox, SandboxClock, View
from service import Service
from tests.conftest import JST


@dataclass(frozen=True)
class Hall:
    """A group with a lead, registered on Monday 6 April 2026 at 9:00."""

    slack: Sandbox
    deps: Deps
    clock: SandboxClock
    settled: Callable[[], None]
    admin: Person
    lead: Person
    author: Person
    group: Channel

    def asks(
        self, person: Person, text: str, command: str = "/project", channel: Channel | None = None
    ) -> Message:
        """Run a command and wait for its answer."""
        invocation = person.runs(command, text, channel or self.group)
        assert invocation.acked, invocation.error
        answers = self.slack.until(lambda: invocation.replies, what=f"an answer to {text}")
        self.settled()
        return answers[0]

    def at(self, day: int, hour: int = 9, minute: int = 0, *, month: int = 4) -> None:
        """Let everything come to rest, it be that moment in 2026, and the clock's job look."""
        self.settled()
        self.clock.move_to(datetime(2026, month, day, hour, minute, tzinfo=JST))
        quiet.run(self.deps)
        self.deps.wake()
        self.settled()

    def told(self, person: Person) -> list[Message]:
        """What the bot told this person about quiet projects."""
        return [m for m in person.dm().messages if m.words.startswith(("🌱", "🤝", "☕"))]

    def says(self, message: Message, words: str) -> None:
        """Wait until the message says this."""
        self.slack.until(lambda: words in message.words, what=f"a message with {words}")
        self.settled()

    def refused(self, invocation: Invocation) -> str:
        """What only the person is told."""
        assert invocation.acked, invocation.error
        return self.slack.until(lambda: invocation.replies, what="an answer")[0].text

    def opened(self, person: Person) -> View:
        """Wait until a modal is in front of the person."""
        return self.slack.until(lambda: [m for m in [person.modal] if m], what="a modal")[0]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A coordinator who is not known otherwise is named in the settings."""
    return replace(settings, coordinators=frozenset())


@pytest.fixture
def hall(slack: Sandbox, iine: Service, clock: SandboxClock, settled: Callable[[], None]) -> Hall:
    """The group is registered; nobody has written yet."""
    admin = slack.person("佐藤情報", title="情報政策課", admin=True)
    lead = slack.person("鈴木太郎", title="防災課")
    author = slack.person("山田花子", title="防災課")
    group = slack.channel("wg-bosai", members=[admin, lead, author])
    hall = Hall(slack, iine.deps, clock, settled, admin, lead, author, group)
    hall.asks(lead, "登録 防災DX")
    return hall
