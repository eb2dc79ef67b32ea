"""A connection that Slack ends, that breaks or that goes deaf is opened anew; or we give up."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.socket_mode import Socket
from bot.supervisor import Patience, Supervisor
from bot.worker import Worker
from sandbox import Sandbox
from tests.connection.relay import Relay
from tests.sandbox.raw_socket import RawSocket

# Seconds. Nothing but what is meant may look deaf, also where others keep the machine busy.
QUICK = Patience(ping=1.0, deaf=30.0, greeting=20.0, give_up=3.0, between_deaf=3600.0)


class Watched:
    """A connection to the sandbox with a supervisor, and what that has to say."""

    def __init__(self, slack: Sandbox, patience: Patience = QUICK) -> None:
        self.slack = slack
        self.outages: list[tuple[str, str]] = []
        self.given_up: list[str] = []
        self.reconnects = 0
        self.is_watched = False
        me = AuthorizeResult(enterprise_id=None, team_id=slack.team_id, bot_token="xoxb-1")
        app = App(client=WebClient(base_url=slack.url), authorize=lambda: me)
        self.socket = Socket(app, slack.app_token, threads=2, ping_seconds=patience.ping)
        self.supervisor = Supervisor(
            self.socket.client,
            slack.clock,
            on_outage=self,
            give_up=self.given_up.append,
            on_reconnect=self._count,
            patience=patience,
        )
        self._watching = Worker("socket", self.supervisor.step)

    def begin(self) -> None:
        """Connect and watch."""
        self.socket.connect()
        self._watching.start()

    def stop(self) -> None:
        """End."""
        self._watching.stop()
        self._watching.join(10)
        self.socket.hang_up(3)

    def comes_up(self) -> None:
        """Wait until it is connected, and the supervisor has seen it."""
        self.slack.until(lambda: self.supervisor.is_connected, timeout=60)

    def began(self, _at: datetime, cause: str) -> None:
        """What a supervisor says."""
        self.outages.append(("began", cause))

    def ended(self, _at: datetime) -> None:
        """What a supervisor says."""
        self.outages.append(("ended", ""))

    def note(self) -> None:
        """What a supervisor says each time when all is well."""
        self.is_watched = True

    def _count(self) -> None:
        self.reconnects += 1


@contextmanager
def watching(slack: Sandbox, patience: Patience = QUICK) -> Iterator[Watched]:
    """One that is connected, until the end."""
    made = Watched(slack, patience)
    try:
        made.begin()
        made.comes_up()
        yield made
    finally:
        made.stop()


@pytest.fixture
def watched(slack: Sandbox) -> Iterator[Watched]:
    """One that is connected."""
    with watching(slack) as made:
        yield made


def opened(slack: Sandbox) -> int:
    return len(slack.calls_of("apps.connections.open"))


def until(slack: Sandbox, condition: Callable[[], object]) -> None:
    slack.until(condition, timeout=60)


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled"])
def test_slack_says_goodbye(slack: Sandbox, watched: Watched, reason: str) -> None:
    heard: list[str] = []
    watched.socket.client.goodbyes.append(heard.append)
    before = slack.hub.staying
    slack.disconnect(reason)
    until(slack, lambda: slack.connections and not set(before) & set(slack.hub.connections))
    watched.comes_up()
    assert heard == [reason]
    assert not watched.given_up


def test_until_the_first_connection_nothing_arrives_either(slack: Sandbox) -> None:
    slack.faults.add("ratelimited", method="apps.connections.open", retry_after=1)
    with watching(slack) as watched:
        until(slack, lambda: watched.is_watched)
        assert watched.outages == [("began", "disconnected"), ("ended", "")]


def test_a_network_that_breaks_without_a_word(slack: Sandbox, watched: Watched) -> None:
    slack.drop_connections()
    until(slack, lambda: watched.reconnects == 1)
    assert watched.outages == [("began", "disconnected"), ("ended", "")]
    assert slack.connections == 1


@pytest.mark.parametrize(
    ("patience", "cause"),
    [
        (Patience(ping=4.0, deaf=8.0), "deaf"),
        # slack_sdk looks after four pings, and is first to see it
        (Patience(ping=0.2, deaf=60.0), "disconnected"),
    ],
    ids=["we see it", "slack_sdk sees it"],
)
def test_a_network_that_swallows_everything(slack: Sandbox, patience: Patience, cause: str) -> None:
    with Relay(slack.server.port) as relay:
        slack.server.socket_port = relay.port
        with watching(slack, patience) as watched:
            until(slack, lambda: watched.is_watched)
            relay.stall()
            until(slack, lambda: watched.reconnects == 1)
            assert watched.outages == [("began", cause), ("ended", "")]


def test_told_that_something_did_not_come(slack: Sandbox, watched: Watched) -> None:
    before = slack.hub.staying
    watched.supervisor.deaf()
    until(slack, lambda: slack.connections and not set(before) & set(slack.hub.connections))
    watched.comes_up()
    calls = opened(slack)
    watched.supervisor.deaf()  # again, too soon after
    assert watched.supervisor.step() is False
    assert opened(slack) == calls


def test_slack_asks_for_a_pause_before_the_first_connection(slack: Sandbox) -> None:
    slack.faults.add("ratelimited", method="apps.connections.open", retry_after=1)
    began = time.monotonic()
    with watching(slack):
        assert time.monotonic() - began >= 1
        assert opened(slack) == 2


def test_slack_turns_it_away_again_and_again(slack: Sandbox, watched: Watched) -> None:
    slack.faults.add("http_error", method="apps.connections.open", times=None)
    calls = opened(slack)
    slack.drop_connections()
    until(slack, lambda: watched.given_up)
    assert opened(slack) - calls <= 4, "it has to keep to a pace"
    slack.faults.clear()
    until(slack, lambda: watched.reconnects == 1)


def test_an_acknowledgement_is_not_held_back_by_the_socket(watched: Watched) -> None:
    connection = watched.socket.client.current_session
    assert connection is not None
    assert connection.sock is not None
    assert connection.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_more_connections_than_slack_allows(slack: Sandbox) -> None:
    web = WebClient(slack.app_token, base_url=slack.url)
    others = [RawSocket(str(web.api_call("apps.connections.open")["url"])) for _ in range(10)]
    until(slack, lambda: slack.connections == 10)
    calls = opened(slack)
    one_too_many = Watched(slack)
    one_too_many.begin()
    until(slack, lambda: opened(slack) - calls >= 3)
    assert not one_too_many.supervisor.is_connected
    assert slack.connections == 10
    for other in others:
        other.close()
    one_too_many.comes_up()
    assert opened(slack) - calls <= 6, "it has to keep to a pace"
    one_too_many.stop()


def test_somebody_who_says_no_hello_is_heard_all_the_same(slack: Sandbox) -> None:
    """Not everybody who answers for Slack says it. Slack does: then nothing else will do."""
    client = Watched(slack).socket.client

    def hear(frame: dict[str, object]) -> None:
        client.run_message_listeners(frame, json.dumps(frame))

    hear({"type": "something"})
    assert client.greeted_at < 0
    hear({"type": "events_api", "envelope_id": "E1"})
    assert client.greeted_at >= client.opened_at
    client.opened_at = client.greeted_at + 1
    hear({"type": "hello"})
    client.opened_at = client.greeted_at + 1
    hear({"type": "events_api", "envelope_id": "E2"})
    assert client.greeted_at < client.opened_at, "an envelope of the connection before"


IMPATIENT = Patience(ping=0.5, deaf=30.0, greeting=2.0, give_up=60.0, between_deaf=3600.0)


def test_somebody_who_never_says_hello_but_answers_pings(slack: Sandbox) -> None:
    """There is nothing better to be had, and opening it again and again loses what is sent."""
    slack.hub.greets = False
    with watching(slack, IMPATIENT) as watched:
        calls = opened(slack)
        until(slack, lambda: watched.is_watched)
        assert opened(slack) == calls
        assert not watched.given_up


def test_slack_has_to_say_hello_each_time(slack: Sandbox) -> None:
    with watching(slack, IMPATIENT) as watched:
        slack.hub.greets = False
        calls = opened(slack)
        slack.drop_connections()
        until(slack, lambda: opened(slack) >= calls + 2)
        assert not watched.supervisor.is_connected
        slack.hub.greets = True
        watched.comes_up()
