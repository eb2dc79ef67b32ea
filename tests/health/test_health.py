"""/healthz and its like say what an operator and a machine have to know, and no names."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from http.client import HTTPConnection

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update

from bot.health.metrics import Metrics
from bot.health.pages import Pages, Probes
from bot.health.state import State
from bot.settings import Settings
from models import refusal
from models.database import Database
from models.delivery import Delivery, DeliveryState, enqueue
from models.inbox import InboxEvent, InboxState
from sandbox import Sandbox
from service import Service
from tests.health.asking import ask
from tests.test_front_door import locked

Settled = Callable[[], None]
Write = Callable[[bytes], object]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With probes on any free port."""
    return replace(settings, health_port=0)


def metrics_of(service: Service) -> dict[str, float]:
    """Every sample without labels by its name; with labels, by `name{label}`."""
    text = ask(service, "/metrics").text
    return {
        sample.name + "".join(f"{{{value}}}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_all_is_well(slack: Sandbox, iine: Service, settled: Settled) -> None:
    sato = slack.person("佐藤 花子", title="防災課")
    channel = slack.channel("避難所dx", members=[sato])
    answer = sato.runs("/project", "register 避難所DX", channel)
    slack.until(lambda: answer.replies)
    sato.posts(channel, "受付の訓練をしました。")
    settled()
    slack.until(lambda: iine.is_connected)

    health = ask(iine, "/healthz")
    assert health.status == 200, health.text
    said = health.said
    assert said == {
        "live": True,
        "ready": True,
        "database": True,
        "socket": True,
        "oldest_unprocessed_event_seconds": None,
        "last_digest": None,
        "late_digests": 0,
        "open_gaps": said["open_gaps"],
    }
    assert [ask(iine, path).status for path in ("/livez", "/readyz", "/metrics")] == [200] * 3
    assert [ask(iine, "/").status, ask(iine, "/healthz", "POST").status] == [404, 405]
    assert ask(iine, "/healthz", "HEAD").text == ""

    shown = metrics_of(iine)
    assert shown["iine_events_received_total{kept}"] >= 2
    assert shown["iine_events_applied_total"] >= 1
    assert shown["iine_acknowledgement_seconds_count"] >= 3
    assert shown["iine_connected"] == shown["iine_database_up"] == 1
    assert shown["iine_inbox_waiting"] == shown["iine_inbox_dead"] == 0
    assert shown["iine_deliveries{failed}"] == 0
    text = ask(iine, "/metrics").text + health.text
    assert not re.search(r"佐藤|防災|避難所|訓練", text)
    assert sato.id not in text
    assert channel.id not in text


def test_what_was_refused_and_what_is_held(iine: Service, slack: Sandbox) -> None:
    now = slack.clock.now()
    with iine.deps.database.write() as session:
        refusal.add(session, slack.team_id, refusal.Reason.OTHER_APP, "Ev1", now)
        refusal.add(session, slack.team_id, refusal.Reason.OTHER_APP, "Ev2", now)
        later = now + timedelta(days=1)
        enqueue(
            session,
            team_id=slack.team_id,
            key="k",
            kind="card",
            channel_id="C1",
            args={},
            now=now,
            not_before=later,
        )
        session.execute(update(Delivery).values(state=DeliveryState.HELD))
    shown = metrics_of(iine)
    assert shown["iine_events_not_ours_total{other_app}"] == 2
    assert shown["iine_events_not_ours_total{other_workspace}"] == 0
    assert shown["iine_deliveries{held}"] == 1


def test_whoever_waits_for_the_database_holds_up_nobody(iine: Service) -> None:
    elsewhere = Database(iine.deps.settings.database_url)
    with locked(elsewhere), ExitStack() as waiting:
        for path in ("/readyz", "/healthz", "/metrics", "/readyz"):
            connection = HTTPConnection("127.0.0.1", iine.health_port or 0, timeout=30)
            waiting.callback(connection.close)
            connection.request("GET", path)
        assert ask(iine, "/livez").status == 200
    elsewhere.close()


def test_an_event_that_waits_for_long(iine: Service, slack: Sandbox) -> None:
    slack.until(lambda: iine.is_connected)
    now = slack.clock.now()
    with iine.deps.database.write() as session:
        session.add(
            InboxEvent(
                team_id=slack.team_id,
                event_id="Ev1",
                type="message",
                event_time=0,
                received_at=now - timedelta(minutes=6),
                state=InboxState.PENDING,
                retry_at=now + timedelta(hours=1),
                payload={},
            )
        )
    health = ask(iine, "/healthz")
    assert health.status == 503
    assert health.said["oldest_unprocessed_event_seconds"] == 360.0
    assert health.said["ready"] is True
    assert ask(iine, "/readyz").status == 200


def test_without_a_connection(iine: Service, slack: Sandbox) -> None:
    slack.until(lambda: iine.is_connected)
    slack.faults.add("http_error", method="apps.connections.open", times=None)
    slack.drop_connections()
    slack.until(lambda: not iine.is_connected)
    assert ask(iine, "/readyz").status == 503
    assert ask(iine, "/healthz").said["socket"] is False
    assert ask(iine, "/livez").status == 200
    slack.faults.clear()
    slack.until(lambda: iine.is_connected, timeout=60)
    assert ask(iine, "/readyz").status == 200
    slack.until(lambda: metrics_of(iine)["iine_reconnects_total"] == 1)


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (State(), 200),
        (State(oldest_waiting=299.0), 200),
        (State(oldest_waiting=301.0), 503),
        (State(late_digests=1), 503),
        (State(open_gaps=3), 200),
        (State(dead=3), 200),
        (None, 503),
    ],
)
def test_when_somebody_should_look(state: State | None, status: int) -> None:
    pages = Pages(Probes(lambda: True, lambda: True, lambda: state, Metrics()))
    answered: list[str] = []

    def start_response(line: str, _headers: list[tuple[str, str]], _info: object = None) -> Write:
        answered.append(line)
        return lambda _data: None

    pages({"PATH_INFO": "/healthz", "REQUEST_METHOD": "GET"}, start_response)
    assert answered[0].startswith(str(status))
