"""A city hall with two leaders, a group whose members write, and a digest every Friday."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.deps import Deps
from bot.views.recognition import LIKE_ACTION, post_value
from jobs import notices
from models.notice import Notice
from models.preference import Notices, Preference, for_change
from sandbox import Channel, Message, Person, Sandbox, SandboxClock
from service import Service
from tests.conftest import JST

FRIDAY = datetime(2026, 4, 10, 16, 0, tzinfo=JST)
# As long as a digest waits for more presses, and a little more
A_WHILE = timedelta(seconds=5)


@dataclass(frozen=True)
class Hall:
    """A mayor, a vice-mayor who reads English, staff, a guest and somebody from outside."""

    slack: Sandbox
    deps: Deps
    clock: SandboxClock
    settled: Callable[[], None]
    admin: Person
    mayor: Person
    cdo: Person
    author: Person
    staff: Person
    guest: Person
    outsider: Person
    group: Channel
    leaders: Channel

    @property
    def address(self) -> str:
        """What addresses of messages begin with."""
        return self.slack.workspace.url

    def asks(self, person: Person, text: str, command: str) -> Message:
        """Run a command and wait for its answer."""
        invocation = person.runs(command, text, self.group)
        assert invocation.acked, invocation.error
        answers = self.slack.until(lambda: invocation.replies, what=f"an answer to {text}")
        self.settled()
        return answers[0]

    def post(
        self,
        text: str = "避難所の受付をQRコードで試しました。3分が20秒になりました。",
        author: Person | None = None,
    ) -> Message:
        """Somebody of the group writes."""
        post = (author or self.author).posts(self.group, text)
        self.settled()
        return post

    def register(self, channel: Channel, name: str) -> None:
        """The author registers another channel, and says yes to what is asked."""
        invocation = self.author.runs("/project", f"登録 {name}", channel)
        asked = self.slack.until(lambda: invocation.replies, what="an answer")[0]
        pressed = self.author.presses(asked, "project_confirm_register")
        assert pressed.acked, pressed.error
        self.slack.until(
            lambda: [m for m in channel.messages if "project_edit" in str(m.blocks)],
            what="the project's card",
        )
        self.settled()

    def digest(self, channel: Channel | None = None) -> Message:
        """Friday has come: the digest in the leaders' channel, or in another one."""
        if self.clock.now() < FRIDAY:
            self.settled()
            self.clock.move_to(FRIDAY)
        where = channel or self.leaders
        found = self.slack.until(lambda: _digests(where), what="the digest")
        self.settled()
        return found[-1]

    def presses(self, person: Person, shown: Message, post: Message) -> Message:
        """Press いいね! under a post, and what only this person is told."""
        value = post_value(post.channel.id, post.ts)
        invocation = person.presses(shown, LIKE_ACTION, value=value)
        assert invocation.acked, invocation.error
        answer = self.slack.until(lambda: invocation.replies, what="an answer to いいね!")[0]
        assert answer.ephemeral
        self.settled()
        return answer

    def reacts(self, person: Person, post: Message, name: str = "+1") -> None:
        """Put an emoji on the post in Slack."""
        person.reacts(post, name)
        self.settled()

    def thread(self, post: Message) -> list[str]:
        """What the bot says in the post's thread."""
        return [
            reply.text
            for reply in post.replies
            if reply.user == self.slack.bot_user_id and not reply.deleted
        ]

    def told(self, person: Person) -> list[Message]:
        """What the bot told this person of recognition, now that everything due is said."""
        self.ticked()
        return [m for m in person.dm().messages if m.metadata and _is_recognition(m)]

    def later(self, by: timedelta = A_WHILE) -> None:
        """Let time pass, and everything come to rest."""
        self.settled()
        self.clock.advance(by)
        self.ticked()

    def at(self, day: int, hour: int, minute: int = 0) -> None:
        """Let everything come to rest, and it be that moment in April 2026."""
        self.settled()
        self.clock.move_to(datetime(2026, 4, day, hour, minute, tzinfo=JST))
        self.ticked()

    def ticked(self) -> None:
        """Let the clock's job look, and everything due be said."""
        notices.run(self.deps)
        self.deps.wake()
        self.settled()

    def chooses(self, person: Person, wish: Notices) -> None:
        """The person chooses when to hear of recognition."""
        self.preference(person, lambda chosen: setattr(chosen, "notices", wish))

    def preference(self, person: Person, change: Callable[[Preference], None]) -> None:
        """The person chooses something for themselves."""
        with self.deps.database.write() as session:
            change(for_change(session, self.slack.team_id, person.id))

    def notices(self) -> list[Notice]:
        """The rows, oldest first."""
        with self.deps.database.read() as session:
            return list(session.scalars(select(Notice).order_by(Notice.id)))


def _digests(channel: Channel) -> list[Message]:
    found = [m for m in channel.messages if m.metadata and not m.thread_ts]
    return [m for m in found if "ダイジェスト" in m.text or "digest" in m.text]


def _is_recognition(message: Message) -> bool:
    payload = (message.metadata or {}).get("event_payload")
    return isinstance(payload, dict) and str(payload.get("key")).startswith("recognition:")


@pytest.fixture
def hall(slack: Sandbox, iine: Service, clock: SandboxClock, settled: Callable[[], None]) -> Hall:
    """The group is registered, both leaders hold their offices, their channel gets the digest."""
    admin = slack.person("佐藤 情報", title="情報政策課", admin=True)
    mayor = slack.person("山本 市長", title="市長")
    cdo = slack.person("田中 副市長", title="副市長", locale="en-GB")
    author = slack.person("山田 花子", title="防災危機管理課")
    staff = slack.person("鈴木 太郎", title="税務課")
    guest = slack.person("実習生", guest=True)
    outsider = slack.person("商工会", external_team="商工会議所")
    everyone = [admin, mayor, cdo, author, staff, guest, outsider]
    group = slack.channel("wg-bosai", members=everyone)
    leaders = slack.channel("kanbu", private=True, members=[admin, mayor, cdo, staff])
    slack.invite_bot(leaders)
    hall = Hall(
        slack, iine.deps, clock, settled, admin, mayor, cdo, author, staff, guest, outsider,
        group, leaders,
    )  # fmt: skip
    hall.asks(author, "登録 避難所の受付DX", "/project")
    hall.asks(admin, f"任命 市長 {mayor.mention}", "/office")
    hall.asks(admin, f"任命 副市長・CDO {cdo.mention}", "/office")
    hall.asks(admin, f"送り先 #{leaders.name}", "/digest")
    return hall
