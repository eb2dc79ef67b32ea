"""Where events come in: committed to the inbox first, acknowledged to Slack after that."""

from __future__ import annotations

from collections.abc import Callable

from slack_bolt import BoltResponse

from bot.recording.intake import Done, Intake
from bot.recording.payload import Payload
from bot.socket_mode import Keep
from models.base import JsonObject

# The outer types of the Events API (docs.slack.dev/apis/events-api)
_EVENTS = frozenset({"event_callback", "app_rate_limited"})
# Answered like the press of a button, by a listener, and kept nowhere: if one is lost, whoever
# opened their Home opens it again.
ANSWERED = frozenset({"app_home_opened"})

FrontDoor = Callable[[JsonObject, Callable[[], BoltResponse]], BoltResponse]


def front_door(intake: Intake) -> FrontDoor:
    """The middleware for `App(before_authorize=…)`.

    Bolt runs it after the signature check and before anything that could fail or that would
    acknowledge the event. If the commit fails, the exception leaves the event unacknowledged,
    and Slack sends it again.
    """

    def keep_event(body: JsonObject, next: Callable[[], BoltResponse]) -> BoltResponse:
        if not is_kept(body):
            return next()
        intake.receive(body)
        return BoltResponse(status=200)

    return keep_event


def is_kept(body: JsonObject) -> bool:
    """Whether this is an event that is committed before it is acknowledged."""
    whole = Payload(body)
    return whole.text("type") in _EVENTS and whole.inner("event").text("type") not in ANSWERED


def socket_door(intake: Intake) -> Keep:
    """The same for what comes over a socket, past Bolt: nothing waits for the commit but Slack."""

    def keep(body: JsonObject, done: Done) -> bool:
        if not is_kept(body):
            return False
        intake.submit(body, done)
        return True

    return keep
