"""Applying stored events, in any order and however often they come, to the same end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.core import homes, members, slack_time
from bot.recording import channels, messages, reactions
from bot.recording.payload import Arrival, MalformedEventError, Payload, payload_of
from bot.recording.read_ahead import read_ahead
from models import inbox
from models.base import storable
from models.channel import Channel
from models.database import Database, keep_loaded
from models.inbox import InboxEvent, InboxState
from models.member import Member
from models.message import MessageVersion
from models.preference import Preference
from models.project import Project
from models.workspace import Workspace

log = logging.getLogger(__name__)

# So many go into one transaction, and nobody sees any of them before its end.
BATCH = 40
# So many are read at a time: what is not applied now would have been read in vain.
AT_ONCE = 20
# After each failure of an event the next attempt waits this long; then it is a dead letter.
RETRY_AFTER = (timedelta(0), timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10))

# Ten digits of seconds, so that they sort as strings (models.base)
_YEAR_2286 = 10**10

# Who wrote where is asked for with every event, and the words again by whoever looks at them.
_READ_ONCE = (Channel, Member, MessageVersion, Preference, Project, Workspace)

Applier = Callable[[Session, str, Payload, Arrival], None]


def _apply_profile(session: Session, team_id: str, event: Payload, arrival: Arrival) -> None:
    user = event.mapping("user")
    if not user:
        raise MalformedEventError("user is missing")
    if members.is_known(session, team_id, event.inner("user").required_id("id")):
        members.take_profile(session, team_id, user, arrival.now)


def _note_departure(_session: Session, _team_id: str, event: Payload, _arrival: Arrival) -> None:
    """Nothing can be recorded or said from now on; `app.py check` says so of the token as well.

    docs.slack.dev/reference/events/app_uninstalled, …/tokens_revoked: the IDs are those of users.
    """
    if event.text("type") == "app_uninstalled":
        log.critical("the app was taken out of the workspace: install it again")
    elif event.inner("tokens").strings("bot"):
        log.critical("Slack has revoked the bot token: install the app again")


APPLIERS: Mapping[str, Applier] = {
    "message": messages.apply,
    "reaction_added": reactions.apply,
    "reaction_removed": reactions.apply,
    "user_change": _apply_profile,
    "app_uninstalled": _note_departure,
    "tokens_revoked": _note_departure,
    **dict.fromkeys(channels.TYPES, channels.apply),
}


class Projector:
    """Takes events from the inbox and applies them."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        on_change: Callable[[], None],
        count: Callable[[int, int], None] = lambda _applied, _dead: None,
        is_awaited: Callable[[], bool] = lambda: False,
    ) -> None:
        """`on_change` is called after events were applied: there may be something to say.

        `count` is told how many were applied, and how many were given up. `is_awaited` says
        whether somebody waits for the end of the transaction whom Slack waits for.
        """
        self._is_awaited = is_awaited
        self._database = database
        self._clock = clock
        self._on_change = on_change
        self._count = count

    def step(self) -> bool:
        """Apply the next events in one transaction; says whether there may be more.

        Of several processes one at a time, in the order in which the events were received.
        """
        try:
            applied, there_may_be_more = self._take(self._apply)
        except Exception as error:
            if _is_of_the_database(error):
                raise
            applied, there_may_be_more = self._take(self._try)
        if applied:
            states = [event.state for event in applied]
            self._count(states.count(InboxState.DONE), states.count(InboxState.DEAD))
            self._on_change()
        self._database.erase_what_was_freed()
        return there_may_be_more

    def _take(self, apply: Callable[[Session, InboxEvent], bool]) -> tuple[list[InboxEvent], bool]:
        """Apply the next events in this way; those, and whether there may be more."""
        taken: list[InboxEvent] = []
        with self._database.write() as session:
            keep_loaded(session, *_READ_ONCE)
            inbox.take_turn(session)
            is_cut_short = False
            while len(taken) < BATCH and not is_cut_short:
                events = inbox.claim(session, self._clock.now(), AT_ONCE)
                read_ahead(session, events)
                done = []
                for event in events:
                    taken.append(event)
                    if apply(session, event):
                        done.append(event)
                    if is_cut_short := self._is_awaited():
                        break
                self._mark(done)
                if len(events) < AT_ONCE and not is_cut_short:
                    # What came meanwhile is for the next one: those would have to wait for it.
                    return taken, False
        return taken, True

    def _mark(self, done: Sequence[InboxEvent]) -> None:
        """Note that these were applied: all at once, which is one statement for all of them."""
        for event in done:
            event.state = InboxState.DONE
            event.payload = None
            event.error = None
            event.processed_at = self._clock.now()

    def _try(self, session: Session, event: InboxEvent) -> bool:
        """Apply one event, if it can be; if it can't, the others are not held up by it.

        It takes a savepoint for each, so it is done only where one of them could not be applied.
        """
        try:
            with session.begin_nested():
                self._apply(session, event)
        except Exception as error:
            if _is_of_the_database(error):
                raise
            self._set_aside(session, event, error)
            return False
        return True

    def _apply(self, session: Session, event: InboxEvent) -> bool:
        _dispatch(session, event, self._clock.now())
        return True

    def _set_aside(self, session: Session, event: InboxEvent, error: Exception) -> None:
        hopeless = isinstance(error, MalformedEventError)
        event.error = storable(f"{type(error).__name__}: {error}")[:2000]
        if hopeless or event.attempts >= len(RETRY_AFTER):
            event.state = InboxState.DEAD
            homes.trouble_changed(session, event.team_id, self._clock.now())
            if messages.is_of_deleted(session, event.team_id, _inner(event)):
                event.payload = None
            log.error("the event %s can't be applied: %s", event.event_id, event.error)
        else:
            event.retry_at = self._clock.now() + RETRY_AFTER[event.attempts]
            log.warning("the event %s is tried again: %s", event.event_id, event.error)
        event.attempts += 1


def _dispatch(session: Session, stored: InboxEvent, now: datetime) -> None:
    event = _with_its_time(stored)
    applier = APPLIERS.get(event.text("type"))
    if applier is not None:
        applier(session, stored.team_id, event, Arrival(stored.received_at, now))


def _with_its_time(stored: InboxEvent) -> Payload:
    """The event with an `event_ts`. Slack promises it (docs.slack.dev/apis/events-api).

    Without it there is still the envelope's `event_time`: the second in which it happened. Of two
    in one second the order in which they came decides.
    """
    event = _inner(stored)
    if event.text("event_ts") or event.text("type") == "message":
        return event
    at = slack_time.from_datetime(stored.received_at)
    if 0 < stored.event_time < _YEAR_2286:
        at = min(at, f"{stored.event_time:010d}.999999")
    return Payload({**event.whole, "event_ts": at})


def _inner(stored: InboxEvent) -> Payload:
    return payload_of(stored.payload).inner("event")


def _is_of_the_database(error: Exception) -> bool:
    """Whether the event is not to blame."""
    is_disconnect = isinstance(error, DBAPIError) and error.connection_invalidated
    return isinstance(error, OperationalError) or is_disconnect
