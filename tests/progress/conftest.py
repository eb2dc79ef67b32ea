"""A city hall whose groups write progress with the form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from bot.deps import Deps
from models.draft import Draft
from models.message import Message as Recorded
from models.message import MessageVersion
from models.project import Project
from sandbox import Channel, Invocation, Message, Person, Sandbox, SandboxClock, SubmitResult, View
from service import Service


@dataclass(frozen=True)
class Town:
    """Two groups with their leads, a coordinator, a guest, a person from outside, a mayor."""

    slack: Sandbox
    deps: Deps
    clock: SandboxClock
    settled: Callable[[], None]
    admin: Person
    mayor: Person
    hanako: Person
    taro: Person
    ken: Person
    guest: Person
    bosai: Channel
    kodomo: Channel
    lounge: Channel

    def asks(
        self, person: Person, text: str, command: str = "/project", channel: Channel | None = None
    ) -> Message:
        """Run a command and wait for its answer, which only they see."""
        invocation = person.runs(command, text, channel or self.bosai)
        return self.answer(invocation)

    def answer(self, invocation: Invocation) -> Message:
        """What only the person sees of what they did."""
        assert invocation.acked, invocation.error
        answers = self.slack.until(lambda: invocation.replies, what="an answer")
        self.settled()
        assert answers[0].ephemeral
        return answers[0]

    def form(self, person: Person, words: str = "") -> View:
        """Wait until a modal that says this is in front of the person."""

        def shown() -> list[View]:
            modal = person.modal
            return [modal] if modal is not None and words in modal.words else []

        return self.slack.until(shown, what=f"a modal with {words}")[0]

    def opens(self, person: Person, text: str = "", channel: Channel | None = None) -> View:
        """Open the form with the command."""
        invocation = person.runs("/progress", text, channel or self.bosai)
        assert invocation.acked, invocation.error
        return self.form(person, "やったこと" if person.name != "Ken Smith" else "What we did")

    def sends(self, person: Person, view: View, **fields: object) -> SubmitResult:
        """Fill the form in and send it."""
        person.fills(view, fields)  # type: ignore[arg-type]  # whatever the test gives
        result = person.submits(view)
        self.settled()
        return result

    def posts(self, person: Person, channel: Channel | None = None, **fields: object) -> Message:
        """Write a post with the form; what stands in the channel then."""
        where = channel or self.bosai
        before = {message.ts for message in self.said(where)}
        result = self.sends(person, self.opens(person, channel=where), **fields)
        assert result.errors == {}, result
        assert result.error is None or not result.error
        [post] = [message for message in self.said(where) if message.ts not in before]
        return post

    def said(self, channel: Channel) -> list[Message]:
        """What the bot said in the channel, under whatever name, and what stands there still."""
        return [m for m in channel.messages if m.user == self.slack.bot_user_id and not m.deleted]

    def photos_in(self, post: Message) -> list[str]:
        """The IDs of the photos that the post shows."""
        shown = [block["slack_file"] for block in post.blocks if block["type"] == "image"]
        return [str(file["id"]) for file in shown if isinstance(file, dict)]

    def has_its_card(self, channel: Channel) -> None:
        """Wait until the project of this channel is registered and its card stands there."""
        self.slack.until(
            lambda: [m for m in self.said(channel) if "project_edit" in str(m.blocks)],
            what="the card",
        )
        self.settled()

    def recorded(self, post: Message) -> Recorded | None:
        """The row of a post."""
        with self.deps.database.read() as session:
            return session.get(Recorded, (self.slack.team_id, post.channel.id, post.ts))

    def row(self, post: Message) -> Recorded:
        """The row of a post that must be there."""
        row = self.recorded(post)
        assert row is not None
        return row

    def versions(self, post: Message) -> list[MessageVersion]:
        """Every recorded version of a post's words, oldest first."""
        with self.deps.database.read() as session:
            return list(
                session.scalars(
                    select(MessageVersion)
                    .where(MessageVersion.ts == post.ts)
                    .order_by(MessageVersion.edited_ts)
                )
            )

    def drafts(self) -> list[Draft]:
        """Everything that was sent off with a form."""
        with self.deps.database.read() as session:
            return list(session.scalars(select(Draft).order_by(Draft.id)))

    def project(self, name: str = "防災DX") -> Project:
        """A project's row."""
        with self.deps.database.read() as session:
            return session.scalars(select(Project).where(Project.name == name)).one()


@pytest.fixture
def town(slack: Sandbox, iine: Service, clock: SandboxClock, settled: Callable[[], None]) -> Town:
    """防災DX of Hanako's and こどもDX of Taro's are registered, the mayor is in office."""
    admin = slack.person("佐藤情報", title="情報政策課", admin=True)
    mayor = slack.person("山本市長", title="市長")
    hanako = slack.person("山田花子", title="防災課")
    taro = slack.person("鈴木太郎", title="こども課")
    ken = slack.person("Ken Smith", title="国際課", locale="en-GB")
    guest = slack.person("外部さん", guest=True)
    bosai = slack.channel("wg-bosai", members=[admin, mayor, hanako, ken, guest])
    kodomo = slack.channel("wg-kodomo", private=True, members=[taro, ken])
    lounge = slack.channel("lounge", members=[admin, mayor, hanako, taro, ken, guest])
    slack.invite_bot(kodomo)
    town = Town(
        slack, iine.deps, clock, settled,
        admin, mayor, hanako, taro, ken, guest, bosai, kodomo, lounge,
    )  # fmt: skip
    town.asks(hanako, "登録 防災DX")
    question = town.asks(taro, "登録 こどもDX", channel=kodomo)
    taro.presses(question, "project_confirm_register")
    for channel in (bosai, kodomo):
        town.has_its_card(channel)
    town.asks(admin, f"任命 市長 @{mayor.name}", command="/office")
    return town
