"""What a person deletes is nowhere left, not even in the free pages of the file."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import make_url, select, text

from models import Base, InboxEvent, Message, ProjectChannel
from models.database import Database
from models.inbox import InboxState
from tests.recording import payloads
from tests.recording.conftest import Recorder

SECRET = "ひみつの言葉xyzzy"


def test_deleted_words_are_in_no_table(recorder: Recorder) -> None:
    _write_edit_and_delete(recorder)
    with recorder.database.read() as session:
        rows = [
            row for table in Base.metadata.sorted_tables for row in session.execute(table.select())
        ]
    assert len(rows) > 50
    assert "xyzzy" not in str(rows)


def test_deleted_words_are_in_no_file_of_sqlite(recorder: Recorder) -> None:
    _write_edit_and_delete(recorder)
    if not recorder.database.is_sqlite:
        return
    name = make_url(str(recorder.database.engine.url)).database
    assert name
    files = list(Path(name).parent.glob(Path(name).name + "*"))
    assert files
    for file in files:
        content = file.read_bytes()
        assert SECRET.encode() not in content, file
        assert json.dumps(SECRET)[1:-1].encode() not in content, file


def test_the_tombstone_stays(recorder: Recorder) -> None:
    _write_edit_and_delete(recorder)
    message = recorder.message()
    assert message is not None
    assert message.deleted_ts == "1775433690.000000"
    assert message.user_id == payloads.AUTHOR


def test_a_deleted_thread_root_is_a_tombstone_too(recorder: Recorder) -> None:
    recorder.take(payloads.message(SECRET))
    recorder.take(
        payloads.changed(
            "This message was deleted.",
            edited_ts=None,
            event_ts="1775433690.000000",
            subtype="tombstone",
            reply_count=2,
            thread_ts=payloads.TS,
        )
    )
    message = recorder.message()
    assert message is not None
    assert message.deleted_ts == "1775433690.000000"
    assert recorder.texts() == {}


def test_a_deletion_erases_after_the_project_was_closed(recorder: Recorder) -> None:
    recorder.take(payloads.message(SECRET), payloads.message("残る投稿", ts="1775433700.000000"))
    with recorder.database.write() as session:
        [tie] = session.scalars(select(ProjectChannel))
        tie.removed_at = recorder.clock.now()
    recorder.take(
        payloads.deleted(at="1775433690.000000", previous=SECRET),
        payloads.deleted(at="1775433691.000000", ts="1775433600.999999", previous="知らない投稿"),
    )
    message = recorder.message()
    assert message is not None
    assert message.deleted_ts == "1775433690.000000"
    assert recorder.texts() == {}
    assert recorder.texts("1775433700.000000") == {"": "残る投稿"}
    assert recorder.message("1775433600.999999") is None


def test_a_deletion_erases_what_a_dead_letter_holds(recorder: Recorder) -> None:
    recorder.take(payloads.message(SECRET))
    recorder.take(payloads.reaction("+1", event_ts="yesterday", ts=payloads.TS))
    poison = payloads.changed(SECRET, edited_ts="1775433610.000000")
    recorder.receive(poison)
    with recorder.database.write() as session:
        for event in session.scalars(select(InboxEvent).where(InboxEvent.payload.is_not(None))):
            event.state = InboxState.DEAD
    recorder.take(payloads.deleted(at="1775433690.000000", previous=SECRET))
    assert [e.payload for e in recorder.inbox()] == [None] * 4


def test_an_event_that_fails_after_the_deletion_keeps_no_words(recorder: Recorder) -> None:
    recorder.take(payloads.deleted(at="1775433690.000000", previous=SECRET))
    with recorder.database.write() as session:
        session.get_one(Message, (payloads.TEAM, payloads.CHANNEL, payloads.TS)).user_id = None
    recorder.take(payloads.message(SECRET, user="U" * 4000, event_id="Ev1"))
    for minutes in (0, 1, 2, 11):
        recorder.later(minutes=minutes)
        recorder.apply()
    event = recorder.inbox()[-1]
    if not recorder.database.is_sqlite:  # which takes names of any length
        assert event.state == InboxState.DEAD
    assert event.payload is None


def test_the_end_of_a_tombstone_erases_as_well(recorder: Recorder) -> None:
    recorder.take(payloads.message(SECRET))
    recorder.take(payloads.deleted(at="1775433690.000000", user="USLACKBOT", subtype="tombstone"))
    assert recorder.texts() == {}


def test_a_deleted_bots_message_leaves_nothing(recorder: Recorder) -> None:
    recorder.take(payloads.deleted(at="1775433690.000000", user="", bot_id="B1"))
    assert recorder.message() is None


def test_every_connection_overwrites_what_it_deletes(sqlite_database: Database) -> None:
    with sqlite_database.read() as session:
        assert session.execute(text("PRAGMA secure_delete")).scalar() == 1


def _write_edit_and_delete(recorder: Recorder) -> None:
    for number in range(50):  # other rows around it, so that its pages stay in use
        recorder.receive_all([payloads.message(f"ほかの投稿{number}", ts=f"17754330{number:02}.0")])
    recorder.take(payloads.message(f"{SECRET} 一", ts=payloads.TS))
    recorder.take(payloads.changed(f"{SECRET} 二" * 500, edited_ts="1775433610.000000"))
    recorder.take(payloads.deleted(at="1775433690.000000", previous=f"{SECRET} 二"))
