"""The machine's clock was wrong for a while and is put right: nothing counts as read by it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core import gaps as asking
from bot.core.coverage import coverage
from bot.recording.history.reconciler import Reconciler
from jobs import reconcile
from models import gap as gaps
from models.gap import Cause
from sandbox import SandboxClock
from tests.history.conftest import Office


@dataclass(frozen=True)
class Ahead:
    """A clock that is a day ahead of Slack's."""

    clock: SandboxClock

    def now(self) -> datetime:
        """The moment that it shows."""
        return self.clock.now() + timedelta(days=1)


def is_a_day_ahead(office: Office) -> None:
    """All channels are read while the clock is wrong; then it is put right."""
    ahead = Ahead(office.clock)
    reconcile.run(replace(office.deps, clock=ahead))
    office.reads(Reconciler(office.database, office.client, ahead, lambda: None))


def test_no_gap_is_closed_by_what_was_read_before(office: Office) -> None:
    office.channel("防災")
    office.later(hours=2)
    is_a_day_ahead(office)
    with office.database.write() as session:
        gap = gaps.open_(session, office.slack.team_id, None, Cause.DISCONNECTED, office.now())
        gaps.end(session, gap.id, office.now())
    office.slack.faults.add("http_error", method="conversations.history", times=None)
    office.reads()
    assert [gap.closed_at for gap in office.gaps()] == [None]
    office.slack.faults.clear()
    office.later(minutes=1)
    office.ticks()
    office.reads()
    assert [gap.closed_at for gap in office.gaps()] == [office.now()]


def test_reading_every_hour_goes_on(office: Office) -> None:
    channel = office.channel("防災")
    office.later(hours=2)
    is_a_day_ahead(office)
    office.later(hours=1)
    with office.slack.losing_events():
        office.author.posts(channel, "聞こえなかった投稿")
    office.later(hours=1)
    office.ticks()
    with office.database.read() as session:
        now = office.now()
        found = coverage(session, office.slack.team_id, now - timedelta(hours=1), now)
    assert not found.is_complete, "nobody knows up to when it is known"
    office.reads()
    assert office.texts(channel) == ["聞こえなかった投稿"]
    for _ in range(2):
        office.later(hours=2)
        office.ticks()
        office.reads()
    calls = office.calls()
    office.later(minutes=5)
    office.ticks()
    office.reads()
    assert office.calls() == calls


def test_when_it_was_last_alive_is_put_right_as_well(office: Office) -> None:
    office.channel("防災")
    reconcile.run(replace(office.deps, clock=Ahead(office.clock)))
    office.later(minutes=1)
    office.ticks()
    office.later(hours=3)
    with office.database.write() as session:
        asking.started(session, office.slack.team_id, office.now())
    (gap,) = office.gaps()
    assert gap.ended_at is not None
    assert gap.ended_at - gap.began_at == timedelta(hours=3)
