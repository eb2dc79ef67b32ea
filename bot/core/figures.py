"""The numbers of a period, so defined that anyone can count them again from Slack's events.

Posts and replies count by when they were written; reactions and acknowledgements by when they
were given, if they still stand, whatever the age of the post. docs/numbers.md says it for people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from bot.core import slack_time
from bot.core.periods import Period
from bot.core.recognition import (
    Span,
    acknowledgements_given,
    acknowledgements_standing,
    holders,
    is_counted,
    offices,
    posts_given,
    reactions_given,
    reactions_standing,
    same_message,
    span_of,
    written_in,
)
from models.message import Message, MessageKind
from models.project import Project, ProjectChannel, Status

AVERAGED_WEEKS = 4


@dataclass(frozen=True)
class Totals:
    """The numbers of a whole period."""

    posts: int
    replies: int
    reactions: int
    acknowledgements: int
    active_projects: int


@dataclass(frozen=True)
class Averages:
    """Numbers per week, averaged over the `weeks` weeks before a period."""

    weeks: int
    posts: float
    replies: float
    reactions: float
    acknowledgements: float
    active_projects: float


@dataclass(frozen=True)
class ProjectFigures:
    """A project with its numbers. `last_post_ts` is that of its last post before the end."""

    project_id: int
    name: str
    kind: str
    stage: str
    status: str
    created_at: datetime
    stage_changed_at: datetime
    status_changed_at: datetime
    channels: tuple[str, ...]
    posts: int
    replies: int
    reactions: int
    acknowledgements: int
    last_post_ts: str | None


@dataclass(frozen=True)
class PostFigures:
    """A post written in the period, with what stands on it now."""

    channel_id: str
    ts: str
    thread_ts: str | None
    author: str
    department: str
    project_id: int
    project: str
    reactions: int
    acknowledged_by: tuple[str, ...]
    edited: bool


@dataclass(frozen=True)
class Figures:
    """Everything that is counted for a period. Projects and offices in the order of their age."""

    period: Period
    totals: Totals
    projects: tuple[ProjectFigures, ...]
    posts: tuple[PostFigures, ...]
    # The acknowledgements given in the period, by the name of the office
    by_office: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class _Counts:
    """Numbers by project ID; acknowledgements by (office ID, project ID)."""

    posts: Mapping[int, int]
    replies: Mapping[int, int]
    reactions: Mapping[int, int]
    acknowledgements: Mapping[tuple[int, int], int]

    def totals(self) -> Totals:
        return Totals(
            posts=sum(self.posts.values()),
            replies=sum(self.replies.values()),
            reactions=sum(self.reactions.values()),
            acknowledgements=sum(self.acknowledgements.values()),
            active_projects=len(self.posts),
        )

    def acknowledged(self, place: int) -> Counter[int]:
        """The acknowledgements by office ID (place 0) or by project ID (place 1)."""
        numbers: Counter[int] = Counter()
        for key, number in self.acknowledgements.items():
            numbers[key[place]] += number
        return numbers


def figures(session: Session, team_id: str, period: Period) -> Figures:
    """Count everything of the period, as it stands in this session's transaction."""
    span = span_of(team_id, period.start, period.end)
    counts = _count(session, span)
    by_office = counts.acknowledged(0)
    all_offices = offices(session, team_id)
    return Figures(
        period=period,
        totals=counts.totals(),
        projects=_projects(session, team_id, period, counts),
        posts=_posts(session, span, {office.id: office.name for office in all_offices}),
        by_office=tuple((office.name, by_office[office.id]) for office in all_offices),
    )


def averages(session: Session, team_id: str, period: Period) -> Averages | None:
    """The weekly average of the four weeks before the period.

    Only whole weeks since the first project was registered; None if there is none.
    """
    first = session.scalar(select(func.min(Project.created_at)).where(Project.team_id == team_id))
    if first is None:
        return None
    weeks = [period.week_before(number) for number in range(1, AVERAGED_WEEKS + 1)]
    weeks = [week for week in weeks if week.start >= first]
    if not weeks:
        return None
    totals = [_count(session, span_of(team_id, w.start, w.end)).totals() for w in weeks]
    count = len(weeks)
    return Averages(
        weeks=count,
        posts=sum(t.posts for t in totals) / count,
        replies=sum(t.replies for t in totals) / count,
        reactions=sum(t.reactions for t in totals) / count,
        acknowledgements=sum(t.acknowledgements for t in totals) / count,
        active_projects=sum(t.active_projects for t in totals) / count,
    )


def _count(session: Session, span: Span) -> _Counts:
    reacted_to = posts_given(span.team_id, reactions_given(span)).subquery("reacted_to")
    return _Counts(
        posts=_by_project(session, _written(span, MessageKind.POST)),
        replies=_by_project(session, _written(span, MessageKind.REPLY)),
        reactions=_by_project(
            session,
            select(reacted_to.c.project_id, func.sum(reacted_to.c.number)).group_by(
                reacted_to.c.project_id
            ),
        ),
        acknowledgements=_acknowledgements(session, span),
    )


def _written(span: Span, kind: MessageKind) -> Select[int | None, int]:
    return (
        select(Message.project_id, func.count())
        .where(written_in(span), is_counted(kind))
        .group_by(Message.project_id)
    )


def _by_project(session: Session, query: Select[int | None, int]) -> dict[int, int]:
    rows = session.execute(query)
    return {project: int(number) for project, number in rows if project is not None}


def _acknowledgements(session: Session, span: Span) -> dict[tuple[int, int], int]:
    given = acknowledgements_given(span, holders(session, span.team_id)).subquery("given")
    query = (
        select(given.c.office_id, Message.project_id, func.count())
        .join_from(given, Message, same_message(span.team_id, given))
        .where(is_counted(MessageKind.POST))
        .group_by(given.c.office_id, Message.project_id)
    )
    return {
        (office, project): number
        for office, project, number in session.execute(query)
        if project is not None
    }


def _projects(
    session: Session, team_id: str, period: Period, counts: _Counts
) -> tuple[ProjectFigures, ...]:
    acknowledgements = counts.acknowledged(1)
    seen = {*counts.posts, *counts.replies, *counts.reactions, *acknowledgements}
    end_ts = slack_time.from_datetime(period.end)
    last_post = (
        select(Message.ts)
        .where(
            Message.project_id == Project.id,
            Message.kind == MessageKind.POST.value,
            Message.counted,
            Message.deleted_ts.is_(None),
            Message.ts < end_ts,
        )
        .order_by(Message.ts.desc())
        .limit(1)
        .scalar_subquery()
    )
    existing = and_(
        Project.created_at < period.end,
        or_(Project.status != Status.CLOSED, Project.status_changed_at >= period.start),
    )
    rows = session.execute(
        select(Project, last_post)
        .where(Project.team_id == team_id, or_(existing, Project.id.in_(seen)))
        .order_by(Project.id)
    ).all()
    channels = _channels(session, team_id, period)
    return tuple(
        ProjectFigures(
            project_id=project.id,
            name=project.name,
            kind=project.kind,
            stage=project.stage,
            status=project.status,
            created_at=project.created_at,
            stage_changed_at=project.stage_changed_at,
            status_changed_at=project.status_changed_at,
            channels=channels.get(project.id, ()),
            posts=counts.posts.get(project.id, 0),
            replies=counts.replies.get(project.id, 0),
            reactions=counts.reactions.get(project.id, 0),
            acknowledgements=acknowledgements[project.id],
            last_post_ts=last_post_ts,
        )
        for project, last_post_ts in rows
    )


def _channels(session: Session, team_id: str, period: Period) -> dict[int, tuple[str, ...]]:
    """The channels tied to each project at some time of the period; if none, those it had."""
    ties = session.scalars(
        select(ProjectChannel).where(ProjectChannel.team_id == team_id).order_by(ProjectChannel.id)
    ).all()
    ever: dict[int, dict[str, None]] = {}
    meanwhile: dict[int, dict[str, None]] = {}
    for tie in ties:
        ever.setdefault(tie.project_id, {})[tie.channel_id] = None
        if tie.added_at < period.end and (tie.removed_at is None or tie.removed_at > period.start):
            meanwhile.setdefault(tie.project_id, {})[tie.channel_id] = None
    return {project: tuple(meanwhile.get(project, ever[project])) for project in ever}


def _posts(
    session: Session, span: Span, office_names: Mapping[int, str]
) -> tuple[PostFigures, ...]:
    where = and_(written_in(span), is_counted(MessageKind.POST))
    keys = (
        select(Message.channel_id, Message.ts).where(where).cte("posts").prefix_with("MATERIALIZED")
    )
    standing = reactions_standing(keys, span.team_id).subquery("standing")
    reactions = {
        (channel, ts): number
        for channel, ts, number in session.execute(
            select(standing.c.channel_id, standing.c.ts, func.count()).group_by(
                standing.c.channel_id, standing.c.ts
            )
        )
    }
    acknowledged: dict[tuple[str, str], set[int]] = {}
    people = holders(session, span.team_id)
    for office_id, channel, ts in session.execute(
        acknowledgements_standing(keys, span.team_id, people)
    ):
        acknowledged.setdefault((channel, ts), set()).add(office_id)
    rows = session.execute(
        select(Message, Project.name)
        .join(Project, Project.id == Message.project_id)
        .where(where)
        .order_by(Message.ts, Message.channel_id)
    )
    return tuple(
        PostFigures(
            channel_id=message.channel_id,
            ts=message.ts,
            thread_ts=message.thread_ts,
            author=message.user_id or "",
            department=message.author_department or "",
            project_id=message.project_id or 0,
            project=name,
            reactions=reactions.get((message.channel_id, message.ts), 0),
            acknowledged_by=tuple(
                office_names[office]
                for office in sorted(acknowledged.get((message.channel_id, message.ts), ()))
            ),
            edited=bool(message.edited_ts),
        )
        for message, name in rows
    )
