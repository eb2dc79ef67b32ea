"""Messages arrive whole, however large they are and however they were cut up on their way."""

from __future__ import annotations

import json
import logging
import socket
import struct
import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import func, select

from bot.frames import MOST_BYTES, WholeMessages
from models import InboxEvent
from models.database import Database
from sandbox import Sandbox
from service import Service
from tests.connection.test_supervisor import watching

TEXT, BINARY, CONTINUATION, CLOSE, PING = 0x1, 0x2, 0x0, 0x8, 0x9


def frame(opcode: int, content: bytes, *, final: bool = True, first: int = 0) -> bytes:
    """As a server sends it (RFC 6455, 5.2), in the shortest form; `first` are further bits."""
    head, length = (0x80 if final else 0) | opcode | first, len(content)
    if length < 126:
        return struct.pack("!BB", head, length) + content
    if length < 2**16:
        return struct.pack("!BBH", head, 126, length) + content
    return struct.pack("!BBQ", head, 127, length) + content


class Line:
    """Both ends of a connection."""

    def __init__(self) -> None:
        self.far, near = socket.socketpair()
        near.settimeout(0.01)
        self._near = near
        self.whole = WholeMessages(near)

    def hears(self) -> tuple[int, bytes]:
        """The opcode and the content of what comes next, which is in one piece."""
        data = self.whole.recv(1)
        assert data[0] & 0x80
        start, form = (4, "!H") if data[1] == 126 else (10, "!Q")
        assert struct.unpack_from(form, data, 2) == (len(data) - start,)
        return data[0] & 0x0F, data[start:]

    def close(self) -> None:
        self.far.close()
        self._near.close()


@pytest.fixture
def line() -> Iterator[Line]:
    made = Line()
    yield made
    made.close()


def test_several_at_once_come_one_by_one(line: Line) -> None:
    line.far.sendall(frame(TEXT, b"one") + frame(PING, b"") + frame(TEXT, b"x" * 300))
    assert [line.hears() for _ in range(3)] == [(TEXT, b"one"), (PING, b""), (TEXT, b"x" * 300)]
    line.far.close()
    assert line.whole.recv(1) == b""


def test_byte_by_byte_with_a_pause_after_each(line: Line) -> None:
    sent = frame(TEXT, b"y" * 200) + frame(TEXT, b"and more")
    heard = []
    for byte in sent:
        line.far.sendall(bytes([byte]))
        try:
            heard.append(line.hears())
        except TimeoutError:
            continue
    assert heard == [(TEXT, b"y" * 200), (TEXT, b"and more")]


def test_fragments_with_a_ping_between(line: Line) -> None:
    words = "訓練をしました。".encode()
    line.far.sendall(
        frame(TEXT, words[:7], final=False)
        + frame(PING, b"there?")
        + frame(CONTINUATION, words[7:8], final=False)
        + frame(CONTINUATION, words[8:])
        + frame(TEXT, b"next")
    )
    assert [line.hears() for _ in range(3)] == [(PING, b"there?"), (TEXT, words), (TEXT, b"next")]


def test_what_the_handshake_has_left(line: Line) -> None:
    line.far.sendall(b"\n" + frame(TEXT, b"hello"))
    assert line.hears() == (TEXT, b"hello")


def test_what_is_not_text_is_nothing_to_us(line: Line) -> None:
    """slack_sdk would write it to the log."""
    line.far.sendall(frame(BINARY, b"\0\1") + frame(CLOSE, b""))
    assert line.hears() == (CLOSE, b"")


@pytest.mark.parametrize(
    "sent",
    [
        frame(0x3, b"words"),
        frame(TEXT, b"words", first=0x40),
        frame(CONTINUATION, b"words"),
        frame(TEXT, b"wo", final=False) + frame(TEXT, b"rds"),
        frame(PING, b"words", final=False),
        frame(PING, b"w" * 126),
        b"\x81\x85mask\0\0\0\0\0",
        struct.pack("!BBQ", 0x81, 127, MOST_BYTES + 1),
    ],
    ids=["opcode", "reserved", "no first", "two firsts", "cut", "long ping", "masked", "endless"],
)
def test_what_no_server_may_send(line: Line, sent: bytes) -> None:
    """The connection is given up; slack_sdk says why, and words are not to stand in it."""
    line.far.sendall(sent)
    with pytest.raises(ConnectionError) as caught:
        line.hears()
    assert "word" not in str(caught.value)


def kept(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).where(InboxEvent.type == "message")) or 0


@pytest.mark.parametrize("fragment_bytes", [None, 50_000])
def test_sixteen_megabytes_over_a_socket(
    slack: Sandbox,
    iine: Service,
    database: Database,
    settled: Callable[[], None],
    caplog: pytest.LogCaptureFixture,
    fragment_bytes: int | None,
) -> None:
    """It is acknowledged and kept, and so is what comes after it over the same connection."""
    caplog.set_level(logging.INFO)
    author = slack.person("青木")
    lunch = slack.channel("お昼", members=[author])
    slack.invite_bot(lunch)
    settled()
    before, connections = kept(database), list(slack.hub.staying)
    slack.hub.fragment_bytes = fragment_bytes
    large = {"type": "message", "text": "ひみつ" * (16_000_000 // len(json.dumps("ひみつ")))}
    slack.dispatcher.emit({**large, "channel": lunch.id, "ts": "1775433600.000100"}, lunch.record)
    author.posts(lunch, "あとの投稿")
    settled()
    assert kept(database) == before + 2
    assert slack.hub.staying == connections
    assert "ひみつ" not in caplog.text
    assert "\\u3072" not in caplog.text


def test_fragments_from_the_first_word_on(slack: Sandbox) -> None:
    slack.hub.fragment_bytes = 9
    began = time.monotonic()
    with watching(slack) as watched:
        watched.comes_up()
        assert watched.socket.client.greeted_at >= began
