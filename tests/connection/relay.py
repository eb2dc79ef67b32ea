"""A piece of network between the app and Slack that can go bad."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

CHUNK = 65_536


class Relay:
    """Passes every connection on to a port of this machine, until it is stalled or cut."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._stalled: set[socket.socket] = set()
        self._open: list[socket.socket] = []
        self._still_pass: dict[socket.socket, int] = {}
        """The bytes that still pass from a side before the connection is cut."""

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

    def cut(self, after: int, *, from_server: bool) -> None:
        """Let so many bytes more from one side pass, and end what is open now at the next one.

        Both sides see the end. New connections are fine.
        """
        first = 1 if from_server else 0
        self._still_pass.update(dict.fromkeys(self._open[first::2], after))

    def _accept(self) -> None:
        while True:
            try:
                near, _address = self._listening.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
            except OSError:
                return
            self._open += (near, far)
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=[source, target], daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        """Until the end; on a stalled connection everything is swallowed, the end as well."""
        with suppress(OSError):  # one that is killed with something unread resets the connection
            while chunk := source.recv(CHUNK):
                if source in self._stalled:
                    continue
                most = self._still_pass.get(source)
                target.sendall(chunk[:most])
                if most is None:
                    continue
                if len(chunk) > most:
                    source.shutdown(socket.SHUT_RDWR)
                    break
                self._still_pass[source] = most - len(chunk)
        if source not in self._stalled:
            with suppress(OSError):
                target.shutdown(socket.SHUT_WR)
