"""To which project the message belongs that an event is about."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.core import slack_time
from bot.recording.payload import MalformedEventError, Payload
from models import message as messages
from models import project as projects
from models.project import Project

# A thread root that was deleted while it had replies: undocumented, seen in recorded payloads
TOMBSTONE = "tombstone"


def subject_of(event: Payload) -> tuple[str, str]:
    """The channel and the `ts` of the message that a message event or a reaction is about.

    Raises `MalformedEventError`.
    """
    if event.text("type") != "message":
        item = event.inner("item")
        return item.required_id("channel"), item.required_ts("ts")
    channel_id, deleted = event.required_id("channel"), deleted_ts(event)
    if deleted is not None:
        return channel_id, deleted
    if event.text("subtype") == "message_changed":
        return channel_id, event.inner("message").required_ts("ts")
    return channel_id, event.required_ts("ts")


def deleted_ts(event: Payload) -> str | None:
    """The message that this event says is deleted, None if it says no such thing."""
    subtype, inner = event.text("subtype"), event.inner("message")
    if subtype == "message_deleted":
        return event.required_ts("deleted_ts")
    if subtype == "message_changed" and inner.text("subtype") == TOMBSTONE:
        return inner.required_ts("ts")
    return None


def project_of(
    session: Session, team_id: str, channel_id: str, ts: str, received_at: datetime
) -> Project | None:
    """The project of the message; None if nobody has registered its channel for recording.

    Once recorded it stays with its project. Before that it belongs to the one whose channel it
    was when it was written; or else to the one whose channel it was when the event was received.
    So it makes no difference that a project was closed, or a channel given to another, before
    the event arrived or was applied. Raises `MalformedEventError` if `ts` is no time.
    """
    recorded_in = messages.project_id_of(session, team_id, channel_id, ts)
    if recorded_in is not None:
        return session.get(Project, recorded_in)
    try:
        written_at = slack_time.to_datetime(ts)
    except (ValueError, OverflowError) as error:
        raise MalformedEventError(f"{ts[:40]!r} is not a time") from error
    return projects.owner(session, team_id, channel_id, written_at, received_at)
