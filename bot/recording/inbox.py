"""Taking in an event: what is committed before Slack gets its acknowledgement."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.exc import DataError, DBAPIError, StatementError
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.core import gaps
from bot.recording import channels, projector, refusing
from bot.recording.needed import needed
from bot.recording.payload import Payload
from bot.recording.registered import RegisteredChannels, channel_of
from models import inbox, workspace
from models.base import JsonObject
from models.database import Database

# What these events say of a message is recorded only if it belongs to a project; or if they say
# that a card with thanks is gone.
_ONLY_REGISTERED = frozenset({"message", "reaction_added", "reaction_removed"})
# How Slack writes them: whatever else stands in their place is nothing to keep
_TYPE = re.compile(r"[a-z0-9_]{1,63}")
_EVENT_ID = re.compile(r"[A-Za-z0-9_.:-]{1,128}")
# Python's words for something that is not as it should be
_CONTENT_ERRORS = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError)

log = logging.getLogger(__name__)


def receive(database: Database, clock: Clock, *bodies: JsonObject) -> None:
    """Commit events of the Events API, all or none; the same one again changes nothing.

    Raises what the database raises: none of them then must be acknowledged. An event by itself
    that nothing can be made of is a dead letter without its words: it would fail again and again.
    """
    now = clock.now()
    try:
        with database.write() as session:
            keep(session, bodies, now)
    except Exception as error:
        if len(bodies) != 1 or not _is_of_the_event(error):
            raise
        with database.write() as session:
            _keep_the_number_of(session, bodies[0], now, error)


def keep(session: Session, bodies: Sequence[JsonObject], now: datetime) -> None:
    """Store events in this transaction.

    The words of a message that belongs to no project are left out: of such an event only its
    ID, type and times are kept. Of the others what nobody reads is left out, and so are words
    that a message quotes. Events of another workspace or app are counted.
    """
    installed = workspace.installed(session)
    arrived = []
    for body in bodies:
        reason = refusing.reason_to_refuse(Payload(body), installed)
        if reason is None:
            arrived.append(_Arrived(body, installed))
        else:
            refusing.refuse(session, Payload(body), reason, installed, now)
    for one in arrived:
        if one.type == "channel_id_changed":
            # At once: what comes next already carries the new ID. Whoever applies something with
            # the old one meanwhile goes first.
            inbox.take_turn(session)
            old_id, new_id = one.event.text("old_channel_id"), one.event.text("new_channel_id")
            channels.follow_new_id(session, one.team_id, old_id, new_id, now)
    registered = _registered(session, arrived)
    rows = [one.row(session, now, registered) for one in arrived]
    for one, row in zip(arrived, rows, strict=True):
        if one.type == "app_rate_limited" and inbox.add(session, **row):
            minute = one.payload.number("minute_rate_limited")
            gaps.minute_was_limited(session, one.team_id, minute, now)
    if rows:
        inbox.add_all(session, rows)


def _is_of_the_event(error: Exception) -> bool:
    """Whether something in the event is to blame: it can't be read, written out, or stored."""
    if isinstance(error, DBAPIError):
        return isinstance(error, DataError)
    return isinstance(error, (*_CONTENT_ERRORS, StatementError, RecursionError))


def _keep_the_number_of(
    session: Session, body: JsonObject, now: datetime, error: Exception
) -> None:
    """Whether its words belong to a project nobody knows: they are not kept."""
    one, why = _Arrived(body, workspace.installed(session)), type(error).__name__
    log.error("an event of the type %s can't be kept: %s", one.name, why, exc_info=error)
    inbox.add_dead(session, f"it can't be kept: {why}", **one.arrival(now, payload=None))


class _Arrived:
    """An event that came in, and what of it decides how it is kept."""

    def __init__(self, body: JsonObject, installed: Mapping[str, str]) -> None:
        self.body = body
        self.payload = Payload(body)
        self.event = self.payload.inner("event")
        self.type = self.event.text("type") or self.payload.text("type")
        self.team_id = refusing.team_of(self.payload, installed)

    def row(
        self, session: Session, now: datetime, registered: Mapping[str, RegisteredChannels]
    ) -> inbox.Arrival:
        """The row in the inbox."""
        is_to_be_applied = self.type in projector.APPLIERS
        if self.type in _ONLY_REGISTERED:
            is_to_be_applied = registered[self.team_id].has(self.event, now)
        elif self.type in channels.RENAMED:
            channel_id = self.event.id_of("channel")
            is_to_be_applied = channels.keeps_name(session, self.team_id, channel_id)
        if not is_to_be_applied:
            return self.arrival(now, payload=None)
        return self.arrival(now, payload={"event": needed(self.event.whole, self.type)})

    def arrival(self, now: datetime, payload: JsonObject | None) -> inbox.Arrival:
        """The row with this payload, or with none."""
        return inbox.Arrival(
            team_id=self.team_id,
            event_id=_event_id(self.payload, self.body),
            type=self.name,
            event_time=self.payload.number("event_time"),
            received_at=now,
            payload=payload,
        )

    @property
    def name(self) -> str:
        """Its type, with the subtype of a message."""
        parts = (self.type, self.event.text("subtype"))
        return ".".join(part if _TYPE.fullmatch(part) else "?" for part in parts if part)


def _registered(session: Session, arrived: Sequence[_Arrived]) -> dict[str, RegisteredChannels]:
    """For each workspace, which of the channels that these events are about are registered."""
    of_team: dict[str, set[str]] = {}
    for one in arrived:
        if one.type in _ONLY_REGISTERED:
            of_team.setdefault(one.team_id, set()).add(channel_of(one.event))
    return {team: RegisteredChannels(session, team, ids) for team, ids in of_team.items()}


def _event_id(payload: Payload, body: JsonObject) -> str:
    """Slack's own ID; for what comes without one (`app_rate_limited`), one made of its content."""
    given = payload.text("event_id")
    if _EVENT_ID.fullmatch(given):
        return given
    content = json.dumps(body, sort_keys=True).encode()
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
