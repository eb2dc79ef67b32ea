"""To which project a message belongs: the one whose channel it was when it was written."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.core import slack_time
from models import Base, Message
from models.base import JsonObject
from models.inbox import InboxState
from models.project import ProjectChannel
from tests.recording import payloads
from tests.recording.conftest import Recorder

MAYOR = "U0MAYOR"


@pytest.fixture
def first(recorder: Recorder) -> int:
    """The project of the channel, registered a day ago; it is written in now."""
    with recorder.database.read() as session:
        [project_id] = session.scalars(select(ProjectChannel.project_id))
    recorder.later(days=1)
    return project_id


def close(recorder: Recorder) -> None:
    """The channel belongs to nobody from now on."""
    with recorder.database.write() as session:
        session.execute(
            update(ProjectChannel)
            .where(ProjectChannel.removed_at.is_(None))
            .values(removed_at=recorder.clock.now())
        )


def now(recorder: Recorder, **by: float) -> str:
    """The time stamp of what is written at this moment, or so much after it."""
    return slack_time.from_datetime(recorder.clock.now() + timedelta(**by))


def new_id(old: str, new: str, at: str) -> JsonObject:
    return payloads.envelope(
        {
            "type": "channel_id_changed",
            "old_channel_id": old,
            "new_channel_id": new,
            "event_ts": at,
        }
    )


def project_of(recorder: Recorder, ts: str, channel: str = payloads.CHANNEL) -> int | None:
    message = recorder.message(ts, channel)
    assert message is not None
    assert message.counted
    return message.project_id


def test_closed_while_a_post_waited_in_the_inbox(recorder: Recorder, first: int) -> None:
    ts = now(recorder)
    recorder.receive(payloads.message("最後の投稿です。", ts=ts))
    recorder.later(seconds=1)
    close(recorder)
    recorder.apply()
    assert project_of(recorder, ts) == first
    assert recorder.texts(ts) == {"": "最後の投稿です。"}


def test_moved_to_another_project_while_a_post_waited(recorder: Recorder, first: int) -> None:
    before = now(recorder)
    recorder.receive(payloads.message("前のプロジェクトの投稿です。", ts=before))
    recorder.later(seconds=1)
    close(recorder)
    second = recorder.register(name="次")
    recorder.apply()
    recorder.later(seconds=1)
    after = now(recorder)
    recorder.take(payloads.message("次のプロジェクトの投稿です。", ts=after))
    assert (project_of(recorder, before), project_of(recorder, after)) == (first, second)


def test_delivered_after_the_closing(recorder: Recorder, first: int) -> None:
    ts = now(recorder)
    recorder.later(hours=1)
    close(recorder)
    recorder.later(hours=1)
    recorder.take(payloads.message("遅れて届いた投稿です。", ts=ts))
    assert project_of(recorder, ts) == first


def test_delivered_after_the_channel_has_moved(recorder: Recorder, first: int) -> None:
    ts = now(recorder)
    recorder.later(hours=1)
    close(recorder)
    recorder.register(name="次")
    recorder.take(payloads.message("遅れて届いた投稿です。", ts=ts))
    assert project_of(recorder, ts) == first


def test_what_people_do_with_a_post_after_the_closing(recorder: Recorder, first: int) -> None:
    kept, gone = now(recorder), now(recorder, seconds=1)
    recorder.take(payloads.message("残る投稿", ts=kept), payloads.message("消す投稿", ts=gone))
    recorder.later(days=1)
    close(recorder)
    recorder.later(days=1)
    recorder.take(
        payloads.reaction("+1", ts=kept, user=MAYOR, event_ts=now(recorder)),
        payloads.changed("直した投稿", ts=kept, edited_ts=now(recorder)),
        payloads.reaction("tada", ts=gone, user=MAYOR, event_ts=now(recorder)),
        payloads.deleted(ts=gone, at=now(recorder, seconds=1), previous="消す投稿"),
    )
    assert recorder.reactions(kept) == {(MAYOR, "+1")}
    assert set(recorder.texts(kept).values()) == {"残る投稿", "直した投稿"}
    assert recorder.texts(gone) == {}
    recorder.take(
        payloads.reaction("+1", ts=kept, user=MAYOR, added=False, event_ts=now(recorder, hours=1))
    )
    assert recorder.reactions(kept) == set()


def test_a_reaction_before_its_post_after_the_closing(recorder: Recorder, first: int) -> None:
    ts = now(recorder)
    recorder.later(hours=1)
    close(recorder)
    recorder.take(
        payloads.reaction("+1", ts=ts, user=MAYOR, event_ts=now(recorder)),
        payloads.message("遅れて届いた投稿です。", ts=ts),
    )
    assert recorder.reactions(ts) == {(MAYOR, "+1")}
    assert project_of(recorder, ts) == first


def test_a_deletion_before_its_post_after_the_closing(recorder: Recorder, first: int) -> None:
    ts = now(recorder)
    recorder.later(hours=1)
    close(recorder)
    recorder.take(
        payloads.deleted(ts=ts, at=now(recorder), previous="xyzzy"),
        payloads.message("xyzzy", ts=ts),
    )
    message = recorder.message(ts)
    assert message is not None
    assert message.deleted_ts is not None
    assert recorder.texts(ts) == {}


def test_written_after_the_closing(recorder: Recorder, first: int) -> None:
    close(recorder)
    recorder.later(seconds=1)
    ts = now(recorder)
    recorder.take(
        payloads.message("xyzzy", ts=ts),
        payloads.changed("xyzzy!", ts=ts, edited_ts=now(recorder, seconds=5)),
        payloads.reaction("+1", ts=ts, event_ts=now(recorder, seconds=6)),
        payloads.deleted(ts=ts, at=now(recorder, seconds=7), previous="xyzzy!"),
    )
    assert recorder.message(ts) is None
    assert recorder.reactions(ts) == set()
    assert [(e.state, e.payload) for e in recorder.inbox()] == [(InboxState.IGNORED, None)] * 4
    with recorder.database.read() as session:
        rows = [r for table in Base.metadata.sorted_tables for r in session.execute(table.select())]
    assert "xyzzy" not in str(rows)


def test_between_a_closing_and_a_resumption(recorder: Recorder, first: int) -> None:
    """Its own event is not recorded; an edit after the resumption is, as with any older message."""
    close(recorder)
    recorder.later(hours=1)
    ts = now(recorder)
    recorder.take(payloads.message("休みの間の投稿です。", ts=ts))
    recorder.later(hours=1)
    second = recorder.register(name="次")
    assert recorder.message(ts) is None
    recorder.take(payloads.changed("直した投稿です。", ts=ts, edited_ts=now(recorder)))
    assert project_of(recorder, ts) == second


def test_a_message_once_recorded_stays_with_its_project(recorder: Recorder, first: int) -> None:
    """Also one that was older than its project and became its own by being edited."""
    ts = now(recorder, days=-30)
    recorder.take(payloads.changed("登録の前の投稿です。", ts=ts, edited_ts=now(recorder)))
    assert project_of(recorder, ts) == first
    recorder.later(hours=1)
    close(recorder)
    recorder.take(payloads.changed("もう一度直しました。", ts=ts, edited_ts=now(recorder)))
    recorder.register(name="次")
    recorder.take(payloads.changed("また直しました。", ts=ts, edited_ts=now(recorder, hours=1)))
    assert project_of(recorder, ts) == first
    assert len(recorder.texts(ts)) == 3


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("written_to", ["G0OLD", "C0NEW"])
def test_the_channel_gets_a_new_id_in_between(
    recorder: Recorder, written_to: str, *, closed: bool
) -> None:
    private = recorder.register("G0OLD", name="非公開だった")
    recorder.later(hours=1)
    ts = now(recorder)
    post = payloads.message("IDが変わる前の投稿です。", ts=ts, channel=written_to)
    if written_to == "G0OLD":
        recorder.receive(post)
    recorder.later(hours=1)
    recorder.receive(new_id("G0OLD", "C0NEW", now(recorder)))
    if closed:
        close(recorder)
    recorder.later(hours=1)
    like = payloads.reaction("+1", ts=ts, user=MAYOR, channel="G0OLD", event_ts=now(recorder))
    recorder.take(post, like)
    assert project_of(recorder, ts, "C0NEW") == private
    assert recorder.message(ts, "G0OLD") is None
    assert recorder.reactions(ts) == {(MAYOR, "+1")}


def test_two_ids_that_were_both_registered(recorder: Recorder) -> None:
    """The older tie ends when the news comes; what was written under both belongs to the newer."""
    older = recorder.register("G0OLD", name="前のID")
    recorder.later(hours=1)
    early = now(recorder)
    recorder.later(hours=1)
    newer = recorder.register("C0NEW", name="新しいID")
    recorder.later(hours=1)
    late = now(recorder)
    recorder.later(hours=1)
    recorder.take(
        new_id("G0OLD", "C0NEW", now(recorder)),
        payloads.message("一つだけのとき", ts=early, channel="G0OLD"),
        payloads.message("二つあるとき", ts=late, channel="C0NEW"),
    )
    assert project_of(recorder, early, "C0NEW") == older
    assert project_of(recorder, late, "C0NEW") == newer


@pytest.mark.parametrize("ts", ["", "yesterday", "1e400", "99999999999999999999"])
def test_a_time_stamp_that_is_none(recorder: Recorder, ts: str) -> None:
    """It is set aside to be looked at; from elsewhere it is of no interest."""
    recorder.take(
        payloads.message("いつの投稿か分からない", ts=ts),
        payloads.reaction("+1", ts=ts, event_ts=now(recorder)),
        payloads.message("いつの投稿か分からない", ts=ts, channel="C0OTHER"),
        payloads.reaction("+1", ts=ts, event_ts=now(recorder), channel="C0OTHER"),
    )
    states = [event.state for event in recorder.inbox()]
    assert states == [InboxState.DEAD] * 2 + [InboxState.IGNORED] * 2
    with recorder.database.read() as session:
        assert session.scalars(select(Message)).all() == []
