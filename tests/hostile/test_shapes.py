"""What has none of Slack's shapes is answered or refused, and counted, over both transports."""

from __future__ import annotations

import json
import logging
from urllib.parse import urlencode

import pytest
from prometheus_client.parser import text_string_to_metric_families
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.answered import Answered
from bot.socket_mode import Socket
from handlers.unknown import register_errors
from sandbox import Sandbox
from sandbox.json_types import JsonObject
from service import Service
from tests.http_mode.asking import FORM, JSON, Address
from tests.http_mode.conftest import address, iine, settings

__all__ = ["address", "iine", "settings"]

# What nothing answers
UNANSWERED: list[JsonObject] = [
    {},
    {"type": None},
    {"type": "of_next_year"},
    {"type": "block_actions"},
    {"type": "block_actions", "actions": []},
    {"type": "block_actions", "actions": [None]},
    {"type": "block_actions", "actions": [{"action_id": "x"}], "user": 7},
    {"type": "view_submission"},
    {"type": "view_submission", "view": None},
    {"type": "shortcut", "callback_id": 7},
    {"type": "event_callback", "event": {"type": "app_home_opened"}, "team": 7},
]


def refused(service: Service) -> dict[str, float]:
    """How many requests were refused, by the reason."""
    text = service.metrics.as_text().decode()
    return {
        sample.labels["reason"]: sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "iine_requests_refused_total"
    }


@pytest.mark.parametrize("payload", UNANSWERED, ids=json.dumps)
def test_over_http(
    address: Address,
    iine: Service,
    caplog: pytest.LogCaptureFixture,
    payload: JsonObject,
) -> None:
    whole = {"secret": "ひみつ", **payload}
    if "event" in payload:
        kind, body = JSON, json.dumps(whole).encode()
    else:
        kind, body = FORM, urlencode({"payload": json.dumps(whole)}).encode()
    reply = address.asks(body, {**kind, **address.signed(body)})
    [(reason, count)] = refused(iine).items()
    assert reply.status == (400 if reason == "unreadable" else 200)
    assert count == 1
    assert "ひみつ" not in caplog.text


@pytest.mark.parametrize("body", [b"{", b"[1]", b'"x"', b"", b"[" * 100_000])
def test_no_object(address: Address, iine: Service, body: bytes) -> None:
    reply = address.asks(body, {**JSON, **address.signed(body)})
    assert reply.status in (200, 400)
    assert sum(refused(iine).values()) == 1


class Heard(BaseSocketModeClient):
    """The other end of a connection: what was said to Slack."""

    def __init__(self) -> None:
        self.logger = logging.getLogger(__name__)
        self.messages: list[str] = []

    def send_message(self, message: str) -> None:
        """Keep it."""
        self.messages.append(message)


@pytest.mark.parametrize("payload", UNANSWERED, ids=json.dumps)
def test_over_a_socket(slack: Sandbox, payload: JsonObject) -> None:
    """Acknowledged: to send it again would change nothing."""
    me = AuthorizeResult(enterprise_id=None, team_id=slack.team_id, bot_token="xoxb-1")
    app = App(
        client=WebClient(base_url=slack.url),
        authorize=lambda: me,
        raise_error_for_unhandled_request=True,
    )
    app.action("of_last_year")(lambda ack: ack())
    app.view("of_last_year")(lambda ack: ack())
    app.shortcut("of_last_year")(lambda ack: ack())
    told: list[str] = []
    register_errors(app, told.append)
    socket = Socket(app, slack.app_token, threads=1, ping_seconds=10, on_refusal=told.append)
    try:
        socket.connect()
        slack.until(lambda: slack.connections == 1)
        heard = Heard()
        for listen in socket.client.socket_mode_request_listeners:
            request = SocketModeRequest("interactive", "E1", payload)
            listen(heard, request)  # type: ignore[call-arg,arg-type,misc]  # its protocol lacks `self`
        assert [json.loads(one)["envelope_id"] for one in heard.messages] == ["E1"]
        assert len(told) == 1
    finally:
        socket.hang_up(3)


def test_a_command_that_another_process_has_answered(
    address: Address, iine: Service, slack: Sandbox
) -> None:
    """Behind a load balancer a recorded request may reach any of them, also after a restart."""
    command = {"command": "/project", "text": "", "user_id": "U1", "channel_id": "C1"}
    body = urlencode({**command, "team_id": slack.team_id}).encode()
    headers = {**FORM, **address.signed(body)}
    elsewhere = Answered(iine.deps.database, slack.clock)
    assert not elsewhere.before(headers["X-Slack-Signature"])
    assert address.asks(body, headers).status == 401
    assert refused(iine) == {"replayed": 1}
