"""What time it is in the sandbox's Slack."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DEFAULT_START = datetime(2026, 4, 1, 0, 0, tzinfo=UTC)


@dataclass(order=True)
class Timer:
    """A call that is due at a moment of the sandbox's clock."""

    due: datetime
    order: int
    call: Callable[[], None] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        """Keep the call from being made."""
        self.cancelled = True


class SandboxClock:
    """A clock that stands still until it is moved, or runs at `rate` times real time.

    It never goes back, as Slack's never does. Timers that fall due while the clock is being
    moved are called one after another, each at its own moment, in the thread that moves it
    (or, for a running clock, in a thread of the clock's own).
    """

    def __init__(self, start: datetime = DEFAULT_START, *, rate: float = 0.0) -> None:
        if start.tzinfo is None:
            raise ValueError("the sandbox's clock needs an aware datetime")
        if rate < 0:
            raise ValueError("the rate of the clock is zero or more")
        self._base = start.astimezone(UTC)
        self._base_real = time.monotonic()
        self._rate = rate
        self._timers: list[Timer] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._moving = threading.RLock()
        self._runner: threading.Thread | None = None
        self._stopped = False
        self.on_move: Callable[[], None] = _nothing

    @property
    def rate(self) -> float:
        """Sandbox seconds per real second; 0 for a clock that stands still."""
        return self._rate

    def now(self) -> datetime:
        """The moment in UTC."""
        with self._changed:
            return self._now()

    def _now(self) -> datetime:
        if not self._rate:
            return self._base
        elapsed = (time.monotonic() - self._base_real) * self._rate
        return self._base + timedelta(seconds=elapsed)

    def advance(self, by: timedelta) -> None:
        """Move the clock forward."""
        self.move_to(self.now() + by)

    def move_to(self, moment: datetime) -> None:
        """Move the clock forward to a moment, calling the timers on the way.

        Raises ValueError when the moment lies before now.
        """
        moment = moment.astimezone(UTC)
        with self._moving:
            if moment < self.now():
                raise ValueError("the sandbox's clock does not go back")
            while True:
                timer = self._next_due(moment)
                if timer is None:
                    break
                timer.call()
            self._set(moment)
        self.on_move()

    def call_at(self, due: datetime, call: Callable[[], None]) -> Timer:
        """Call when the clock reaches `due`; what is already due waits for the next move."""
        timer = Timer(due.astimezone(UTC), next(self._order), call)
        with self._changed:
            heapq.heappush(self._timers, timer)
            if self._rate and self._runner is None and not self._stopped:
                self._runner = threading.Thread(target=self._run, name="sandbox-clock", daemon=True)
                self._runner.start()
            self._changed.notify_all()
        return timer

    def wait(self, seconds: float) -> None:
        """Wait until the clock or its timers change, at most some real seconds."""
        with self._changed:
            self._changed.wait(seconds)

    def close(self) -> None:
        """Drop every timer and stop the thread of a running clock."""
        with self._changed:
            self._stopped = True
            self._timers.clear()
            self._changed.notify_all()
            runner = self._runner
        if runner is not None and runner is not threading.current_thread():
            runner.join(timeout=5)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _set(self, moment: datetime) -> None:
        with self._changed:
            if moment > self._now():
                self._base = moment
                self._base_real = time.monotonic()
            self._changed.notify_all()

    def _next_due(self, moment: datetime) -> Timer | None:
        with self._changed:
            while self._timers and self._timers[0].due <= moment:
                timer = heapq.heappop(self._timers)
                if not timer.cancelled:
                    self._set(timer.due)
                    return timer
        return None

    def _run(self) -> None:
        while True:
            with self._changed:
                if self._stopped:
                    return
                if not self._timers:
                    self._changed.wait(timeout=1.0)
                    continue
                wait = (self._timers[0].due - self._now()).total_seconds() / self._rate
                if wait > 0:
                    self._changed.wait(timeout=min(wait, 1.0))
                    continue
            with self._moving:
                timer = self._next_due(self.now())
                if timer is not None:
                    timer.call()


def _nothing() -> None:
    """What follows when the clock was moved and nobody has asked to hear of it."""


def microseconds(moment: datetime) -> int:
    """Whole microseconds since 1970, for Slack's time stamps."""
    return (moment - EPOCH) // timedelta(microseconds=1)
