"""Whole WebSocket messages, however Slack or the network has cut them up (RFC 6455, 5).

By itself slack_sdk 3.47 takes a message in pieces of a kilobyte and recurses for each
(`socket_mode.builtin.internals._fetch_messages`). One of a megabyte, which the edit of a long
post can be, is too much for it, and so are three seconds without a byte in the middle of one: from
then on it takes words for frames, and logs them. Messages in fragments it does not know at all.
"""

from __future__ import annotations

import socket
import struct

# So much is asked for at a time
PIECE_BYTES = 65_536
# Slack's messages are far smaller: whoever sends more is not heard any longer.
MOST_BYTES = 64 * 1024 * 1024

_CONTINUATION, _TEXT = 0x0, 0x1
_DATA = frozenset({_CONTINUATION, _TEXT, 0x2})
_CONTROL = frozenset({0x8, 0x9, 0xA})
_FINAL, _RESERVED, _MASKED = 0x80, 0x70, 0x80
_LONGEST_CONTROL = 125
# slack_sdk leaves the last one of the handshake; no frame can begin with it.
_NEWLINE = b"\n"


class WholeMessages:
    """A socket of which every `recv` gives one message, or one control frame: all of it.

    Everything else is as it is with the socket.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._came = bytearray()
        self._message = bytearray()
        # What the message is of which some fragments have come; None between two messages
        self._opcode: int | None = None

    def __getattr__(self, name: str) -> object:
        return getattr(self._sock, name)

    def recv(self, _size: int) -> bytes:
        """The next frame, however large; b"" at the end of the connection.

        Raises what the socket raises, and after a `TimeoutError` goes on where it was;
        `ConnectionError` for what no server may send.
        """
        while True:
            frame = self._next()
            if frame is not None:
                whole = self._whole(*frame)
                if whole is not None:
                    return whole
                continue
            piece = self._sock.recv(PIECE_BYTES)
            if not piece:
                return b""
            self._came += piece

    def _next(self) -> tuple[bool, int, bytes] | None:
        """The first frame of what came: whether it is the last of its message, opcode, content."""
        came = self._came
        if came.startswith(_NEWLINE):
            del came[:1]
        if len(came) < 2:
            return None
        start, length = 2, came[1] & ~_MASKED
        if length >= 126:
            start, form = (4, "!H") if length == 126 else (10, "!Q")
            if len(came) < start:
                return None
            (length,) = struct.unpack_from(form, came, 2)
        is_final, opcode = bool(came[0] & _FINAL), came[0] & 0x0F
        if came[0] & _RESERVED or came[1] & _MASKED or opcode not in _DATA | _CONTROL:
            raise ConnectionError("a frame that Slack can't have sent")
        if opcode in _CONTROL and (length > _LONGEST_CONTROL or not is_final):
            raise ConnectionError("a control frame that is too long, or in fragments")
        if len(self._message) + length > MOST_BYTES:
            raise ConnectionError("a message that is too long")
        if len(came) < start + length:
            return None
        content = bytes(memoryview(came)[start : start + length])
        del came[: start + length]
        return is_final, opcode, content

    def _whole(self, is_final: bool, opcode: int, content: bytes) -> bytes | None:
        """The frame that is handed on, None if its message has not come to its end."""
        if opcode in _CONTROL:
            return _frame(opcode, content)
        if (opcode == _CONTINUATION) == (self._opcode is None):
            raise ConnectionError("a fragment that belongs to no message")
        if self._opcode is None:
            self._opcode = opcode
        self._message += content
        if not is_final:
            return None
        whole = _frame(self._opcode, bytes(self._message)) if self._opcode == _TEXT else None
        self._opcode = None
        self._message.clear()
        return whole  # Slack sends nothing but text


def _frame(opcode: int, content: bytes) -> bytes:
    """Never of two bytes: after those slack_sdk waits for more before it looks at them."""
    if len(content) < 2**16:
        return struct.pack("!BBH", _FINAL | opcode, 126, len(content)) + content
    return struct.pack("!BBQ", _FINAL | opcode, 127, len(content)) + content
