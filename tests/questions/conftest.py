"""A city hall whose mayor asks, and whose groups answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from slack_sdk import WebClient
from sqlalchemy import select

from bot.deps import Deps
from bot.views.recognition import post_buttons
from jobs import questions
from models.question import Question
from sandbox import Channel, Invocation, Message, Person, Sandbox, SandboxClock, View
from service import Service
from tests.conftest import JST

# As long as a ❓ may have been a slip, and a little more
A_WHILE = timedelta(seconds=15)


@dataclass(frozen=True)
class Hall:
    """A mayor, a vice-mayor who reads English, a group of two, a coordinator, and a guest."""

    slack: Sandbox
    deps: Deps
    clock: SandboxClock
    settled: Callable[[], None]
    admin: Person
    mayor: Person
    cdo: Person
    lead: Person
    author: Person
    member: Person
    guest: Person
    group: Channel
    office: Channel

    def asks_for(
        self, person: Person, text: str, command: str = "/project", channel: Channel | None = None
    ) -> Message:
        """Run a command and wait for its answer."""
        invocation = person.runs(command, text, channel or self.group)
        assert invocation.acked, invocation.error
        answers = self.slack.until(lambda: invocation.replies, what=f"an answer to {text}")
        self.settled()
        return answers[0]

    def post(
        self, text: str = "避難所の受付をQRコードで試しました。3分が20秒になりました。"
    ) -> Message:
        """Somebody of the group writes."""
        post = self.author.posts(self.group, text)
        self.settled()
        return post

    def shown(self, post: Message, channel: Channel | None = None) -> Message:
        """A message with the buttons of this post, as they stand in digests."""
        where = channel or self.office
        ts = self._client.chat_postMessage(
            channel=where.id, text="投稿があります", blocks=[self.buttons(post)]
        )["ts"]
        return next(m for m in where.messages if m.ts == ts)

    def buttons(self, post: Message) -> dict[str, object]:
        """The row of buttons with which a post is shown."""
        return post_buttons(post.channel.id, post.ts, "ja", link="https://machi.jp").to_dict()

    def home(self, person: Person, blocks: list[dict[str, object]]) -> View:
        """A Home with these blocks."""
        self._client.views_publish(user_id=person.id, view={"type": "home", "blocks": blocks})
        assert person.home is not None
        return person.home

    def modal(self, person: Person, blocks: list[dict[str, object]]) -> View:
        """A modal with these blocks, in front of the person."""
        title = {"type": "plain_text", "text": "投稿"}
        view = {"type": "modal", "title": title, "blocks": blocks}
        trigger = self.slack.interactions.new_trigger(person.id)
        self._client.views_open(trigger_id=trigger, view=view)
        assert person.modal is not None
        return person.modal

    @property
    def _client(self) -> WebClient:
        return WebClient(token=self.slack.bot_token, base_url=self.slack.url)

    def opens(self, person: Person, invocation: Invocation) -> View:
        """Wait until a modal is in front of the person."""
        assert invocation.acked, invocation.error
        return self.slack.until(lambda: [m for m in [person.modal] if m], what="a modal")[0]

    def form(self, person: Person, post: Message) -> View:
        """Open the form with the message shortcut."""
        return self.opens(person, person.shortcut("ask_about_post", post))

    def asked(self, person: Person, post: Message, words: str | None = None) -> Message:
        """Ask with the form a moment later; the question in the thread."""
        self.later(timedelta(seconds=1))
        form = self.form(person, post)
        if words is not None:
            person.fills(form, {"words": words})
        sent = person.submits(form)
        assert not sent.errors, sent.errors
        person.closes()
        self.settled()
        root = post.thread_ts or post.ts
        return self.said(next(m for m in post.channel.messages if m.ts == root))[-1]

    def refused(self, invocation: Invocation) -> str:
        """What only the person is told."""
        assert invocation.acked, invocation.error
        return self.slack.until(lambda: invocation.replies, what="a refusal")[0].text

    def said(self, post: Message) -> list[Message]:
        """What the bot says in the thread of the post."""
        return [m for m in post.replies if m.user == self.slack.bot_user_id and not m.deleted]

    def told(self, person: Person) -> list[Message]:
        """What the bot told this person in private."""
        self.ticked()
        return [m for m in person.dm().messages if "質問" in m.words or "question" in m.words]

    def presses(self, person: Person, question: Message, action_id: str, words: str) -> None:
        """Press a button of the question and wait until it says this."""
        assert person.presses(question, action_id).acked
        self.slack.until(lambda: words in question.words, what=f"a question with {words}")
        self.settled()

    def replies(self, person: Person, post: Message, text: str = "担当に確かめました。") -> Message:
        """Somebody answers in the thread."""
        reply = person.replies(post, text)
        self.settled()
        return reply

    def digest(self, number: int) -> Message:
        """Wait until so many digests are in the leaders' channel; the last one."""

        def there() -> list[Message]:
            found = [m for m in self.office.messages if "週次ダイジェスト" in m.text]
            return found[number - 1 :]

        digest = self.slack.until(there, what=f"digest {number}")[0]
        self.settled()
        return digest

    def later(self, by: timedelta = A_WHILE) -> None:
        """Let time pass, and everything come to rest."""
        self.settled()
        self.clock.advance(by)
        self.ticked()

    def at(self, day: int, hour: int = 9, minute: int = 0) -> None:
        """Let everything come to rest, and it be that moment in April 2026."""
        self.settled()
        self.clock.move_to(datetime(2026, 4, day, hour, minute, tzinfo=JST))
        self.ticked()

    def ticked(self) -> None:
        """Let the clock's job look, and everything due be said."""
        questions.run(self.deps)
        self.deps.wake()
        self.settled()

    def rows(self) -> list[Question]:
        """All questions, oldest first."""
        with self.deps.database.read() as session:
            return list(session.scalars(select(Question).order_by(Question.id)))


@pytest.fixture
def hall(slack: Sandbox, iine: Service, clock: SandboxClock, settled: Callable[[], None]) -> Hall:
    """The group is registered; mayor and vice-mayor are in office."""
    admin = slack.person("佐藤情報", title="情報政策課", admin=True)
    mayor = slack.person("山本市長", title="市長")
    cdo = slack.person("Emily Brown", title="CDO", locale="en-GB")
    lead = slack.person("鈴木太郎", title="防災課")
    author = slack.person("山田花子", title="防災課")
    member = slack.person("田中次郎", title="防災課")
    guest = slack.person("外部さん", guest=True)
    people = [admin, mayor, cdo, lead, author, member, guest]
    group = slack.channel("wg-bosai", members=people)
    office = slack.channel("leaders", members=[admin, mayor, cdo])
    slack.invite_bot(office)
    hall = Hall(
        slack,
        iine.deps,
        clock,
        settled,
        admin,
        mayor,
        cdo,
        lead,
        author,
        member,
        guest,
        group,
        office,
    )
    hall.asks_for(lead, "登録 防災DX")
    hall.asks_for(admin, f"任命 市長 @{mayor.name}", "/office")
    hall.asks_for(admin, f"任命 CDO {cdo.mention}", "/office")
    hall.asks_for(member, "参加")
    settled()
    return hall
