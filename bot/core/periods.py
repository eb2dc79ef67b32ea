"""When a digest is due and what it covers: no gap and no overlap, whatever the schedule did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core.calendar import Calendar, calendar_of
from models import digest as digests
from models import inbox
from models.audit import AuditEntry
from models.database import insert
from models.digest import Digest, DigestAudience
from models.workspace import Workspace

WEEK = timedelta(days=7)
FIRST_PERIOD = WEEK
# How long a digest waits for events that were received before its moment and are not applied yet
INBOX_PATIENCE = timedelta(minutes=10)

SCHEDULE_CHANGED = "digest_schedule"  # the action in the audit log

_DAY = timedelta(days=1)
# A digest moved by closures goes out before its own day: so far ahead we look for such.
_LOOK_AHEAD_WEEKS = 10
_LOOK_BACK_WEEKS = 1


@dataclass(frozen=True)
class Schedule:
    """A weekly moment: `weekday` counts from Monday = 0; `at` is local in `zone`."""

    weekday: int
    at: time
    zone: tzinfo


@dataclass(frozen=True)
class Period:
    """From `start` to just before `end`. `weeks` is how many scheduled digests it stands for."""

    start: datetime
    end: datetime
    weeks: int = 1

    def week_before(self, number: int) -> Period:
        """The last week before this period (1), the one before that (2), and so on."""
        end = self.start - (number - 1) * WEEK
        return Period(end - WEEK, end)


def slot(schedule: Schedule, calendar: Calendar, nominal: date) -> datetime | None:
    """The moment of the digest whose regular day is `nominal`, in UTC.

    On a closed day it moves to the last business day before. A local time that the change to
    daylight saving skips becomes the one as much later; one that comes twice means the first.
    """
    day = calendar.last_open_day(nominal)
    if day is None:
        return None
    return datetime.combine(day, schedule.at, schedule.zone).astimezone(UTC)


def latest_slot(schedule: Schedule, calendar: Calendar, now: datetime) -> datetime | None:
    """The last scheduled moment that has come."""
    moments = _slots_around(schedule, calendar, now)
    return max((moment for moment in moments if moment <= now), default=None)


def next_slot(schedule: Schedule, calendar: Calendar, now: datetime) -> datetime | None:
    """The next scheduled moment after `now`."""
    moments = _slots_around(schedule, calendar, now)
    return min((moment for moment in moments if moment > now), default=None)


def slots_between(
    schedule: Schedule, calendar: Calendar, after: datetime, until: datetime
) -> list[datetime]:
    """The scheduled moments after `after`, up to and with `until`, each once."""
    first = after.astimezone(schedule.zone).date() - _DAY
    last = until.astimezone(schedule.zone).date() + _LOOK_AHEAD_WEEKS * WEEK
    moments = {slot(schedule, calendar, nominal) for nominal in _days(schedule, first, last)}
    return sorted(moment for moment in moments if moment is not None and after < moment <= until)


def _slots_around(schedule: Schedule, calendar: Calendar, now: datetime) -> set[datetime]:
    today = now.astimezone(schedule.zone).date()
    days = _days(schedule, today - _LOOK_BACK_WEEKS * WEEK, today + _LOOK_AHEAD_WEEKS * WEEK)
    moments = {slot(schedule, calendar, nominal) for nominal in days}
    return {moment for moment in moments if moment is not None}


def _days(schedule: Schedule, first: date, last: date) -> Iterator[date]:
    day = first + (schedule.weekday - first.weekday()) % 7 * _DAY
    while day <= last:
        yield day
        day += WEEK


def due_slot(
    latest: datetime | None,
    *,
    last_end: datetime | None,
    first_audience_at: datetime | None,
    schedule_changed_at: datetime | None,
) -> datetime | None:
    """The scheduled moment for which a digest is still to be made.

    None if there is none: no moment has come since the last digest, since there is somebody to
    send it to, and since the schedule was set.
    """
    if latest is None or first_audience_at is None:
        return None
    bounds = (last_end, first_audience_at, schedule_changed_at)
    if any(bound is not None and latest <= bound for bound in bounds):
        return None
    return latest


def schedule_of(workspace: Workspace, zone: tzinfo) -> Schedule:
    """The workspace's schedule in the site's time zone."""
    return Schedule(workspace.digest_weekday, time.fromisoformat(workspace.digest_time), zone)


def due_moment(
    session: Session, workspace: Workspace, zone: tzinfo, now: datetime
) -> datetime | None:
    """The scheduled moment up to `now` for which a digest is still to be made; None if none is."""
    team_id = workspace.team_id
    return due_slot(
        latest_slot(schedule_of(workspace, zone), calendar_of(session, team_id), now),
        last_end=_last_end(session, team_id),
        first_audience_at=_first_audience_at(session, team_id),
        schedule_changed_at=_schedule_changed_at(session, team_id),
    )


def find_due(session: Session, workspace: Workspace, zone: tzinfo, now: datetime) -> Period | None:
    """The period of the scheduled digest that is to be made now; None if none is."""
    team_id, due = workspace.team_id, due_moment(session, workspace, zone, now)
    if due is None or _is_inbox_behind(session, team_id, due, now):
        return None
    return period_until(session, workspace, zone, due)


def period_until(session: Session, workspace: Workspace, zone: tzinfo, end: datetime) -> Period:
    """What a digest that ends at `end` covers: from the end of the last one before it."""
    previous = digests.latest_before(session, workspace.team_id, end)
    if previous is None:
        return Period(end - FIRST_PERIOD, end)
    start = previous.period_end
    schedule, calendar = schedule_of(workspace, zone), calendar_of(session, workspace.team_id)
    return Period(start, end, max(1, len(slots_between(schedule, calendar, start, end))))


def period_of(session: Session, workspace: Workspace, zone: tzinfo, made: Digest) -> Period:
    """The period of a digest that was made."""
    return replace(
        period_until(session, workspace, zone, made.period_end),
        start=made.period_start,
        end=made.period_end,
    )


def claim(
    session: Session, team_id: str, period: Period, *, due_at: datetime | None, now: datetime
) -> Digest | None:
    """Make the row of the digest of this period; None if another one was made meanwhile.

    The caller's transaction must be the one that puts its deliveries in the outbox. What is just
    being recorded elsewhere is not there to be shown yet: its event still waits in the inbox.
    """
    session.execute(select(Workspace.team_id).where(Workspace.team_id == team_id).with_for_update())
    last_end = _last_end(session, team_id)
    if last_end is not None and last_end != period.start:
        return None
    statement = insert(session, Digest).values(
        team_id=team_id,
        period_start=period.start,
        period_end=period.end,
        due_at=due_at,
        created_at=now,
        complete_until=min(now, inbox.oldest_pending(session, team_id) or now),
    )
    statement = statement.on_conflict_do_nothing(index_elements=["team_id", "period_end"])
    digest_id = session.execute(statement.returning(Digest.id)).scalar()
    return None if digest_id is None else session.get_one(Digest, digest_id)


def _last_end(session: Session, team_id: str) -> datetime | None:
    return session.scalar(select(func.max(Digest.period_end)).where(Digest.team_id == team_id))


def _first_audience_at(session: Session, team_id: str) -> datetime | None:
    return session.scalar(
        select(func.min(DigestAudience.added_at)).where(
            DigestAudience.team_id == team_id, DigestAudience.removed_at.is_(None)
        )
    )


def _schedule_changed_at(session: Session, team_id: str) -> datetime | None:
    return session.scalar(
        select(func.max(AuditEntry.at)).where(
            AuditEntry.team_id == team_id,
            AuditEntry.action == SCHEDULE_CHANGED,
            AuditEntry.project_id.is_(None),
        )
    )


def _is_inbox_behind(session: Session, team_id: str, due: datetime, now: datetime) -> bool:
    oldest = inbox.oldest_pending(session, team_id)
    return oldest is not None and oldest < due and now < due + INBOX_PATIENCE
