"""Who may use a command is what the tables say, by trying every command as everyone."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

import handlers
from bot.core.permissions import (
    COORDINATORS_ONLY,
    DIGEST_READERS_ONLY,
    INSIDERS_ONLY,
    MANAGERS_ONLY,
    STAFF_ONLY,
    Actor,
)
from bot.deps import Deps
from bot.errors import UserError
from bot.settings import Settings
from handlers.commands.router import Call, Command, Direct, Subcommand
from models import Base, ProjectChannel, ProjectMember, Workspace
from models.database import Database
from models.project import ProjectRole
from sandbox import SandboxClock
from tests.docs.markdown import READMES, Page
from tests.docs.rows import a_project

RIGHTS = Page("docs/rights.md")
TEAM, CHANNEL, LEAD, MEMBER = "T1", "C1", "U2", "U6"
NOW = datetime(2026, 4, 6, tzinfo=UTC)

PEOPLE: dict[str, Actor] = {
    "guest": Actor(TEAM, "U0", "en", False, False, False, ()),
    "outside": Actor(TEAM, "U7", "en", False, False, False, ()),
    "staff": Actor(TEAM, "U1", "en", True, False, False, ()),
    "member": Actor(TEAM, MEMBER, "en", True, False, False, ()),
    "lead": Actor(TEAM, LEAD, "en", True, False, False, ()),
    "office holder": Actor(TEAM, "U3", "en", True, False, False, ("市長",)),
    "coordinator": Actor(TEAM, "U4", "en", True, False, True, ()),
    "admin": Actor(TEAM, "U5", "en", True, True, False, ()),
}
STAFF = set(PEOPLE) - {"guest", "outside"}
# What the last column may begin with, and who that is
WHO: dict[str, set[str]] = {
    "everyone": set(PEOPLE),
    "staff": STAFF,
    "members, leads, coordinators, admins": {"member", "lead", "coordinator", "admin"},
    "leads, coordinators, admins": {"lead", "coordinator", "admin"},
    "coordinators, admins": {"coordinator", "admin"},
    "office holders, coordinators, admins": {"office holder", "coordinator", "admin"},
    "どなたでも": set(PEOPLE),
    "職員": STAFF,
    "メンバー、リーダー、事務局、管理者": {"member", "lead", "coordinator", "admin"},
    "リーダー、事務局、管理者": {"lead", "coordinator", "admin"},
    "事務局、管理者": {"coordinator", "admin"},
    "役職にある方、事務局、管理者": {"office holder", "coordinator", "admin"},
}
# What is written after a subcommand, where nothing would not be enough to get at the rights
WORDS = {
    "/project register": "新しい名前",
    "/project stage": "trial",
    "/project channel": "add <#C2|other>",
    "/project invite": "<@U9|somebody>",
    "/project handover": "<@U9|somebody>",
    "/office assign": "市長 <@U9|somebody>",
    "/office vacate": "市長",
    "/office coordinator": "add <@U9|somebody>",
    "/digest to": "here",
    "/digest remove": "here",
    "/digest schedule": "fri 16:00",
    "/digest closure": "add 2026-08-14",
}
REFUSALS = {STAFF_ONLY.en, COORDINATORS_ONLY.en, DIGEST_READERS_ONLY.en}
WITH_LEADS = tuple(text.en.split("{")[0] for text in (MANAGERS_ONLY, INSIDERS_ONLY))

EVERY_ONE = [(command, use) for command in handlers.COMMANDS for use in command.uses]


def _name(command: Command, use: Subcommand | Direct) -> str:
    return f"{command.name} {use.names[0]}" if isinstance(use, Subcommand) else command.name


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with one project, in the channel in which the commands are sent."""
    file = tmp_path_factory.mktemp("rights") / "prepared.db"
    with closing(Database(f"sqlite:///{file}")) as database:
        Base.metadata.create_all(database.engine)
        with database.write() as session:
            session.add(
                Workspace(
                    team_id=TEAM,
                    name="",
                    url="https://example.slack.com/",
                    bot_user_id="UB",
                    bot_id="B",
                )
            )
            session.add(a_project(TEAM, LEAD, NOW))
            session.flush()
            session.add(
                ProjectChannel(
                    team_id=TEAM, channel_id=CHANNEL, project_id=1, added_by=LEAD, added_at=NOW
                )
            )
            for user, role in ((LEAD, ProjectRole.LEAD), (MEMBER, ProjectRole.MEMBER)):
                session.add(ProjectMember(project_id=1, user_id=user, role=role, since=NOW))
    return file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "trial.db"


@pytest.mark.parametrize(
    ("command", "use"), EVERY_ONE, ids=[_name(command, use) for command, use in EVERY_ONE]
)
def test_the_tables_say_who_may(
    command: Command, use: Subcommand | Direct, prepared: Path, file: Path
) -> None:
    may = {who for who, actor in PEOPLE.items() if _may(command, use, actor, prepared, file)}
    for page in READMES:
        said = _said(page, command, use)
        assert WHO[said] == may, (
            f"{page.name}, table “commands”: `{_name(command, use)}` is for "
            f"{', '.join(sorted(may))}; the last column says “{said}”."
        )
    cells = RIGHTS.table("rights_commands").row(_name(command, use))[3 : 3 + len(PEOPLE)]
    marked = {who for who, cell in zip(PEOPLE, cells, strict=True) if cell == "✓"}
    assert marked == may, (
        f"{RIGHTS.name}, table “rights_commands”: `{_name(command, use)}` is for "
        f"{', '.join(sorted(may))}."
    )


def test_the_rights_list_every_command() -> None:
    table = RIGHTS.table("rights_commands")
    table.must_list(_name(command, use) for command, use in EVERY_ONE)
    table.must_be_filled()


def _said(page: Page, command: Command, use: Subcommand | Direct) -> str:
    cell = page.table("commands").row(f"{command.name} {use.usage.en}".strip())[3]
    found = [words for words in WHO if cell.startswith(words)]
    assert found, f"{page.name}, table “commands”: begin “{cell}” with one of {', '.join(WHO)}."
    return max(found, key=len)


def _may(
    command: Command, use: Subcommand | Direct, actor: Actor, prepared: Path, file: Path
) -> bool:
    """Whether the command gets past the rights. What it then needs of Slack is not there."""
    shutil.copy(prepared, file)
    settings = Settings.from_env({}, tokens=False)
    slack = WebClient(base_url="http://127.0.0.1:9/api/", retry_handlers=[])
    with closing(Database(f"sqlite:///{file}")) as database:
        deps = Deps(settings, database, slack, SandboxClock(NOW), wake=lambda: None)
        words = WORDS.get(_name(command, use), "")
        call = Call(TEAM, actor.user_id, CHANNEL, "wg", words, "trigger", actor, "en")
        try:
            use.run(deps, call)
        except UserError as error:
            return error.text.en not in REFUSALS and not error.text.en.startswith(WITH_LEADS)
        except (SlackApiError, OSError):
            return True
    return True
