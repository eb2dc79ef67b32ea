"""Who may do what in the Home, whatever stood there when it was shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from http.client import HTTPException

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.core import permissions
from bot.core.permissions import Actor
from bot.deps import Deps
from bot.errors import UserError
from bot.settings import Settings
from bot.text import Text
from bot.views.home_forms import Values
from handlers import home, home_projects, home_settings, home_setup, home_successes
from handlers.home import Do, Press
from models import Member, ProjectChannel, ProjectMember, Workspace
from models.database import Database
from models.project import ProjectRole
from sandbox import SandboxClock
from tests.docs.rows import a_project

TEAM, CHANNEL, LEAD, MEMBER = "T1", "C1", "U2", "U6"
NOW = datetime(2026, 4, 6, tzinfo=UTC)
PEOPLE: dict[str, Actor] = {
    "guest": Actor(TEAM, "U0", "en", False, False, False, ()),
    "outside person": Actor(TEAM, "U7", "en", False, False, False, ()),
    "staff": Actor(TEAM, "U1", "en", True, False, False, ()),
    "member": Actor(TEAM, MEMBER, "en", True, False, False, ()),
    "lead": Actor(TEAM, LEAD, "en", True, False, False, ()),
    "office holder": Actor(TEAM, "U3", "en", True, False, False, ("市長",)),
    "coordinator": Actor(TEAM, "U4", "en", True, False, True, ()),
    "admin": Actor(TEAM, "U5", "en", True, True, False, ()),
}
EVERYONE = set(PEOPLE)
STAFF = EVERYONE - {"guest", "outside person"}
MANAGERS = {"lead", "coordinator", "admin"}
COORDINATORS = {"coordinator", "admin"}

# What each button carries, and who may press it
BUTTONS: dict[str, tuple[str, set[str]]] = {
    "home_tab": ("mine", EVERYONE),
    "home_turn": ("waiting:1", EVERYONE),
    "home_language": ("en", EVERYONE),
    "home_notices": ("never", EVERYONE),
    "home_switches": ("", EVERYONE),
    "home_export": ("0", EVERYONE),
    "home_progress": ("1", STAFF),
    "home_project_members": ("1", STAFF),
    "home_project_edit": ("1", MANAGERS),
    "home_project_stage": ("1:trial", MANAGERS),
    "home_keep_lead": (f"1:{LEAD}", COORDINATORS),
    "home_set_office": ("set", COORDINATORS),
    "home_set_audience": ("set", COORDINATORS),
    "home_set_schedule": ("set", COORDINATORS),
    "home_set_project": ("set", STAFF),
}
# What is filled in, and who may send it
FORMS: dict[str, tuple[Values, set[str]]] = {
    "home_office_form": (
        {
            "office": {"value": {"value": "市長"}},
            "person": {"value": {"selected_user": LEAD}},
            "since": {"value": {"selected_date": "2026-04-01"}},
        },
        COORDINATORS,
    ),
    "home_audience_form": ({"person": {"value": {"selected_user": LEAD}}}, COORDINATORS),
    "home_schedule_form": (
        {
            "weekday": {"value": {"selected_option": {"value": "4"}}},
            "time": {"value": {"selected_time": "16:00"}},
        },
        COORDINATORS,
    ),
}
ACTIONS: Mapping[str, Do] = {
    **home.ACTIONS,
    **home_projects.ACTIONS,
    **home_settings.ACTIONS,
    **home_setup.ACTIONS,
    **home_successes.ACTIONS,
}
REFUSALS = tuple(
    text.en.split("{")[0]
    for name, text in vars(permissions).items()
    if isinstance(text, Text) and name.endswith("_ONLY")
)


@pytest.fixture
def deps(sqlite_database: Database) -> Deps:
    """A project with its people; Slack can't be reached."""
    settings = Settings.from_env({}, tokens=False)
    slack = WebClient(base_url="http://127.0.0.1:9/api/", retry_handlers=[])
    with sqlite_database.write() as session:
        session.add(
            Workspace(
                team_id=TEAM, name="", url="https://x.slack.com/", bot_user_id="UB", bot_id="B"
            )
        )
        session.add(a_project(TEAM, LEAD, NOW))
        session.add_all(
            Member(team_id=TEAM, user_id=one.user_id, fetched_at=NOW) for one in PEOPLE.values()
        )
        session.flush()
        session.add(
            ProjectChannel(
                team_id=TEAM, channel_id=CHANNEL, project_id=1, added_by=LEAD, added_at=NOW
            )
        )
        for user, role in ((LEAD, ProjectRole.LEAD), (MEMBER, ProjectRole.MEMBER)):
            session.add(ProjectMember(project_id=1, user_id=user, role=role, since=NOW))
    return Deps(settings, sqlite_database, slack, SandboxClock(NOW), wake=lambda: None)


def test_every_button_and_form_is_tried() -> None:
    assert set(ACTIONS) == set(BUTTONS)
    assert set(home_setup.FORMS) == set(FORMS)


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("action_id", BUTTONS)
def test_who_may_press_a_button(action_id: str, who: str, deps: Deps) -> None:
    value, may = BUTTONS[action_id]
    press = Press(value, (), "trigger")
    refused = _is_refused(lambda: ACTIONS[action_id](deps, PEOPLE[who], press))
    assert refused == (who not in may)


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("callback_id", FORMS)
def test_who_may_send_a_form(callback_id: str, who: str, deps: Deps) -> None:
    values, may = FORMS[callback_id]
    save, _ = home_setup.FORMS[callback_id]
    refused = _is_refused(lambda: save(deps, PEOPLE[who], values))
    assert refused == (who not in may)


@pytest.mark.parametrize("value", ["", "1", "x:1", "waiting:-1", "waiting:1e9", "waiting:１"])
def test_a_page_that_is_none(value: str, deps: Deps) -> None:
    with pytest.raises(ValueError, match="not a page"):
        ACTIONS["home_turn"](deps, PEOPLE["staff"], Press(value, (), "trigger"))


def test_a_project_of_another_workspace_is_not_there(deps: Deps) -> None:
    stranger = replace(PEOPLE["admin"], team_id="T2")
    for action_id in ("home_project_edit", "home_project_members", "home_project_stage"):
        value, _ = BUTTONS[action_id]
        with pytest.raises(UserError, match="no such project"):
            ACTIONS[action_id](deps, stranger, Press(value, (), "trigger"))


def _is_refused(action: object) -> bool:
    """Whether the rights stand in the way; what it then needs of Slack is not there."""
    assert callable(action)
    try:
        action()
    except UserError as error:
        return error.text.en.startswith(REFUSALS)
    except (SlackApiError, OSError, HTTPException):
        return False
    return False
