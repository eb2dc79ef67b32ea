"""WebSocket frames (RFC 6455), as little of them as a server of load needs, and quickly."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
_FIN = 0x80
_MASKED = 0x80
_IN_TWO_BYTES, _IN_EIGHT_BYTES = 126, 127
_MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def accept_key(key: str) -> str:
    """What the server answers to the client's `Sec-WebSocket-Key`."""
    digest = hashlib.sha1(f"{key}{_MAGIC}".encode(), usedforsecurity=False).digest()
    return base64.b64encode(digest).decode()


def frame(kind: int, content: bytes) -> bytes:
    """A whole message in one frame, as a server sends it: not masked."""
    size = len(content)
    if size < _IN_TWO_BYTES:
        head = bytes((_FIN | kind, size))
    elif size < 1 << 16:
        head = bytes((_FIN | kind, _IN_TWO_BYTES)) + size.to_bytes(2, "big")
    else:
        head = bytes((_FIN | kind, _IN_EIGHT_BYTES)) + size.to_bytes(8, "big")
    return head + content


class Decoder:
    """Takes a client's bytes as they come and gives out the frames that are complete."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, received: bytes) -> Iterator[tuple[int, bytes]]:
        """The kind and the content of each complete frame; a message in pieces is not put
        together, because no client sends one."""
        data, place = self._rest + received, 0
        while (whole := _frame_at(data, place)) is not None:
            kind, content, place = whole
            yield kind, content
        self._rest = data[place:]


def _frame_at(data: bytes, place: int) -> tuple[int, bytes, int] | None:
    """The frame that begins there and where it ends; None if it is not complete."""
    if len(data) < place + 2:
        return None
    kind, masked, size = data[place] & 15, data[place + 1] & _MASKED, data[place + 1] & 127
    place += 2
    if size >= _IN_TWO_BYTES:
        width = 2 if size == _IN_TWO_BYTES else 8
        size = int.from_bytes(data[place : place + width], "big")
        place += width
    start = place + 4 if masked else place
    if len(data) < start + size:
        return None
    content = data[start : start + size]
    if masked:
        mask = (data[place : place + 4] * (size // 4 + 1))[:size]
        both = int.from_bytes(content, "little") ^ int.from_bytes(mask, "little")
        content = both.to_bytes(size, "little")
    return kind, content, start + size
