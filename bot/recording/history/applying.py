"""Applying what was missed: the same appliers as for live events, a few at a time."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from bot.core import homes
from bot.recording import messages
from bot.recording.needed import needed
from bot.recording.payload import Arrival, Payload
from bot.recording.projector import APPLIERS
from models import inbox
from models.base import JsonObject, storable
from models.database import Database
from models.inbox import InboxEvent, InboxState
from models.message import Origin

log = logging.getLogger(__name__)

# In one transaction: so few that live events hardly wait for them
BATCH = 10
# What of an event says when it was looked up: the same one is the same at the next reading
_OF_THE_FETCH = frozenset({"ts", "event_ts"})


def apply_all(
    database: Database, team_id: str, events: Sequence[JsonObject], now: datetime
) -> None:
    """Apply events that were read from history; one that can't be is set aside as dead."""
    for first in range(0, len(events), BATCH):
        with database.write() as session:
            inbox.take_turn(session)
            for event in events[first : first + BATCH]:
                _apply(session, team_id, event, now)
    database.erase_what_was_freed()


def _apply(session: Session, team_id: str, event: JsonObject, now: datetime) -> None:
    try:
        with session.begin_nested():
            apply = APPLIERS[str(event["type"])]
            apply(session, team_id, Payload(event), Arrival(now, now, Origin.RECONCILE))
            session.flush()
    except Exception as error:
        if isinstance(error, OperationalError) or _is_disconnect(error):
            raise  # the database's fault, not the message's
        _set_aside(session, team_id, event, error, now)


def _set_aside(
    session: Session, team_id: str, event: JsonObject, error: Exception, now: datetime
) -> None:
    """Keep it where the check-up and whoever looks after the database find it; once."""
    lasting = {key: value for key, value in event.items() if key not in _OF_THE_FETCH}
    content = json.dumps(lasting, sort_keys=True, default=str).encode()
    event_id = f"{Origin.RECONCILE}:{hashlib.sha256(content).hexdigest()}"
    type_ = str(event["type"])
    is_deleted = type_ == "message" and messages.is_of_deleted(session, team_id, Payload(event))
    is_new = inbox.add(
        session,
        team_id=team_id,
        event_id=event_id,
        type=type_,
        event_time=0,
        received_at=now,
        payload=None if is_deleted else {"event": needed(event, type_), "team_id": team_id},
    )
    if not is_new:
        return
    row = session.query(InboxEvent).filter_by(team_id=team_id, event_id=event_id).one()
    row.state = InboxState.DEAD
    row.error = storable(f"{type(error).__name__}: {error}")[:2000]
    homes.trouble_changed(session, team_id, now)
    log.error("what was read from history can't be applied: %s", row.error)


def _is_disconnect(error: Exception) -> bool:
    return isinstance(error, DBAPIError) and error.connection_invalidated
