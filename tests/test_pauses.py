"""For how long Slack is left alone."""

from __future__ import annotations

import pytest

from bot.pauses import DEFAULT_SECONDS, LONGEST_SECONDS, seconds_of


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "12"}, 12),
        ({"retry-after": " 12 "}, 12),
        ({"Retry-After": "0"}, 1),
        ({}, DEFAULT_SECONDS),
        ({"Retry-After": ""}, DEFAULT_SECONDS),
        ({"Retry-After": "0.5"}, DEFAULT_SECONDS),
        ({"Retry-After": "-1"}, DEFAULT_SECONDS),
        ({"Retry-After": "²"}, DEFAULT_SECONDS),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, DEFAULT_SECONDS),
        ({"Retry-After": "31536000"}, LONGEST_SECONDS),
        ({"Retry-After": "9" * 5000}, LONGEST_SECONDS),
    ],
)
def test_for_how_long_slack_is_left_alone(headers: dict[str, str], seconds: int) -> None:
    assert seconds_of(headers) == seconds
