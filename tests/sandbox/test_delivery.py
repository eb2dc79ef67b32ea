"""How events reach the app: Socket Mode, HTTP, and what happens when nobody acknowledges.

https://docs.slack.dev/apis/events-api, https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from sandbox import Channel, Person, Sandbox
from tests.sandbox.listening import ListeningApp
from tests.sandbox.raw_socket import RawSocket

MINUTE = timedelta(minutes=1)
NewApp = Callable[[], ListeningApp]


@pytest.fixture
def raw(slack: Sandbox) -> Iterator[Callable[[], RawSocket]]:
    """Opens bare WebSockets, to see each frame as it comes."""
    app_web = WebClient(slack.app_token, base_url=slack.url)
    opened: list[RawSocket] = []

    def connect(more: str = "") -> RawSocket:
        url = str(app_web.api_call("apps.connections.open")["url"])
        opened.append(RawSocket(url + more))
        return opened[-1]

    yield connect
    for socket in opened:
        socket.close()


def test_hello(slack: Sandbox, raw: Callable[..., RawSocket]) -> None:
    first, second = raw(), raw("&debug_reconnects=true")
    hello = first.read()
    assert hello["type"] == "hello"
    assert hello["num_connections"] == 1
    assert hello["connection_info"] == {"app_id": slack.app_id}
    short = second.read()
    assert short["num_connections"] == 2
    debug = short["debug_info"]
    assert isinstance(debug, dict)
    assert debug["approximate_connection_time"] == 360


def test_an_address_opens_one_connection(slack: Sandbox, raw: Callable[..., RawSocket]) -> None:
    socket = raw()
    socket.read()
    with pytest.raises(ConnectionError, match="403"):
        RawSocket(socket.url)
    with pytest.raises(ConnectionError, match="403"):
        RawSocket(slack.origin.replace("http", "ws") + "/link/?ticket=none")


def test_ten_connections_and_no_more(slack: Sandbox, raw: Callable[..., RawSocket]) -> None:
    for number in range(10):
        assert raw().read()["num_connections"] == number + 1
    eleventh = raw()
    assert eleventh.read() == {"type": "disconnect", "reason": "too_many_websockets"}
    assert slack.connections == 10


def test_each_event_goes_to_any_one_connection(
    slack: Sandbox, new_app: NewApp, channel: Channel, naoko: Person
) -> None:
    first, second = new_app(), new_app()
    for number in range(40):
        naoko.posts(channel, str(number))
    slack.settle()
    assert len(first.requests) + len(second.requests) == 40
    assert first.requests
    assert second.requests


def test_an_event_is_sent_until_it_is_acknowledged(
    slack: Sandbox, raw: Callable[..., RawSocket], channel: Channel, naoko: Person
) -> None:
    socket = raw()
    socket.read()
    naoko.posts(channel, "進みました")
    first = socket.read()
    assert (first["retry_attempt"], first["retry_reason"]) == (0, "")
    assert first["accepts_response_payload"] is False
    slack.clock.advance(timedelta(seconds=3))
    second = socket.read()
    assert (second["retry_attempt"], second["retry_reason"]) == (1, "timeout")
    assert second["envelope_id"] != first["envelope_id"]
    assert second["payload"] == first["payload"]
    slack.clock.advance(MINUTE - timedelta(seconds=3))
    assert socket.read()["retry_attempt"] == 2
    slack.clock.advance(5 * MINUTE)
    third = socket.read()
    assert third["retry_attempt"] == 3
    socket.send({"envelope_id": third["envelope_id"]})
    slack.settle()
    delivery = slack.deliveries[-1]
    assert delivery.attempts == 4
    assert delivery.acked_at is not None
    assert not delivery.given_up


def again(app: ListeningApp) -> list[SocketModeRequest]:
    """What was not sent for the first time."""
    return [request for request in app.requests if request.retry_attempt]


def test_slack_gives_up_after_three_more_times(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person
) -> None:
    slack.settle()
    app.deaf = True
    naoko.posts(channel, "進みました")
    slack.until(lambda: app.events_of("message"))
    slack.clock.advance(timedelta(minutes=10))
    slack.settle()
    delivery = slack.deliveries[-1]
    assert delivery.given_up
    assert delivery.attempts == 4
    assert delivery.retry_reasons == ["timeout"] * 3
    slack.until(lambda: len(again(app)) == 3)
    ids = [request.payload["event_id"] for request in again(app)]
    assert ids == [delivery.event_id] * 3


def test_nothing_expires_while_the_clock_stands_still(
    slack: Sandbox, raw: Callable[..., RawSocket], channel: Channel, naoko: Person
) -> None:
    socket = raw()
    socket.read()
    naoko.posts(channel, "進みました")
    envelope = socket.read()
    with pytest.raises(AssertionError, match="in vain for every event"):
        slack.settle(timeout=0.7)
    socket.send({"envelope_id": envelope["envelope_id"]})
    slack.settle()
    assert slack.deliveries[-1].attempts == 1


def test_events_without_a_connection_come_a_minute_later(
    slack: Sandbox, new_app: NewApp, channel: Channel, naoko: Person
) -> None:
    naoko.posts(channel, "誰もいない間に")
    late = new_app()
    assert late.events == []
    slack.clock.advance(MINUTE)
    slack.settle()
    assert late.events_of("message")[-1]["text"] == "誰もいない間に"
    assert late.requests[-1].retry_attempt == 2


def test_a_lost_connection_hands_over_to_another(
    slack: Sandbox, raw: Callable[..., RawSocket], new_app: NewApp, channel: Channel, naoko: Person
) -> None:
    slack.clock.advance(timedelta(minutes=10))
    socket = raw()
    socket.read()
    naoko.posts(channel, "進みました")
    socket.read()
    other = new_app()
    socket.close()
    slack.settle()
    assert [request.retry_attempt for request in other.requests] == [1]


def test_an_acknowledgement_over_another_connection_counts(
    slack: Sandbox, raw: Callable[..., RawSocket], channel: Channel, naoko: Person
) -> None:
    slack.clock.advance(timedelta(minutes=10))
    one = raw()
    one.read()
    naoko.posts(channel, "進みました")
    envelope = one.read()
    two = raw()
    two.read()
    two.send({"envelope_id": envelope["envelope_id"]})
    slack.settle()
    assert slack.deliveries[-1].acked_at is not None


def test_a_swallowed_acknowledgement(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person
) -> None:
    slack.settle()
    fault = slack.faults.add("swallow_ack")
    naoko.posts(channel, "進みました")
    slack.until(lambda: fault.used)
    slack.clock.advance(timedelta(seconds=3))
    slack.settle()
    assert slack.deliveries[-1].attempts == 2


def test_only_an_acknowledgement_of_the_kind_asked_for_is_swallowed(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person
) -> None:
    slack.settle()
    fault = slack.faults.add("swallow_ack", method="interactive")
    naoko.posts(channel, "進みました")
    slack.settle()
    assert slack.deliveries[-1].attempts == 1
    assert fault.used == 0


def test_an_event_that_comes_twice_for_no_reason(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person
) -> None:
    naoko.posts(channel, "進みました")
    slack.settle()
    slack.deliver_again(slack.deliveries[-1])
    slack.settle()
    assert len([one for one in app.events if one.get("text") == "進みました"]) == 2


@pytest.mark.parametrize("reason", ["refresh_requested", "link_disabled"])
def test_a_disconnect_frame_ends_the_connection(
    slack: Sandbox, raw: Callable[..., RawSocket], reason: str
) -> None:
    socket = raw()
    socket.read()
    slack.faults.add("disconnect", reason=reason)
    frame = socket.read()
    assert (frame["type"], frame["reason"]) == ("disconnect", reason)
    with pytest.raises(ConnectionError):
        socket.read()
    slack.until(lambda: slack.connections == 0)


def test_a_warning_leaves_the_connection_open(
    slack: Sandbox, raw: Callable[..., RawSocket], channel: Channel, naoko: Person
) -> None:
    slack.clock.advance(timedelta(minutes=10))
    socket = raw()
    socket.read()
    slack.faults.add("disconnect", reason="warning")
    assert socket.read()["reason"] == "warning"
    naoko.posts(channel, "進みました")
    assert socket.read()["type"] == "events_api"


def test_slack_sdk_comes_back_after_a_disconnect(
    slack: Sandbox, channel: Channel, naoko: Person
) -> None:
    heard: list[str] = []

    def hear(client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        heard.append(request.payload["event"]["text"])
        client.send_socket_mode_response(SocketModeResponse(request.envelope_id))

    web = WebClient(slack.bot_token, base_url=slack.url)
    client = SocketModeClient(slack.app_token, web_client=web)
    client.socket_mode_request_listeners.append(hear)
    client.connect()
    slack.connected()
    naoko.posts(channel, "聞こえますか")
    slack.settle()
    slack.disconnect()
    slack.until(lambda: len(slack.calls_of("apps.connections.open")) == 2)
    slack.until(lambda: slack.connections == 1)
    naoko.posts(channel, "まだいますか")
    slack.settle()
    client.close()
    assert heard == ["聞こえますか", "まだいますか"]


def test_refused_connections(slack: Sandbox, raw: Callable[..., RawSocket]) -> None:
    slack.faults.add("refuse_connections")
    with pytest.raises(ConnectionError, match="503"):
        raw()
    assert raw().read()["type"] == "hello"


def test_thousands_of_events_in_seconds(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person
) -> None:
    for number in range(2000):
        naoko.posts(channel, str(number))
    slack.settle(timeout=20)
    texts = [event["text"] for event in app.events_of("message")]
    assert texts[-2000:] == [str(number) for number in range(2000)]
    assert {delivery.attempts for delivery in slack.deliveries[-2000:]} == {1}
