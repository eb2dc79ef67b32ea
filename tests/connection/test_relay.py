"""The piece of network itself: what one side does, the other side must learn."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.connection.relay import Relay


@contextmanager
def _both_sides() -> Iterator[tuple[Relay, socket.socket, socket.socket]]:
    """A relay, and a connection over it: the side that opened it, and the server's."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        Relay(server.getsockname()[1]) as relay,
        socket.create_connection(("127.0.0.1", relay.port), timeout=10) as near,
    ):
        server.settimeout(10)
        far, _address = server.accept()
        with far:
            far.settimeout(10)
            near.sendall(b"first")
            assert far.recv(10) == b"first"
            yield relay, near, far


def test_who_is_killed_with_something_unread_is_seen_to_be_gone() -> None:
    with _both_sides() as (_relay, near, far):
        near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        near.close()
        assert far.recv(10) == b""


@pytest.mark.parametrize("from_server", [True, False])
def test_it_cuts_after_so_many_bytes(from_server: bool) -> None:
    """The byte after them is the end, for both; what the other side sends comes through."""
    with _both_sides() as (relay, near, far):
        speaks, hears = (far, near) if from_server else (near, far)
        relay.cut(after=4, from_server=from_server)
        hears.sendall(b"a longer word")
        assert speaks.recv(20) == b"a longer word"
        speaks.sendall(b"abcd")
        assert hears.recv(20) == b"abcd"
        speaks.sendall(b"e")
        assert hears.recv(20) == b""
        assert speaks.recv(20) == b""
