"""Slack's rate limits: https://docs.slack.dev/apis/web-api/rate-limits"""

from __future__ import annotations

import math
from collections import deque
from datetime import datetime, timedelta

from sandbox.api.base import TIERS, Method
from sandbox.clock import SandboxClock

WINDOW = timedelta(minutes=1)
PER_CHANNEL = timedelta(seconds=1)
THROTTLED = frozenset({"conversations.history", "conversations.replies"})


class RateLimits:
    """Counts calls on the sandbox's clock, per method, and posts per channel.

    With `throttled`, history can be asked for once a minute.
    """

    def __init__(self, clock: SandboxClock) -> None:
        self.clock = clock
        self.throttled = False
        self._calls: dict[str, deque[datetime]] = {}
        self._posts: dict[str, datetime] = {}

    def wait_needed(self, name: str, method: Method, channel: str) -> int:
        """Whole seconds to wait before this call is allowed; 0 counts it and lets it through."""
        now = self.clock.now()
        if method.per_channel and channel in self._posts:
            left = self._posts[channel] + PER_CHANNEL - now
            if left > timedelta(0):
                return math.ceil(left.total_seconds())
        calls = self._calls.setdefault(name, deque())
        while calls and calls[0] <= now - WINDOW:
            calls.popleft()
        most = 1 if self.throttled and name in THROTTLED else TIERS[method.tier]
        if len(calls) >= most:
            return max(1, math.ceil((calls[-most] + WINDOW - now).total_seconds()))
        calls.append(now)
        if method.per_channel:
            self._posts[channel] = now
        return 0
