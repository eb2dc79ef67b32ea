"""Asking Slack for what stands in a channel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from http.client import HTTPException

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot import pauses
from bot.clock import Clock
from bot.core import slack_time
from bot.recording.history.pace import HISTORY, REACTIONS, REPLIES, Pacer
from bot.recording.payload import Payload
from models.base import TS_LENGTH

# docs.slack.dev/reference/methods/conversations.history recommends no more than this
PAGE = 200
# What an app gets that Slack throttles, however much it asks for (the same page)
THROTTLED_PAGE = 15
# What was found in a fetch is taken to be as old as the fetch, and a little older: our clock and
# Slack's may differ, and what has only just happened may not be in the history yet.
MARGIN = timedelta(seconds=10)
# The newest page ends here. With no end given, Slack may give those closest to `oldest` instead of
# the newest ones ("Pagination by time" on the same page, as it read for years).
AHEAD = timedelta(days=1)
NO_ANSWER = "no_answer"
# The answer is none to what was asked: whoever gives it, nothing follows from it.
STRANGE_ANSWER = "strange_answer"

_RATE_LIMITED = frozenset({"ratelimited", "rate_limited"})
_TRANSIENT = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
)


class TooEarlyError(Exception):
    """The method may be called only `until` then."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"not before {until.isoformat()}")
        self.until = until


class UnreadableError(Exception):
    """Slack let nothing be read; `code` is its error, `NO_ANSWER` or `STRANGE_ANSWER`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Page:
    """Messages as Slack shows them, the oldest first.

    `stamp`: what is newer was not looked at for sure. `is_limited`: Slack hides what is older
    than the workspace's plan allows, so that a missing message means nothing.
    """

    messages: tuple[Payload, ...]
    stamp: str
    has_more: bool = False
    is_throttled: bool = False
    is_limited: bool = False

    @property
    def oldest(self) -> str:
        """The `ts` of the oldest message."""
        return self.messages[0].required("ts")


class Reader:
    """Calls Slack's Web API at its pace. Everything raises TooEarlyError or UnreadableError."""

    def __init__(self, slack: WebClient, clock: Clock, pacer: Pacer) -> None:
        self._slack = slack
        self._clock = clock
        self._pacer = pacer

    def history(self, channel_id: str, oldest: str, latest: str | None) -> Page:
        """The newest messages of a channel between these two, neither of them included.

        `latest` is None for the newest ones of all. A page begins at a `ts` and not at a cursor,
        which could have become invalid after a pause (“Pagination by time” on
        docs.slack.dev/reference/methods/conversations.history).
        """
        stamp = self._stamp()
        end = latest or slack_time.from_datetime(self._clock.now() + AHEAD)
        answer = self._ask(
            HISTORY,
            lambda: self._slack.conversations_history(
                channel=channel_id, oldest=oldest, latest=end, limit=PAGE
            ),
        )
        given = tuple(reversed(_messages(answer)))
        messages = tuple(one for one in given if _is_between(one.text("ts"), oldest, latest))
        has_more = answer.get("has_more") is True
        if has_more and not messages:
            raise UnreadableError(STRANGE_ANSWER)  # it would be asked for the same again for ever
        return Page(
            messages,
            stamp,
            has_more=has_more,
            is_throttled=has_more and len(given) == THROTTLED_PAGE,
            is_limited=answer.get("is_limited") is True,
        )

    def replies(self, channel_id: str, root: str, after: str) -> Page:
        """The oldest replies of a thread that are newer than `after`, without its first message.

        A thread that is gone has none.
        """
        stamp = self._stamp()
        try:
            answer = self._ask(
                REPLIES,
                lambda: self._slack.conversations_replies(
                    channel=channel_id, ts=root, oldest=after, limit=PAGE
                ),
            )
        except UnreadableError as error:
            if error.code != "thread_not_found":
                raise
            return Page((), stamp)
        replies = sorted(
            (message for message in _messages(answer) if message.text("ts") > after),
            key=lambda message: message.text("ts"),
        )
        found = tuple(reply for reply in replies if reply.text("ts") != root)
        has_more = answer.get("has_more") is True
        if has_more and not found:
            raise UnreadableError(STRANGE_ANSWER)
        return Page(found, stamp, has_more=has_more)

    def stands(self, channel_id: str, ts: str, thread_ts: str | None) -> bool:
        """Whether this one message is there.

        That a thread is not found may be said of its first message alone: then the reply is asked
        for in the one other way that there is. Where others are shown that were not asked for,
        that it is not among them says nothing.
        """
        if thread_ts is None:
            answer = self._ask(
                HISTORY,
                lambda: self._slack.conversations_history(
                    channel=channel_id, latest=ts, oldest=ts, inclusive=True, limit=1
                ),
            )
        else:
            try:
                answer = self._ask(
                    REPLIES,
                    lambda: self._slack.conversations_replies(
                        channel=channel_id, ts=thread_ts, latest=ts, oldest=ts, inclusive=True
                    ),
                )
            except UnreadableError as error:
                if error.code != "thread_not_found":
                    raise
                return bool(self.reactions(channel_id, ts).messages)
        if answer.get("is_limited") is True:
            return True
        shown = {message.text("ts"): message for message in _messages(answer)}
        if ts in shown:
            return shown[ts].text("subtype") != "tombstone"
        if shown.keys() - {thread_ts}:
            raise UnreadableError(STRANGE_ANSWER)
        return False

    def reactions(self, channel_id: str, ts: str) -> Page:
        """The message with all who reacted to it; empty if it is gone."""
        stamp = self._stamp()
        try:
            answer = self._ask(
                REACTIONS,
                lambda: self._slack.reactions_get(channel=channel_id, timestamp=ts, full=True),
            )
        except UnreadableError as error:
            if error.code not in ("message_not_found", "not_reactable"):
                raise
            return Page((), stamp)
        message = answer.get("message")
        if not isinstance(message, Mapping):
            raise UnreadableError(STRANGE_ANSWER)
        return Page((Payload({**message, "ts": ts}),), stamp)

    def _stamp(self) -> str:
        return slack_time.from_datetime(self._clock.now() - MARGIN)

    def _ask(self, method: str, call: Callable[[], SlackResponse]) -> SlackResponse:
        until = self._pacer.wait_until(method)
        if until is not None:
            raise TooEarlyError(until)
        self._pacer.note(method)
        try:
            return call()
        except SlackApiError as error:
            code = str(error.response.get("error") or "")
            status = error.response.status_code
            if status == HTTPStatus.TOO_MANY_REQUESTS or code in _RATE_LIMITED:
                seconds = pauses.seconds_of(error.response.headers)
                self._pacer.pause(method, seconds)
                raise TooEarlyError(self._clock.now() + timedelta(seconds=seconds)) from error
            if status >= HTTPStatus.INTERNAL_SERVER_ERROR or code in _TRANSIENT or not code:
                raise UnreadableError(NO_ANSWER) from error
            raise UnreadableError(code) from error
        except (OSError, HTTPException, ValueError) as error:
            raise UnreadableError(NO_ANSWER) from error


def _messages(answer: SlackResponse) -> list[Payload]:
    """Those that bear a time: nothing can be done with others.

    Raises UnreadableError where nothing follows from the answer: it has no list of messages, or
    none of them though there are more ("Fewer than the requested number of items may be returned",
    docs.slack.dev/reference/methods/conversations.history).
    """
    given = answer.get("messages")
    if not isinstance(given, list):
        raise UnreadableError(STRANGE_ANSWER)
    payloads = (Payload(message) for message in given if isinstance(message, Mapping))
    found = [message for message in payloads if _is_time(message.text("ts"))]
    if not found and answer.get("has_more") is True:
        raise UnreadableError(STRANGE_ANSWER)
    return found


def _is_between(ts: str, oldest: str, latest: str | None) -> bool:
    """Whether it was asked for; not everybody who answers for Slack keeps to it."""
    return ts > oldest and (latest is None or ts < latest)


def _is_time(ts: str) -> bool:
    try:
        slack_time.to_datetime(ts)
    except (ValueError, OverflowError):
        return False
    return len(ts) <= TS_LENGTH
