"""For how long Slack asks to be left alone: https://docs.slack.dev/apis/web-api/rate-limits"""

from __future__ import annotations

from collections.abc import Mapping

# Where it does not say, or not in whole seconds
DEFAULT_SECONDS = 30
# A pause of no time would be no pause. And Slack never asks for hours: whoever answers so in its
# place must not silence us for a year.
SHORTEST_SECONDS, LONGEST_SECONDS = 1, 3600
_MOST_DIGITS = 9


def seconds_of(headers: Mapping[str, object]) -> int:
    """The whole seconds of the `Retry-After` of a 429."""
    named = {name.lower(): str(value).strip() for name, value in headers.items()}
    given = named.get("retry-after", "")
    if not (given.isascii() and given.isdigit()):
        return DEFAULT_SECONDS
    return min(max(int(given[:_MOST_DIGITS]), SHORTEST_SECONDS), LONGEST_SECONDS)
