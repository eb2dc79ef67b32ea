"""A Slack that does nothing but send as fast as it is answered: `python -m bench.generator`.

The sandbox checks everything that an app says and would itself be what is measured. This one is
a process of its own with frames that were made before the clock starts: it keeps so many of them
unanswered at a time and notes when each was acknowledged. It is told what to do by lines of JSON
on its standard input, and answers each with one.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from bench.answers import Limits, answer_to
from bench.envelopes import APP, Envelope, Envelopes, number_in
from bench.wire import CLOSE, PING, PONG, TEXT, Decoder, accept_key, frame

RECEIVE_BYTES = 1 << 16
# Nothing that is measured takes longer than this without an answer.
PATIENCE_SECONDS = 60.0


class Run:
    """Some envelopes on their way, and when each was sent and acknowledged."""

    def __init__(
        self, envelopes: Sequence[Envelope], window: int, kill: tuple[int, int] | None = None
    ) -> None:
        """Up to `window` of them are unanswered at a time; 0: somebody else says when.

        `kill`: after so many acknowledgements the process with this ID is killed.
        """
        self._kill = kill
        self._next = iter(envelopes)
        self._window = window
        self.is_flood = window > 0
        self._first = envelopes[0].number
        self.envelopes = envelopes
        self.sent = [0.0] * len(envelopes)
        self.acknowledged = [0.0] * len(envelopes)
        self.open = len(envelopes)
        self.over = threading.Event()

    def first(self) -> bytes:
        """What goes out before the first answer."""
        return self.more(self._window)

    def more(self, room: int) -> bytes:
        """The next frames, as many as there is room for."""
        now, out = time.perf_counter(), []
        for _ in range(room):
            envelope = next(self._next, None)
            if envelope is None:
                break
            self.sent[envelope.number - self._first] = now
            out.append(envelope.frame)
        return b"".join(out)

    def answered(self, numbers: Sequence[int]) -> int:
        """Note acknowledgements; how many were new."""
        now, new = time.perf_counter(), 0
        for number in numbers:
            place = number - self._first
            if 0 <= place < len(self.acknowledged) and not self.acknowledged[place]:
                self.acknowledged[place] = now
                new += 1
        self.open -= new
        if self._kill is not None and len(self.envelopes) - self.open >= self._kill[0]:
            os.kill(self._kill[1], signal.SIGKILL)
            self._kill = None
        if self.open <= 0:
            self.over.set()
        return new


class Generator:
    """The one connected client, what is on its way to it, and what it called meanwhile."""

    def __init__(self) -> None:
        self.envelopes = Envelopes()
        self.changed = threading.Condition()
        self.client: socket.socket | None = None
        self.run: Run | None = None
        self.calls: list[tuple[str, float]] = []
        self._sending = threading.Lock()

    # --- what comes from the client -------------------------------------------------------

    def serve(self, connection: socket.socket) -> None:
        """Greet a client and listen to it until it goes."""
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        hello = {
            "type": "hello",
            "num_connections": 1,
            "debug_info": {"host": "bench", "approximate_connection_time": 18_060},
            "connection_info": {"app_id": APP},
        }
        connection.sendall(frame(TEXT, json.dumps(hello).encode()))
        with self.changed:
            self.client = connection
            self.changed.notify_all()
        try:
            self._listen(connection)
        except OSError:
            pass  # it was killed, as some measurements do
        finally:
            with self.changed:
                if self.client is connection:
                    self.client = None
                self.changed.notify_all()
            if self.run is not None and self.client is None:
                self.run.over.set()

    def _listen(self, connection: socket.socket) -> None:
        decoder = Decoder()
        while received := connection.recv(RECEIVE_BYTES):
            numbers = []
            for kind, content in decoder.feed(received):
                if kind == TEXT:
                    number = number_in(content)
                    if number is not None:
                        numbers.append(number)
                elif kind == PING:
                    self._send(connection, frame(PONG, content))
                elif kind == CLOSE:
                    return
            run = self.run
            if run is not None and numbers:
                new = run.answered(numbers)
                out = run.more(new) if run.is_flood else b""
                if out:
                    self._send(connection, out)

    def _send(self, connection: socket.socket, content: bytes) -> None:
        with self._sending:
            connection.sendall(content)

    # --- what the measurements ask for ----------------------------------------------------

    def wait_for_client(self) -> socket.socket:
        """The client's connection, once there is one."""
        with self.changed:
            if not self.changed.wait_for(lambda: self.client is not None, PATIENCE_SECONDS):
                raise TimeoutError("no client has connected")
            assert self.client is not None
            return self.client

    def connected(self) -> dict[str, object]:
        """Wait for a client; when it came, by the clock that all processes share."""
        self.wait_for_client()
        return {"connected": True}

    def gone(self) -> dict[str, object]:
        """Wait until no client is connected."""
        with self.changed:
            gone = self.changed.wait_for(lambda: self.client is None, PATIENCE_SECONDS)
        return {"gone": gone}

    def flood(
        self, count: int, window: int, mixed: bool = False, kill: tuple[int, int] | None = None
    ) -> dict[str, object]:
        """Send so many as fast as they are acknowledged."""
        made = self.envelopes.mixed(count) if mixed else self.envelopes.posts(count)
        client = self.wait_for_client()
        self.run = run = Run(made, window, kill)
        start = time.perf_counter()
        try:
            self._send(client, run.first())
        except OSError:
            run.over.set()
        run.over.wait(PATIENCE_SECONDS * 10)
        seconds = time.perf_counter() - start
        acknowledged = [e for e, at in zip(made, run.acknowledged, strict=True) if at]
        self.run = None
        return {
            "seconds": seconds,
            "sent": count,
            "acknowledged": len(acknowledged),
            "event_ids": [e.event_id for e in acknowledged],
            "ts": [e.ts for e in acknowledged],
        }

    def pace(self, rate: float, seconds: float, mixed: bool = False) -> dict[str, object]:
        """Send at a steady rate, whether or not they are acknowledged.

        `ms` from sent to acknowledged, one each, None for what was not; `sent_at` is Unix time.
        """
        number = max(1, round(rate * seconds))
        made = self.envelopes.mixed(number) if mixed else self.envelopes.posts(number)
        client = self.wait_for_client()
        self.run = run = Run(made, 0)
        began, began_at = time.perf_counter(), time.time()
        for place in range(number):
            time.sleep(max(0.0, began + place / rate - time.perf_counter()))
            self._send(client, run.more(1))
        run.over.wait(PATIENCE_SECONDS)
        self.run = None
        pairs = list(zip(run.sent, run.acknowledged, strict=True))
        return {
            "ms": [(at - sent) * 1000 if at else None for sent, at in pairs],
            "event_ids": [e.event_id for e in made],
            "ts": [e.ts for e in made],
            "sent_at": [began_at + sent - began for sent in run.sent],
        }

    def command(
        self, command: str, text: str, user: str, awaited: str, times: int
    ) -> dict[str, object]:
        """Run a slash command again and again; milliseconds until it calls `awaited`."""
        taken = []
        for _ in range(times):
            client = self.wait_for_client()
            made = self.envelopes.command(command, text, user, f"{self.url}/respond")
            with self.changed:
                self.calls.clear()
            start = time.perf_counter()
            self._send(client, made.frame)
            with self.changed:
                self.changed.wait_for(
                    lambda: any(name == awaited for name, _ in self.calls), PATIENCE_SECONDS
                )
                came = next((at for name, at in self.calls if name == awaited), None)
            taken.append(None if came is None else (came - start) * 1000)
            time.sleep(0.05)  # until it has finished with what follows the answer
        return {"ms": taken}

    url = ""

    def called(self, method: str) -> None:
        """Note that the client called a method of the Web API."""
        with self.changed:
            self.calls.append((method, time.perf_counter()))
            del self.calls[:-1000]
            self.changed.notify_all()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, generator: Generator) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.generator = generator
        self.limits = Limits()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        if self.headers.get("Upgrade", "").lower() != "websocket":
            self.do_POST()
            return
        key = accept_key(self.headers.get("Sec-WebSocket-Key", ""))
        self.wfile.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + f"Sec-WebSocket-Accept: {key}\r\n\r\n".encode()
        )
        self.close_connection = True
        self.server.generator.serve(self.connection)

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        method = self.path.split("?")[0].rsplit("/", 1)[-1]
        self.server.generator.called(method)
        form = {name: values[0] for name, values in parse_qs(content).items()}
        wait = self.server.limits.wait_needed(method)
        said = answer_to(self.server.generator.url, method, form)
        if wait:
            said = {"ok": False, "error": "ratelimited"}
        answer = json.dumps(said).encode()
        self.send_response(429 if wait else 200)
        if wait:
            self.send_header("Retry-After", str(wait))
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def main() -> None:
    """Serve until the standard input ends."""
    generator = Generator()
    server = _Server(generator)
    generator.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    _say({"url": generator.url})
    actions: dict[str, Callable[..., dict[str, object]]] = {
        "connected": generator.connected,
        "gone": generator.gone,
        "flood": generator.flood,
        "pace": generator.pace,
        "command": generator.command,
    }
    for line in sys.stdin:
        asked = json.loads(line)
        _say(actions[asked.pop("do")](**asked))


def _say(answer: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
