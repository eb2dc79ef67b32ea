"""How events and commands reach an app behind an address.

https://docs.slack.dev/apis/events-api
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from slack_sdk.signature import Clock, SignatureVerifier

from sandbox import Channel, Person, Sandbox
from tests.sandbox.listening import ListeningApp

MINUTE = timedelta(minutes=1)
NewApp = Callable[[], ListeningApp]


class HttpApp:
    """An app behind an address. `status` and `headers` are what it answers."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], str]] = []
        self.status = 200
        self.headers: dict[str, str] = {}
        self.body = b""
        app = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                app.heard.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(app.status)
                for name, value in app.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(app.body)))
                self.end_headers()
                self.wfile.write(app.body)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/slack/events"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def http_app(slack: Sandbox) -> Iterator[HttpApp]:
    app = HttpApp()
    slack.http_target(app.url)
    yield app
    app.close()


class AtSandboxTime(Clock):
    """The sandbox's time for slack_sdk's verifier."""

    def __init__(self, slack: Sandbox) -> None:
        self.slack = slack

    def now(self) -> float:
        return self.slack.clock.now().timestamp()


def test_events_over_http_are_signed(
    slack: Sandbox, http_app: HttpApp, channel: Channel, naoko: Person
) -> None:
    naoko.posts(channel, "進みました")
    slack.settle()
    verifier = SignatureVerifier(slack.signing_secret, AtSandboxTime(slack))
    for headers, body in http_app.heard:
        assert verifier.is_valid_request(body, headers)
        assert "x-slack-retry-num" not in headers
    assert json.loads(http_app.heard[-1][1])["event"]["text"] == "進みました"


def test_events_over_http_are_retried(
    slack: Sandbox, http_app: HttpApp, channel: Channel, naoko: Person
) -> None:
    slack.settle()
    http_app.status = 500
    naoko.posts(channel, "進みました")
    slack.until(lambda: slack.deliveries[-1].attempts == 2)
    slack.until(lambda: len(slack.deliveries[-1].retry_reasons) == 2)
    slack.clock.advance(MINUTE)
    slack.until(lambda: len(slack.deliveries[-1].retry_reasons) == 3)
    http_app.status = 200
    slack.clock.advance(5 * MINUTE)
    slack.settle()
    headers = http_app.heard[-1][0]
    assert headers["x-slack-retry-num"] == "3"
    assert headers["x-slack-retry-reason"] == "http_error"
    assert slack.deliveries[-1].acked_at is not None


def test_an_app_can_ask_for_no_retries(
    slack: Sandbox, http_app: HttpApp, channel: Channel, naoko: Person
) -> None:
    slack.settle()
    http_app.status, http_app.headers = 500, {"X-Slack-No-Retry": "1"}
    naoko.posts(channel, "進みました")
    slack.settle()
    assert slack.deliveries[-1].given_up
    assert slack.deliveries[-1].attempts == 1


def test_commands_over_http_are_forms(
    slack: Sandbox, http_app: HttpApp, channel: Channel, naoko: Person
) -> None:
    slack.commands = {"/project"}
    http_app.body = "はい".encode()
    invocation = naoko.runs("/project", "list", channel)
    assert invocation.acked
    assert [reply.text for reply in invocation.replies] == ["はい"]
    headers, body = http_app.heard[-1]
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert "command=%2Fproject" in body


def test_an_app_that_is_not_there(
    slack: Sandbox, http_app: HttpApp, channel: Channel, naoko: Person
) -> None:
    slack.settle()
    slack.http_target("http://127.0.0.1:9/")
    naoko.posts(channel, "進みました")
    slack.until(lambda: slack.deliveries[-1].retry_reasons[-1:] == ["connection_failed"])
