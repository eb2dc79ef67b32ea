"""Dates as people write them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, tzinfo

from bot.core.markup import fold

# 2026-04-01, 2026/4/1, 2026.4.1, 2026年4月1日; 令和8年4月1日, R8.4.1, 令和元年…
_DATE = re.compile(
    r"(?:(\d{4})|(?:令和|r)\s*(\d{1,2}|元))\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
)
_BEFORE_REIWA = 2018
# Slack's time stamps, which are compared as text, have ten digits from 2001 to 2286.
_YEARS = range(1900, 2200)


def parse_date(words: str) -> date | None:
    """The date that these words are, None if they are none or one of another age.

    Full-width digits will do, and so will the years of Reiwa.
    """
    found = _DATE.fullmatch(fold(words).strip())
    if found is None:
        return None
    year = int(found[1]) if found[1] else _BEFORE_REIWA + int(found[2].replace("元", "1"))
    if year not in _YEARS:
        return None
    try:
        return date(year, int(found[3]), int(found[4]))
    except ValueError:
        return None


def midnight(day: date, zone: tzinfo) -> datetime:
    """The moment at which this day begins there."""
    return datetime.combine(day, time(), tzinfo=zone)
