"""What a button of the Home carries is looked at, wherever it comes from.

Who may press which button is tried in tests/rights.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from slack_sdk import WebClient

from bot.core.permissions import Actor
from bot.deps import Deps
from bot.errors import UserError
from bot.settings import Settings
from handlers import home, home_projects, home_settings
from handlers.home import Press
from models.database import Database
from sandbox import SandboxClock
from tests.docs.rows import a_project

TEAM, LEAD = "T1", "U2"
NOW = datetime(2026, 4, 6, tzinfo=UTC)
ADMIN = Actor(TEAM, "U5", "en", True, True, True, ())
DO = {**home.ACTIONS, **home_projects.ACTIONS, **home_settings.ACTIONS}


@pytest.fixture
def deps(sqlite_database: Database) -> Deps:
    """A project; Slack can't be reached."""
    settings = Settings.from_env({}, tokens=False)
    slack = WebClient(base_url="http://127.0.0.1:9/api/", retry_handlers=[])
    with sqlite_database.write() as session:
        session.add(a_project(TEAM, LEAD, NOW))
    return Deps(settings, sqlite_database, slack, SandboxClock(NOW), wake=lambda: None)


@pytest.mark.parametrize("value", ["", "1", "x:1", "waiting:-1", "waiting:1e9", "waiting:１"])
def test_a_page_that_is_none(value: str, deps: Deps) -> None:
    with pytest.raises(ValueError, match="not a page"):
        DO[r"home_turn_\w+"](deps, ADMIN, Press(value, (), "trigger"))


@pytest.mark.parametrize(
    ("action_id", "value"),
    [
        (r"home_tab_\w+", "everything"),
        ("home_language", "fr"),
        ("home_notices", "hourly"),
        ("home_project_stage", "1:beginning"),
        ("home_project_stage", "one:trial"),
        ("home_project_edit", "one"),
    ],
)
def test_a_value_that_is_none_of_ours(action_id: str, value: str, deps: Deps) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (each of them says it in its own way)
        DO[action_id](deps, ADMIN, Press(value, (), "trigger"))


@pytest.mark.parametrize(
    ("action_id", "value"),
    [
        ("home_progress", "1"),
        ("home_project_edit", "1"),
        ("home_project_members", "1"),
        ("home_project_stage", "1:trial"),
        ("home_keep_lead", f"1:{LEAD}"),
    ],
)
def test_a_project_of_another_workspace_is_not_there(
    action_id: str, value: str, deps: Deps
) -> None:
    stranger = replace(ADMIN, team_id="T2")
    with pytest.raises(UserError, match="no such project"):
        DO[action_id](deps, stranger, Press(value, (), "trigger"))
