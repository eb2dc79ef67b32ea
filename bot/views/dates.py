"""Dates and times on screen, in the workspace's time zone."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from bot.text import Language

_WEEKDAYS_JA = "月火水木金土日"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def full_date(day: date, language: Language) -> str:
    """A date with its year: 2026年11月20日 or 20 November 2026."""
    if language == "ja":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}"


def short_date(day: date, language: Language) -> str:
    """A date with its weekday: 11月20日（金） or Fri 20 November."""
    if language == "ja":
        return f"{day.month}月{day.day}日（{_WEEKDAYS_JA[day.weekday()]}）"
    return f"{_WEEKDAYS_EN[day.weekday()]} {day.day} {_MONTHS_EN[day.month - 1]}"


def date_and_time(moment: datetime, zone: tzinfo, language: Language) -> str:
    """A moment as it is there: 11月20日（金）16:00 or Fri 20 November 16:00."""
    local = moment.astimezone(zone)
    space = "" if language == "ja" else " "
    return f"{short_date(local.date(), language)}{space}{local:%H:%M}"


def full_date_and_time(moment: datetime, zone: tzinfo, language: Language) -> str:
    """A moment as it is there, with its year: 2026年11月20日 16:00 or 20 November 2026 16:00."""
    return f"{full_date_of(moment, zone, language)} {moment.astimezone(zone):%H:%M}"


def full_date_of(moment: datetime, zone: tzinfo, language: Language) -> str:
    """The date of a moment as it is there, with its year."""
    return full_date(moment.astimezone(zone).date(), language)
