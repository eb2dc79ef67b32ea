"""Things that go wrong between an app and Slack, brought about by name."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

NAMES = frozenset(
    {
        "ratelimited",
        "http_error",
        "connection_reset",
        "lost_answer",
        "slow",
        "error",
        "refuse_connections",
        "swallow_ack",
        "disconnect",
    }
)


@dataclass
class Fault:
    """A fault that waits for its moment. `left` is None for one that never ends."""

    name: str
    method: str | None = None
    left: int | None = 1
    retry_after: int = 1
    status: int = 500
    seconds: float = 0.0
    code: str = "internal_error"
    used: int = 0


class Faults:
    """The faults that are waiting. Each is taken `times` times, oldest first.

    `disconnect` sends a disconnect frame at once; the sandbox puts it in.
    """

    def __init__(self) -> None:
        self.disconnect: Callable[[str], None] | None = None
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()

    def add(
        self,
        name: str,
        *,
        method: str | None = None,
        times: int | None = 1,
        retry_after: int = 1,
        status: int = 500,
        seconds: float = 0.0,
        code: str = "internal_error",
        reason: str = "refresh_requested",
    ) -> Fault:
        """Let something go wrong the next `times` times (None: always), for one method or all.

        ratelimited(retry_after in seconds), http_error(status), connection_reset (before the
        method acts), lost_answer (the method acts, then the connection drops), slow(real
        seconds), error(code), refuse_connections (Socket Mode handshakes), swallow_ack.
        disconnect(reason) happens at once, to every open connection: reason warning,
        refresh_requested or link_disabled.
        The `method` "response_url" stands for posts to a response_url; for swallow_ack it is what
        the envelope holds: events_api, slash_commands or interactive.
        """
        if name not in NAMES:
            raise ValueError(f"there is no fault {name!r}; there are {', '.join(sorted(NAMES))}")
        fault = Fault(name, method, times, retry_after, status, seconds, code)
        if name == "disconnect":
            if self.disconnect is not None:
                self.disconnect(reason)
            fault.used, fault.left = 1, 0
            return fault
        with self._lock:
            self._waiting.append(fault)
        return fault

    def clear(self) -> None:
        """Let everything go well again."""
        with self._lock:
            self._waiting.clear()

    def take(self, *names: str, method: str = "") -> Fault | None:
        """The first waiting fault of one of these names that fits the method, used up by one."""
        if not self._waiting:
            return None
        with self._lock:
            for fault in self._waiting:
                if fault.name in names and fault.method in (None, method):
                    fault.used += 1
                    if fault.left is not None:
                        fault.left -= 1
                        if fault.left <= 0:
                            self._waiting.remove(fault)
                    return fault
        return None
