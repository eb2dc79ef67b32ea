"""A connection over which nothing comes, though it looks well: history tells, it is reopened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from bot.recording.history.reconciler import Reconciler
from models import Gap, Message
from models import gap as gaps
from models.gap import Cause
from sandbox import Sandbox, SandboxClock
from service import Service
from tests.history.conftest import Office


class Listening:
    """A reader beside which events arrive; counts how often one should have and did not."""

    def __init__(self, office: Office) -> None:
        self.times = 0
        self.reader = Reconciler(
            office.database, office.client, office.clock, lambda: None, on_unheard=self._noted
        )

    def _noted(self) -> None:
        self.times += 1


def _an_hour_passes(office: Office, listening: Listening) -> None:
    office.later(hours=2)
    office.ticks()
    office.reads(listening.reader)


def test_a_message_that_should_have_come_is_a_gap_and_said(office: Office) -> None:
    channel = office.channel("防災")
    listening = Listening(office)
    office.later(minutes=5)
    with office.slack.losing_events():
        first = office.author.posts(channel, "届かなかった投稿")
        office.author.replies(first, "届かなかった返信")
    _an_hour_passes(office, listening)
    assert listening.times >= 1
    (gap,) = office.gaps()
    assert gap.cause == Cause.DEAF
    assert gap.found
    assert gap.closed_at is not None
    said = listening.times
    with office.slack.losing_events():
        office.author.edits(first, "届かなかった編集")
    _an_hour_passes(office, listening)
    assert listening.times == said, "nothing new is missing"
    assert len(office.gaps()) == 1


def test_every_process_hears_of_it(office: Office) -> None:
    channel = office.channel("防災")
    finds, waits, stands_alone = Listening(office), Listening(office), office.new_reconciler()
    waits.reader.step()
    stands_alone.step()
    office.later(minutes=5)
    with office.slack.losing_events():
        office.author.posts(channel, "届かなかった投稿")
    _an_hour_passes(office, finds)
    said = finds.times
    assert said
    for _ in range(3):
        finds.reader.step()
        waits.reader.step()
        stands_alone.step()
    assert (finds.times, waits.times) == (said, 1)
    starts_later = Listening(office)
    starts_later.reader.step()
    assert starts_later.times == 0


def test_what_came_is_not_missing(office: Office) -> None:
    channel = office.channel("防災")
    listening = Listening(office)
    office.later(minutes=5)
    office.author.posts(channel, "届いた投稿")
    office.hears()
    _an_hour_passes(office, listening)
    assert listening.times == 0
    assert office.gaps() == []


def test_what_is_missing_for_a_known_reason_is_no_news(office: Office) -> None:
    channel = office.channel("防災")
    with office.slack.losing_events():
        office.author.posts(channel, "起動する前の投稿")
    office.later(minutes=5)
    listening = Listening(office)
    office.later(minutes=5)
    with office.database.write() as session:
        gap = gaps.open_(session, office.slack.team_id, None, Cause.DISCONNECTED, office.now())
    with office.slack.losing_events():
        office.author.posts(channel, "切れていたあいだの投稿")
    office.later(minutes=5)
    with office.database.write() as session:
        gaps.end(session, gap.id, office.now())
    _an_hour_passes(office, listening)
    assert len(office.texts(channel)) == 2
    assert listening.times == 0


def test_what_is_only_on_its_way_is_not_missing(office: Office) -> None:
    channel = office.channel("防災")
    listening = Listening(office)
    office.later(hours=2)
    office.ticks()
    with office.slack.losing_events():
        office.author.posts(channel, "たったいまの投稿")
    office.later(seconds=30)
    office.reads(listening.reader)
    assert office.texts(channel) == ["たったいまの投稿"]
    assert listening.times == 0


def test_the_running_service_connects_anew(
    iine: Service, slack: Sandbox, clock: SandboxClock, settled: Callable[[], None]
) -> None:
    admin = slack.person("管理 者", admin=True)
    channel = slack.channel("防災", members=[admin])
    invocation = admin.runs("/project", "register 防災", channel)
    slack.until(lambda: invocation.replies, what="an answer")
    settled()
    clock.advance(timedelta(minutes=30))
    opened = len(slack.calls_of("apps.connections.open"))
    with slack.losing_events():
        admin.posts(channel, "聞こえなかった投稿")
    clock.advance(timedelta(hours=2))
    slack.until(
        lambda: len(slack.calls_of("apps.connections.open")) > opened, what="a new connection"
    )
    slack.until(lambda: _closed(iine) == [Cause.DEAF], what="the gap to be closed")
    slack.connected()
    post = admin.posts(channel, "聞こえた投稿")
    slack.until(lambda: _source(iine, post.ts) == [None], what="the event to arrive")


def _closed(iine: Service) -> list[str]:
    with iine.deps.database.read() as session:
        return list(session.scalars(select(Gap.cause).where(Gap.closed_at.is_not(None))))


def _source(iine: Service, ts: str) -> list[str | None]:
    with iine.deps.database.read() as session:
        return list(session.scalars(select(Message.source).where(Message.ts == ts)))
