"""Business days: Japanese public holidays, the turn of the year, and what a site lists itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import holidays
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.calendar import CalendarDay

COUNTRY = "JP"
SATURDAY = 5

_DAY = timedelta(days=1)
# Longer than this nobody closes; a calendar that is closed for good must not search for ever.
_LONGEST_CLOSURE_DAYS = 370


@dataclass(frozen=True)
class Calendar:
    """Which days are worked. `overrides` says so for single days and wins over everything."""

    overrides: Mapping[date, bool] = field(default_factory=dict)
    _public_holidays: holidays.HolidayBase = field(
        default_factory=lambda: holidays.country_holidays(COUNTRY), repr=False, compare=False
    )

    def is_open(self, day: date) -> bool:
        """Whether the day is worked."""
        override = self.overrides.get(day)
        if override is not None:
            return override
        if day.weekday() >= SATURDAY or day in self._public_holidays:
            return False
        return not ((day.month == 12 and day.day >= 29) or (day.month == 1 and day.day <= 3))

    def last_open_day(self, day: date) -> date | None:
        """The day itself if it is worked, else the last one before; None if there is none."""
        for back in range(_LONGEST_CLOSURE_DAYS):
            candidate = day - back * _DAY
            if self.is_open(candidate):
                return candidate
        return None

    def open_days_back(self, day: date, count: int) -> date:
        """The first of the last `count` business days up to and with `day`."""
        reached = day
        for _ in range(count):
            found = self.last_open_day(reached)
            if found is None:
                return day - _LONGEST_CLOSURE_DAYS * _DAY
            first, reached = found, found - _DAY
        return first if count else day


def calendar_of(session: Session, team_id: str) -> Calendar:
    """The workspace's calendar, with the days that it lists itself."""
    days = session.scalars(select(CalendarDay).where(CalendarDay.team_id == team_id))
    return Calendar({listed.day: listed.is_open for listed in days})
