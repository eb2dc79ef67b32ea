"""A request that one process has answered is answered by no other."""

from __future__ import annotations

import socket
import time
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


def test_a_server_that_does_not_answer_costs_less_time_than_slack_gives(
    clock: SandboxClock,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        away = Database(f"postgresql+psycopg://iine@127.0.0.1:{port}/iine")
        began = time.monotonic()
        assert not Answered(away, clock).before("v0=1")
        assert time.monotonic() - began < 3
        away.close()


def test_what_is_no_longer_good_is_forgotten(database: Database, clock: SandboxClock) -> None:
    here = Answered(database, clock)
    for number in range(5):
        here.before(f"v0={number}")
    clock.advance(KEPT + timedelta(minutes=2))
    here.before("v0=new")
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Lease)) == 1
