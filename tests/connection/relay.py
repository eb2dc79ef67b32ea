"""A piece of network between the app and Slack that can go bad."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

CHUNK = 65_536


class Relay:
    """Passes every connection on to a port of this machine, until it is stalled."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._stalled: set[socket.socket] = set()
        self._open: list[socket.socket] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listening.close()
        for one in list(self._open):
            one.close()

    def stall(self) -> None:
        """From now on nothing comes through on the connections that are open; new ones are fine."""
        self._stalled.update(self._open)

    def _accept(self) -> None:
        while True:
            try:
                near, _address = self._listening.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
            except OSError:
                return
            self._open += [near, far]
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=[source, target], daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        """Until the end; on a stalled connection everything is swallowed, the end as well."""
        with suppress(OSError):  # one that is killed with something unread resets the connection
            while chunk := source.recv(CHUNK):
                if source not in self._stalled:
                    target.sendall(chunk)
        if source not in self._stalled:
            with suppress(OSError):
                target.shutdown(socket.SHUT_WR)
