"""The story is cut into weeks as the digests of a Japanese city hall fall."""

from __future__ import annotations

from sandbox.city import story
from sandbox.city.transcript import when
from sandbox.city.weeks import digest_moments, stops, weeks


def test_a_digest_goes_out_on_friday_or_before_a_holiday() -> None:
    days = [f"{moment:%m-%d %a %H:%M}" for moment in digest_moments()]
    assert len(days) == 12
    assert days[0] == "02-06 Fri 16:00"
    assert days[6] == "03-19 Thu 16:00"
    assert days[-1] == "04-24 Fri 16:00"


def test_every_act_belongs_to_one_week() -> None:
    acts = story()
    cut = weeks(acts)
    assert tuple(act for week in cut for act in week.acts) == acts
    assert all(week.acts for week in cut)


def test_the_clock_stops_where_the_app_says_what_it_kept() -> None:
    # 11 February is a holiday
    between = stops(when("2/10 16:00"), when("2/12 16:00"))
    assert [f"{moment:%m-%d %H:%M}" for moment in between] == [
        "02-10 17:00",
        "02-12 08:30",
    ]
    assert stops(when("2/12 8:30"), when("2/12 17:00")) == (when("2/12 17:00"),)
    assert stops(when("2/12 8:30"), when("2/12 16:59")) == ()
