"""Registering: of two at once, one gets it and the other gets a sentence."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier

import pytest
from sqlalchemy import func, select

from bot.core.channels import ChannelFacts, remember
from bot.core.lifecycle import add_channel, close, resume
from bot.core.permissions import Actor
from bot.core.projects import ProjectDetails, Stage, name_key
from bot.core.registry import edit, move_stage, problems, register
from bot.core.slack_time import from_datetime
from bot.errors import UserError
from models import channel as channels
from models.audit import AuditEntry
from models.channel import Channel
from models.database import Database
from models.delivery import Delivery
from models.project import Project, ProjectChannel

NOW = datetime(2026, 4, 6, tzinfo=UTC)


def actor(user_id: str = "U1") -> Actor:
    return Actor("T1", user_id, "ja", True, False, False, ())


def put(database: Database, name: str, channel_id: str, user_id: str = "U1") -> int:
    details = ProjectDetails(name, leads=(user_id,))
    channel = ChannelFacts(channel_id, "wg", has_bot=True)
    with database.write() as session:
        return register(session, actor(user_id), details, channel, now=NOW).id


def both(database: Database, first: tuple[str, str], second: tuple[str, str]) -> list[str]:
    """Register two things at the very same time; what each of them was told."""
    start = Barrier(2)

    def one(name_and_channel: tuple[str, str]) -> str:
        start.wait(10)
        try:
            put(database, *name_and_channel)
        except UserError as error:
            return error.text.ja
        return "ok"

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(one, (first, second)), key=lambda told: told != "ok")


@pytest.mark.parametrize("attempt", range(3))
def test_the_same_channel_at_once(database: Database, attempt: int) -> None:
    told = both(database, ("防災DX", "C1"), ("税務DX", "C1"))
    assert told[0] == "ok"
    assert told[1].startswith("<#C1> は、すでに「")
    _one_of_everything(database)


@pytest.mark.parametrize("attempt", range(3))
def test_the_same_name_at_once(database: Database, attempt: int) -> None:
    told = both(database, ("防災DX", "C1"), ("防災ｄｘ", "C2"))
    assert told[0] == "ok"
    assert "すでに使われています" in told[1]
    _one_of_everything(database)


def _one_of_everything(database: Database) -> None:
    with database.read() as session:
        for table in (Project, ProjectChannel, AuditEntry, Delivery):
            assert session.scalar(select(func.count()).select_from(table)) == 1


def test_the_same_channel_for_two_projects_at_once(database: Database) -> None:
    projects = put(database, "防災DX", "C1"), put(database, "税務DX", "C2")
    start = Barrier(2)

    def one(project_id: int) -> str:
        start.wait(10)
        try:
            with database.write() as session:
                channel = ChannelFacts("C3", "wg", has_bot=True)
                add_channel(session, actor(), project_id, channel, now=NOW)
        except UserError as error:
            return error.text.ja
        return "ok"

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(one, projects), key=lambda said: said != "ok")
    assert told[0] == "ok"
    assert told[1].startswith("<#C3> は、すでに「")


def test_two_stages_at_once_are_noted_in_order(database: Database) -> None:
    project_id = put(database, "防災DX", "C1")
    start = Barrier(2)

    def move(stage: Stage) -> None:
        start.wait(10)
        with database.write() as session:
            move_stage(session, actor(), project_id, stage, now=NOW)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(move, (Stage.PLAN, Stage.TRIAL)))
    with database.read() as session:
        query = select(AuditEntry).where(AuditEntry.action == "project.stage")
        first, second = session.scalars(query.order_by(AuditEntry.id))
        final = session.get_one(Project, project_id).stage
    assert first.details["before"] == {"stage": "idea"}
    assert second.details["before"] == first.details["after"]
    assert second.details["after"] == {"stage": final}


def test_editing_a_project_that_somebody_changed_meanwhile(database: Database) -> None:
    project_id = put(database, "防災DX", "C1")
    seen = ProjectDetails("防災DX", leads=("U1",))
    with database.write() as session:
        move_stage(session, actor(), project_id, Stage.PLAN, now=NOW)
    new = ProjectDetails("防災DX2", leads=("U1",))
    with database.write() as session, pytest.raises(UserError) as refusal:
        edit(session, actor(), project_id, new, seen=seen.fingerprint(), now=NOW)
    assert "ほかの方が内容を変えました" in refusal.value.text.ja


def test_resuming_takes_back_the_channels_that_are_free(database: Database) -> None:
    project_id = put(database, "防災DX", "C1")
    with database.write() as session:
        add_channel(session, actor(), project_id, ChannelFacts("C2", "b", has_bot=True), now=NOW)
        close(session, actor(), project_id, now=NOW)
    put(database, "税務DX", "C2")
    with database.write() as session:
        facts = resume(session, actor(), project_id, now=NOW)
    assert facts.channels == ("C1",)
    assert facts.details.stage == Stage.IDEA


def test_an_older_answer_of_slack_does_not_undo_a_newer_event(database: Database) -> None:
    with database.write() as session:
        row = channels.ensure(session, "T1", "C1")
        row.name, row.name_ts = "new-name", from_datetime(datetime(2026, 4, 7, tzinfo=UTC))
        remember(session, "T1", ChannelFacts("C1", "old-name", has_bot=True), NOW)
    with database.read() as session:
        row = session.get_one(Channel, ("T1", "C1"))
        assert (row.name, row.has_bot) == ("new-name", True)


@pytest.mark.parametrize(
    ("details", "fields"),
    [
        (ProjectDetails("防災DX", leads=("U1",)), []),
        (ProjectDetails("", leads=("U1",)), ["name"]),
        (ProjectDetails("\u200b \u3000", leads=("U1",)), ["name"]),
        (ProjectDetails("あ" * 81, leads=("U1",)), ["name"]),
        (ProjectDetails("防災DX"), ["leads"]),
        (ProjectDetails("防災DX", leads=("U1",), purpose="あ" * 501), ["purpose"]),
        (
            ProjectDetails(
                "", starts_on=date(2026, 4, 2), target_on=date(2026, 4, 1), leads=("U1",)
            ),
            ["name", "target_on"],
        ),
        (
            ProjectDetails(
                "防災DX", starts_on=date(2026, 4, 1), target_on=date(2026, 4, 1), leads=("U1",)
            ),
            [],
        ),
    ],
)
def test_problems(details: ProjectDetails, fields: list[str]) -> None:
    assert [problem.field for problem in problems(details)] == fields


def test_names_are_compared_folded_and_fit_into_their_column() -> None:
    assert name_key("防災 ＤＸ") == name_key("防災dx")
    assert len(name_key("ﷺ" * 80)) == 320
