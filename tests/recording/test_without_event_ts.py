"""Events that do not say when they happened: their envelope, or their coming, does."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.core import slack_time
from models import Channel
from models.base import JsonObject
from models.reaction import Reaction
from tests.recording import payloads
from tests.recording.conftest import Recorder

SECOND = 1775433650


def _reacts(*, added: bool, at: int = SECOND, event_ts: object = None) -> JsonObject:
    body = payloads.reaction("+1", event_ts="1775433700.000000", added=added)
    event = body["event"]
    assert isinstance(event, dict)
    event["event_ts"] = event_ts
    return {**body, "event_time": at}


def _given_at(recorder: Recorder) -> str:
    with recorder.database.read() as session:
        return session.scalars(select(Reaction.event_ts)).one()


@pytest.mark.parametrize("event_ts", [None, "", 1775433650.5])
def test_the_envelope_says_when(recorder: Recorder, event_ts: object) -> None:
    recorder.take(payloads.message("訓練をしました。"))
    recorder.later(minutes=5)
    recorder.take(_reacts(added=True, event_ts=event_ts))
    assert recorder.reactions() == {("U0READER", "+1")}
    assert _given_at(recorder) == f"{SECOND}.999999"


@pytest.mark.parametrize("last_added", [True, False])
def test_in_one_second_the_order_of_coming_decides(recorder: Recorder, *, last_added: bool) -> None:
    recorder.take(payloads.message("訓練をしました。"))
    for added in (not last_added, last_added, not last_added, last_added):
        recorder.later(seconds=0.1)
        now = int(recorder.clock.now().timestamp())
        recorder.take(_reacts(added=added, at=now))
    assert bool(recorder.reactions()) == last_added


@pytest.mark.parametrize("at", [0, -1, 10**10, 2**70])
def test_an_envelope_without_a_time(recorder: Recorder, at: int) -> None:
    recorder.take(payloads.message("訓練をしました。"))
    recorder.take(_reacts(added=True, at=at))
    assert _given_at(recorder) == slack_time.from_datetime(recorder.clock.now())


def test_what_comes_late_is_of_when_it_happened(recorder: Recorder) -> None:
    recorder.take(payloads.message("訓練をしました。"))
    recorder.later(minutes=5)
    recorder.take(_reacts(added=False, at=SECOND + 10))
    recorder.take(_reacts(added=True, at=SECOND))
    assert recorder.reactions() == set()


def test_the_bot_is_invited_back(recorder: Recorder) -> None:
    recorder.later(minutes=5)
    for number, kind in enumerate(
        ["member_joined_channel", "member_left_channel", "member_joined_channel"]
    ):
        event: JsonObject = {
            "type": kind,
            "user": payloads.BOT_USER,
            "channel": payloads.CHANNEL,
            "channel_type": "C",
        }
        recorder.take({**payloads.envelope(event), "event_time": SECOND + number})
    assert [event.state for event in recorder.inbox()] == ["done"] * 3
    with recorder.database.read() as session:
        assert session.get_one(Channel, (payloads.TEAM, payloads.CHANNEL)).has_bot
