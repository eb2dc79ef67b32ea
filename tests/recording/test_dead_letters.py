"""An event that can't be applied is set aside; the others go on."""

from __future__ import annotations

from bot.core import members
from models import inbox
from models.inbox import InboxState
from tests.recording import payloads
from tests.recording.conftest import Recorder


def test_a_malformed_event_is_a_dead_letter_at_once(recorder: Recorder) -> None:
    poison = payloads.envelope({"type": "message", "channel": payloads.CHANNEL, "user": "U1"})
    recorder.take(poison, payloads.message("後から来た投稿"))
    dead, done = recorder.inbox()
    assert (dead.state, dead.error) == (InboxState.DEAD, "MalformedEventError: ts is missing")
    assert dead.payload is not None
    assert done.state == InboxState.DONE
    assert recorder.message() is not None


def test_a_failing_event_is_tried_again_and_then_given_up(recorder: Recorder) -> None:
    # Not malformed, and yet it can't be applied: no database has room for it
    poison = payloads.envelope(
        {"type": "user_change", "user": {"id": payloads.BOT_USER, "updated": 1e300}}
    )
    with recorder.database.write() as session:
        members.ensure(session, payloads.TEAM, payloads.BOT_USER)
    recorder.take(poison)
    for minutes in (0, 1, 2, 11):
        assert recorder.inbox()[0].state == InboxState.PENDING
        recorder.later(minutes=minutes)
        recorder.apply()
    [event] = recorder.inbox()
    assert event.state == InboxState.DEAD
    assert event.error is not None
    assert event.error.startswith(("OverflowError", "DataError"))
    with recorder.database.read() as session:
        assert inbox.count(session, InboxState.DEAD) == 1


def test_a_malformed_event_from_elsewhere_is_acknowledged(recorder: Recorder) -> None:
    recorder.receive(
        payloads.envelope({"type": "message", "subtype": "message_deleted", "channel": "C0OTHER"}),
        payloads.envelope({"type": "message"}),
    )
    assert [e.state for e in recorder.inbox()] == [InboxState.IGNORED] * 2


def test_an_event_that_came_twice_is_stored_once(recorder: Recorder) -> None:
    body = payloads.message("一度だけ", event_id="Ev1")
    recorder.take(body)
    recorder.take(body)
    assert [e.event_id for e in recorder.inbox()] == ["Ev1"]


def test_app_rate_limited_is_kept_once_a_minute(recorder: Recorder) -> None:
    body = {
        "token": "unused",
        "type": "app_rate_limited",
        "team_id": payloads.TEAM,
        "minute_rate_limited": 1775433600,
        "api_app_id": payloads.APP,
    }
    recorder.take(body, body, {**body, "minute_rate_limited": 1775433660})
    assert [e.type for e in recorder.inbox()] == ["app_rate_limited"] * 2
