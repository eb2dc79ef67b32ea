"""How each project is doing, for those who help: never for comparing people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from bot.core import slack_time
from bot.core.dates import midnight
from bot.core.waiting import channels_of_projects, clamped, last_posts
from models.message import Message, MessageKind
from models.project import Project, ProjectMember, ProjectRole, Status

WEEKS = 8

_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Health:
    """A project. `weeks` are its posts in each of the last WEEKS weeks, this one last."""

    project_id: int
    name: str
    status: Status
    stage: str
    channels: tuple[str, ...]
    leads: tuple[str, ...]
    weeks: tuple[int, ...]
    last_post_at: datetime | None
    is_quiet: bool


@dataclass(frozen=True)
class Ward:
    """All projects that are not closed, by how they are doing; a page of them in full."""

    projects: int
    quiet: int
    page: tuple[Health, ...]


def ward(
    session: Session,
    team_id: str,
    zone: tzinfo,
    now: datetime,
    quiet: Sequence[int],
    *,
    page: int,
    per_page: int,
) -> Ward:
    """The projects that are not closed; `quiet` (their IDs) come first, else by registration.

    `page` counts from 0; one that is not there is the last one.
    """
    rows = session.execute(
        select(Project.id)
        .where(Project.team_id == team_id, Project.status != Status.CLOSED)
        .order_by(Project.id)
    )
    known = [row.id for row in rows]
    order = sorted(known, key=lambda project_id: (project_id not in quiet, project_id))
    first = clamped(page, len(order), per_page) * per_page
    ids = order[first : first + per_page]
    return Ward(len(known), len(set(quiet) & set(known)), _page(session, ids, zone, now, quiet))


def _page(
    session: Session, ids: Sequence[int], zone: tzinfo, now: datetime, quiet: Sequence[int]
) -> tuple[Health, ...]:
    projects = {
        project.id: project
        for project in session.scalars(select(Project).where(Project.id.in_(ids)))
    }
    channels, posts = channels_of_projects(session, ids), last_posts(session, ids)
    leads, weeks = _leads(session, ids), posts_by_week(session, ids, zone, now)
    return tuple(
        Health(
            project_id=project_id,
            name=projects[project_id].name,
            status=Status(projects[project_id].status),
            stage=projects[project_id].stage,
            channels=channels.get(project_id, ()),
            leads=leads.get(project_id, ()),
            weeks=weeks[project_id],
            last_post_at=posts.get(project_id),
            is_quiet=project_id in quiet,
        )
        for project_id in ids
        if project_id in projects
    )


def posts_by_week(
    session: Session, ids: Sequence[int], zone: tzinfo, now: datetime
) -> dict[int, tuple[int, ...]]:
    """How many posts there were in each of the last WEEKS weeks (from Monday), this one last."""
    starts = [slack_time.from_datetime(start) for start in _week_starts(zone, now)]
    week = case(
        *((Message.ts >= start, number) for number, start in reversed(list(enumerate(starts)))),
        else_=0,
    ).label("week")
    counts: dict[tuple[int, int], int] = {}
    for project_id, number, posts in session.execute(
        select(Message.project_id, week, func.count())
        .where(
            Message.project_id.in_(ids),
            Message.kind == MessageKind.POST.value,
            Message.ts >= starts[0],
            Message.counted,
            Message.deleted_ts.is_(None),
        )
        .group_by(Message.project_id, week)
    ):
        counts[project_id or 0, number] = posts
    return {
        project_id: tuple(counts.get((project_id, number), 0) for number in range(WEEKS))
        for project_id in ids
    }


def _week_starts(zone: tzinfo, now: datetime) -> list[datetime]:
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    return [
        midnight(monday - back * _WEEK, zone).astimezone(UTC) for back in reversed(range(WEEKS))
    ]


def _leads(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for project_id, user_id in session.execute(
        select(ProjectMember.project_id, ProjectMember.user_id)
        .where(ProjectMember.project_id.in_(ids), ProjectMember.role == ProjectRole.LEAD)
        .order_by(ProjectMember.since, ProjectMember.user_id)
    ):
        found[project_id] = (*found.get(project_id, ()), user_id)
    return found
