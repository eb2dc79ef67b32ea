"""When people may be disturbed, and how many business days have gone by.

Nobody gets a message of the bot's own accord at night, on a weekend, or on a day on which the
city is closed. A time that daylight saving skips or repeats is read as Python reads it: the
later one of a gap, the first one of a fold.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.core.calendar import Calendar

# Local times: from the first to just before the second
OPENS, CLOSES = time(8, 0), time(19, 0)
# What came at night is said at this time, when people have arrived and looked around
MORNING = time(8, 30)

_DAY = timedelta(days=1)
# A calendar that is closed for good must not search for ever.
_LONGEST_CLOSURE_DAYS = 370


def may_disturb(calendar: Calendar, zone: tzinfo, moment: datetime) -> bool:
    """Whether it is a business day there, and between 8:00 and 19:00."""
    local = moment.astimezone(zone)
    return OPENS <= local.time() < CLOSES and calendar.is_open(local.date())


def next_disturbable(calendar: Calendar, zone: tzinfo, moment: datetime) -> datetime:
    """The moment itself if one may disturb then, else 8:30 on the next business day; in UTC."""
    if may_disturb(calendar, zone, moment):
        return moment.astimezone(UTC)
    local = moment.astimezone(zone)
    day = local.date() if local.time() < OPENS else local.date() + _DAY
    return _at(next_open_day(calendar, day), MORNING, zone)


def business_days_later(calendar: Calendar, zone: tzinfo, moment: datetime, count: int) -> datetime:
    """The same time of day so many business days later, in UTC.

    What happens on a closed day counts from the first moment of the next business day.
    """
    start = _start(calendar, zone, moment)
    day = start.date()
    for _ in range(count):
        day = next_open_day(calendar, day + _DAY)
    return _at(day, start.time(), zone)


def business_days_between(
    calendar: Calendar, zone: tzinfo, earlier: datetime, later: datetime
) -> int:
    """How many business days have passed: the most for which `business_days_later` has come."""
    start, end = _start(calendar, zone, earlier), later.astimezone(zone)
    if end <= start:
        return 0
    between = range(1, (end.date() - start.date()).days)
    passed = sum(calendar.is_open(start.date() + days * _DAY) for days in between)
    is_last_over = (
        end.date() > start.date() and calendar.is_open(end.date()) and start.time() <= end.time()
    )
    return passed + is_last_over


def next_open_day(calendar: Calendar, day: date) -> date:
    """The day itself if it is worked, else the next one that is.

    If there is none for a year, the last day that was looked at.
    """
    for ahead in range(_LONGEST_CLOSURE_DAYS):
        if calendar.is_open(day + ahead * _DAY):
            return day + ahead * _DAY
    return day + _LONGEST_CLOSURE_DAYS * _DAY


def _start(calendar: Calendar, zone: tzinfo, moment: datetime) -> datetime:
    local = moment.astimezone(zone)
    if calendar.is_open(local.date()):
        return local
    return datetime.combine(next_open_day(calendar, local.date()), time(), zone)


def _at(day: date, clock: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, clock.replace(fold=0), zone).astimezone(UTC)
