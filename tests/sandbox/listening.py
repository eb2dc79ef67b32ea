"""A small app that listens over Socket Mode with slack_sdk, and calls that Slack refuses."""

from __future__ import annotations

import threading
from collections.abc import Callable

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from sandbox import Sandbox

Payload = dict[str, object]
Answer = Callable[[SocketModeRequest], Payload | None]


class ListeningApp:
    """Keeps every request. `answer` gives the payload of each acknowledgement.

    While `deaf` is true nothing is acknowledged.
    """

    def __init__(self, slack: Sandbox) -> None:
        self.slack = slack
        self.requests: list[SocketModeRequest] = []
        self.answer: Answer = lambda request: None
        self.deaf = False
        self._lock = threading.Lock()
        web = WebClient(slack.bot_token, base_url=slack.url, retry_handlers=[])
        self.client = SocketModeClient(slack.app_token, web_client=web, ping_interval=30)
        self.client.socket_mode_request_listeners.append(self._hear)
        before = slack.connections
        self.client.connect()
        slack.until(lambda: slack.connections > before)

    def close(self) -> None:
        """Close the connection."""
        self.client.close()

    def _hear(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        with self._lock:
            self.requests.append(request)
        if not self.deaf:
            payload = self.answer(request)
            client.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))
        with self.slack.workspace.changed:
            self.slack.workspace.touch()

    def heard(self, kind: str) -> list[Payload]:
        """The payloads of one kind: events_api, slash_commands or interactive."""
        with self._lock:
            return [dict(one.payload) for one in self.requests if one.type == kind]

    @property
    def events(self) -> list[Payload]:
        """The inner events, in the order in which they came."""
        found = [payload["event"] for payload in self.heard("events_api")]
        return [event for event in found if isinstance(event, dict)]

    def events_of(self, kind: str) -> list[Payload]:
        """The inner events of one type."""
        return [event for event in self.events if event["type"] == kind]


def refusal(web: WebClient, method: str, **arguments: object) -> Payload:
    """The answer to a call that Slack refuses."""
    try:
        web.api_call(method, json=dict(arguments))
    except SlackApiError as refused:
        body = refused.response.data
        assert isinstance(body, dict)
        assert body["ok"] is False
        return body
    raise AssertionError(f"{method} was not refused")


def error_of(web: WebClient, method: str, **arguments: object) -> object:
    """The error of a call that Slack refuses."""
    return refusal(web, method, **arguments)["error"]
