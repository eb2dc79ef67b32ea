"""Times at which Slack's events may not have come, and which channels are read again for them.

Whatever is to be read is asked for in `watermarks`, so that it survives whoever asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from bot.core import homes, slack_time
from models import gap as gaps
from models import watermark
from models.channel import current_id
from models.gap import Cause, Gap
from models.project import ProjectChannel, is_registered
from models.thread import Thread
from models.watermark import Watermark
from models.workspace import Workspace

# How far back edits and reactions of older messages are looked for after a gap, and every night:
# Slack's history can't be asked for what has changed since
LOOK_BACK = timedelta(days=14)
# The same for an app that gets 15 messages a minute
LOOK_BACK_THROTTLED = timedelta(days=1)
READ_EVERY = timedelta(hours=1)
# Each reading begins a little before the end of the last one.
OVERLAP = timedelta(hours=1)
SWEEP_AT = time(3, 0)
# A process notes that it is alive this often; a start so soon after that is no gap worth telling
ALIVE_EVERY = timedelta(seconds=30)
SHORTEST_GAP = timedelta(minutes=2)
# Slack's errors for a channel that the bot is not in: it is read again once it is invited
NOT_IN = frozenset({"not_in_channel", "channel_not_found"})

# The clocks of several processes agree within less. What is noted for later than that was noted
# before the clock was put back.
CLOCKS_DIFFER = timedelta(minutes=1)

_NEVER = datetime.max.replace(tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
# Slack tells of a minute while it goes on; whatever is further away is a mistake.
_LIKELY = timedelta(days=1)


@dataclass(frozen=True)
class Reading:
    """A channel that is to be kept complete. `since`: when it was first registered."""

    channel_id: str
    since: datetime
    ties: tuple[ProjectChannel, ...]
    watermark: Watermark | None

    @property
    def ends(self) -> datetime:
        """When it was registered last; in the far future while it is."""
        return max(tie.removed_at or _NEVER for tie in self.ties)

    @property
    def is_over(self) -> bool:
        """Whether it is registered no longer and was read since."""
        return self.ends <= self.known_until

    def was_kept(self, until: datetime | None) -> bool:
        """Whether it is to be kept complete, or still was registered then."""
        return not self.is_over or (until is not None and self.ends > until)

    def is_to_be_given_up(self, now: datetime) -> bool:
        """Whether it was closed long ago, and Slack does not let us read it."""
        error = self.watermark.error if self.watermark is not None else None
        return self.is_over and self.ends <= now - LOOK_BACK and error is not None

    @property
    def known_until(self) -> datetime:
        """Up to when everything is known."""
        if self.watermark is None:
            return self.since
        return slack_time.to_datetime(self.watermark.known_until)

    def is_from_the_future(self, now: datetime) -> bool:
        """Whether it was last read by a clock that has been put back since."""
        mark = self.watermark
        return mark is not None and mark.read_at is not None and mark.read_at > now + CLOCKS_DIFFER

    def is_hour_over(self, now: datetime) -> bool:
        """Whether it was not read for an hour, nor is about to be."""
        mark = self.watermark
        last = self.since if mark is None else mark.read_at or self.since
        is_asked = mark is not None and mark.is_to_be_read
        return last <= now - READ_EVERY and not is_asked and not self.is_over

    def is_night_over(self, now: datetime, zone: tzinfo) -> bool:
        """Whether a night has passed since the last two weeks were read, and none is on its way."""
        mark = self.watermark
        last = self.since if mark is None else mark.swept_at or self.since
        asked = mark is not None and (mark.wants_threads or mark.run_threads)
        return last < last_night(now, zone) and not asked


def readings(
    session: Session, team_id: str, *, and_until: datetime | None = None
) -> Mapping[str, Reading]:
    """The channels that are registered, and those that were until after they were last read.

    With `and_until` also those that still were at that time: to what was written in them people
    react afterwards, and its authors delete it.
    """
    ties: dict[str, list[ProjectChannel]] = {}
    for tie in session.scalars(
        select(ProjectChannel)
        .where(ProjectChannel.team_id == team_id)
        .order_by(ProjectChannel.added_at, ProjectChannel.id)
    ):
        ties.setdefault(tie.channel_id, []).append(tie)
    marks = {mark.channel_id: mark for mark in watermark.of_team(session, team_id)}
    found = (
        Reading(channel_id, of_channel[0].added_at, tuple(of_channel), marks.get(channel_id))
        for channel_id, of_channel in ties.items()
    )
    return {one.channel_id: one for one in found if one.was_kept(and_until)}


def ask(
    session: Session,
    team_id: str,
    reading: Reading,
    since: datetime,
    *,
    threads: bool = False,
    at_once: bool = False,
) -> None:
    """Have a channel read again from then on, never from before it was registered.

    `at_once`: even if Slack has just refused it.
    """
    start = slack_time.from_datetime(max(since, reading.since - timedelta(microseconds=1)))
    mark = watermark.ensure(
        session, team_id, reading.channel_id, slack_time.from_datetime(reading.since)
    )
    mark.wanted_from = min(mark.wanted_from or start, start)
    mark.wants_threads = mark.wants_threads or threads
    mark.retry_at = None if at_once else mark.retry_at


def ask_regularly(session: Session, team_id: str, zone: tzinfo, now: datetime) -> None:
    """Every hour what is new; every night the last two weeks, with all recent threads."""
    for reading in readings(session, team_id, and_until=now - LOOK_BACK).values():
        if reading.is_from_the_future(now):
            _forget_when_it_was_read(session, team_id, reading, now)
        if reading.is_hour_over(now):
            ask(session, team_id, reading, reading.known_until - OVERLAP)
        if reading.is_night_over(now, zone):
            ask(session, team_id, reading, now - LOOK_BACK, threads=True)


def _forget_when_it_was_read(
    session: Session, team_id: str, reading: Reading, now: datetime
) -> None:
    """Nobody knows up to when it is known: two weeks of it are read again."""
    mark = watermark.locked(session, team_id, reading.channel_id)
    if mark is None:
        return
    mark.read_at = mark.swept_at = mark.retry_at = None
    again_from = slack_time.from_datetime(max(now - LOOK_BACK, reading.since))
    mark.known_until = min(mark.known_until, again_from)


def is_any_due(session: Session, team_id: str, zone: tzinfo, now: datetime) -> bool:
    """Whether `ask_regularly` would change anything."""
    return any(
        reading.is_from_the_future(now)
        or reading.is_hour_over(now)
        or reading.is_night_over(now, zone)
        for reading in readings(session, team_id, and_until=now - LOOK_BACK).values()
    )


def last_night(now: datetime, zone: tzinfo) -> datetime:
    """When the last nightly reading was due."""
    local = now.astimezone(zone)
    day = local.date() if local.time() >= SWEEP_AT else local.date() - timedelta(days=1)
    return datetime.combine(day, SWEEP_AT, zone).astimezone(UTC)


def ask_for_gaps(session: Session, team_id: str, now: datetime) -> None:
    """Have the channels of every gap that is over read again, from well before it began."""
    waiting = [gap for gap in gaps.unread(session, team_id, now) if gap.asked_at is None]
    if not waiting:
        return
    channels = _channels_of(session, team_id, waiting)
    for gap in waiting:
        for reading in _of_gap(session, gap, channels):
            mark = reading.watermark
            back = LOOK_BACK_THROTTLED if mark is not None and mark.is_throttled else LOOK_BACK
            since = min(gap.began_at, reading.known_until - OVERLAP)
            since = min(since, gap.began_at - back)
            ask(session, team_id, reading, since, at_once=gap.channel_id is not None)
        gaps.is_asked_for(session, gap, now)


def close_gaps(session: Session, team_id: str, now: datetime) -> None:
    """Close each gap all of whose channels were read completely since it was over.

    A channel that the bot is not in does not hold it up: that is said by itself.
    """
    asked = [gap for gap in gaps.unread(session, team_id, now) if gap.asked_at is not None]
    if not asked:
        return
    channels = _channels_of(session, team_id, asked)
    for gap in asked:
        if all(_is_read(one, gap, now) for one in _of_gap(session, gap, channels)):
            gaps.close(session, gap, now)


def _is_read(reading: Reading, gap: Gap, now: datetime) -> bool:
    mark = reading.watermark
    if mark is None or gap.asked_at is None:
        return False
    if mark.error in NOT_IN or (reading.is_over and not mark.is_to_be_read):
        return True
    return mark.read_at is not None and gap.asked_at <= mark.read_at <= now + CLOCKS_DIFFER


def _channels_of(session: Session, team_id: str, some: Sequence[Gap]) -> Mapping[str, Reading]:
    until = min(gap.began_at for gap in some) - LOOK_BACK
    return readings(session, team_id, and_until=until)


def _of_gap(session: Session, gap: Gap, channels: Mapping[str, Reading]) -> Sequence[Reading]:
    if gap.channel_id is None:
        return [one for one in channels.values() if one.was_kept(gap.began_at - LOOK_BACK)]
    found = channels.get(current_id(session, gap.team_id, gap.channel_id))
    return [] if found is None else [found]


def started(session: Session, team_id: str, now: datetime) -> None:
    """A process starts: what happened since any was last alive may be missing.

    Nobody is left who would end a gap that began before.
    """
    for gap_id in session.scalars(
        select(Gap.id).where(Gap.team_id == team_id, Gap.ended_at.is_(None))
    ).all():
        gaps.end(session, gap_id, now)
    workspace = session.get(Workspace, team_id, with_for_update=True)
    if workspace is None:
        return
    since = workspace.alive_at
    if since is not None and now - since >= SHORTEST_GAP:
        gap = gaps.open_(session, team_id, None, Cause.START, since)
        gaps.end(session, gap.id, now)
    elif since is not None:
        for reading in readings(session, team_id, and_until=since - LOOK_BACK).values():
            ask(session, team_id, reading, since - LOOK_BACK)
    workspace.alive_at = now
    homes.trouble_changed(session, team_id, now)


def is_alive(session: Session, team_id: str, now: datetime) -> None:
    """Note that a process that records is alive."""
    session.execute(
        update(Workspace)
        .where(
            Workspace.team_id == team_id,
            or_(
                Workspace.alive_at.is_(None),
                Workspace.alive_at < now,
                Workspace.alive_at > now + CLOCKS_DIFFER,
            ),
        )
        .values(alive_at=now)
    )


def minute_was_limited(session: Session, team_id: str, minute: int, now: datetime) -> None:
    """Slack says that it held events back in this minute (Unix seconds).

    It says so once a minute as long as that goes on (docs.slack.dev/apis/events-api): minutes
    that follow each other are one gap. What is left of the minute may be held back as well. A
    minute that is not of these days is not taken at its word.
    """
    is_likely = abs(minute - now.timestamp()) <= _LIKELY.total_seconds()
    began = min(datetime.fromtimestamp(minute, UTC) if is_likely else now - _MINUTE, now)
    ended = began + _MINUTE
    last = gaps.latest(session, team_id, Cause.RATE_LIMITED)
    if last is not None and last.ended_at is not None and last.closed_at is None:
        follows = last.began_at - _MINUTE <= began <= last.ended_at + _MINUTE
        if follows:
            last.began_at = min(last.began_at, began)
            gaps.end(session, last.id, ended)
            return
    gap = gaps.open_(session, team_id, None, Cause.RATE_LIMITED, began)
    gaps.end(session, gap.id, ended)


def nothing_came(
    session: Session, team_id: str, written: Sequence[datetime], now: datetime
) -> None:
    """Messages written then were found in history, and no event had told of them until now."""
    began = min(written)
    gap = gaps.latest(session, team_id, Cause.DEAF)
    is_same = gap is not None and gap.closed_at is None
    if gap is not None and is_same and (gap.ended_at is None or began <= gap.ended_at):
        gap.began_at = min(gap.began_at, began)
    else:
        gap = gaps.open_(session, team_id, None, Cause.DEAF, began)
        gaps.end(session, gap.id, now)
    gap.messages += len(written)
    homes.trouble_changed(session, team_id, now)


def bot_came(session: Session, team_id: str, channel_id: str, *, out_since: str, came: str) -> None:
    """The bot was invited, perhaps back: what was written in between is still to be read.

    `out_since` is when it was found to be out, empty if nobody knows.
    """
    mark = watermark.locked(session, team_id, channel_id)
    is_new = mark is None and not out_since  # it is being registered at this very moment
    if is_new or not is_registered(session, team_id, channel_id):
        return
    until = slack_time.to_datetime(came)
    since = slack_time.to_datetime(out_since) if out_since else until
    if mark is not None:
        mark.retry_at = mark.error = mark.error_at = None
        mark.begin_again()  # what was in progress when it was taken out counts for this gap
        if not out_since:
            since = slack_time.to_datetime(mark.known_until)
    gap = gaps.open_(session, team_id, channel_id, Cause.INVITED, min(since, until))
    gaps.end(session, gap.id, until)


def follow_new_channel(session: Session, team_id: str, old_id: str, new_id: str) -> None:
    """A channel has got another ID: what is known of its history goes by that one."""
    for table in (Thread, Watermark):
        mine = (table.team_id == team_id, table.channel_id == old_id)
        if table is Watermark and session.get(Watermark, (team_id, new_id)) is not None:
            session.execute(delete(table).where(*mine))
            continue
        if table is Thread:
            there = select(Thread.ts).where(Thread.team_id == team_id, Thread.channel_id == new_id)
            session.execute(delete(Thread).where(*mine, Thread.ts.in_(there)))
        session.execute(update(table).where(*mine).values(channel_id=new_id))
    session.execute(
        update(Gap)
        .where(Gap.team_id == team_id, Gap.channel_id == old_id)
        .values(channel_id=new_id)
    )
