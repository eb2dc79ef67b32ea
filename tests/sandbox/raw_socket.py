"""A bare WebSocket client, so that the tests see frames and not what a library makes of them."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import socket
import struct
from urllib.parse import urlsplit

TEXT, CLOSE = 0x1, 0x8
MOST_SECONDS = 60


class RawSocket:
    """One connection. `read` and `send` deal in JSON objects and wait at most a minute."""

    def __init__(self, url: str) -> None:
        self.url = url
        parts = urlsplit(url)
        self._socket = socket.create_connection((parts.hostname, parts.port))
        self._socket.settimeout(MOST_SECONDS)
        key = base64.b64encode(os.urandom(16)).decode()
        request = (
            f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        self._socket.sendall(request.encode())
        self._file = self._socket.makefile("rb")
        status = self._file.readline().decode()
        if " 101 " not in status:
            self.close()
            raise ConnectionError(status.strip())
        while self._file.readline().strip():
            pass

    def read(self) -> dict[str, object]:
        """The next text frame; raises ConnectionError when the server closed the connection."""
        head = self._exactly(2)
        length = head[1] & 0x7F
        if length == 126:
            (length,) = struct.unpack(">H", self._exactly(2))
        elif length == 127:
            (length,) = struct.unpack(">Q", self._exactly(8))
        body = self._exactly(length)
        if head[0] & 0x0F == CLOSE:
            raise ConnectionError("closed by the server")
        frame = json.loads(body)
        assert isinstance(frame, dict)
        return frame

    def send(self, frame: dict[str, object]) -> None:
        """Send one masked text frame."""
        body = json.dumps(frame).encode()
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(body))
        length = len(body)
        head = bytes([0x80 | TEXT, 0x80 | min(length, 126)])
        if length >= 126:
            head += struct.pack(">H", length)
        self._socket.sendall(head + mask + masked)

    def hang_up(self) -> None:
        """Drop the connection without a closing frame; a read that waits ends."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Hang up and give everything back."""
        self.hang_up()
        self._file.close()
        self._socket.close()

    def _exactly(self, count: int) -> bytes:
        data = self._file.read(count)
        if len(data) < count:
            raise ConnectionError("the connection is gone")
        return data
