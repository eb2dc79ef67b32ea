"""What waits for a leader's eye: posts without an acknowledgement, and projects overlooked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from bot.core import slack_time
from bot.core.emoji import DIGEST_LIKE
from bot.core.evidence import Key, QuotedPost, quoted
from bot.core.recognition import (
    given_in,
    holders,
    is_acknowledged,
    is_counted,
    projects_acknowledged,
    span_of,
    written_in,
)
from models.message import Message, MessageKind
from models.project import Project, ProjectChannel, Status
from models.reaction import Reaction

# How far back a leader is asked to look, and how long a project may go without being looked at
WAITING_FOR = timedelta(days=30)
# Nobody needs to know whether it is 1,000 or 5,000
COUNTED_AT_MOST = 1_000
# How long a post stays in the list after the viewer has pressed いいね!
STAYS_FOR = timedelta(minutes=10)

# Slack's clock may be ahead of ours
AHEAD = timedelta(hours=1)


@dataclass(frozen=True)
class Waiting:
    """Some of the posts that wait. `number` is how many wait in all, at most COUNTED_AT_MOST.

    - `liked`: those of them at which the viewer's own いいね! stands by now.
    - `are_any`: whether there were posts at all.
    """

    number: int
    posts: tuple[QuotedPost, ...]
    liked: frozenset[Key]
    are_any: bool


@dataclass(frozen=True)
class Overlooked:
    """A running project that no leader has reacted to for WAITING_FOR."""

    project_id: int
    name: str
    channels: tuple[str, ...]
    last_post_at: datetime | None


def waiting(
    session: Session,
    team_id: str,
    viewer: str,
    now: datetime,
    *,
    page: int,
    per_page: int,
) -> Waiting:
    """The posts of the last WAITING_FOR that no office has acknowledged, oldest first.

    `page` counts from 0; one that is not there is the last one. Those that the viewer wrote are
    not among them. One at which they have just pressed いいね! stays for a while: so nothing jumps
    away under their finger, and what was pressed by mistake can be taken back.
    """
    lately = _liked_lately(session, team_id, viewer, now)
    span = span_of(team_id, now - WAITING_FOR, now + AHEAD)
    seen = is_acknowledged(team_id, holders(session, team_id), span.start)
    posts = and_(written_in(span), is_counted(MessageKind.POST))
    waits = and_(
        posts,
        or_(Message.user_id.is_(None), Message.user_id != viewer),
        or_(~seen, _is_one_of(lately)),
    )
    every = session.execute(
        select(Message.channel_id, Message.ts)
        .where(waits)
        .order_by(Message.ts, Message.channel_id)
        .limit(COUNTED_AT_MOST)
    ).all()
    number = len(every)
    first = clamped(page, number, per_page) * per_page
    keys = [(row.channel_id, row.ts) for row in every[first : first + per_page]]
    are_any = number > 0 or session.scalar(select(literal(1)).where(posts).limit(1)) is not None
    return Waiting(
        number,
        quoted(session, team_id, keys),
        frozenset(lately),
        are_any,
    )


def overlooked(session: Session, team_id: str, now: datetime) -> tuple[Overlooked, ...]:
    """The running projects that no leader has reacted to for so long, in order of registration."""
    since = now - WAITING_FOR
    seen = {
        project_id
        for project_id in session.scalars(
            projects_acknowledged(span_of(team_id, since, now), holders(session, team_id))
        )
        if project_id is not None
    }
    projects = session.scalars(
        select(Project)
        .where(
            Project.team_id == team_id,
            Project.status == Status.ACTIVE,
            Project.created_at < since,
            Project.id.not_in(seen),
        )
        .order_by(Project.id)
    ).all()
    ids = [project.id for project in projects]
    channels = channels_of_projects(session, ids)
    posts = last_posts(session, ids)
    return tuple(
        Overlooked(project.id, project.name, channels.get(project.id, ()), posts.get(project.id))
        for project in projects
    )


def channels_of_projects(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The channels tied to each of these projects now."""
    found: dict[int, tuple[str, ...]] = {}
    for project_id, channel_id in session.execute(
        select(ProjectChannel.project_id, ProjectChannel.channel_id)
        .where(ProjectChannel.project_id.in_(ids), ProjectChannel.removed_at.is_(None))
        .order_by(ProjectChannel.id)
    ):
        found[project_id] = (*found.get(project_id, ()), channel_id)
    return found


def last_posts(session: Session, ids: Sequence[int]) -> dict[int, datetime]:
    """When the last post that counts was written in each of these projects."""
    last = (
        select(Message.ts)
        .where(
            Message.project_id == Project.id,
            Message.kind == MessageKind.POST.value,
            Message.counted,
            Message.deleted_ts.is_(None),
        )
        .order_by(Message.ts.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(select(Project.id, last).where(Project.id.in_(ids)))
    return {project_id: slack_time.to_datetime(ts) for project_id, ts in rows if ts is not None}


def clamped(page: int, number: int, per_page: int) -> int:
    """The page, or the last one of so many entries if it is not there."""
    return min(max(0, page), max(0, number - 1) // per_page)


def _liked_lately(session: Session, team_id: str, viewer: str, now: datetime) -> Sequence[Key]:
    """The posts at which the viewer has pressed いいね! a moment ago."""
    span = span_of(team_id, now - STAYS_FOR, now + AHEAD)
    rows = session.execute(
        select(Reaction.channel_id, Reaction.ts).where(
            given_in(span), Reaction.user_id == viewer, Reaction.name == DIGEST_LIKE
        )
    )
    return [(row.channel_id, row.ts) for row in rows]


def _is_one_of(keys: Sequence[Key]) -> ColumnElement[bool]:
    return tuple_(Message.channel_id, Message.ts).in_(list(keys))
