"""The story cut into weeks, each with the moment at which its digest goes out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sandbox.city.acts import Act
from sandbox.city.reactions import is_working_day
from sandbox.city.story import BEGINS, ENDS
from sandbox.city.transcript import JST

FRIDAY = 4
DIGEST_TIME = time(16, 0)
# What is kept for people goes out when they have arrived, and before they leave
MORNING, EVENING = time(8, 30), time(17, 0)


@dataclass(frozen=True)
class Week:
    """What happens after one digest and before the next one, at `digest_at`."""

    number: int
    digest_at: datetime
    acts: tuple[Act, ...]

    @property
    def label(self) -> str:
        """The week's number and the day of its digest."""
        return f"第{self.number}週 〜{self.digest_at.month}/{self.digest_at.day}"


def digest_moments() -> tuple[datetime, ...]:
    """Friday 16:00, or the last working day before a Friday on which the city hall is closed."""
    days = (BEGINS.date() + timedelta(days=n) for n in range((ENDS - BEGINS).days + 2))
    return tuple(
        datetime.combine(_last_working_day(day), DIGEST_TIME, JST)
        for day in days
        if day.weekday() == FRIDAY
    )


def weeks(acts: Iterable[Act]) -> tuple[Week, ...]:
    """The acts, week by week. Nobody acts after the last digest."""
    waiting = list(acts)
    found: list[Week] = []
    for number, moment in enumerate(digest_moments(), start=1):
        done = tuple(act for act in waiting if act.at < moment)
        waiting = waiting[len(done) :]
        found.append(Week(number, moment, done))
    return tuple(found)


def _last_working_day(day: date) -> date:
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def stops(after: datetime, before: datetime) -> tuple[datetime, ...]:
    """The moments up to the second one at which the app says what it has kept for then.

    In between, nobody does anything that the story tells: without a stop the clock would pass by.
    """
    first = after.astimezone(JST).date()
    days = (first + timedelta(days=n) for n in range((before - after).days + 2))
    moments = (
        datetime.combine(day, time_of_day, JST)
        for day in days
        if is_working_day(day)
        for time_of_day in (MORNING, EVENING)
    )
    return tuple(moment for moment in moments if after < moment <= before)
