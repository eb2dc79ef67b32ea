"""The connection of Socket Mode: opened at a bearable pace, closed in good time.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from slack_bolt import App, BoltResponse
from slack_bolt.adapter.socket_mode.internals import run_bolt_app, send_response
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.builtin.connection import Connection
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot import pauses
from bot.frames import WholeMessages
from bot.slack_client import said_by

log = logging.getLogger(__name__)

LOOK_UP_SECONDS = 0.05
# So long between two attempts that Slack did not greet: twice as long each time
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
# The frames with which Slack begins and ends a connection are short.
_LONGEST_NOTICE = 1_000


class TooSoonError(Exception):
    """Slack has asked for a pause, or has turned away the last attempts."""


class SocketClient(SocketModeClient):
    """slack_sdk's client, which otherwise sleeps with its lock in hand when Slack asks for a pause,

    and connects without end and without a pause when Slack turns it away (slack_sdk 3.47:
    `issue_new_wss_url`, `process_message`). It reads whole messages (`bot.frames`).
    """

    opened_at: float = 0.0
    """When the last connection was begun, on the monotonic clock."""
    greeted_at: float = -1.0
    """When Slack has last said hello."""
    says_hello: bool = False
    """Whether it ever has. Not everybody who answers for Slack does: what they send is as good."""
    goodbye_at: float = -1.0
    """When Slack has last announced that it ends a connection."""

    def __init__(self, app: App, app_token: str, *, threads: int, ping_seconds: float) -> None:
        self._pause = FIRST_PAUSE_SECONDS
        self._not_before = 0.0
        self._pace = threading.Lock()
        self.goodbyes: list[Callable[[str], None]] = []
        super().__init__(
            app_token=app_token,
            logger=app.logger,
            web_client=app.client,
            ping_interval=ping_seconds,
            concurrency=threads,
            on_message_listeners=[self._hear_goodbye],
        )
        self.message_listeners.append(self._hear_hello)

    @property
    def current_session(self) -> Connection | None:
        """The connection of now."""
        return self._session

    @current_session.setter
    def current_session(self, session: Connection | None) -> None:
        if session is not None and session.sock is not None:
            session.sock = WholeMessages(session.sock)  # type: ignore[assignment]  # as good as one
        self._session = session

    @property
    def is_greeted(self) -> bool:
        """Whether the connection of now is open and Slack has said hello on it."""
        return self.is_connected() and self.greeted_at >= self.opened_at

    @property
    def heard_at(self) -> float:
        """When the other side last gave a sign of life: to a ping, or by saying hello (Unix)."""
        return max(self._answered_at, self._opened_at)

    @property
    def _answered_at(self) -> float:
        """When the other side last answered a ping on the connection of now (Unix); 0 for never."""
        session = self.current_session
        return (session.last_ping_pong_time if session is not None else None) or 0.0

    @property
    def _opened_at(self) -> float:
        """`opened_at` as Unix time."""
        return time.time() - (time.monotonic() - self.opened_at)

    @property
    def is_cut(self) -> bool:
        """Whether the other side has gone without a word: slack_sdk then reads nothing for ever.

        What is seen is the end of the stream, without taking anything from it.
        """
        session = self.current_session
        sock = session.sock if session is not None else None
        if sock is None or not hasattr(socket, "MSG_DONTWAIT"):
            return False
        try:
            with socket.socket(fileno=os.dup(sock.fileno())) as same:
                return not same.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def connect(self) -> None:
        """Open a connection, in the place of the one before.

        Acknowledgements are short and many. Each goes out at once: by itself a socket keeps a
        second one back until the first is confirmed, which the other side does with its next
        event (RFC 9293, 3.7.4; slack_sdk 3.47 asks for that only behind a proxy).
        """
        self.opened_at = time.monotonic()
        super().connect()
        session = self.current_session
        if session is not None and session.sock is not None:
            with suppress(OSError):  # it is gone already: the next one is opened
                session.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def connect_to_new_endpoint(self, force: bool = False) -> None:
        """The same with a new address. What goes wrong is logged, and tried again later."""
        try:
            super().connect_to_new_endpoint(force)
        except TooSoonError as error:
            log.debug("%s", error)
        except SlackApiError as error:
            log.warning("Slack gives no connection: %s", error.response.get("error"))
        except Exception as error:
            log.warning("no connection to Slack: %s: %s", type(error).__name__, error)

    def issue_new_wss_url(self) -> str:
        """Ask Slack where to connect. Raises `TooSoonError`, and what slack_sdk raises."""
        with self._pace:
            now = time.monotonic()
            if now < self._not_before:
                raise TooSoonError(f"connecting again in {self._not_before - now:.0f} s")
            self._not_before = now + self._pause
            self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)
        try:
            answer = self.web_client.apps_connections_open(app_token=self.app_token)
            return said_by(answer, "url")
        except SlackApiError as error:
            if error.response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
                wait = pauses.seconds_of(error.response.headers)
                self._not_before = time.monotonic() + wait
            raise

    def _hear_hello(
        self, _client: BaseSocketModeClient, message: dict[str, object], _raw: str | None
    ) -> None:
        if message.get("type") == "hello":
            self.says_hello = True
        elif self.says_hello or not message.get("envelope_id"):
            return
        if self.greeted_at < self.opened_at or self.says_hello:
            with self._pace:
                self._pause, self._not_before = FIRST_PAUSE_SECONDS, 0.0
                self.greeted_at = time.monotonic()

    def goes_without_greeting(self) -> bool:
        """Take a connection for greeted on which nobody greets, but pings are answered.

        Not everybody who answers for Slack says hello. Who has said it once is held to it.
        """
        is_answered = self.is_connected() and self._answered_at >= self._opened_at
        if self.says_hello or not is_answered:
            return False
        log.warning("nobody has said hello on this connection; pings are answered, so it is used")
        self.greeted_at = time.monotonic()
        return True

    def _hear_goodbye(self, raw: str) -> None:
        """Why Slack ends the connection: warning, refresh_requested, link_disabled and others."""
        if len(raw) > _LONGEST_NOTICE or '"disconnect"' not in raw:
            return
        with suppress(ValueError):
            frame = json.loads(raw)
            if isinstance(frame, dict) and frame.get("type") == "disconnect":
                reason = str(frame.get("reason") or "")
                log.info("Slack ends the connection: %s", reason)
                self.goodbye_at = time.monotonic()
                for tell in self.goodbyes:
                    tell(reason)


# Takes over an event and calls back, with None after the commit; False if it is for Bolt
Keep = Callable[[dict[str, object], Callable[[Exception | None], None]], bool]


@dataclass(frozen=True)
class _Kept:
    """An event on its way to being acknowledged, and when it came (Unix seconds)."""

    envelope_id: str
    began: float


class Socket:
    """A Bolt app at the end of a connection."""

    def __init__(
        self,
        app: App,
        app_token: str,
        *,
        threads: int,
        ping_seconds: float,
        keep: Keep = lambda _body, _done: False,
        on_answer: Callable[[float], None] = lambda _seconds: None,
        on_refusal: Callable[[str], None] = lambda _why: None,
    ) -> None:
        """`keep` takes over what is to be acknowledged once it is committed.

        `on_answer` is told how many seconds it took to answer one envelope, `on_refusal` why one
        is acknowledged and left alone.
        """
        self._app = app
        self._keep = keep
        self._on_answer = on_answer
        self._on_refusal = on_refusal
        self._lock = threading.Lock()
        self._kept: list[_Kept] = []
        self._is_acknowledging = False
        self.client = SocketClient(app, app_token, threads=threads, ping_seconds=ping_seconds)
        self.client.socket_mode_request_listeners.append(self._handle)

    def connect(self) -> None:
        """Begin. Raises `SlackApiError` if Slack refuses the token.

        Whoever supervises the connection tries again where it fails otherwise.
        """
        try:
            self.client.connect()
        except SlackApiError as error:
            if error.response.status_code != HTTPStatus.TOO_MANY_REQUESTS:
                raise
            log.warning("Slack asks for a pause before it gives a connection")

    def hang_up(self, within_seconds: float) -> None:
        """Close the connection, without slack_sdk's time-outs and without its one endless wait.

        `close()` alone waits until the client looks up from its socket (every three seconds) and
        from its queue (every second). The answer to a ping and an empty message make it look up;
        the ping carries a word, because after a frame of two bytes the client waits for more.

        A receiver that only just begins clears `terminated` again, and `close()` would wait for
        it for ever (slack_sdk 3.47, `SocketModeClient._run_current_session`).
        """
        client, receiver = self.client, self.client.current_session_runner
        client.closed = True
        client.auto_reconnect_enabled = False
        client.enqueue_message("")
        receiver.event.set()
        deadline = time.monotonic() + within_seconds
        while receiver.is_alive() and time.monotonic() < deadline:
            client.current_session_state.terminated = True
            if client.current_session is not None:
                with suppress(OSError):  # the connection is broken already
                    client.current_session.ping("leaving")
            receiver.thread.join(LOOK_UP_SECONDS)
        client.close()

    def _handle(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        began = time.time()
        if self._keep(request.payload, partial(self._done, _Kept(request.envelope_id, began))):
            return
        try:
            response = run_bolt_app(self._app, request)
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            # None of Slack's shapes. What fails in the app is caught in Bolt.
            log.warning("Slack sent something that can't be read: %s", type(error).__name__)
            self._on_refusal("unreadable")
            response = BoltResponse(status=HTTPStatus.OK)
        send_response(client, request, response, began)
        if response.status == HTTPStatus.OK:
            self._on_answer(time.time() - began)

    def _done(self, kept: _Kept, error: Exception | None) -> None:
        """Have it acknowledged by one of the client's threads: whoever commits has more to do.

        Without an acknowledgement Slack sends it again.
        """
        if error is not None:
            log.warning("an event was not kept, and Slack sends it again: %s", _in_short(error))
            return
        with self._lock:
            self._kept.append(kept)
            if self._is_acknowledging:
                return
            self._is_acknowledging = True
        self.client.message_workers.submit(self._acknowledge)

    def _acknowledge(self) -> None:
        """Acknowledge what was committed, until there is no more of it."""
        while True:
            with self._lock:
                kept, self._kept = self._kept, []
                self._is_acknowledging = bool(kept)
            if not kept:
                return
            for one in kept:
                try:
                    self.client.send_message(json.dumps({"envelope_id": one.envelope_id}))
                except Exception as error:
                    log.info("an acknowledgement was lost: %s", _in_short(error))
                else:
                    self._on_answer(time.time() - one.began)


def _in_short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".partition("\n")[0]
