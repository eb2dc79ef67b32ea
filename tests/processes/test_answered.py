"""A request that one process has answered is answered by no other."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from bot.answered import KEPT, Answered
from models.database import Database
from models.lease import Lease
from sandbox import SandboxClock


def test_answered_by_another(database: Database, clock: SandboxClock) -> None:
    here, there = Answered(database, clock), Answered(database, clock)
    assert not here.before("v0=1")
    assert not there.before("v0=2")
    assert there.before("v0=1")
    assert here.before("v0=2")


def test_what_is_no_longer_good_is_forgotten(database: Database, clock: SandboxClock) -> None:
    here = Answered(database, clock)
    for number in range(5):
        here.before(f"v0={number}")
    clock.advance(KEPT + timedelta(minutes=2))
    here.before("v0=new")
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Lease)) == 1
