"""A city hall whose people look at their Homes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.deps import Deps
from sandbox import Channel, Message, Person, Sandbox, SandboxClock, View
from service import Service

REFRESH = timedelta(seconds=6)


@dataclass(frozen=True)
class Hall:
    """A city hall with a mayor, a group, and what can be asked of the app."""

    slack: Sandbox
    clock: SandboxClock
    deps: Deps
    settled: Callable[[], None]
    admin: Person
    mayor: Person
    hanako: Person
    taro: Person
    bosai: Channel

    def asks(
        self, person: Person, text: str, channel: Channel | None = None, command: str = "/project"
    ) -> Message:
        """Run a command and wait for its answer."""
        invocation = person.runs(command, text, channel or self.bosai)
        assert invocation.acked, invocation.error
        answers = self.slack.until(lambda: invocation.replies, what=f"an answer to {text}")
        self.settled()
        return answers[0]

    def registers(self, name: str = "防災DX", channel: Channel | None = None) -> None:
        """Hanako registers a channel."""
        assert "登録しました" in self.asks(self.hanako, f"登録 {name}", channel).text

    def takes_office(self) -> None:
        """The mayor holds the office of a mayor from now on."""
        assert (
            "市長" in self.asks(self.admin, f"任命 市長 @{self.mayor.name}", command="/office").text
        )

    def home(self, person: Person) -> View:
        """Open somebody's Home, and wait until it is made."""
        before = self.published(person)
        person.opens_home()
        return self.made(person, before)

    def presses(self, person: Person, action_id: str, value: str | None = None) -> View:
        """Press a button in a person's Home; the Home that comes of it."""
        view, before = self.seen(person), self.published(person)
        invocation = person.presses(view, action_id, value=value)
        assert invocation.acked, invocation.error
        return self.made(person, before)

    def chooses(self, person: Person, action_id: str, value: str | list[str]) -> View:
        """Choose in a list of a person's Home; the Home that comes of it."""
        view, before = self.seen(person), self.published(person)
        invocation = person.chooses(view, action_id, value)
        assert invocation.acked, invocation.error
        return self.made(person, before)

    def made(self, person: Person, before: int) -> View:
        """Wait until the person's Home was made once more."""
        self.slack.until(lambda: self.published(person) > before, what="a Home")
        return self.seen(person)

    def seen(self, person: Person) -> View:
        """What the Home shows once everything has come to rest."""
        self.settled()
        shown = person.home
        assert shown is not None
        return shown

    def later(self, person: Person, words: str) -> View:
        """What the Home shows a few seconds later, waiting for these words."""
        self.settled()
        self.clock.advance(REFRESH)

        def look() -> View | None:
            shown = person.home
            return shown if shown is not None and words in shown.words else None

        found = self.slack.until(look, what=f"a Home with {words}")
        assert found is not None
        return found

    def modal(self, person: Person, words: str) -> View:
        """Wait until the modal in front of the person says this."""

        def look() -> View | None:
            shown = person.modal
            return shown if shown is not None and words in shown.words else None

        found = self.slack.until(look, what=f"a modal with {words}")
        assert found is not None
        return found

    def published(self, person: Person) -> int:
        """How often Slack has taken a Home for this person so far."""
        calls = self.slack.calls_of("views.publish")
        return sum(call.ok and call.args["user_id"] == person.id for call in calls)


@pytest.fixture
def hall(slack: Sandbox, iine: Service, clock: SandboxClock, settled: Callable[[], None]) -> Hall:
    """People and a channel; nothing is registered, nobody holds an office."""
    admin = slack.person("佐藤情報", title="情報政策課", admin=True)
    mayor = slack.person("山本市長", title="市長")
    hanako = slack.person("山田花子", title="防災課")
    taro = slack.person("鈴木太郎", title="税務課")
    bosai = slack.channel("wg-bosai", members=[admin, mayor, hanako, taro])
    return Hall(slack, clock, iine.deps, settled, admin, mayor, hanako, taro, bosai)
