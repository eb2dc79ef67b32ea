"""Events in the shapes of Slack's documentation, for tests that need no workspace."""

from __future__ import annotations

from itertools import count

from models.base import JsonObject

TEAM = "T0TEAM"
APP = "A0APP"
CHANNEL = "C0CHANNEL"
BOT_USER = "U0BOT"
BOT_ID = "B0BOT"
AUTHOR = "U0AUTHOR"
TS = "1775433600.000100"

_numbers = count(1)


def envelope(event: JsonObject, *, event_id: str | None = None) -> JsonObject:
    """An event as the Events API delivers it (docs.slack.dev/apis/events-api)."""
    return {
        "token": "unused",
        "team_id": TEAM,
        "context_team_id": TEAM,
        "context_enterprise_id": None,
        "api_app_id": APP,
        "event": event,
        "type": "event_callback",
        "event_id": event_id or f"Ev{next(_numbers):09d}",
        "event_time": 1775433600,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": "4-abc",
    }


def message(
    text: str,
    *,
    ts: str = TS,
    user: str = AUTHOR,
    channel: str = CHANNEL,
    event_id: str | None = None,
    more: JsonObject | None = None,
) -> JsonObject:
    """Someone wrote; `more` are further fields of the event, or other values for these."""
    return envelope(
        {
            "type": "message",
            "user": user,
            "ts": ts,
            "client_msg_id": "0b7f3c5c-0000-0000-0000-000000000000",
            "text": text,
            "team": TEAM,
            "channel": channel,
            "event_ts": ts,
            "channel_type": "channel",
            **(more or {}),
        },
        event_id=event_id,
    )


def changed(
    text: str,
    *,
    edited_ts: str | None,
    ts: str = TS,
    user: str = AUTHOR,
    channel: str = CHANNEL,
    event_ts: str | None = None,
    previous: str = "",
    **more: object,
) -> JsonObject:
    """A message changed: by its author, or, without `edited_ts`, by Slack itself."""
    before = {"type": "message", "user": user, "ts": ts, "text": previous, "team": TEAM}
    inner: JsonObject = {**before, "text": text}
    if edited_ts is not None:
        inner["edited"] = {"user": user, "ts": edited_ts}
    at = event_ts or edited_ts or ts
    return envelope(
        {
            "type": "message",
            "subtype": "message_changed",
            "hidden": True,
            "channel": channel,
            "ts": at,
            "event_ts": at,
            "channel_type": "channel",
            "message": {**inner, **more},
            "previous_message": before,
        }
    )


def deleted(
    *,
    at: str,
    ts: str = TS,
    user: str = AUTHOR,
    channel: str = CHANNEL,
    previous: str = "",
    **more: object,
) -> JsonObject:
    """A message was deleted."""
    return envelope(
        {
            "type": "message",
            "subtype": "message_deleted",
            "hidden": True,
            "channel": channel,
            "ts": at,
            "deleted_ts": ts,
            "event_ts": at,
            "channel_type": "channel",
            "previous_message": {
                "type": "message",
                "user": user,
                "ts": ts,
                "text": previous,
                **more,
            },
        }
    )


def reaction(
    name: str,
    *,
    event_ts: str,
    added: bool = True,
    ts: str = TS,
    user: str = "U0READER",
    channel: str = CHANNEL,
) -> JsonObject:
    """A reaction was added or taken back."""
    return envelope(
        {
            "type": "reaction_added" if added else "reaction_removed",
            "user": user,
            "reaction": name,
            "item": {"type": "message", "channel": channel, "ts": ts},
            "item_user": AUTHOR,
            "event_ts": event_ts,
        }
    )
