"""Weekdays and times as people type them."""

from __future__ import annotations

from datetime import time

import pytest

from bot.errors import UserError
from handlers.commands.digest.schedule import parse_schedule


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("mon 9:00", (0, time(9))),
        ("月曜 9時", (0, time(9))),
        ("毎週　火曜日　８：３０", (1, time(8, 30))),
        ("毎週水曜の10時", (2, time(10))),
        ("木 17時半", (3, time(17, 30))),
        ("Thursday 17:05", (3, time(17, 5))),
        ("FRI 16:00", (4, time(16))),
        ("16:00 金", (4, time(16))),
        ("土曜日 0:00", (5, time(0))),
        ("日曜日 10時15分", (6, time(10, 15))),
        ("日 23:59", (6, time(23, 59))),
        ("金 16時", (4, time(16))),
        ("金曜 16:00", (4, time(16))),
        ("金曜日の午後4時", (4, time(16))),
        ("金 午後4時半", (4, time(16, 30))),
        ("金 午前０時", (4, time(0))),
        ("金 午後0時15分", (4, time(12, 15))),
        ("fri 4pm", (4, time(16))),
        ("Fri 4:30 p.m.", (4, time(16, 30))),
        ("every Friday at 12 am", (4, time(0))),
        ("fri 12pm", (4, time(12))),
    ],
)
def test_what_can_be_read(words: str, expected: tuple[int, time]) -> None:
    assert parse_schedule(words) == expected


@pytest.mark.parametrize(
    "words",
    [
        "",
        "いつか",
        "金",
        "16:00",
        "金 25:00",
        "金 16:99",
        "someday 16:00",
        "金 土 16:00",
        "金 -1:00",
        "金 16",
        "fri 16",
        "fri 13pm",
        "金 午後16時",
        "金 午後4pm",
        "金 午後",
        "金 24:00",
        "金 16:0",
        "金 16:000",
        "金 116:00",
        "金 2026-04-10 16:00",
        "祝 16:00",
        "<!channel> 16:00",
    ],
)
def test_what_can_not(words: str) -> None:
    with pytest.raises(UserError):
        parse_schedule(words)
