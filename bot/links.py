"""The two ways in which Slack reaches the app: its own socket, or requests over HTTP."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from slack_bolt import App

from bot.clock import Clock
from bot.health.metrics import Metrics
from bot.http_mode import SlackOverHttp
from bot.settings import LOOPBACK, Settings
from bot.socket_mode import Keep, Socket
from bot.supervisor import DID_NOT_ARRIVE, OTHER_CAUSE, OnOutage, Patience, Supervisor
from bot.web_server import WebServer
from bot.worker import Worker

log = logging.getLogger(__name__)


class Link(Protocol):
    """A way in."""

    @property
    def is_up(self) -> bool:
        """Whether Slack can reach us."""
        ...

    def start(self) -> None:
        """Let Slack in. Raises what slack_sdk raises."""
        ...

    def stop(self, within_seconds: float) -> None:
        """Take nothing more, and finish what is in hand."""
        ...

    def deaf(self) -> None:
        """Something did not arrive that should have."""
        ...


class SocketLink:
    """Socket Mode, watched over."""

    def __init__(
        self,
        app: App,
        settings: Settings,
        clock: Clock,
        metrics: Metrics,
        *,
        threads: int,
        keep: Keep,
        patience: Patience,
        on_outage: OnOutage,
        give_up: Callable[[str], None],
    ) -> None:
        self._socket = Socket(
            app,
            settings.slack_app_token,
            threads=threads,
            ping_seconds=patience.ping,
            keep=keep,
            on_answer=metrics.answered,
            on_refusal=metrics.refused,
        )
        self._socket.client.goodbyes.append(metrics.goodbye)
        self._supervisor = Supervisor(
            self._socket.client,
            clock,
            on_outage=on_outage,
            give_up=give_up,
            on_reconnect=metrics.reconnected,
            patience=patience,
        )
        self._watching = Worker("socket", self._supervisor.step)

    @property
    def is_up(self) -> bool:
        """Whether Slack has said hello and answers to pings."""
        return self._supervisor.is_connected

    def start(self) -> None:
        """Connect."""
        self._socket.connect()
        self._watching.start()

    def stop(self, within_seconds: float) -> None:
        """Hang up."""
        self._watching.stop()
        self._socket.hang_up(within_seconds)

    def deaf(self) -> None:
        """Connect anew, soon."""
        self._supervisor.deaf()


class HttpLink:
    """Requests over HTTP."""

    def __init__(
        self,
        app: App,
        settings: Settings,
        clock: Clock,
        metrics: Metrics,
        *,
        threads: int,
        was_answered: Callable[[str], bool],
        on_outage: OnOutage,
    ) -> None:
        application = SlackOverHttp(
            app,
            settings.slack_signing_secret,
            clock,
            on_refusal=metrics.refused,
            on_answer=metrics.answered,
            was_answered=was_answered,
        )
        host, port = settings.host or LOOPBACK, settings.port or 0
        self._server = WebServer(application, host, port, threads=threads, name="http")

        def note() -> bool:
            on_outage.note()
            return False

        self._noting = Worker("outages", note)

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._server.port

    @property
    def is_up(self) -> bool:
        """Whether it listens."""
        return self._server.is_alive

    def start(self) -> None:
        """Listen."""
        self._server.start()
        self._noting.start()

    def stop(self, within_seconds: float) -> None:
        """Listen no more."""
        self._noting.stop()
        self._server.stop(within_seconds)

    def deaf(self) -> None:
        """Whoever stands between Slack and us has to be looked at: there is nothing to reopen."""
        log.warning("%s. %s", DID_NOT_ARRIVE, OTHER_CAUSE)
