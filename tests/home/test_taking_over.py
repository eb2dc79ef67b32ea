"""A Home that somebody was making when their process died is made by another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from models import home
from models.database import Database
from models.home import IN_HAND_FOR, REFRESH_EVERY, HomeView

NOW = datetime(2026, 4, 6, tzinfo=UTC)
TEAM, USER = "T012AB3CD", "U012AB3CD"


def opened(database: Database) -> None:
    with database.write() as session:
        home.look_at(session, TEAM, USER, NOW)


def claim(database: Database, at: datetime) -> HomeView | None:
    with database.write() as session:
        return home.claim(session, at)


def stale_at(database: Database) -> datetime | None:
    with database.read() as session:
        return session.scalars(select(HomeView.stale_at)).one()


def shown(database: Database, claimed: HomeView | None) -> None:
    assert claimed is not None
    with database.write() as session:
        home.shown(session, claimed, "mine", "hash")


def test_nobody_else_makes_it_meanwhile_and_then_another_does(database: Database) -> None:
    opened(database)
    assert claim(database, NOW) is not None
    assert claim(database, NOW + IN_HAND_FOR - timedelta(seconds=1)) is None
    assert timedelta(seconds=30) >= IN_HAND_FOR
    assert claim(database, NOW + IN_HAND_FOR) is not None


def test_what_is_shown_is_not_made_again(database: Database) -> None:
    opened(database)
    shown(database, claim(database, NOW))
    assert stale_at(database) is None
    assert claim(database, NOW + timedelta(hours=1)) is None


def test_what_changes_meanwhile_is_shown_afterwards(database: Database) -> None:
    opened(database)
    claimed = claim(database, NOW)
    with database.write() as session:
        home.touch(session, TEAM, [USER], NOW + timedelta(seconds=1))
    shown(database, claimed)
    assert stale_at(database) == NOW + timedelta(seconds=1)
    assert claim(database, NOW + REFRESH_EVERY) is not None


def test_what_slack_has_put_off_is_not_hurried(database: Database) -> None:
    opened(database)
    claimed = claim(database, NOW)
    assert claimed is not None
    until = NOW + timedelta(minutes=1)
    with database.write() as session:
        home.put_off(session, claimed, until)
    with database.write() as session:
        home.touch(session, TEAM, [USER], NOW + timedelta(seconds=1))
    assert stale_at(database) == until
