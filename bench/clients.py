"""What the recorder is measured against: `python -m bench.clients NAME URL`.

- `echo` acknowledges each frame without reading it: with it, the generator is at its limit.
- `ack` is a Bolt app whose first middleware acknowledges: the least that Bolt can do.
- `listener` is a Bolt app with a listener that does nothing: the least that an app does.

As the recorder's, their sockets send each acknowledgement at once. By itself a socket keeps the
last one of a round back for 40 ms, until the other side confirms the one before.
"""

from __future__ import annotations

import logging
import secrets
import socket
import sys
import threading
from base64 import b64encode
from collections.abc import Callable
from urllib.parse import urlsplit

from slack_bolt import App, BoltResponse
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bench.wire import TEXT, Decoder

_ZERO_MASK = bytes(4)
# As many as the recorder has for what comes over the socket
THREADS = 20


def echo(url: str) -> None:
    """Acknowledge what comes, with the least work that Python can do for it."""
    where = urlsplit(url)
    connection = socket.create_connection((where.hostname or "", where.port or 0))
    _at_once(connection)
    key = b64encode(secrets.token_bytes(16)).decode()
    connection.sendall(
        f"GET /link/ HTTP/1.1\r\nHost: {where.netloc}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    received = connection.recv(4096)
    while b"\r\n\r\n" not in received:
        received += connection.recv(4096)
    decoder, received = Decoder(), received.split(b"\r\n\r\n", 1)[1]
    start = len(b'{"envelope_id": "')
    while True:
        answers = []
        for kind, content in decoder.feed(received):
            if kind == TEXT and content.startswith(b'{"envelope_id"'):
                answer = b'{"envelope_id": "' + content[start : start + 12] + b'"}'
                answers.append(bytes((0x81, 0x80 | len(answer))) + _ZERO_MASK + answer)
        if answers:
            connection.sendall(b"".join(answers))
        received = connection.recv(1 << 16)
        if not received:
            return


def ack(url: str) -> None:
    """Bolt with a first middleware that acknowledges, where the recorder has its front door."""

    def answer(next: Callable[[], BoltResponse]) -> BoltResponse:  # noqa: ARG001  (Bolt asks for it)
        return BoltResponse(status=200)

    _run(App(client=_client(url), before_authorize=answer))


def listener(url: str) -> None:
    """Bolt with a listener that does nothing."""
    app = App(client=_client(url))

    @app.event("message")
    @app.event("reaction_added")
    def on_event() -> None:
        """Nothing: Bolt has acknowledged."""

    _run(app)


def _client(url: str) -> WebClient:
    return WebClient(token="xoxb-bench", base_url=f"{url}/api/")


def _run(app: App) -> None:
    handler = SocketModeHandler(app, "xapp-bench", concurrency=THREADS)
    handler.connect()  # type: ignore[no-untyped-call]  # slack_bolt leaves it untyped
    session = handler.client.current_session
    assert session is not None
    assert session.sock is not None
    _at_once(session.sock)
    threading.Event().wait()


def _at_once(connection: socket.socket) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def main() -> None:
    """Run one of them until it is killed."""
    logging.basicConfig(level=logging.ERROR)
    {"echo": echo, "ack": ack, "listener": listener}[sys.argv[1]](sys.argv[2])


if __name__ == "__main__":
    main()
