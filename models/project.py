"""Projects, the channels tied to them, and their people."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from enum import StrEnum
from functools import cache

from sqlalchemy import Date, ForeignKey, Index, Select, String, bindparam, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.ahead import Ahead
from models.base import ID_LENGTH, Base, SlackId

NAME_LENGTH = 80
PURPOSE_LENGTH = 500


class Kind(StrEnum):
    """What sort of undertaking a project is."""

    WORKING_GROUP = "working_group"
    PROJECT_TEAM = "project_team"
    PILOT = "pilot"
    CONSORTIUM = "consortium"


class Stage(StrEnum):
    """Where the project's work stands."""

    IDEA = "idea"
    PLAN = "plan"
    TRIAL = "trial"
    ROLLOUT = "rollout"
    DONE = "done"


class Status(StrEnum):
    """Whether the project runs. A paused one goes on being recorded; a closed one does not."""

    ACTIVE = "active"
    PAUSED = "paused"
    CLOSED = "closed"


class Capture(StrEnum):
    """Which messages count as posts: all of them, or those that are marked."""

    ALL = "all"
    MARKED = "marked"


class ProjectRole(StrEnum):
    """What a person is in a project."""

    LEAD = "lead"
    MEMBER = "member"


class CameBy(StrEnum):
    """How a person came to a project: all four ways are used."""

    RECOMMENDED = "recommended"  # their head named them (所属長推薦)
    VOLUNTEERED = "volunteered"  # 自薦
    NOMINATED = "nominated"  # a colleague named them (他薦)
    INVITED = "invited"  # the secretariat asked them (声かけ)


class Project(Base):
    """A project. `name_key` is the name as it is compared: width, case and spaces folded."""

    __tablename__ = "projects"
    __table_args__ = (Index("uq_projects_name", "team_id", "name_key", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[SlackId]
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    name_key: Mapped[str] = mapped_column(String(NAME_LENGTH * 4))
    kind: Mapped[str] = mapped_column(String(16))
    purpose: Mapped[str] = mapped_column(String(PURPOSE_LENGTH), default="")
    stage: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16))
    capture: Mapped[str] = mapped_column(String(8))
    # Whether the bot puts a memo emoji on what it counts
    marks_posts: Mapped[bool] = mapped_column(default=True)
    starts_on: Mapped[date | None] = mapped_column(Date())
    target_on: Mapped[date | None] = mapped_column(Date())
    created_by: Mapped[SlackId]
    created_at: Mapped[datetime]
    stage_changed_at: Mapped[datetime]
    status_changed_at: Mapped[datetime]
    # When its leads were last asked in private how it is going
    nudged_at: Mapped[datetime | None]


class ProjectChannel(Base):
    """A channel tied to a project from `added_at` until `removed_at`; to one project at a time."""

    __tablename__ = "project_channels"
    __table_args__ = (
        Index(
            "uq_project_channels_current",
            "team_id",
            "channel_id",
            unique=True,
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index("ix_project_channels_by_channel", "team_id", "channel_id", "added_at"),
        Index("ix_project_channels_project", "project_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[SlackId]
    channel_id: Mapped[SlackId]
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    added_by: Mapped[SlackId]
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    def covers(self, moment: datetime) -> bool:
        """Whether the channel was the project's at this moment."""
        return self.added_at <= moment and (self.removed_at is None or moment < self.removed_at)


class ProjectMember(Base):
    """A person of a project. `came_by` is None where nobody has said how they came.

    `since` is when they became what they are in it. `department` is a lead's when they became
    the lead, None where it was not known: a lead who changes department should hand over.
    """

    __tablename__ = "project_members"

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    user_id: Mapped[SlackId] = mapped_column(String(ID_LENGTH), primary_key=True)
    role: Mapped[str] = mapped_column(String(16))
    since: Mapped[datetime]
    came_by: Mapped[str | None] = mapped_column(String(16))
    added_by: Mapped[SlackId | None]
    department: Mapped[str | None] = mapped_column(String(255))


_TIES: Ahead[tuple[str, str], list[tuple[ProjectChannel, Project]]] = Ahead()


def of_channel(session: Session, team_id: str, channel_id: str) -> Project | None:
    """The project that this channel is tied to now."""
    return session.scalars(
        select(Project)
        .join(ProjectChannel, ProjectChannel.project_id == Project.id)
        .where(
            ProjectChannel.team_id == team_id,
            ProjectChannel.channel_id == channel_id,
            ProjectChannel.removed_at.is_(None),
        )
    ).one_or_none()


def owner(session: Session, team_id: str, channel_id: str, *moments: datetime) -> Project | None:
    """The project to which the channel was tied at the first of these moments at which it was

    tied to any. If it was at none of them: the one to which it is tied now.
    """
    rows = _TIES.of(session).get((team_id, channel_id))
    if rows is None:
        rows = _ties_and_projects(session, team_id, [channel_id]).get(channel_id, [])
    found = owner_among([tie for tie, _ in rows], *moments)
    return next((project for _, project in rows if project.id == found), None)


def read_owners_ahead(session: Session, team_id: str, channel_ids: Collection[str]) -> None:
    """Have `owner` ready for these channels in this transaction."""
    found = _ties_and_projects(session, team_id, channel_ids)
    _TIES.of(session).update(((team_id, one), found.get(one, [])) for one in channel_ids)


def _ties_and_projects(
    session: Session, team_id: str, channel_ids: Collection[str]
) -> dict[str, list[tuple[ProjectChannel, Project]]]:
    """For each channel that was ever tied to anything: to what, the latest first."""
    found: dict[str, list[tuple[ProjectChannel, Project]]] = {}
    asked = {"team": team_id, "channels": list(channel_ids)}
    for tie, project in session.execute(_asking_for_ties_and_projects(), asked):
        found.setdefault(tie.channel_id, []).append((tie, project))
    return found


def ties_of(session: Session, team_id: str, channel_id: str) -> Sequence[ProjectChannel]:
    """To what the channel was tied ever, the latest first."""
    return ties_of_all(session, team_id, [channel_id]).get(channel_id, [])


def ties_of_all(
    session: Session, team_id: str, channel_ids: Collection[str]
) -> dict[str, list[ProjectChannel]]:
    """The same for many channels; one that was never tied to anything is not among the keys."""
    found: dict[str, list[ProjectChannel]] = {}
    asked = {"team": team_id, "channels": list(channel_ids)}
    for tie in session.scalars(_asking_for_ties(), asked):
        found.setdefault(tie.channel_id, []).append(tie)
    return found


@cache
def _asking_for_ties_and_projects() -> Select[ProjectChannel, Project]:
    return (
        select(ProjectChannel, Project)
        .join(Project, Project.id == ProjectChannel.project_id)
        .where(
            ProjectChannel.team_id == bindparam("team"),
            ProjectChannel.channel_id.in_(bindparam("channels", expanding=True)),
        )
        .order_by(ProjectChannel.added_at.desc(), ProjectChannel.id.desc())
    )


@cache
def _asking_for_ties() -> Select[ProjectChannel]:
    return (
        select(ProjectChannel)
        .where(
            ProjectChannel.team_id == bindparam("team"),
            ProjectChannel.channel_id.in_(bindparam("channels", expanding=True)),
        )
        .order_by(ProjectChannel.added_at.desc(), ProjectChannel.id.desc())
    )


def owner_among(ties: Sequence[ProjectChannel], *moments: datetime) -> int | None:
    """The ID of the `owner` by these ties of a channel."""
    then = (tie for moment in moments for tie in ties if tie.covers(moment))
    now = (tie for tie in ties if tie.removed_at is None)
    found = next(then, None) or next(now, None)
    return None if found is None else found.project_id


def is_registered(session: Session, team_id: str, channel_id: str) -> bool:
    """Whether the channel is tied to a project now."""
    return (
        session.scalar(
            select(ProjectChannel.id).where(
                ProjectChannel.team_id == team_id,
                ProjectChannel.channel_id == channel_id,
                ProjectChannel.removed_at.is_(None),
            )
        )
        is not None
    )


def by_name_key(session: Session, team_id: str, name_key: str) -> Project | None:
    """The project of this name."""
    return session.scalars(
        select(Project).where(Project.team_id == team_id, Project.name_key == name_key)
    ).one_or_none()


def channels_of(session: Session, project_id: int) -> Sequence[ProjectChannel]:
    """The channels tied to the project now, in the order in which they were added."""
    return session.scalars(
        select(ProjectChannel)
        .where(ProjectChannel.project_id == project_id, ProjectChannel.removed_at.is_(None))
        .order_by(ProjectChannel.id)
    ).all()


def note_department(session: Session, team_id: str, user_id: str, department: str) -> None:
    """Note the department of a lead of whom none was known when they became one."""
    if not department:
        return
    of_team = select(Project.id).where(Project.team_id == team_id)
    session.execute(
        update(ProjectMember)
        .where(
            ProjectMember.user_id == user_id,
            ProjectMember.role == ProjectRole.LEAD,
            ProjectMember.department.is_(None),
            ProjectMember.project_id.in_(of_team),
        )
        .values(department=department)
    )


def leads_of(session: Session, project_id: int) -> Sequence[str]:
    """The user IDs of the leads, longest first."""
    return session.scalars(
        select(ProjectMember.user_id)
        .where(ProjectMember.project_id == project_id, ProjectMember.role == ProjectRole.LEAD)
        .order_by(ProjectMember.since, ProjectMember.user_id)
    ).all()
