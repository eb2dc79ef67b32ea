"""The running service reads by itself, and what follows from what it finds is as ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from bot.settings import Settings
from models import Gap, Message
from models.message import MessageKind
from sandbox import Sandbox, SandboxClock
from sandbox.actors import Channel
from sandbox.person import Person
from service import Service
from tests.conftest import come_to_rest


def _asks(slack: Sandbox, person: Person, command: str, text: str, channel: Channel) -> None:
    invocation = person.runs(command, text, channel)
    assert invocation.acked, invocation.error
    slack.until(lambda: invocation.replies, what="an answer")


def _texts(iine: Service, channel: Channel) -> int:
    with iine.deps.database.read() as session:
        return len(
            session.scalars(
                select(Message.ts).where(
                    Message.channel_id == channel.id, Message.kind == MessageKind.POST
                )
            ).all()
        )


def test_a_leaders_reaction_that_is_found_late_is_told_once(
    iine: Service,
    slack: Sandbox,
    clock: SandboxClock,
    settled: Callable[[], None],
) -> None:
    admin = slack.person("管理 者", admin=True)
    mayor, author = slack.person("市長 太郎"), slack.person("佐藤 花子", title="危機管理課")
    channel = slack.channel("防災", members=[admin, author, mayor])
    _asks(slack, admin, "/project", "register 防災", channel)
    _asks(slack, admin, "/office", f"任命 市長 {mayor.mention}", channel)
    settled()
    clock.advance(timedelta(hours=1))
    with slack.losing_events():
        post = author.posts(channel, "避難所の受付を試しました")
        mayor.reacts(post, "tada")
    clock.advance(timedelta(minutes=90))

    def told() -> int:
        return sum("避難所の受付" in message.words for message in author.dm().messages)

    slack.until(lambda: _texts(iine, channel) == 1, what="the post to be read from history")
    slack.until(told, what="the author to be told")
    for _ in range(3):
        clock.advance(timedelta(hours=1))
        settled()
    assert told() == 1
    assert [name for name in post.reactions if slack.bot_user_id in post.reactions[name]] == [
        "memo"
    ]


def test_what_came_too_late_for_its_digest_is_named_in_the_next(
    iine: Service, slack: Sandbox, clock: SandboxClock, settled: Callable[[], None]
) -> None:
    admin, author = slack.person("管理 者", admin=True), slack.person("佐藤 花子")
    channel = slack.channel("防災", members=[admin, author])
    _asks(slack, admin, "/project", "register 防災", channel)
    _asks(slack, admin, "/digest", "送り先 ここ", channel)
    settled()
    clock.advance(timedelta(minutes=30))
    with slack.losing_events():
        author.posts(channel, "まだ誰も知らない投稿")
    clock.advance(timedelta(minutes=1))
    _asks(slack, admin, "/digest", "今すぐ", channel)
    settled()
    clock.advance(timedelta(hours=2))
    slack.until(lambda: _texts(iine, channel) == 1, what="the post to be read from history")
    settled()
    clock.advance(timedelta(minutes=1))
    _asks(slack, admin, "/digest", "今すぐ", channel)
    settled()
    digests = [one.words for one in channel.messages if "週次ダイジェスト" in one.words]
    assert len(digests) == 2
    assert "間に合わなかった投稿" not in digests[0]
    assert "間に合わなかった投稿" in digests[1]
    assert "この集計は、1チャンネルの記録に基づいています。" in digests[1]


def test_what_happened_between_two_runs_is_read_at_the_start(
    settings: Settings, slack: Sandbox, clock: SandboxClock
) -> None:
    lead = slack.person("佐藤 花子")
    channel = slack.channel("防災", members=[lead])
    first = Service(settings, clock=clock, pace=0.2)
    first.start()
    slack.connected()
    _asks(slack, lead, "/project", "register 防災", channel)
    come_to_rest(slack, first)
    first.stop()
    clock.advance(timedelta(days=3))
    with slack.losing_events():
        lead.posts(channel, "お休みのあいだの投稿")
    second = Service(settings, clock=clock, pace=0.2)
    second.start()
    slack.connected()
    slack.until(lambda: _texts(second, channel) == 1, what="the post to be read from history")
    come_to_rest(slack, second)
    with second.deps.database.read() as session:
        gap = session.scalars(select(Gap)).one()
        assert gap.closed_at is not None
        assert gap.messages == 1
    second.stop()
