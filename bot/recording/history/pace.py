"""How fast history may be read: at nearly the rate that Slack allows, and never above it."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

from bot.clock import Clock

HISTORY = "conversations.history"
REPLIES = "conversations.replies"
REACTIONS = "reactions.get"

# Each of the three is in Tier 3, which allows at least 50 calls a minute
# (docs.slack.dev/apis/web-api/rate-limits). Slack counts when calls arrive, so that the minute is
# taken a little longer: 48 calls in 60 seconds.
PER_WINDOW = 49
WINDOW = timedelta(seconds=61)
# For an app that Slack throttles (docs.slack.dev/reference/methods/conversations.history)
THROTTLED = frozenset({HISTORY, REPLIES})
THROTTLED_PER_WINDOW = 1


class Pacer:
    """Says when a method may be called next. For one thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._calls: dict[str, deque[datetime]] = {}
        self._paused: dict[str, datetime] = {}
        self.is_throttled = False

    def wait_until(self, method: str) -> datetime | None:
        """When the method may be called; None if that is now."""
        now = self._clock.now()
        calls = self._calls.setdefault(method, deque())
        while calls and calls[0] <= now - WINDOW:
            calls.popleft()
        moments = [self._paused.get(method, now)]
        most = THROTTLED_PER_WINDOW if self.is_throttled and method in THROTTLED else PER_WINDOW
        if len(calls) >= most:
            moments.append(calls[-most] + WINDOW)
        latest = max(moments)
        return latest if latest > now else None

    def note(self, method: str) -> None:
        """The method is called now."""
        self._calls.setdefault(method, deque()).append(self._clock.now())

    def pause(self, method: str, seconds: int) -> None:
        """Slack has asked for a pause (Retry-After)."""
        self._paused[method] = self._clock.now() + timedelta(seconds=seconds)
