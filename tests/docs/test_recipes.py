"""The recipes of ARCHITECTURE.md work as they are written."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from zoneinfo import ZoneInfo

import pytest
from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.core.figures import Figures, PostFigures, Totals
from bot.core.periods import Period
from bot.core.permissions import Actor
from bot.deps import Deps
from bot.digest.section import Rendered, Section, Source
from bot.settings import Settings
from bot.text import Language
from bot.views.digest import Style
from handlers.commands import project
from handlers.commands.router import Call, Subcommand, find, help_page
from jobs.ticker import Job
from models import inbox
from models.base import Base
from models.database import Database
from models.workspace import Workspace
from sandbox import SandboxClock
from tests.docs.markdown import ROOT, Page

PAGE = Page("ARCHITECTURE.md")
NOW = datetime(2026, 4, 6, 0, 0, tzinfo=UTC)
JST = ZoneInfo("Asia/Tokyo")
TEAM = "T1"


def recipe(path: str) -> ModuleType:
    """The block that begins with this path, run as a module of its own."""
    blocks = [b.code for b in PAGE.blocks if b.code.startswith(f"# {path}\n")]
    assert len(blocks) == 1, f"ARCHITECTURE.md: show {path} in one block that begins with its path."
    assert not (ROOT / path).exists(), f"ARCHITECTURE.md: {path} exists; choose another example."
    module = ModuleType(path.removesuffix(".py").replace("/", "."))
    exec(compile(blocks[0], path, "exec", dont_inherit=True), vars(module))
    return module


@pytest.fixture
def deps(tmp_path: Path) -> Iterator[Deps]:
    settings = Settings.from_env({}, tokens=False)
    database = Database(f"sqlite:///{tmp_path / 'recipes.db'}")
    Base.metadata.create_all(database.engine)
    yield Deps(settings, database, WebClient(), SandboxClock(NOW), wake=lambda: None)
    database.close()


def _call(language: Language) -> Call:
    actor = Actor(TEAM, "U1", language, True, False, False, ())
    return Call(TEAM, "U1", "C1", "general", "", "trigger", actor, language)


def test_a_new_subcommand(deps: Deps) -> None:
    module = recipe("handlers/commands/project/count.py")
    new = module.COUNT
    assert isinstance(new, Subcommand)
    command = replace(project.COMMAND, subcommands=(*project.COMMAND.subcommands, new))
    assert find(command, "件数") is new
    assert new.help.en in help_page(command, "en")
    answer = new.run(deps, _call("en"))
    assert answer is not None
    assert answer.text == "There are 0 projects."


def test_a_new_section_of_the_digest(deps: Deps) -> None:
    module = recipe("bot/digest/departments.py")
    assert isinstance(module.SECTION, Section)
    style = Style("en", JST, "https://example.slack.com/")
    with deps.database.read() as session:
        nothing = module.SECTION.gather(_source(session, ()))
        two = module.SECTION.gather(_source(session, ("道路課", "防災課", "道路課")))
    assert nothing(style) == Rendered()
    assert "Posts came from 2 departments." in str(two(style).main[0].to_dict())


def test_a_new_job(deps: Deps, caplog: pytest.LogCaptureFixture) -> None:
    module = recipe("jobs/inbox_watch.py")
    job = Job("inbox_watch", module.TRIGGER, module.run)
    with caplog.at_level(logging.WARNING):
        job.run(deps)
        assert not caplog.records
        _receive_an_event(deps, NOW - timedelta(hours=1))
        job.run(deps)
    assert "events have been waiting" in caplog.text


def _source(session: Session, departments: tuple[str, ...]) -> Source:
    """A week in which posts came from these departments."""
    period = Period(NOW - timedelta(days=7), NOW)
    posts = tuple(
        PostFigures("C1", f"{n}.0", None, "U1", department, 1, "防災DX", 0, (), False)
        for n, department in enumerate(departments)
    )
    totals = Totals(len(posts), 0, 0, 0, 1)
    workspace = Workspace(team_id=TEAM, url="https://example.slack.com/")
    return Source(session, workspace, period, JST, Figures(period, totals, (), posts, ()))


def _receive_an_event(deps: Deps, at: datetime) -> None:
    with deps.database.write() as session:
        inbox.add(
            session,
            team_id=TEAM,
            event_id="Ev1",
            type="message",
            event_time=0,
            received_at=at,
            payload={"event": {}},
        )
