"""The days that a site lists itself: closed ones, and holidays on which it works."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import audit, homes
from bot.core.markup import plain
from bot.core.permissions import Actor, require_coordinator
from models.calendar import CalendarDay

NAME_LENGTH = 80


def set_day(
    session: Session, actor: Actor, day: date, *, is_open: bool, name: str, now: datetime
) -> None:
    """List the day as closed or as worked. Raises UserError if the actor may not."""
    require_coordinator(actor)
    session.merge(
        CalendarDay(team_id=actor.team_id, day=day, is_open=is_open, name=plain(name)[:NAME_LENGTH])
    )
    homes.settings_changed(session, actor, now)
    audit.record(
        session,
        actor,
        "calendar.listed",
        now=now,
        after={"day": day.isoformat(), "is_open": is_open},
    )


def clear_day(session: Session, actor: Actor, day: date, *, now: datetime) -> bool:
    """Take the day off the list; says whether it was on it. Raises UserError."""
    require_coordinator(actor)
    listed = session.get(CalendarDay, (actor.team_id, day))
    if listed is None:
        return False
    session.delete(listed)
    homes.settings_changed(session, actor, now)
    audit.record(session, actor, "calendar.cleared", now=now, before={"day": day.isoformat()})
    return True


def listed_days(session: Session, team_id: str, since: date) -> Sequence[tuple[date, bool, str]]:
    """(day, is worked, name) of the days on the list from `since` on."""
    rows = session.scalars(
        select(CalendarDay)
        .where(CalendarDay.team_id == team_id, CalendarDay.day >= since)
        .order_by(CalendarDay.day)
    )
    return [(row.day, row.is_open, row.name) for row in rows]
