"""Seeing to it that events can arrive: a connection that is lost or deaf is opened anew."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.clock import Clock
from bot.socket_mode import SocketClient

log = logging.getLogger(__name__)

DID_NOT_ARRIVE = "a message stands in Slack's history of which no event told"
OTHER_CAUSE = (
    "If this is said again and again, the app may lack an event subscription: compare its Event "
    "Subscriptions with bot_events in `python app.py manifest`"
)


@dataclass(frozen=True)
class Patience:
    """How long the supervisor puts up with what, in seconds.

    `ping`: between two pings. `deaf`: without an answer to any of them. `greeting`: from opening
    a connection to Slack's hello. `give_up`: without a connection at all.
    """

    ping: float = 10.0
    deaf: float = 30.0
    greeting: float = 10.0
    give_up: float = 300.0
    between_deaf: float = 60.0


class OnOutage(Protocol):
    """What is done when events could not arrive for a while."""

    def began(self, at: datetime, cause: str) -> None:
        """From now on nothing arrives; `cause` is disconnected or deaf."""
        ...

    def ended(self, at: datetime) -> None:
        """Events arrive again."""
        ...

    def note(self) -> None:
        """Events arrive; called every second or so."""
        ...


class Supervisor:
    """Watches over one connection. `step` is to be called every second or so."""

    def __init__(
        self,
        client: SocketClient,
        clock: Clock,
        *,
        on_outage: OnOutage,
        give_up: Callable[[str], None],
        on_reconnect: Callable[[], None] = lambda: None,
        patience: Patience | None = None,
    ) -> None:
        """`give_up` is told why once reopening has been in vain for too long."""
        self._client = client
        self._clock = clock
        self._on_outage = on_outage
        self._give_up = give_up
        self._on_reconnect = on_reconnect
        self._patience = patience or Patience()
        self._said_to_be_deaf = threading.Event()
        self._reopened_at = float("-inf")
        self._lost_at: float | None = time.monotonic()
        self._well_at = clock.now()
        self._opening: float | None = None
        self._is_noted = False

    @property
    def is_connected(self) -> bool:
        """Whether Slack has said hello, or never does, and answers to pings."""
        return self._client.is_greeted and not self._client.is_cut and not self._is_mute()

    def deaf(self) -> None:
        """Somebody has found a message that should have come and did not: connect anew."""
        self._said_to_be_deaf.set()

    def step(self) -> bool:
        """Look once; there is never more to do at once."""
        now = time.monotonic()
        if self.is_connected:
            self._note_exchange()
            self._regained()
            self._well_at = self._clock.now()
            self._on_outage.note()
            if self._said_to_be_deaf.is_set():
                self._reopen_deaf(now)
        elif not self._is_being_opened(now) and not self._client.goes_without_greeting():
            self._lost(now)
        return False

    def _note_exchange(self) -> None:
        """slack_sdk may have put right between two looks what Slack did not announce."""
        before, self._opening = self._opening, self._client.opened_at
        is_new = before is not None and before != self._opening
        if is_new and before is not None and self._client.goodbye_at < before:
            self._note(self._well_at, "disconnected")

    def _note(self, began: datetime, cause: str) -> None:
        if not self._is_noted:
            self._is_noted = True
            log.warning("there is no connection to Slack")
            self._on_outage.began(began, cause)

    def _regained(self) -> None:
        self._lost_at = None
        if self._is_noted:
            self._is_noted = False
            log.warning("connected again")
            self._on_reconnect()
            self._on_outage.ended(self._clock.now())

    def _lost(self, now: float) -> None:
        mute = self._client.is_greeted and not self._client.is_cut
        if self._lost_at is None:
            self._lost_at = now
        silent = time.time() - self._client.heard_at if mute else 0.0
        began = self._clock.now() - timedelta(seconds=max(0.0, silent))
        self._note(min(began, self._well_at), "deaf" if mute else "disconnected")
        if now - self._lost_at > self._patience.give_up:
            self._give_up(f"no connection to Slack for {self._patience.give_up:.0f} s")
        self._client.connect_to_new_endpoint(force=True)

    def _reopen_deaf(self, now: float) -> None:
        """At most once a minute: what Slack never sends is no fault of the connection's."""
        self._said_to_be_deaf.clear()
        if now - self._reopened_at >= self._patience.between_deaf:
            self._reopened_at = now
            log.warning("%s; connecting anew. %s", DID_NOT_ARRIVE, OTHER_CAUSE)
            self._opening = None  # whoever has said so knows since when
            self._client.connect_to_new_endpoint(force=True)

    def _is_being_opened(self, now: float) -> bool:
        client = self._client
        began = client.opened_at
        waits = client.is_connected() and client.greeted_at < began
        return waits and now - began < self._patience.greeting

    def _is_mute(self) -> bool:
        return time.time() - self._client.heard_at > self._patience.deaf
