"""Business days of a Japanese city hall."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.core.calendar import Calendar, calendar_of
from models.calendar import CalendarDay
from models.database import Database


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),  # Saturday
        (date(2026, 11, 23), False),  # Labour Thanksgiving Day
        (date(2026, 9, 22), False),  # between two holidays
        (date(2026, 5, 6), False),  # in lieu of one on a Sunday
        (date(2026, 12, 28), True),
        (date(2026, 12, 29), False),
        (date(2026, 12, 31), False),
        (date(2027, 1, 1), False),
        (date(2028, 1, 3), False),
        (date(2027, 1, 4), True),
        (date(2200, 1, 1), False),  # beyond what the calendar of holidays covers
        (date(2200, 1, 7), True),
    ],
)
def test_days(day: date, is_open: bool) -> None:
    assert Calendar().is_open(day) is is_open


def test_a_listed_day_wins_in_both_directions() -> None:
    calendar = Calendar({date(2026, 11, 20): False, date(2026, 11, 23): True})
    assert not calendar.is_open(date(2026, 11, 20))
    assert calendar.is_open(date(2026, 11, 23))
    assert calendar.last_open_day(date(2026, 11, 22)) == date(2026, 11, 19)


def test_counting_business_days_back() -> None:
    calendar = Calendar()
    friday = date(2026, 11, 27)
    assert calendar.open_days_back(friday, 1) == friday
    assert calendar.open_days_back(friday, 5) == date(2026, 11, 20)  # Monday was a holiday
    assert calendar.open_days_back(date(2026, 11, 29), 1) == friday
    assert calendar.open_days_back(friday, 0) == friday


def test_a_site_that_is_closed_for_good() -> None:
    first = date(2026, 1, 1)
    closed = Calendar({first + timedelta(days=n): False for n in range(1000)})
    assert closed.last_open_day(first + timedelta(days=900)) is None
    assert closed.open_days_back(first + timedelta(days=900), 10) < first + timedelta(days=900)


def test_the_days_of_the_database(database: Database) -> None:
    with database.write() as session:
        session.add(CalendarDay(team_id="T1", day=date(2026, 11, 20), is_open=False, name="点検"))
        session.add(CalendarDay(team_id="T2", day=date(2026, 11, 19), is_open=False, name="他市"))
    with database.read() as session:
        calendar = calendar_of(session, "T1")
    assert not calendar.is_open(date(2026, 11, 20))
    assert calendar.is_open(date(2026, 11, 19))
