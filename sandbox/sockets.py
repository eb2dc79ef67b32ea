"""Socket Mode: https://docs.slack.dev/apis/events-api/using-socket-mode"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import secrets
import struct
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from sandbox.delivery import Dispatcher, Parcel
from sandbox.faults import Faults
from sandbox.json_types import JsonObject, as_object, as_text

MOST_CONNECTIONS = 10
LIFETIME_SECONDS = 18_060
DEBUG_LIFETIME_SECONDS = 360
MOST_FRAME_BYTES = 4 * 1024 * 1024
GOODBYE_SECONDS = 1.0
"""Real seconds for which the other side's closing frame is awaited."""

WINDOW = 32
WINDOW_SECONDS = 0.05
"""How many unanswered frames may follow each other without a pause, and how long the pause is at
most (real seconds). Slack never sends thousands of frames at once, and slack_sdk 3.47 breaks its
framing when they come without end: it recurses once for each frame in its buffer."""


@dataclass(eq=False)
class Connection:
    """One open WebSocket with what waits to be sent over it."""

    socket: web.WebSocketResponse
    request: web.Request
    outbox: asyncio.Queue[str | None] = field(default_factory=asyncio.Queue)
    unacked: dict[str, None] = field(default_factory=dict)
    leaving: bool = False
    window: int = 0
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    def answered(self) -> None:
        """A frame was answered: there is room for another."""
        self.window = max(0, self.window - 1)
        self.moved.set()


class SocketHub:
    """Up to ten connections of one app; each parcel goes to any one of them."""

    def __init__(self, dispatcher: Dispatcher, faults: Faults, app_id: str) -> None:
        self.dispatcher = dispatcher
        self.faults = faults
        self.app_id = app_id
        self.connections: list[Connection] = []
        self.loop: asyncio.AbstractEventLoop | None = None
        self.greets = True
        """Whether hello is said, as Slack does."""
        self.fragment_bytes: int | None = None
        """Of how many bytes the fragments are in which messages are sent; None: in one frame."""
        self._tickets: set[str] = set()
        self._choice = random.Random(20)

    @property
    def staying(self) -> list[Connection]:
        """The connections that were not told to go."""
        return [connection for connection in self.connections if not connection.leaving]

    # --- from any thread ------------------------------------------------------------------

    def send(self, parcel: Parcel) -> None:
        """Hand a parcel to one of the connections; without one, the attempt has failed."""
        frame = json.dumps(_envelope(parcel))
        with self.dispatcher.workspace.changed:
            staying = self.staying
            connection = self._choice.choice(staying) if staying else None
            if connection is not None:
                connection.unacked[parcel.envelope_id] = None
        if connection is None or self.loop is None:
            self.dispatcher.failed(parcel.envelope_id, "timeout")
            return
        self.loop.call_soon_threadsafe(connection.outbox.put_nowait, frame)

    def disconnect(self, reason: str) -> None:
        """Tell every connection to go (`warning` only announces it; see the page above)."""
        frame = {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-sandbox"}}
        with self.dispatcher.workspace.changed:
            connections = self.staying
            for connection in connections:
                connection.leaving = reason != "warning"
        for connection in connections:
            self._put(connection, json.dumps(frame))
            if reason != "warning":
                self._put(connection, None)

    def drop(self) -> None:
        """Close every connection without a word, as a broken network does."""
        with self.dispatcher.workspace.changed:
            connections = list(self.connections)
        for connection in connections:
            if self.loop is not None:
                self.loop.call_soon_threadsafe(_abort, connection.request)

    def _put(self, connection: Connection, frame: str | None) -> None:
        if self.loop is not None:
            self.loop.call_soon_threadsafe(connection.outbox.put_nowait, frame)

    # --- in the server's loop -------------------------------------------------------------

    def issue_ticket(self) -> str:
        """A ticket for one connection, as it stands in the address of apps.connections.open."""
        ticket = secrets.token_urlsafe(12)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Hold one connection until either side closes it."""
        if self.faults.take("refuse_connections"):
            return web.Response(status=503)
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403, text="invalid ticket")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(
            timeout=GOODBYE_SECONDS, max_msg_size=MOST_FRAME_BYTES, compress=False
        )
        await socket.prepare(request)
        if len(self.connections) >= MOST_CONNECTIONS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        short = request.query.get("debug_reconnects") == "true"
        lifetime = DEBUG_LIFETIME_SECONDS if short else LIFETIME_SECONDS
        await self._hold(Connection(socket, request), lifetime)
        return socket

    async def close(self) -> None:
        """Close every connection."""
        await asyncio.gather(*(one.socket.close() for one in list(self.connections)))

    async def _hold(self, connection: Connection, lifetime: int) -> None:
        workspace = self.dispatcher.workspace
        with workspace.changed:
            if self.greets:
                connection.outbox.put_nowait(json.dumps(self._hello(lifetime)))
            self.connections.append(connection)
            workspace.touch()
        writer = asyncio.create_task(self._write(connection))
        try:
            async for message in connection.socket:
                if message.type is WSMsgType.TEXT:
                    self._read(connection, message.data)
        finally:
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writer
            self._lost(connection)

    async def _write(self, connection: Connection) -> None:
        while True:
            frame = await connection.outbox.get()
            if frame is None:
                await connection.socket.close()
                return
            if connection.window >= WINDOW:
                connection.moved.clear()
                try:
                    await asyncio.wait_for(connection.moved.wait(), WINDOW_SECONDS)
                except TimeoutError:
                    connection.window = 0
            connection.window += 1
            try:
                await self._say(connection, frame)
            except ConnectionError:
                return

    async def _say(self, connection: Connection, frame: str) -> None:
        size, transport = self.fragment_bytes, connection.request.transport
        if size is None or transport is None:
            await connection.socket.send_str(frame)
            return
        whole = frame.encode()
        for start in range(0, len(whole), size):
            transport.write(_fragment(whole, start, size))
            await connection.socket.ping(b"between")

    def _hello(self, lifetime: int) -> JsonObject:
        return {
            "type": "hello",
            "num_connections": len(self.connections) + 1,
            "debug_info": {
                "host": "applink-sandbox",
                "build_number": 1,
                "approximate_connection_time": lifetime,
            },
            "connection_info": {"app_id": self.app_id},
        }

    def _read(self, connection: Connection, text: str) -> None:
        try:
            frame = as_object(json.loads(text))
        except ValueError:
            return
        envelope_id = as_text(frame.get("envelope_id"))
        kind = self.dispatcher.kind_of(envelope_id)
        if not envelope_id or self.faults.take("swallow_ack", method=kind):
            return
        with self.dispatcher.workspace.changed:
            for one in self.connections:
                one.unacked.pop(envelope_id, None)
        connection.answered()
        self.dispatcher.acknowledged(envelope_id, as_object(frame.get("payload")))

    def _lost(self, connection: Connection) -> None:
        workspace = self.dispatcher.workspace
        with workspace.changed:
            self.connections.remove(connection)
            unacked = list(connection.unacked)
            workspace.touch()
            for envelope_id in unacked:
                self.dispatcher.failed(envelope_id, "timeout")


def _fragment(whole: bytes, start: int, size: int) -> bytes:
    """One of the frames of a message (RFC 6455, 5.4): the first says that it is text."""
    part, is_last = whole[start : start + size], start + size >= len(whole)
    return struct.pack("!BBH", (0x80 if is_last else 0) | (start == 0), 126, len(part)) + part


def _abort(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


def _envelope(parcel: Parcel) -> JsonObject:
    envelope: JsonObject = {
        "envelope_id": parcel.envelope_id,
        "payload": parcel.payload,
        "type": parcel.kind,
        "accepts_response_payload": parcel.kind != "events_api",
    }
    if parcel.kind == "events_api":
        envelope |= {"retry_attempt": parcel.attempt, "retry_reason": parcel.reason}
    return envelope
