"""Taking in an event: what is committed before Slack gets its acknowledgement."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.core import kudos
from bot.recording import belonging, channels, projector
from bot.recording.payload import MalformedEventError, Payload
from models import inbox, project
from models.base import JsonObject
from models.database import Database

# What these events say of a message is recorded only if it belongs to a project; or if they say
# that a card with thanks is gone.
_ONLY_REGISTERED = frozenset({"message", "reaction_added", "reaction_removed"})


def receive(database: Database, clock: Clock, body: JsonObject) -> None:
    """Commit an event of the Events API; the same one again changes nothing.

    The words of a message that belongs to no project are left out: of such an event only its
    ID, type and times are kept. Raises what the database raises and nothing else: the
    event then must not be acknowledged.
    """
    payload = Payload(body)
    event = payload.inner("event")
    type_ = event.text("type") or payload.text("type")
    team_id, now = team_of(payload), clock.now()
    with database.write() as session:
        if type_ == "channel_id_changed":
            # At once: what comes next already carries the new ID.
            channels.follow_new_id(
                session,
                team_id,
                event.text("old_channel_id"),
                event.text("new_channel_id"),
                now,
            )
        inbox.add(
            session,
            team_id=team_id,
            event_id=_event_id(payload, body),
            type=".".join(filter(None, (type_, event.text("subtype"))))[:128],
            event_time=payload.number("event_time"),
            received_at=now,
            payload=body if _is_to_be_applied(session, team_id, type_, event, now) else None,
        )


def team_of(body: Payload) -> str:
    """The workspace through which the event came.

    In shared channels `team_id` may be another organisation's; `context_team_id` and
    `authorizations` name the workspace that installed the app (docs.slack.dev/apis/events-api).
    """
    for authorization in body.each("authorizations"):
        if authorization.text("team_id"):
            return authorization.text("team_id")
    return body.text("context_team_id") or body.text("team_id")


def _is_to_be_applied(
    session: Session, team_id: str, type_: str, event: Payload, now: datetime
) -> bool:
    if type_ not in projector.APPLIERS:
        return False
    if type_ not in _ONLY_REGISTERED:
        return True
    try:
        channel_id, ts = belonging.subject_of(event)
        channel_id = channels.current_id(session, team_id, channel_id)
        if belonging.project_of(session, team_id, channel_id, ts, now) is not None:
            return True
        is_deletion = type_ == "message" and belonging.deleted_ts(event) is not None
        return is_deletion and kudos.is_card(session, team_id, channel_id, ts)
    except MalformedEventError:
        # From a registered channel: to be set aside where it is seen, when it can't be applied.
        channel_id = event.text("channel") or event.inner("item").text("channel")
        channel_id = channels.current_id(session, team_id, channel_id)
        return project.is_registered(session, team_id, channel_id)


def _event_id(payload: Payload, body: JsonObject) -> str:
    """Slack's own ID; for what comes without one (`app_rate_limited`), one made of its content."""
    given = payload.text("event_id")
    if given:
        return given[:128]
    content = json.dumps(body, sort_keys=True).encode()
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
