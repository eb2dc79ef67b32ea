"""A person's projects, as their Home shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core.evidence import Key, QuotedPost, quoted
from bot.core.permissions import Actor
from bot.core.waiting import channels_of_projects, clamped, last_posts
from models.message import Message, MessageKind
from models.project import Kind, Project, ProjectMember, ProjectRole, Stage, Status


@dataclass(frozen=True)
class MyProject:
    """A project that somebody is in. `people` is how many there are in it."""

    project_id: int
    name: str
    kind: Kind
    stage: Stage
    status: Status
    leads_it: bool
    channels: tuple[str, ...]
    people: int
    last_post_at: datetime | None


@dataclass(frozen=True)
class MyProjects:
    """Some of a person's projects; `number` is how many there are."""

    number: int
    page: tuple[MyProject, ...]


def my_projects(
    session: Session, actor: Actor, *, led: bool = False, page: int, per_page: int
) -> MyProjects:
    """The projects that this person is in and that are not closed, those that they lead first.

    With `led` only those. `page` counts from 0; one that is not there is the last one.
    """
    rows = session.execute(
        select(Project, ProjectMember.role)
        .join(ProjectMember, ProjectMember.project_id == Project.id)
        .where(
            Project.team_id == actor.team_id,
            Project.status != Status.CLOSED,
            ProjectMember.user_id == actor.user_id,
            *([ProjectMember.role == ProjectRole.LEAD] if led else []),
        )
        .order_by(ProjectMember.role != ProjectRole.LEAD, Project.id)
    ).all()
    first = clamped(page, len(rows), per_page) * per_page
    some = rows[first : first + per_page]
    ids = [project.id for project, _ in some]
    channels, posts = channels_of_projects(session, ids), last_posts(session, ids)
    people = _people(session, ids)
    return MyProjects(
        len(rows),
        tuple(
            MyProject(
                project_id=project.id,
                name=project.name,
                kind=Kind(project.kind),
                stage=Stage(project.stage),
                status=Status(project.status),
                leads_it=role == ProjectRole.LEAD,
                channels=channels.get(project.id, ()),
                people=people.get(project.id, 0),
                last_post_at=posts.get(project.id),
            )
            for project, role in some
        ),
    )


def latest_posts(
    session: Session, team_id: str, ids: Sequence[int], limit: int
) -> dict[int, tuple[QuotedPost, ...]]:
    """The last posts of each of these projects, newest first."""
    keys: dict[int, list[Key]] = {}
    for project_id in ids:
        rows = session.execute(
            select(Message.channel_id, Message.ts)
            .where(
                Message.project_id == project_id,
                Message.kind == MessageKind.POST.value,
                Message.counted,
                Message.deleted_ts.is_(None),
            )
            .order_by(Message.ts.desc())
            .limit(limit)
        )
        keys[project_id] = [(row.channel_id, row.ts) for row in rows]
    every = [key for some in keys.values() for key in some]
    found = {(post.channel_id, post.ts): post for post in quoted(session, team_id, every)}
    return {
        project_id: tuple(found[key] for key in some if key in found)
        for project_id, some in keys.items()
    }


def _people(session: Session, ids: Sequence[int]) -> dict[int, int]:
    rows = session.execute(
        select(ProjectMember.project_id, func.count())
        .where(ProjectMember.project_id.in_(ids))
        .group_by(ProjectMember.project_id)
    )
    return {row[0]: row[1] for row in rows}
