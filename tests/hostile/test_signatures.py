"""Over HTTP: whoever is not Slack, or was Slack ten minutes ago, changes nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from models import InboxEvent, Refusal
from sandbox import Sandbox, SandboxClock
from sandbox.http_target import sign
from service import Service
from tests.hostile.conftest import EXAMPLES
from tests.http_mode.asking import FORM, JSON, Address
from tests.http_mode.conftest import address, iine, settings

__all__ = ["address", "iine", "settings"]


def _event(slack: Sandbox, **more: object) -> bytes:
    body = {**EXAMPLES[0].body, "team_id": slack.team_id, "context_team_id": slack.team_id}
    body |= {"api_app_id": slack.app_id, "authorizations": [], "event_id": "Ev0HTTP", **more}
    return json.dumps(body).encode()


def _kept(service: Service) -> int:
    with service.deps.database.read() as session:
        return session.scalar(select(func.count()).where(InboxEvent.event_id == "Ev0HTTP")) or 0


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_clock_that_is_ten_minutes_off(
    iine: Service, address: Address, slack: Sandbox, minutes: int
) -> None:
    body = _event(slack)
    elsewhere = SandboxClock(address.clock.now() + timedelta(minutes=minutes))
    reply = address.asks(body, {**JSON, **sign(body, address.secret, elsewhere)})
    elsewhere.close()
    assert reply.status == 401
    assert _kept(iine) == 0


def test_another_secret(iine: Service, address: Address, slack: Sandbox) -> None:
    body = _event(slack)
    reply = address.asks(body, {**JSON, **sign(body, "f" * 32, address.clock)})
    assert reply.status == 401
    assert _kept(iine) == 0


def test_an_event_that_is_replayed_is_kept_once(
    iine: Service, address: Address, slack: Sandbox
) -> None:
    body = _event(slack)
    headers = {**JSON, **address.signed(body)}
    assert [address.asks(body, headers).status for _ in range(3)] == [200, 200, 200]
    assert _kept(iine) == 1


def test_a_command_that_is_replayed_is_run_once(address: Address, slack: Sandbox) -> None:
    command = {"command": "/project", "text": "", "user_id": "U1", "channel_id": "C1"}
    body = urlencode({**command, "team_id": slack.team_id}).encode()
    headers = {**FORM, **address.signed(body)}
    assert [address.asks(body, headers).status for _ in range(2)] == [200, 401]


def test_of_another_app(iine: Service, address: Address, slack: Sandbox) -> None:
    """Signed as it should be: acknowledged, so that it does not come again, and only counted."""
    body = _event(slack, api_app_id="A0OTHER")
    assert address.asks(body, {**JSON, **address.signed(body)}).status == 200
    assert _kept(iine) == 0
    with iine.deps.database.read() as session:
        assert [(r.reason, r.count) for r in session.scalars(select(Refusal))] == [("other_app", 1)]


def test_slack_tries_the_address(address: Address) -> None:
    body = json.dumps({"type": "url_verification", "token": "x", "challenge": "abc"}).encode()
    reply = address.asks(body, {**JSON, **address.signed(body)})
    assert (reply.status, b"abc" in reply.body) == (200, True)
