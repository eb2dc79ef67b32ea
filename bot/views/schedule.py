"""The schedule of the digest in words."""

from __future__ import annotations

from bot.text import Language, Text

WEEKDAYS = (
    Text(ja="月曜日", en="Monday"),
    Text(ja="火曜日", en="Tuesday"),
    Text(ja="水曜日", en="Wednesday"),
    Text(ja="木曜日", en="Thursday"),
    Text(ja="金曜日", en="Friday"),
    Text(ja="土曜日", en="Saturday"),
    Text(ja="日曜日", en="Sunday"),
)
_EVERY = Text(ja="毎週{weekday} {time}", en="every {weekday} at {time}")


def every(weekday: int, time: str, language: Language) -> str:
    """When it comes: 毎週金曜日 16:00. `weekday` counts from Monday = 0."""
    return _EVERY.of(language, weekday=WEEKDAYS[weekday].of(language), time=time)
