"""Faults by name, rate limits, and the clock on which they count."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from http.client import RemoteDisconnected

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox import Channel, Person, Sandbox, SandboxClock
from tests.sandbox.listening import error_of


def test_a_rate_limit_once(slack: Sandbox, web: WebClient) -> None:
    slack.faults.add("ratelimited", method="users.list", retry_after=7)
    assert web.auth_test()["ok"]
    with pytest.raises(SlackApiError) as refused:
        web.users_list()
    assert refused.value.response.status_code == 429
    assert refused.value.response["error"] == "ratelimited"
    assert refused.value.response.headers["Retry-After"] == "7"
    assert web.users_list()["ok"]


def test_an_http_error(slack: Sandbox, web: WebClient) -> None:
    slack.faults.add("http_error", status=503)
    with pytest.raises(SlackApiError) as refused:
        web.auth_test()
    assert refused.value.response.status_code == 503


def test_a_connection_that_breaks_before_anything_happens(
    slack: Sandbox, web: WebClient, channel: Channel, naoko: Person
) -> None:
    before = naoko.sees(channel)
    slack.faults.add("connection_reset", method="chat.postMessage")
    with pytest.raises((RemoteDisconnected, ConnectionResetError)):
        web.chat_postMessage(channel=channel.id, text="はい")
    assert naoko.sees(channel) == before


def test_an_answer_that_is_lost(
    slack: Sandbox, web: WebClient, channel: Channel, naoko: Person
) -> None:
    slack.faults.add("lost_answer", method="chat.postMessage")
    with pytest.raises((RemoteDisconnected, ConnectionResetError)):
        web.chat_postMessage(channel=channel.id, text="はい")
    assert naoko.sees(channel)[-1].text == "はい"
    assert slack.calls_of("chat.postMessage")[0].ok


def test_an_error_by_its_code(slack: Sandbox, web: WebClient) -> None:
    fault = slack.faults.add("error", method="auth.test", code="account_inactive", times=2)
    assert error_of(web, "auth.test") == "account_inactive"
    assert error_of(web, "auth.test") == "account_inactive"
    assert web.auth_test()["ok"]
    assert fault.used == 2


def test_a_slow_answer(slack: Sandbox, web: WebClient) -> None:
    slack.faults.add("slow", seconds=0.2)
    began = time.monotonic()
    assert web.auth_test()["ok"]
    assert time.monotonic() - began >= 0.2


def test_faults_that_never_end_until_they_are_cleared(slack: Sandbox, web: WebClient) -> None:
    slack.faults.add("error", times=None)
    for _ in range(3):
        assert error_of(web, "auth.test") == "internal_error"
    slack.faults.clear()
    assert web.auth_test()["ok"]


def test_a_fault_that_is_not_known(slack: Sandbox) -> None:
    with pytest.raises(ValueError, match="there is no fault 'fire'"):
        slack.faults.add("fire")


def test_tiers_are_enforced_when_asked_for(slack: Sandbox, web: WebClient) -> None:
    for _ in range(25):
        web.users_list()
    slack.enforce_rate_limits = True
    for _ in range(20):
        web.users_list()
    with pytest.raises(SlackApiError) as refused:
        web.users_list()
    assert refused.value.response.headers["Retry-After"] == "60"
    slack.clock.advance(timedelta(seconds=59))
    assert error_of(web, "users.list") == "ratelimited"
    slack.clock.advance(timedelta(seconds=1))
    assert web.users_list()["ok"]


def test_one_post_a_second_in_each_channel(
    slack: Sandbox, web: WebClient, channel: Channel, naoko: Person
) -> None:
    slack.enforce_rate_limits = True
    web.chat_postMessage(channel=channel.id, text="一")
    assert error_of(web, "chat.postMessage", channel=channel.id, text="二") == "ratelimited"
    assert web.chat_postMessage(channel=naoko.id, text="二")["ok"]
    slack.clock.advance(timedelta(seconds=1))
    assert web.chat_postMessage(channel=channel.id, text="三")["ok"]


def test_the_clock_stands_still_until_it_is_moved() -> None:
    start = datetime(2026, 4, 1, tzinfo=UTC)
    clock = SandboxClock(start)
    assert clock.now() == clock.now() == start
    clock.advance(timedelta(hours=1))
    assert clock.now() == start + timedelta(hours=1)
    clock.move_to(datetime(2026, 4, 2, tzinfo=UTC))
    assert clock.now() == datetime(2026, 4, 2, tzinfo=UTC)
    with pytest.raises(ValueError, match="does not go back"):
        clock.move_to(start)
    with pytest.raises(ValueError, match="aware"):
        SandboxClock(datetime(2026, 4, 1))  # noqa: DTZ001


def test_timers_are_called_at_their_own_moments() -> None:
    clock = SandboxClock(datetime(2026, 4, 1, tzinfo=UTC))
    start = clock.now()
    called: list[tuple[str, datetime]] = []
    clock.call_at(start + timedelta(minutes=2), lambda: called.append(("two", clock.now())))
    clock.call_at(start + timedelta(minutes=1), lambda: called.append(("one", clock.now())))
    clock.call_at(start + timedelta(minutes=1), lambda: called.append(("no", clock.now()))).cancel()
    clock.call_at(start + timedelta(hours=1), lambda: called.append(("later", clock.now())))
    clock.advance(timedelta(minutes=5))
    assert called == [
        ("one", start + timedelta(minutes=1)),
        ("two", start + timedelta(minutes=2)),
    ]


def test_a_clock_that_runs() -> None:
    with SandboxClock(datetime(2026, 4, 1, tzinfo=UTC), rate=3600) as clock:
        start = clock.now()
        called: list[datetime] = []
        clock.call_at(start + timedelta(minutes=1), lambda: called.append(clock.now()))
        deadline = time.monotonic() + 5
        while not called and time.monotonic() < deadline:
            clock.wait(0.01)
        assert called
        assert called[0] >= start + timedelta(minutes=1)
