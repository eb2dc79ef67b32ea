"""A server that ends: who is in hand is answered, and who comes then can go elsewhere."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable
from http.client import HTTPConnection
from threading import Event, Thread
from typing import TYPE_CHECKING

from bot.web_server import WebServer

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

SECONDS = 30.0


def is_let_in(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except (ConnectionRefusedError, ConnectionResetError):
        return False
    return True


def test_who_is_in_hand_and_who_comes() -> None:
    is_in_hand, may_answer = Event(), Event()

    def answers(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        is_in_hand.set()
        may_answer.wait(SECONDS)
        start_response("200 OK", [("Content-Length", "4")])
        return [b"done"]

    server = WebServer(answers, "127.0.0.1", 0, threads=2, name="http")
    server.start()
    connection = HTTPConnection("127.0.0.1", server.port, timeout=SECONDS)
    connection.request("POST", "/")
    assert is_in_hand.wait(SECONDS)
    ending = Thread(target=server.stop, args=[SECONDS])
    ending.start()
    deadline = time.monotonic() + SECONDS / 3
    while is_let_in(server.port):
        assert time.monotonic() < deadline, "who comes is kept waiting"
    assert server.is_alive
    may_answer.set()
    assert connection.getresponse().read() == b"done"
    connection.close()
    ending.join()
    assert not server.is_alive
