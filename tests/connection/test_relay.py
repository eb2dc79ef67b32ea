"""The piece of network itself: what one side does, the other side must learn."""

from __future__ import annotations

import socket
import struct

from tests.connection.relay import Relay


def test_who_is_killed_with_something_unread_is_seen_to_be_gone() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        Relay(server.getsockname()[1]) as relay,
        socket.create_connection(("127.0.0.1", relay.port)) as near,
    ):
        server.settimeout(10)
        far, _address = server.accept()
        with far:
            far.settimeout(10)
            near.sendall(b"first")
            assert far.recv(10) == b"first"
            near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            near.close()
            assert far.recv(10) == b""
