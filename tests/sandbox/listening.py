"""A small app that listens over Socket Mode, and calls that Slack refuses."""

from __future__ import annotations

import threading
from collections.abc import Callable

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from sandbox import Sandbox
from tests.sandbox.raw_socket import RawSocket

Payload = dict[str, object]
Answer = Callable[[SocketModeRequest], Payload | None]


def objects_in(payload: Payload, name: str) -> list[Payload]:
    """The list of objects under a name."""
    found = payload[name]
    assert isinstance(found, list)
    return [dict(one) for one in found]


def object_in(payload: Payload, *names: str) -> Payload:
    """The object under a name, or under names one below the other."""
    found: object = payload
    for name in names:
        assert isinstance(found, dict)
        found = found[name]
    assert isinstance(found, dict)
    return found


class ListeningApp:
    """Keeps every request, in the order in which they come.

    `answer` gives the payload of each acknowledgement. While `deaf` is true nothing is
    acknowledged.
    """

    def __init__(self, slack: Sandbox) -> None:
        self.slack = slack
        self.requests: list[SocketModeRequest] = []
        self.answer: Answer = lambda request: None
        self.deaf = False
        self._lock = threading.Lock()
        app_web = WebClient(slack.app_token, base_url=slack.url)
        self._socket = RawSocket(str(app_web.api_call("apps.connections.open")["url"]))
        assert self._socket.read()["type"] == "hello"
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def close(self) -> None:
        """Close the connection."""
        self._socket.hang_up()
        self._thread.join()
        self._socket.close()

    def _listen(self) -> None:
        while True:
            try:
                request = SocketModeRequest.from_dict(self._socket.read())
                if request is not None:
                    self._hear(request)
            except OSError:
                return

    def _hear(self, request: SocketModeRequest) -> None:
        with self._lock:
            self.requests.append(request)
        if not self.deaf:
            response = SocketModeResponse(request.envelope_id, self.answer(request))
            self._socket.send(response.to_dict())

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
