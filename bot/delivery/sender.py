"""Saying what is in the outbox: each thing once, at Slack's pace."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from http.client import HTTPException

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.clock import Clock
from bot.core.outgoing import AS_IT_IS, OnLost, OnSaid, Outgoing, Renderer
from bot.core.posts import MARK
from bot.delivery import history, marks
from bot.delivery.outbox import Claimed, Outbox
from models.database import Database
from models.delivery import Delivery
from models.member import Member

log = logging.getLogger(__name__)

DEFAULT_RETRY_AFTER_SECONDS = 30
# How often deliveries are looked for over which another process has died
RECOVER_EVERY = timedelta(seconds=10)
FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(minutes=10)

# The token, the scopes, the bot's membership or the workspace's own rules are at fault, not the
# message: it is said once they are put right
# (docs.slack.dev/reference/methods/chat.postMessage and reactions.add: "Errors").
_UNTIL_PUT_RIGHT = frozenset(
    {
        "access_denied",
        "accesslimited",
        "account_inactive",
        "ekm_access_denied",
        "external_channel_migrating",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_authed",
        "not_in_channel",
        "org_login_required",
        "restricted_action",
        "restricted_action_read_only_channel",
        "team_access_not_granted",
        "team_added_to_org",
        "token_expired",
        "token_revoked",
    }
)
# Slack may have acted before it answered so.
_UNCERTAIN = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
# What Slack's errors look like. slack_sdk puts other things in their place if somebody else
# answers for Slack (a proxy, say): they tell nothing of what Slack has done.
_SLACKS_OWN = re.compile(r"[a-z][a-z0-9_]*")

# The message is not there any more (chat.update and chat.delete: "Errors").
_GONE = frozenset({"message_not_found"})
# Slack does not take the blocks as they are; a photo that was just uploaded it takes a little later
# (docs.slack.dev/reference/methods/chat.postMessage: "Errors"; for the second, which is not among
# them, github.com/slackapi/bolt-js/issues/2509).
_BLOCKS_REFUSED = "invalid_blocks"
_TOO_LONG = "msg_blocks_too_long"
_ATTEMPTS_WITH_BLOCKS = 3

# What IDs of people begin with: such a delivery goes to their direct messages.
_PERSON = ("U", "W")

# Puts a delivery off, because of an error, until a moment
_PutOff = Callable[[Delivery, str, datetime], None]


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

    def recover(self) -> None:
        """At the start: what was being sent when the last process ended is looked for first."""
        self._outbox.recover(self._clock.now(), everything=self._database.is_sqlite)

    def step(self) -> bool:
        """Make the next delivery; says whether there may be more."""
        now = self._clock.now()
        if self._recovered_at is None or now - self._recovered_at >= RECOVER_EVERY:
            self._outbox.recover(now, everything=False)
            self._recovered_at = now
        claimed = self._outbox.claim(now)
        if claimed is None:
            return False
        try:
            self._deliver(claimed)
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
            self._outbox.sent(delivery, None, self._clock.now())
            return
        if delivery.channel_id.startswith(_PERSON):
            self._address(delivery)
        if delivery.ts is None and claimed.was_unknown:
            try:
                delivery.ts = history.find(self._slack, delivery, claimed.thread_ts)
            except SlackApiError as error:
                self._refused(delivery, error, put_off=self._outbox.unknown)
                return
            if delivery.ts is not None:
                # Renewed since it was first said: nobody knows which words stand there.
                self._said(delivery, delivery.ts, outdated=delivery.revision > 0)
                return
        self._say(delivery, claimed.thread_ts)

    def _address(self, delivery: Delivery) -> None:
        """Find the direct messages of the person whom it is for."""
        with self._database.read() as session:
            member = session.get(Member, (delivery.team_id, delivery.channel_id))
        known = member.dm_channel_id if member else None
        if known is None:
            opened = self._slack.conversations_open(users=delivery.channel_id)
            known = str((opened.get("channel") or {})["id"])
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
            self._outbox.dropped(delivery, "nothing to say any more", on_lost)
        elif message is None:
            self._take_away(delivery)
        elif message is AS_IT_IS and delivery.ts is not None:
            self._said(delivery, delivery.ts)
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
            code = error.response.get("error")
            if message.plainer is None or code not in (_BLOCKS_REFUSED, _TOO_LONG):
                raise
            if code == _BLOCKS_REFUSED and delivery.attempts < _ATTEMPTS_WITH_BLOCKS:
                log.info("%s: Slack does not take the blocks yet", delivery.key)
                self._outbox.later(delivery, code, self._clock.now() + _pause(delivery))
                return
            self._say_somehow(delivery, message.plainer, thread_ts)

    def _post(self, delivery: Delivery, message: Outgoing, thread_ts: str | None) -> None:
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
        if ts:
            self._said(delivery, str(ts))
        else:
            self._unanswered(delivery, "an answer without a ts")

    def _change(self, delivery: Delivery, message: Outgoing, ts: str) -> None:
        """Put the words of now in the place of those that stand there.

        Name and picture stay as they were (docs.slack.dev/reference/methods/chat.update). Where
        somebody has deleted the message, nothing is said again.
        """
        try:
            self._slack.chat_update(
                channel=delivery.channel_id,
                ts=ts,
                text=message.text,
                blocks=list(message.blocks),
                metadata=_metadata(delivery),
            )
        except SlackApiError as error:
            if error.response.get("error") not in _GONE:
                raise
        self._said(delivery, ts)

    def _take_away(self, delivery: Delivery) -> None:
        try:
            self._slack.chat_delete(channel=delivery.channel_id, ts=str(delivery.ts))
        except SlackApiError as error:
            if error.response.get("error") not in _GONE:
                raise
        self._outbox.taken_away(delivery, self._clock.now(), self._on_said.get(delivery.kind))

    def _said(self, delivery: Delivery, ts: str, *, outdated: bool = False) -> None:
        on_said = self._on_said.get(delivery.kind)
        self._outbox.sent(delivery, ts, self._clock.now(), on_said, outdated=outdated)

    def _refused(
        self, delivery: Delivery, error: SlackApiError, put_off: _PutOff | None = None
    ) -> None:
        """Slack answered with an error: what becomes of the delivery depends on which.

        `put_off` is what happens to it if it has to wait; it was not said, unless told otherwise.
        """
        put_off = put_off or self._outbox.later
        now, code = self._clock.now(), str(error.response.get("error") or "")
        status = error.response.status_code
        if status == HTTPStatus.TOO_MANY_REQUESTS or code in ("ratelimited", "rate_limited"):
            wait = int(error.response.headers.get("Retry-After", DEFAULT_RETRY_AFTER_SECONDS))
            until = now + timedelta(seconds=wait)
            put_off(delivery, code, until)
            self._outbox.pause(delivery, until)
        elif status >= HTTPStatus.INTERNAL_SERVER_ERROR or code in _UNCERTAIN:
            self._unanswered(delivery, code or str(status))
        elif not _SLACKS_OWN.fullmatch(code):
            self._unanswered(delivery, f"HTTP status {status} without an error of Slack's")
        elif code in _UNTIL_PUT_RIGHT:
            log.error("%s waits until this is put right in Slack: %s", delivery.key, code)
            put_off(delivery, code, now + _pause(delivery))
        elif delivery.kind == MARK:
            log.info("Slack takes no mark for %s: %s", delivery.key, code)
            self._outbox.dropped(delivery, code)
        else:
            log.error("Slack refuses %s: %s", delivery.key, code)
            self._failed(delivery, _reason(error))

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


def _reason(error: SlackApiError) -> str:
    """Slack's error and what it says about it, without the words of the message."""
    details = (error.response.get("response_metadata") or {}).get("messages") or []
    return "; ".join([str(error.response.get("error")), *map(str, details)])[:2000]
