"""Events, commands and interactions on their way to the app, until it acknowledges them.

Un-acknowledged events are sent again at once, after a minute and five minutes after that
(https://docs.slack.dev/apis/events-api#retries); commands and interactions are not.
Every time-out counts on the sandbox's clock, with a little real time on top, so that an app is
never called late because a test moved the clock.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from sandbox import events
from sandbox.clock import Timer
from sandbox.installation import Installation
from sandbox.json_types import JsonObject, as_object, as_text
from sandbox.records import ChannelRecord
from sandbox.workspace import Workspace

ACK_WITHIN = timedelta(seconds=3)
RETRY_AT = (timedelta(0), timedelta(minutes=1), timedelta(minutes=6))
"""When an event is sent again, counted from the first time (the first: once that has failed)."""

REAL_PATIENCE = 0.5
"""Real seconds for which an acknowledgement is awaited even when the clock has run past it."""


@dataclass
class Parcel:
    """One thing on its way: `kind` is events_api, slash_commands or interactive."""

    kind: str
    payload: JsonObject
    attempt: int = 0
    reason: str = ""
    envelope_id: str = ""
    event: EventDelivery | None = None
    repeated: bool = False
    acked: bool = False
    late: bool = False
    error: str = ""
    answer: JsonObject = field(default_factory=dict)
    sent_at: datetime | None = None
    sent_real: float = 0.0
    timer: Timer | None = None

    @property
    def over(self) -> bool:
        """Whether it was acknowledged or has failed."""
        return self.acked or bool(self.error)


@dataclass
class EventDelivery:
    """The story of one event: how often it was sent, and how that ended."""

    event_id: str
    type: str
    payload: JsonObject
    attempts: int = 0
    first_sent: datetime | None = None
    acked_at: datetime | None = None
    given_up: bool = False
    retry_reasons: list[str] = field(default_factory=list)

    @property
    def settled(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.acked_at is not None or self.given_up


class Transport(Protocol):
    """A way to the app. `send` never blocks; the outcome comes back to the dispatcher."""

    def send(self, parcel: Parcel) -> None:
        """Send a parcel."""
        ...


class Dispatcher:
    """Sends parcels and keeps their story. Its methods may be called from any thread."""

    def __init__(self, workspace: Workspace, installation: Installation) -> None:
        self.workspace = workspace
        self.installation = installation
        self.deliveries: list[EventDelivery] = []
        self.unsettled = 0
        self.transport: Transport | None = None
        self.losing = False
        self.lost: list[JsonObject] = []
        self._parcels: dict[str, Parcel] = {}

    def emit(self, event: JsonObject, channel: ChannelRecord | None) -> None:
        """Send an event to the app if it may hear of it."""
        if self.losing:
            self.lost.append(event)
            return
        bot = self.workspace.bot.id
        if self.installation.hears(event, channel, bot):
            self._start(event, channel)
        if event.get("type") == "message" and f"<@{bot}>" in as_text(event.get("text")):
            mention = {key: event[key] for key in event if key != "channel_type"}
            mention["type"] = "app_mention"
            by_person = not event.get("bot_id") and not event.get("subtype")
            if by_person and self.installation.hears(mention, channel, bot):
                self._start(mention, channel)

    def _start(self, event: JsonObject, channel: ChannelRecord | None) -> None:
        workspace = self.workspace
        event_id = workspace.new_id("Ev")
        payload = events.envelope(
            workspace,
            event,
            event_id=event_id,
            shared=channel is not None and bool(channel.shared_with),
            event_time=int(float(as_text(event.get("event_ts")) or workspace.seconds())),
        )
        delivery = EventDelivery(event_id, as_text(event.get("type")), payload)
        self.deliveries.append(delivery)
        self.unsettled += 1
        self._send(Parcel("events_api", payload, event=delivery))

    def say_rate_limited(self, minute: int) -> None:
        """Tell the app that its events of this minute (Unix seconds) were held back.

        https://docs.slack.dev/reference/events/app_rate_limited: there is no inner event, and it
        needs neither scope nor subscription.
        """
        payload: JsonObject = {
            "token": "sandbox-verification-token",
            "type": "app_rate_limited",
            "team_id": self.workspace.team_id,
            "minute_rate_limited": minute,
            "api_app_id": self.workspace.app_id,
        }
        with self.workspace.changed:
            event_id = self.workspace.new_id("Ev")
            delivery = EventDelivery(event_id, "app_rate_limited", payload)
            self.deliveries.append(delivery)
            self.unsettled += 1
            self._send(Parcel("events_api", payload, event=delivery))

    def repeat(self, delivery: EventDelivery) -> None:
        """Send an event once more, whatever became of it, as Slack sometimes does."""
        with self.workspace.changed:
            self.unsettled += 1
            self._send(Parcel("events_api", delivery.payload, event=delivery, repeated=True))

    def ask(self, kind: str, payload: JsonObject) -> Parcel:
        """Send a command or an interaction, once."""
        with self.workspace.changed:
            parcel = Parcel(kind, payload)
            self._send(parcel)
            return parcel

    def _send(self, parcel: Parcel) -> None:
        parcel.envelope_id = str(uuid.uuid4())
        parcel.sent_at = self.workspace.clock.now()
        parcel.sent_real = time.monotonic()
        if parcel.event is not None:
            parcel.event.attempts += 1
            parcel.event.first_sent = parcel.event.first_sent or parcel.sent_at
        self._parcels[parcel.envelope_id] = parcel
        due = parcel.sent_at + ACK_WITHIN
        parcel.timer = self.workspace.clock.call_at(due, lambda: self._overdue(parcel))
        if self.transport is not None:
            self.transport.send(parcel)
        else:
            self.failed(parcel.envelope_id, "connection_failed")

    def kind_of(self, envelope_id: str) -> str:
        """What an envelope on its way holds: events_api, slash_commands, interactive, or ""."""
        parcel = self._parcels.get(envelope_id)
        return parcel.kind if parcel is not None else ""

    def acknowledged(self, envelope_id: str, answer: JsonObject) -> None:
        """The app acknowledged an envelope, over whichever connection."""
        with self.workspace.changed:
            parcel = self._parcels.pop(envelope_id, None)
            if parcel is None:
                return
            if parcel.timer is not None:
                parcel.timer.cancel()
            parcel.late = bool(parcel.error)
            parcel.acked = not parcel.late
            parcel.answer = answer
            if parcel.repeated:
                self.unsettled -= 0 if parcel.late else 1
            elif parcel.event is not None:
                parcel.acked = True
                self._settle(parcel.event, self.workspace.clock.now())
            self.workspace.touch()

    def failed(self, envelope_id: str, reason: str, *, final: bool = False) -> None:
        """An attempt came to nothing; an event is tried again unless `final`."""
        with self.workspace.changed:
            parcel = self._parcels.get(envelope_id)
            if parcel is None or parcel.over:
                return
            parcel.error = reason
            if parcel.timer is not None:
                parcel.timer.cancel()
            if parcel.repeated:
                self.unsettled -= 1
            elif parcel.event is not None and not parcel.event.settled:
                self._again(parcel, parcel.event, final)
            self.workspace.touch()

    def _again(self, parcel: Parcel, delivery: EventDelivery, final: bool) -> None:
        if final or parcel.attempt >= len(RETRY_AT) or delivery.first_sent is None:
            delivery.given_up = True
            self.unsettled -= 1
            return
        due = delivery.first_sent + RETRY_AT[parcel.attempt]
        reason = parcel.error
        delivery.retry_reasons.append(reason)
        retry = Parcel("events_api", parcel.payload, parcel.attempt + 1, reason, event=delivery)
        if due <= self.workspace.clock.now():
            self._send(retry)
        else:
            self.workspace.clock.call_at(due, lambda: self._retry(retry))

    def _retry(self, parcel: Parcel) -> None:
        with self.workspace.changed:
            if parcel.event is not None and not parcel.event.settled:
                self._send(parcel)

    def _settle(self, delivery: EventDelivery, at: datetime) -> None:
        if not delivery.settled:
            self.unsettled -= 1
        if delivery.acked_at is None:
            delivery.acked_at = at

    def _overdue(self, parcel: Parcel) -> None:
        until = parcel.sent_real + REAL_PATIENCE
        while not parcel.over and (left := until - time.monotonic()) > 0:
            self.workspace.wait_for_change(self.workspace.revision, left)
        self.failed(parcel.envelope_id, "timeout")

    def pending(self) -> list[str]:
        """A line for each event that is neither acknowledged nor given up."""
        with self.workspace.changed:
            return [
                f"{one.type} {one.event_id}, sent {one.attempts} times"
                for one in self.deliveries
                if not one.settled
            ]


def channel_of(payload: JsonObject) -> str:
    """The channel ID that an event speaks of, or an empty string."""
    event = as_object(payload.get("event"))
    return as_text(event.get("channel")) or as_text(as_object(event.get("item")).get("channel"))
