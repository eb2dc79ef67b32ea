"""Dates as a Japanese reader sees them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

from sandbox.page.names import Lookup
from sandbox.page.nodes import Moment

_WEEKDAYS = "月火水木金土日"
_TOKEN = re.compile(r"\{([a-z_]+)\}")
_LATEST = 32_503_680_000  # the year 3000: what is later is not a date, but a mistake


def moment_words(node: Moment, lookup: Lookup) -> str:
    """The words of a date token. Unknown patterns and impossible times show the fallback.

    The tokens are those of docs.slack.dev/messaging/formatting-message-text and of the rich text
    date element.
    """
    if not 0 <= node.timestamp < _LATEST:
        return node.fallback
    at = lookup.local(datetime.fromtimestamp(node.timestamp, UTC))
    today = lookup.today()
    names = _TOKEN.findall(node.pattern)
    if not names or any(name not in _TOKENS for name in names):
        return node.fallback or node.pattern
    return _TOKEN.sub(lambda found: _TOKENS[found[1]](at, today), node.pattern)


def clock_time(at: datetime) -> str:
    """`16:05`."""
    return f"{at:%H:%M}"


def day(at: datetime) -> str:
    """`2026年4月3日`."""
    return f"{at.year}年{at.month}月{at.day}日"


def short_day(at: datetime, today: datetime) -> str:
    """`4月3日`, with the year where it is not this year."""
    return day(at) if at.year != today.year else f"{at.month}月{at.day}日"


def day_heading(at: datetime, today: datetime) -> str:
    """What stands between two days of messages: 今日, 昨日, `4月3日(金)`."""
    return _near(at, today) or f"{short_day(at, today)}({_WEEKDAYS[at.weekday()]})"


def day_and_time(at: datetime, today: datetime) -> str:
    """`4月3日 16:05`, or `今日 16:05`."""
    return f"{_near(at, today) or short_day(at, today)} {clock_time(at)}"


def _near(at: datetime, today: datetime) -> str | None:
    return {-1: "明日", 0: "今日", 1: "昨日"}.get((today.date() - at.date()).days)


def _long(at: datetime) -> str:
    return f"{day(at)}({_WEEKDAYS[at.weekday()]})"


def _ago(at: datetime, today: datetime) -> str:
    seconds = int((today - at).total_seconds())
    for size, unit in ((86_400, "日"), (3_600, "時間"), (60, "分")):
        if abs(seconds) >= size:
            return f"{abs(seconds) // size}{unit}{'前' if seconds > 0 else '後'}"
    return "たった今"


_TOKENS: dict[str, Callable[[datetime, datetime], str]] = {
    "date_num": lambda at, _: f"{at:%Y-%m-%d}",
    "date_slash": lambda at, _: f"{at:%Y/%m/%d}",
    "date": lambda at, _: day(at),
    "date_short": lambda at, _: day(at),
    "date_long": lambda at, _: _long(at),
    "date_long_full": lambda at, _: day(at),
    "date_pretty": lambda at, today: _near(at, today) or day(at),
    "date_short_pretty": lambda at, today: _near(at, today) or day(at),
    "date_long_pretty": lambda at, today: _near(at, today) or _long(at),
    "day_divider_pretty": day_heading,
    "time": lambda at, _: clock_time(at),
    "time_secs": lambda at, _: f"{at:%H:%M:%S}",
    "ago": _ago,
}
