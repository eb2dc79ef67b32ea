"""A WSGI application behind a production server, in a thread of its own, that ends in good time."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from typing import TYPE_CHECKING

from waitress import create_server
from waitress.wasyncore import close_all, dispatcher, loop

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

log = logging.getLogger(__name__)

# The largest body that is read. Slack's own views have at most 250 kB, and what is sent in a form
# grows by its encoding.
MOST_BODY_BYTES = 2 * 1024 * 1024
LOOK_UP_SECONDS = 0.5
LOOK_UP_WHILE_ENDING_SECONDS = 0.05


class NoAddressError(Exception):
    """Nothing can be served where the settings say."""


class WebServer:
    """Serves on one address; larger bodies are refused with 413 before anyone reads them."""

    def __init__(
        self, application: WSGIApplication, host: str, port: int, *, threads: int, name: str
    ) -> None:
        """`port` 0 is any free one. Raises `NoAddressError` if the address can't be had."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            listening = socket.create_server((host, port), family=family)
        except OSError as error:
            why = os.strerror(error.errno) if error.errno else str(error)
            raise NoAddressError(f"{host}, port {port}, can't be listened on: {why}") from error
        self.host, self.port = host, int(listening.getsockname()[1])
        self._map: dict[int, object] = {}
        self._server = create_server(
            application,
            map=self._map,
            sockets=[listening],
            threads=threads,
            ident=None,
            max_request_body_size=MOST_BODY_BYTES,
            # In memory and not in a file: there are people's words in it.
            inbuf_overflow=MOST_BODY_BYTES + 1,
            channel_timeout=30,
        )
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @property
    def is_alive(self) -> bool:
        """Whether it serves."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self, within_seconds: float) -> None:
        """Take no more requests, answer those in hand, and end."""
        if not self._thread.is_alive():
            self._close(0.0)
            return
        deadline = time.monotonic() + within_seconds
        self._ending.set()
        self._server.pull_trigger()
        self._thread.join(within_seconds / 2)
        self._close(max(0.1, deadline - time.monotonic()))
        self._thread.join(max(0.1, deadline - time.monotonic()))

    def _run(self) -> None:
        """Answer until told to end; then until nothing is in hand.

        From then on whoever comes is refused at once and can go to another process: who is only
        not let in waits in vain.
        """
        while self._map and not (self._ending.is_set() and self._is_idle()):
            ending = self._ending.is_set()
            if ending and self._server.accepting:
                dispatcher.close(self._server)
            seconds = LOOK_UP_WHILE_ENDING_SECONDS if ending else LOOK_UP_SECONDS
            loop(timeout=seconds, map=self._map, count=1, use_poll=True)

    def _is_idle(self) -> bool:
        channels = list(self._server.active_channels.values())
        return not any(one.requests or one.total_outbufs_len for one in channels)

    def _close(self, within_seconds: float) -> None:
        self._server.task_dispatcher.shutdown(cancel_pending=True, timeout=within_seconds)
        close_all(self._map)
