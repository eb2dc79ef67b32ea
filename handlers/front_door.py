"""Where events come in: committed to the inbox first, acknowledged to Slack after that."""

from __future__ import annotations

from collections.abc import Callable

from slack_bolt import BoltResponse
from sqlalchemy.exc import DBAPIError

from bot.deps import Deps
from bot.recording import inbox
from models.base import JsonObject

# The outer types of the Events API (docs.slack.dev/apis/events-api)
_EVENTS = frozenset({"event_callback", "app_rate_limited"})
# Answered like the press of a button, by a listener, and kept nowhere: if one is lost, whoever
# opened their Home opens it again.
ANSWERED = frozenset({"app_home_opened"})

FrontDoor = Callable[[JsonObject, Callable[[], BoltResponse]], BoltResponse]


def front_door(
    deps: Deps,
    on_event: Callable[[], None],
    count: Callable[[str], None] = lambda _outcome: None,
) -> FrontDoor:
    """The middleware for `App(before_authorize=…)`.

    Bolt runs it after the signature check and before anything that could fail or that would
    acknowledge the event. If the commit fails, the exception leaves the event unacknowledged,
    and Slack sends it again. `on_event` is called after the commit. `count` is told of each event
    whether it was kept: "kept" or "failed".
    """

    def keep_event(body: JsonObject, next: Callable[[], BoltResponse]) -> BoltResponse:
        event = body.get("event")
        type_ = event.get("type") if isinstance(event, dict) else None
        if body.get("type") not in _EVENTS or type_ in ANSWERED:
            return next()
        try:
            _receive(deps, body)
        except Exception:
            count("failed")
            raise
        count("kept")
        on_event()
        return BoltResponse(status=200)

    return keep_event


def _receive(deps: Deps, body: JsonObject) -> None:
    """Commit it. A connection that broke while it waited for its next use is no reason to fail."""
    try:
        inbox.receive(deps.database, deps.clock, body)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        inbox.receive(deps.database, deps.clock, body)
