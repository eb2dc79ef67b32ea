"""What the check-up says of things that wait to be recorded or said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.checkup import Checkup
from bot.settings import Settings
from bot.slack_client import slack_client
from models import delivery
from models.database import Database
from models.delivery import DeliveryState
from sandbox import SandboxClock


@pytest.mark.parametrize(
    ("state", "age", "said"),
    [
        (DeliveryState.PENDING, timedelta(seconds=5), True),
        (DeliveryState.PENDING, timedelta(minutes=6), False),
        (DeliveryState.UNKNOWN, timedelta(minutes=6), False),
        (DeliveryState.FAILED, timedelta(seconds=5), False),
        (DeliveryState.FAILED, timedelta(days=8), True),
        (DeliveryState.DROPPED, timedelta(minutes=6), True),
        (DeliveryState.SENT, timedelta(minutes=6), True),
    ],
)
def test_what_was_not_said(
    settings: Settings,
    database: Database,
    clock: SandboxClock,
    state: DeliveryState,
    age: timedelta,
    *,
    said: bool,
) -> None:
    with database.write() as session:
        delivery.enqueue(
            session,
            team_id="T1",
            key="note:1",
            kind="note",
            channel_id="C1",
            args={},
            now=clock.now() - age,
        )
        row = delivery.by_key(session, "T1", "note:1")
        assert row is not None
        row.state = state
    checkup = Checkup(settings, database, slack_client(settings), clock)
    [finding] = [f for f in checkup.database_findings() if "sent." in f.text.en]
    assert finding.ok is said
