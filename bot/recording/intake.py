"""Many events at once: what comes in while one transaction is committed goes into the next."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError, OperationalError

from bot.clock import Clock
from bot.recording import inbox
from models.base import JsonObject
from models.database import Database

log = logging.getLogger(__name__)

# How many events go into one transaction at most
AT_ONCE = 100
# Slack waits three seconds for an answer (docs.slack.dev/apis/events-api) and then sends it again.
PATIENCE_SECONDS = 10.0
# With so many events in one transaction they come faster than they can be applied. Nobody waits
# for what is applied, and Slack for an answer: the others give way, but not longer than this.
RUSH = 10
RUSH_SECONDS = 0.05
GIVE_WAY_SECONDS = 1.0
# So long for what is being committed now
LET_PASS_SECONDS = 0.1
# So long an event may well wait for a transaction to end that applies others: each has a commit
# of its own, and with a commit for every one applied they would come faster than that.
IMPATIENT_AFTER_SECONDS = 0.005

# Called with None after the commit, or with what went wrong
Done = Callable[[Exception | None], None]


@dataclass(frozen=True)
class _Waiting:
    body: JsonObject
    done: Done
    since: float


class Intake:
    """Takes events in and commits them together, in the thread that calls `step`.

    A commit waits for the disk, and one can be for many events as well as for one. Whoever
    brought an event hears of it after the commit. An event that can't be stored fails by itself:
    the others are then committed one by one.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        on_event: Callable[[], None] = lambda: None,
        count: Callable[[str], None] = lambda _outcome: None,
    ) -> None:
        """`on_event` is called after events were committed.

        `count` is told of each event whether it was kept: "kept" or "failed".
        """
        self._database = database
        self._clock = clock
        self._on_event = on_event
        self._count = count
        self._lock = threading.Condition()
        self._in_hand: list[_Waiting] = []
        self._waiting: list[_Waiting] = []
        self._rushed_until = 0.0
        self.wake: Callable[[], None] = lambda: None
        """Called when there is something to do for `step`."""

    def submit(self, body: JsonObject, done: Done) -> None:
        """Have an event committed; `done` is called in the thread that commits, and is quick."""
        with self._lock:
            self._waiting.append(_Waiting(body, done, time.monotonic()))
        self.wake()

    def receive(self, body: JsonObject) -> None:
        """Wait until an event is committed. Raises what the database raises, and TimeoutError."""
        committed: Future[None] = Future()

        def done(error: Exception | None) -> None:
            if error is None:
                committed.set_result(None)
            else:
                committed.set_exception(error)

        self.submit(body, done)
        committed.result(PATIENCE_SECONDS)

    def step(self) -> bool:
        """Commit what has come; says whether more came meanwhile."""
        with self._lock:
            taken, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            self._in_hand = taken
        if len(taken) >= RUSH:
            self._rushed_until = time.monotonic() + RUSH_SECONDS
        try:
            if taken:
                self._keep(taken)
        finally:
            with self._lock:
                self._in_hand = []
                self._lock.notify_all()
        return bool(self._waiting)

    @property
    def is_waiting(self) -> bool:
        """Whether an event waits to be committed."""
        return bool(self._in_hand or self._waiting)

    def is_impatient(self) -> bool:
        """Whether an event has waited so long that whoever applies others should end."""
        oldest = (self._in_hand or self._waiting)[:1]
        return any(time.monotonic() - one.since >= IMPATIENT_AFTER_SECONDS for one in oldest)

    def give_way(self) -> None:
        """Let those go first for whom Slack waits; and in a rush wait for its end, but not long."""
        with self._lock:
            self._lock.wait_for(lambda: not self.is_waiting, LET_PASS_SECONDS)
        deadline = time.monotonic() + GIVE_WAY_SECONDS
        while self._is_rush() and time.monotonic() < deadline:
            time.sleep(RUSH_SECONDS / 2)

    def _is_rush(self) -> bool:
        return len(self._waiting) >= RUSH or time.monotonic() < self._rushed_until

    def _keep(self, events: Sequence[_Waiting]) -> None:
        try:
            self._commit(events)
        except Exception as error:
            if len(events) > 1 and not _is_of_the_database(error):
                for event in events:
                    self._keep([event])
                return
            self._tell(events, error)
        else:
            self._tell(events, None)

    def _commit(self, events: Sequence[_Waiting]) -> None:
        """A connection that broke while it waited for its next use is no reason to fail."""
        bodies = [event.body for event in events]
        try:
            inbox.receive(self._database, self._clock, *bodies)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            inbox.receive(self._database, self._clock, *bodies)

    def _tell(self, events: Sequence[_Waiting], error: Exception | None) -> None:
        for event in events:
            self._count("kept" if error is None else "failed")
            try:
                event.done(error)
            except Exception:
                log.exception("nobody hears that an event was committed: Slack sends it again")
        if error is None:
            self._on_event()


def _is_of_the_database(error: Exception) -> bool:
    """Whether the database is to blame, and not one of the events."""
    if isinstance(error, OperationalError):
        return True
    return isinstance(error, DBAPIError) and error.connection_invalidated
