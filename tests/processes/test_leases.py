"""One process at a time, and the next one soon after it died."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from models import lease
from models.database import Database

NOW = datetime(2026, 4, 6, tzinfo=UTC)
NAME = "reconcile:T1:C1"


def take(database: Database, holder: str, now: datetime = NOW) -> bool:
    with database.write() as session:
        return lease.take(session, NAME, holder, now)


def test_one_of_those_who_come_together_gets_it(database: Database) -> None:
    holders = [f"process-{number}" for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda holder: take(database, holder), holders))
    assert sum(taken) == 1
    winner = holders[taken.index(True)]
    assert [take(database, holder) for holder in holders] == [one == winner for one in holders]


def test_whoever_renews_it_keeps_it(database: Database) -> None:
    assert take(database, "one")
    for seconds in range(10, 100, 10):
        assert take(database, "one", NOW + timedelta(seconds=seconds))
        assert not take(database, "two", NOW + timedelta(seconds=seconds + 9))


def test_another_takes_over_from_the_dead_within_half_a_minute(database: Database) -> None:
    assert take(database, "one")
    assert not take(database, "two", NOW + timedelta(seconds=19))
    assert take(database, "two", NOW + timedelta(seconds=20))
    assert not take(database, "one", NOW + timedelta(seconds=21))


def test_what_is_given_up_is_free_at_once(database: Database) -> None:
    assert take(database, "one")
    with database.write() as session:
        lease.give_up(session, NAME, "two")
    assert not take(database, "two")
    with database.write() as session:
        lease.give_up(session, NAME, "one")
    assert take(database, "two")
