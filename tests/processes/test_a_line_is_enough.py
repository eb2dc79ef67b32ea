"""While the database is away the log has a line of each job, and no pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.deps import Deps
from bot.settings import Settings
from bot.slack_client import slack_client
from jobs.ticker import JOBS, Job
from models.database import Database
from sandbox import SandboxClock


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Where the database should be, there is none: nothing can be opened."""
    environ = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    return Settings.from_env({**environ, "DATABASE_URL": f"sqlite:///{tmp_path}"})


@pytest.mark.parametrize("job", JOBS, ids=[job.name for job in JOBS])
def test_the_database_is_away(
    job: Job, settings: Settings, clock: SandboxClock, caplog: pytest.LogCaptureFixture
) -> None:
    database = Database(settings.database_url)
    job.look(Deps(settings, database, slack_client(settings), clock, lambda: None))
    [record] = caplog.records
    assert job.name in record.getMessage()
    assert "the database is away" in record.getMessage()
    assert "\n" not in record.getMessage()
    assert record.exc_info is None
    database.close()


def test_a_fault_of_ours_is_told_with_its_place(
    settings: Settings, clock: SandboxClock, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_deps: Deps) -> None:
        raise ValueError("ours")

    database = Database(settings.database_url)
    broken = Job("broken", JOBS[0].trigger, fail)
    broken.look(Deps(settings, database, slack_client(settings), clock, lambda: None))
    [record] = caplog.records
    assert record.exc_info is not None
    database.close()
