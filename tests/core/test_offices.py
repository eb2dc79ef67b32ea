"""Tenures: what the table of an office looks like after one assignment and another."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot.core.coordinators import everyone
from bot.core.offices import all_offices, assign, office_key, vacate
from bot.core.permissions import Actor
from bot.errors import UserError
from models.audit import AuditEntry
from models.database import Database
from models.office import Tenure

ADMIN = Actor("T1", "UADMIN", "ja", True, True, False, ())


def day(number: int) -> datetime:
    return datetime(2026, 4, number, tzinfo=UTC)


NOW = day(20)


def give(database: Database, user_id: str, since: datetime) -> str | None:
    with database.write() as session:
        made = assign(session, ADMIN, "市長", user_id, since=since, now=NOW)
    return made.predecessor


def leave(database: Database, now: datetime) -> None:
    with database.write() as session:
        vacate(session, ADMIN, "市長", now=now)


def tenures(database: Database) -> list[tuple[str, int, int | None]]:
    with database.read() as session:
        rows = session.scalars(select(Tenure).order_by(Tenure.since))
        return [(r.user_id, r.since.day, r.until.day if r.until else None) for r in rows]


def test_one_after_the_other(database: Database) -> None:
    assert give(database, "U1", day(1)) is None
    assert give(database, "U2", day(10)) == "U1"
    assert tenures(database) == [("U1", 1, 10), ("U2", 10, None)]


def test_one_before_the_other(database: Database) -> None:
    give(database, "U2", day(10))
    give(database, "U1", day(1))
    assert tenures(database) == [("U1", 1, 10), ("U2", 10, None)]


def test_one_in_the_middle_of_another(database: Database) -> None:
    give(database, "U1", day(1))
    give(database, "U3", day(20))
    give(database, "U2", day(10))
    assert tenures(database) == [("U1", 1, 10), ("U2", 10, 20), ("U3", 20, None)]


def test_a_slip_is_put_right_by_assigning_again(database: Database) -> None:
    give(database, "U1", day(1))
    give(database, "U2", day(10))
    give(database, "U3", day(10))
    assert tenures(database) == [("U1", 1, 10), ("U3", 10, None)]


def test_the_same_person_earlier(database: Database) -> None:
    give(database, "U1", day(1))
    give(database, "U2", day(10))
    give(database, "U2", day(5))
    assert tenures(database) == [("U1", 1, 5), ("U2", 5, None)]


def test_the_same_person_again_changes_nothing(database: Database) -> None:
    give(database, "U1", day(1))
    for since in (day(1), day(10)):
        with pytest.raises(UserError) as refusal:
            give(database, "U1", since)
        assert "すでに「市長」です" in refusal.value.text.ja
    assert tenures(database) == [("U1", 1, None)]


def test_vacant_and_filled_again(database: Database) -> None:
    give(database, "U1", day(1))
    leave(database, day(10))
    assert tenures(database) == [("U1", 1, 10)]
    with pytest.raises(UserError):
        leave(database, day(11))
    give(database, "U2", day(12))
    assert tenures(database) == [("U1", 1, 10), ("U2", 12, None)]


def test_vacated_by_mistake(database: Database) -> None:
    give(database, "U1", day(1))
    leave(database, day(10))
    give(database, "U1", day(5))
    assert tenures(database) == [("U1", 1, None)]


def test_vacated_at_the_moment_it_began(database: Database) -> None:
    give(database, "U1", day(1))
    leave(database, day(1))
    assert tenures(database) == []


def test_vacating_leaves_who_comes_later(database: Database) -> None:
    give(database, "U1", day(1))
    give(database, "U2", day(25))
    leave(database, day(20))
    assert tenures(database) == [("U1", 1, 20), ("U2", 25, None)]
    with database.read() as session:
        (office,) = all_offices(session, "T1", day(21))
    assert office.current is None
    assert [coming.user_id for coming in office.coming] == ["U2"]


def test_an_office_is_found_however_it_is_written(database: Database) -> None:
    with database.write() as session:
        assign(session, ADMIN, "副市長・ＣＤＯ", "U1", since=day(1), now=NOW)
        assign(session, ADMIN, " 副市長・cdo ", "U2", since=day(2), now=NOW)
    with database.read() as session:
        (office,) = all_offices(session, "T1", NOW)
    assert office.name == "副市長・ＣＤＯ"
    assert office.current is not None
    assert office.current.user_id == "U2"


def test_the_audit_log_has_what_was_before_and_after(database: Database) -> None:
    give(database, "U1", day(1))
    give(database, "U2", day(10))
    with database.read() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    since = day(1).isoformat()
    assert entry.details["before"] == {
        "office": "市長",
        "tenures": [{"user": "U1", "since": since, "until": None}],
    }


def test_keys_fit_into_their_column() -> None:
    assert len(office_key("ﷺ" * 40)) == 160


def test_coordinators_of_the_settings_come_first(database: Database) -> None:
    with database.read() as session:
        assert everyone(session, "T1", frozenset({"U2", "U1"})) == ("U1", "U2")
