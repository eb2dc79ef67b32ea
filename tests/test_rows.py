"""Rows that are inserted unless they are there, and the objects that a session then has of them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models.database import Database, add_unless_there, insert_unless_there, keep_loaded
from models.message import MessageVersion
from models.preference import Notices, Preference
from models.thread import Thread

KEY = ("T0CITY", "U0SATO")


def preference(language: str | None) -> Preference:
    return Preference(
        team_id=KEY[0],
        user_id=KEY[1],
        language=language,
        notices=Notices.NOW,
        monthly=True,
        marks=True,
        highlights=False,
    )


def thread(session: Session, replies: int) -> bool:
    key = {"team_id": "T0CITY", "channel_id": "C0DX", "ts": "1775433600.000100"}
    return insert_unless_there(
        session, Thread, {**key, "reply_count": replies, "latest_reply": "1775433700.000100"}
    )


def test_a_row_goes_in_once(database: Database) -> None:
    with database.write() as session:
        assert thread(session, 1)
        assert not thread(session, 2)
    with database.write() as session:
        assert not thread(session, 3)
        kept = session.get_one(Thread, ("T0CITY", "C0DX", "1775433600.000100"))
        assert kept.reply_count == 1


def test_a_new_object_is_as_if_it_had_been_read(database: Database) -> None:
    with database.write() as session:
        new = preference(None)
        assert add_unless_there(session, new)
        assert session.get(Preference, KEY) is new
        assert new not in session.dirty
        assert new.language is None
        new.language = "ja"
    with database.read() as session:
        stored = session.get_one(Preference, KEY)
        assert (stored.language, stored.notices, stored.highlights) == ("ja", Notices.NOW, False)


def test_an_object_whose_row_is_there_stays_outside(database: Database) -> None:
    with database.write() as session:
        assert add_unless_there(session, preference("ja"))
    with database.write() as session:
        other = preference("en")
        assert not add_unless_there(session, other)
        assert other not in session
        assert session.get_one(Preference, KEY).language == "ja"


def test_what_a_savepoint_takes_back_is_gone(database: Database) -> None:
    with database.write() as session:
        savepoint = session.begin_nested()
        assert add_unless_there(session, preference("ja"))
        savepoint.rollback()
        assert session.get(Preference, KEY) is None
        assert add_unless_there(session, preference("en"))


def test_a_session_that_keeps_what_it_reads_keeps_what_is_new(database: Database) -> None:
    with database.write() as session:
        keep_loaded(session, Preference, MessageVersion)
        assert add_unless_there(session, preference("ja"))
        # Nobody refers to it any more: without being kept it would be read again.
        assert len([*session.identity_map.keys()]) == 1


def test_whoever_reads_and_then_thinks_keeps_nobody_from_committing(database: Database) -> None:
    with database.read() as reading:
        assert reading.get(Preference, KEY) is None
        with database.write() as session:
            assert add_unless_there(session, preference("ja"))
        assert reading.get(Preference, KEY) is not None
