"""A thread that does one kind of work, step by step, until it is told to stop."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

from bot.trouble import tell

log = logging.getLogger(__name__)

# How long a worker waits before it looks by itself whether there is something to do
IDLE_SECONDS = 1.0
# How long it waits after a step failed: twice as long each time, up to the limit
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 5.0


class Worker:
    """Calls `step` again and again; a step says whether there may be more to do at once.

    A step that raises is logged and tried again after a pause: a database that is away for a
    minute must not end the work for good.
    """

    def __init__(self, name: str, step: Callable[[], bool]) -> None:
        self._step = step
        self._changed = threading.Condition()
        self._woken = True
        self._working = False
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def wake(self) -> None:
        """Say that there is something new to do."""
        with self._changed:
            self._woken = True
            self._changed.notify_all()

    def stop(self) -> None:
        """Ask the worker to end after the step in hand."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def join(self, timeout: float) -> bool:
        """Wait for the end, `timeout` seconds at most; says whether it has come."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    @property
    def is_alive(self) -> bool:
        """Whether it was started and has not ended."""
        return self._thread.is_alive()

    @property
    def is_idle(self) -> bool:
        """Whether everything that the worker was woken for is done."""
        with self._changed:
            return not (self._woken or self._working)

    def wait_until_idle(self, timeout: float) -> bool:
        """Wait until it is idle, `timeout` seconds at most; says whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: not (self._woken or self._working), timeout)

    def _run(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while self._wait_for_work():
            try:
                more = self._step()
                pause = FIRST_PAUSE_SECONDS
            except Exception as error:
                tell(log, error, f"{self._thread.name} could not finish a step; trying again")
                self._rest(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                more = True
            with self._changed:
                self._woken = self._woken or more
                self._working = False
                self._changed.notify_all()

    def _wait_for_work(self) -> bool:
        """Wait until woken, or for a while; False if it is time to end."""
        with self._changed:
            self._changed.wait_for(lambda: self._woken or self._stopping, IDLE_SECONDS)
            if self._stopping:
                return False
            self._woken, self._working = False, True
            return True

    def _rest(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._stopping, seconds)


def wait_until_all_idle(workers: Sequence[Worker], timeout: float) -> bool:
    """Wait until all are idle at once: the work of one may make work for another."""
    deadline = time.monotonic() + timeout
    while not all(worker.is_idle for worker in workers):
        for worker in workers:
            if not worker.wait_until_idle(max(0.0, deadline - time.monotonic())):
                return False
    return True
