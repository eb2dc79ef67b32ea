"""Nobody is disturbed at night or on a day off, and business days are counted as people do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.calendar import Calendar
from bot.core.hours import (
    business_days_between,
    business_days_later,
    may_disturb,
    next_disturbable,
)

JST = ZoneInfo("Asia/Tokyo")
NEW_YORK = ZoneInfo("America/New_York")
CALENDAR = Calendar({date(2026, 8, 14): False, date(2026, 8, 22): True})


def at(text: str, zone: ZoneInfo = JST) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("2026-08-13 07:59:59", False),
        ("2026-08-13 08:00", True),
        ("2026-08-13 18:59:59", True),
        ("2026-08-13 19:00", False),
        ("2026-08-14 10:00", False),  # closed by the city
        ("2026-08-15 10:00", False),  # a Saturday
        ("2026-08-22 10:00", True),  # a Saturday that is worked
        ("2026-05-05 10:00", False),  # Children's Day
        ("2027-01-02 10:00", False),  # the turn of the year
    ],
)
def test_when_people_may_be_disturbed(text: str, may: bool) -> None:
    assert may_disturb(CALENDAR, JST, at(text)) is may


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("2026-08-13 10:00", "2026-08-13 10:00"),
        ("2026-08-13 03:00", "2026-08-13 08:30"),
        ("2026-08-12 21:00", "2026-08-13 08:30"),
        ("2026-08-13 19:00", "2026-08-17 08:30"),  # over the closed Friday and the weekend
        ("2026-12-28 20:00", "2027-01-04 08:30"),
    ],
)
def test_what_comes_at_night_waits_for_the_morning(text: str, then: str) -> None:
    assert next_disturbable(CALENDAR, JST, at(text)) == at(then)


@pytest.mark.parametrize(
    ("text", "count", "then"),
    [
        ("2026-08-10 10:00", 0, "2026-08-10 10:00"),
        ("2026-08-10 10:00", 1, "2026-08-12 10:00"),  # the 11th is Mountain Day
        ("2026-08-10 10:00", 3, "2026-08-17 10:00"),
        ("2026-08-15 10:00", 1, "2026-08-18 00:00"),  # from Monday on
        ("2026-08-15 10:00", 0, "2026-08-17 00:00"),
    ],
)
def test_business_days_later(text: str, count: int, then: str) -> None:
    assert business_days_later(CALENDAR, JST, at(text), count) == at(then)


@pytest.mark.parametrize(
    ("earlier", "later", "count"),
    [
        ("2026-08-10 10:00", "2026-08-12 09:59", 0),
        ("2026-08-10 10:00", "2026-08-12 10:00", 1),
        ("2026-08-10 10:00", "2026-08-16 23:00", 2),
        ("2026-08-15 10:00", "2026-08-17 23:00", 0),
        ("2026-08-12 10:00", "2026-08-10 10:00", 0),
    ],
)
def test_business_days_between(earlier: str, later: str, count: int) -> None:
    assert business_days_between(CALENDAR, JST, at(earlier), at(later)) == count


MOMENTS = st.integers(0, 2 * 365 * 24 * 3600).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


@given(MOMENTS, st.integers(0, 30), st.sampled_from([JST, UTC]))
def test_counting_forth_and_back_agree(moment: datetime, count: int, zone: ZoneInfo) -> None:
    then = business_days_later(CALENDAR, zone, moment, count)
    assert business_days_between(CALENDAR, zone, moment, then) == count
    if count:
        before = then - timedelta(microseconds=1)
        assert business_days_between(CALENDAR, zone, moment, before) == count - 1


@given(MOMENTS)
def test_the_next_moment_will_do_and_none_before_it(moment: datetime) -> None:
    then = next_disturbable(CALENDAR, JST, moment)
    assert then >= moment
    assert may_disturb(CALENDAR, JST, then)
    assert next_disturbable(CALENDAR, JST, then) == then


def test_daylight_saving_moves_no_day() -> None:
    friday = at("2026-03-06 17:00", NEW_YORK)
    assert business_days_later(CALENDAR, NEW_YORK, friday, 1) == at("2026-03-09 17:00", NEW_YORK)
    night = at("2026-11-01 01:30", NEW_YORK)
    assert next_disturbable(CALENDAR, NEW_YORK, night) == at("2026-11-02 08:30", NEW_YORK)


def test_a_city_that_is_closed_for_good_does_not_search_for_ever() -> None:
    closed = Calendar({date(2026, 1, 1) + timedelta(days=n): False for n in range(900)})
    moment = at("2026-02-02 10:00")
    assert next_disturbable(closed, JST, moment) > moment
    assert business_days_between(closed, JST, moment, at("2027-02-02 10:00")) == 0
