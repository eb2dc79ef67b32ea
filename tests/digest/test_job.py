"""The job makes what is due, and one workspace's trouble is not another's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from slack_sdk import WebClient
from sqlalchemy import select

from bot.deps import Deps
from bot.settings import Settings
from jobs import weekly_digest
from models.database import Database
from models.delivery import Delivery
from models.digest import DigestAudience
from sandbox.clock import SandboxClock
from tests.digest.history import END, START, History


def test_every_workspace_gets_its_own(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    with database.write() as session:
        broken, sound = History(session, "T1"), History(session, "T2")
        for history in (broken, sound):
            session.add(
                DigestAudience(
                    team_id=history.team_id,
                    channel_id="C1",
                    language="ja",
                    added_by="U1",
                    added_at=START,
                )
            )
        broken.workspace.digest_time = "?"
    woken: list[bool] = []
    settings = Settings(slack_bot_token="", slack_app_token="")
    clock = SandboxClock(END + timedelta(minutes=1))
    deps = Deps(settings, database, WebClient(), clock, lambda: woken.append(True))
    for _ in range(3):
        weekly_digest.run(deps)
    with database.read() as session:
        main = select(Delivery).where(Delivery.thread_key.is_(None))
        assert [delivery.team_id for delivery in session.scalars(main)] == ["T2"]
    assert woken == [True]
    assert "the digest of T1 could not be made" in caplog.text
