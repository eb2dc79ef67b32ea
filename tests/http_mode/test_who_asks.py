"""Whoever is not Slack gets no answer, and leaves no trace but a number."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.web_server import MOST_BODY_BYTES
from models import InboxEvent
from sandbox import SandboxClock
from sandbox.http_target import sign
from service import Service
from tests.http_mode.asking import JSON, Address

BODY = '{"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "x": "秘密"}'.encode()

Forge = Callable[[Address, dict[str, str]], dict[str, str]]

FORGERIES: dict[str, Forge] = {
    "unsigned": lambda _address, _signed: {},
    "a signature for other words": lambda address, _signed: address.signed(b"{}"),
    "a time that was not signed": lambda _address, signed: {
        **signed,
        "X-Slack-Request-Timestamp": str(int(signed["X-Slack-Request-Timestamp"]) + 1),
    },
    "no number": lambda _address, signed: {**signed, "X-Slack-Request-Timestamp": "soon"},
    "another version": lambda _address, signed: {
        **signed,
        "X-Slack-Signature": signed["X-Slack-Signature"].replace("v0", "v1"),
    },
    "no hexadecimal": lambda _address, signed: {
        **signed,
        "X-Slack-Signature": "v0=\xe9" + "0" * 63,
    },
}


def kept(iine: Service) -> int:
    with iine.deps.database.read() as session:
        return session.scalar(select(func.count()).select_from(InboxEvent)) or 0


@pytest.mark.parametrize("forgery", FORGERIES)
def test_forged(
    iine: Service, address: Address, caplog: pytest.LogCaptureFixture, forgery: str
) -> None:
    caplog.set_level(logging.DEBUG)
    headers = FORGERIES[forgery](address, address.signed(BODY))
    reply = address.asks(BODY, {**JSON, **headers})
    assert (reply.status, reply.body) == (401, b"")
    assert kept(iine) == 0
    assert "秘密" not in caplog.text
    assert b'iine_requests_refused_total{reason="signature"} 1.0' in iine.metrics.as_text()


@pytest.mark.parametrize("minutes", [-6, 6])
def test_old_or_from_the_future(iine: Service, address: Address, minutes: int) -> None:
    elsewhere = SandboxClock(address.clock.now() + timedelta(minutes=minutes))
    reply = address.asks(BODY, {**JSON, **sign(BODY, address.secret, elsewhere)})
    elsewhere.close()
    assert reply.status == 401
    assert kept(iine) == 0
    assert b'iine_requests_refused_total{reason="stale"} 1.0' in iine.metrics.as_text()


def test_no_text(iine: Service, address: Address) -> None:
    reply = address.asks(b"\xff\xfe", {**JSON, **address.signed(b"{}")})
    assert reply.status == 401
    assert kept(iine) == 0


def test_too_much(iine: Service, address: Address) -> None:
    body = b"x" * (MOST_BODY_BYTES + 1)
    try:
        status = address.asks(body, {**JSON, **address.signed(body)}).status
    except ConnectionError:  # it did not even read to the end
        status = 413
    assert status == 413
    assert kept(iine) == 0


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/slack/events", 405),
        ("PUT", "/slack/events", 405),
        ("POST", "/", 404),
        ("GET", "/healthz", 404),
        ("GET", "/metrics", 404),
    ],
)
def test_elsewhere(address: Address, method: str, path: str, status: int) -> None:
    reply = address.asks(BODY, {**JSON, **address.signed(BODY)}, method=method, path=path)
    assert reply.status == status
    assert "server" not in reply.headers
    assert "x-slack-no-retry" not in reply.headers
