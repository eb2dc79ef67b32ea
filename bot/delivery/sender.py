"""Saying what is in the outbox: each thing once, at Slack's pace."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from http.client import HTTPException

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.clock import Clock
from bot.core.outgoing import AS_IT_IS, NOTHING_TO_SAY, OnLost, OnSaid, Outgoing, Renderer
from bot.core.posts import MARK
from bot.delivery import history, marks, refusals
from bot.delivery.outbox import Claimed, Outbox, TakenOverError
from bot.delivery.pace import PERSON
from bot.views.limits import MESSAGE_TEXT_IN_UPDATE
from models.database import Database
from models.delivery import TWICE, Delivery
from models.member import Member

log = logging.getLogger(__name__)

# How often deliveries are looked for over which another process has died
RECOVER_EVERY = timedelta(seconds=5)
FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(minutes=10)
# What nobody can find out now is looked for again after so long.
LOOK_AGAIN_AFTER = timedelta(hours=1)
_ATTEMPTS_WITH_BLOCKS = 3

_TOO_MUCH = (refusals.BLOCKS_REFUSED, refusals.TOO_LONG)


class Sender:
    """Takes deliveries from the outbox and makes them."""

    def __init__(
        self,
        database: Database,
        slack: WebClient,
        clock: Clock,
        renderers: Mapping[str, Renderer],
        on_said: Mapping[str, OnSaid] | None = None,
        on_lost: Mapping[str, OnLost] | None = None,
    ) -> None:
        """`renderers`, `on_said` and `on_lost` go by the kind of the delivery."""
        self._database = database
        self._slack = slack
        self._clock = clock
        self._renderers = renderers
        self._on_said = on_said or {}
        self._on_lost = on_lost or {}
        self._outbox = Outbox(database)
        self._recovered_at: datetime | None = None
        # How far the searches have come that Slack has interrupted: for which, asked when
        self._interrupted: dict[tuple[int, datetime | None], history.Place] = {}

    def recover(self) -> None:
        """At the start: what was being sent when the last process ended is looked for first."""
        self._outbox.recover(self._clock.now(), everything=self._database.is_sqlite)

    def step(self) -> bool:
        """Make the next delivery; says whether there may be more."""
        now = self._clock.now()
        if self._recovered_at is None or abs(now - self._recovered_at) >= RECOVER_EVERY:
            self._outbox.recover(now, everything=False)
            self._recovered_at = now
        claimed = self._outbox.claim(now)
        if claimed is None:
            return False
        try:
            self._deliver(claimed)
        except TakenOverError:
            log.warning("%s took too long: another process has taken it over", claimed.delivery.key)
        except SlackApiError as error:
            self._refused(claimed.delivery, error)
        except (OSError, HTTPException, ValueError) as error:  # also: not text, nor JSON
            self._unanswered(claimed.delivery, f"{type(error).__name__}: {error}")
        return True

    def _deliver(self, claimed: Claimed) -> None:
        delivery = claimed.delivery
        if delivery.kind == MARK:
            marks.put(
                self._slack,
                delivery,
                marked=marks.should_be_marked(self._database, delivery),
            )
            self._outbox.changed(delivery, self._clock.now())
            return
        if delivery.kind == TWICE:
            self._take_away(delivery)
            return
        if delivery.channel_id.startswith(PERSON):
            self._address(delivery)
            until = self._outbox.paused_until(delivery.channel_id, self._clock.now())
            if until is not None:
                self._outbox.later(delivery, refusals.PAUSE, until)
                return
        if delivery.ts is None and claimed.was_unknown:
            if self._look_for(delivery, claimed.thread_ts):
                return
            self._outbox.not_found(delivery, self._clock.now())
        self._say(delivery, claimed.thread_ts)

    def _look_for(self, delivery: Delivery, thread_ts: str | None) -> bool:
        """Find out whether Slack has it; True if nothing is to be said for now."""
        which = (delivery.id, delivery.asked_at)
        place = self._interrupted.pop(which, history.Place())
        try:
            ts = history.find(
                self._slack, delivery, thread_ts, lambda: self._still_ours(delivery), place
            )
        except SlackApiError as error:
            if refusals.asks_for_pause(error) is not None:
                self._interrupted[which] = place
            self._cannot_look(delivery, error)
            return True
        except history.TooLongError as error:
            self._held(delivery, f"{history.TOO_LONG}; {error}")
            return True
        if ts is None:
            return False
        # Renewed since it was first said: nobody knows which words stand there.
        self._said(delivery, ts, outdated=delivery.revision > 0)
        return True

    def _still_ours(self, delivery: Delivery) -> None:
        self._outbox.still_ours(delivery, self._clock.now())

    def _address(self, delivery: Delivery) -> None:
        """Find the direct messages of the person whom it is for."""
        with self._database.read() as session:
            member = session.get(Member, (delivery.team_id, delivery.channel_id))
        known = member.dm_channel_id if member else None
        if known is None:
            opened = self._slack.conversations_open(users=delivery.channel_id)
            known = str((opened.get("channel") or {}).get("id") or "")
            if not known:
                raise ValueError("direct messages without an ID")
        self._outbox.addressed(delivery, known)

    def _say(self, delivery: Delivery, thread_ts: str | None) -> None:
        try:
            renderer = self._renderers[delivery.kind]
            with self._database.read() as session:
                message = renderer(session, delivery)
        except Exception as error:
            log.exception("%s can't be put into words", delivery.key)
            self._failed(delivery, f"{type(error).__name__}: {error}"[:2000])
            return
        if message is None and delivery.ts is None:
            on_lost = self._on_lost.get(delivery.kind)
            self._outbox.dropped(delivery, NOTHING_TO_SAY, on_lost)
        elif message is None:
            self._take_away(delivery)
        elif message is AS_IT_IS and delivery.ts is not None:
            self._changed(delivery)
        else:
            self._say_somehow(delivery, message, thread_ts)

    def _say_somehow(self, delivery: Delivery, message: Outgoing, thread_ts: str | None) -> None:
        """Say it, more plainly where Slack does not take it as it is."""
        try:
            if delivery.ts is None:
                self._post(delivery, message, thread_ts)
            else:
                self._change(delivery, message, delivery.ts)
        except SlackApiError as error:
            code = refusals.code_of(error)
            if message.plainer is None or code not in _TOO_MUCH:
                raise
            if code == refusals.BLOCKS_REFUSED and delivery.attempts < _ATTEMPTS_WITH_BLOCKS:
                log.info("%s: Slack does not take the blocks yet", delivery.key)
                self._outbox.later(delivery, code, self._clock.now() + _pause(delivery))
                return
            self._say_somehow(delivery, message.plainer, thread_ts)

    def _post(self, delivery: Delivery, message: Outgoing, thread_ts: str | None) -> None:
        self._still_ours(delivery)
        answer = self._slack.chat_postMessage(
            channel=delivery.channel_id,
            text=message.text,
            blocks=list(message.blocks) or None,
            thread_ts=thread_ts,
            username=message.username,
            icon_url=message.icon_url,
            metadata=_metadata(delivery),
            unfurl_links=False,
            unfurl_media=False,
        )
        ts = answer.get("ts")
        if not ts:
            self._unanswered(delivery, "an answer without a ts")
        elif not self._said(delivery, str(ts)):
            log.warning("%s was said by another process as well: taking it back", delivery.key)

    def _change(self, delivery: Delivery, message: Outgoing, ts: str) -> None:
        """Put the words of now in the place of those that stand there.

        Name and picture stay as they were (docs.slack.dev/reference/methods/chat.update). The text
        may not be as long as in a new message; beside blocks it is for notifications only. Where
        somebody has deleted the message, nothing is said again; where it was us, it is.
        """
        text = message.text[:MESSAGE_TEXT_IN_UPDATE] if message.blocks else message.text
        self._still_ours(delivery)
        try:
            self._slack.chat_update(
                channel=delivery.channel_id,
                ts=ts,
                text=text,
                blocks=list(message.blocks),
                metadata=_metadata(delivery),
            )
        except SlackApiError as error:
            if refusals.code_of(error) not in refusals.GONE:
                raise
            if delivery.taking_away:
                self._taken_away(delivery, wanted=True)
                return
        self._changed(delivery)

    def _take_away(self, delivery: Delivery) -> None:
        self._outbox.takes_away(delivery, self._clock.now())
        try:
            self._slack.chat_delete(channel=delivery.channel_id, ts=str(delivery.ts))
        except SlackApiError as error:
            if refusals.code_of(error) not in refusals.GONE:
                raise
        self._taken_away(delivery)

    def _taken_away(self, delivery: Delivery, *, wanted: bool = False) -> None:
        on_said = self._on_said.get(delivery.kind)
        self._outbox.taken_away(delivery, self._clock.now(), on_said, wanted=wanted)

    def _said(self, delivery: Delivery, ts: str, *, outdated: bool = False) -> bool:
        """False if another process has said it as well, and this message has to go."""
        on_said = self._on_said.get(delivery.kind)
        return self._outbox.sent(delivery, ts, self._clock.now(), on_said, outdated=outdated)

    def _changed(self, delivery: Delivery) -> None:
        self._outbox.changed(delivery, self._clock.now(), self._on_said.get(delivery.kind))

    def _refused(self, delivery: Delivery, error: SlackApiError) -> None:
        """Slack answered with an error: what becomes of the delivery depends on which."""
        now, code = self._clock.now(), refusals.code_of(error)
        pause, nothing = refusals.asks_for_pause(error), refusals.tells_nothing(error)
        if pause is not None:
            until = now + timedelta(seconds=pause)
            self._outbox.later(delivery, code, until)
            self._outbox.pause(delivery, until)
        elif nothing is not None:
            self._unanswered(delivery, nothing)
        elif code in refusals.UNTIL_PUT_RIGHT:
            log.error("%s waits until this is put right in Slack: %s", delivery.key, code)
            self._outbox.later(delivery, code, now + _pause(delivery))
        elif delivery.kind == MARK or code in refusals.NOBODY_THERE:
            log.info("nobody is there for %s: %s", delivery.key, code)
            self._outbox.dropped(delivery, code, self._on_lost.get(delivery.kind))
        elif code in refusals.DIRECT_MESSAGES_CLOSED and self._outbox.unaddressed(
            delivery, code, now
        ):
            log.info("%s: the direct messages are closed; asking for others", delivery.key)
        else:
            log.error("Slack refuses %s: %s", delivery.key, code)
            self._failed(delivery, refusals.reason(error))

    def _cannot_look(self, delivery: Delivery, error: SlackApiError) -> None:
        """Slack does not let us look whether it has it: it is still unknown."""
        now, code = self._clock.now(), refusals.code_of(error)
        pause = refusals.asks_for_pause(error)
        if pause is not None:  # from looking: what else is to be said there need not wait
            self._outbox.unknown(delivery, code, now + timedelta(seconds=pause))
        elif code in refusals.CANT_LOOK and refusals.tells_nothing(error) is None:
            self._held(delivery, refusals.reason(error))
        else:
            self._unanswered(delivery, refusals.tells_nothing(error) or code)

    def _held(self, delivery: Delivery, error: str) -> None:
        log.error("nobody can find out whether %s was said: %s", delivery.key, error)
        self._outbox.held(delivery, error, self._clock.now() + LOOK_AGAIN_AFTER)

    def _failed(self, delivery: Delivery, error: str) -> None:
        self._outbox.failed(delivery, error, self._on_lost.get(delivery.kind))

    def _unanswered(self, delivery: Delivery, error: str) -> None:
        log.warning("Slack did not answer to %s: %s", delivery.key, error)
        self._outbox.unknown(delivery, error, self._clock.now() + _pause(delivery))


def _metadata(delivery: Delivery) -> dict[str, object]:
    return {"event_type": history.METADATA_EVENT, "event_payload": {"key": delivery.key}}


def _pause(delivery: Delivery) -> timedelta:
    """Twice as long after each attempt."""
    doublings: int = 2 ** min(delivery.attempts - 1, 10)
    return min(FIRST_RETRY * doublings, LONGEST_RETRY)
