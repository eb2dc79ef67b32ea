"""Dates as people write them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, tzinfo

from bot.core.markup import fold

# 2026-04-01, 2026/4/1, 2026.4.1, 2026年4月1日
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")


def parse_date(words: str) -> date | None:
    """The date that these words are, None if they are none; full-width digits will do."""
    found = _DATE.fullmatch(fold(words).strip())
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def midnight(day: date, zone: tzinfo) -> datetime:
    """The moment at which this day begins there."""
    return datetime.combine(day, time(), tzinfo=zone)
