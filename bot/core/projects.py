"""What is known of the registered projects, as the views get to see it."""

from __future__ import annotations

import difflib
import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core.markup import fold, folded_key, plain, safe
from bot.core.slack_time import to_datetime
from bot.errors import UserError
from bot.text import Text
from models.base import JsonObject
from models.channel import current_id
from models.message import Message, MessageKind
from models.project import (
    NAME_LENGTH,
    PURPOSE_LENGTH,
    Capture,
    Kind,
    Project,
    ProjectChannel,
    Stage,
    Status,
    by_name_key,
    channels_of,
    leads_of,
    of_channel,
)

__all__ = [
    "NAME_LENGTH",
    "PURPOSE_LENGTH",
    "Capture",
    "Kind",
    "ProjectDetails",
    "ProjectFacts",
    "ProjectLine",
    "Stage",
    "Status",
    "details_of",
    "facts_of",
    "find",
    "listing",
    "name_key",
]

NOT_REGISTERED = Text(
    ja="このチャンネルは、まだ登録されていません。 `/project 登録 名前` で登録できます。"
    "ほかのプロジェクトのことなら、名前を添えてください。",
    en="This channel isn't registered yet. `/project register NAME` registers it. "
    "If you mean another project, please add its name.",
)
NO_SUCH_PROJECT = Text(
    ja="「{name}」というプロジェクトは見つかりません。 `/project 一覧` で名前を確かめられます。",
    en="There is no project called “{name}”. `/project list` shows the names.",
)
DID_YOU_MEAN_PROJECT = Text(
    ja="「{name}」というプロジェクトは見つかりません。「{nearest}」のことですか。",
    en="There is no project called “{name}”. Did you mean “{nearest}”?",
)


@dataclass(frozen=True)
class ProjectDetails:
    """What a lead fills in. `leads` are user IDs."""

    name: str
    kind: Kind = Kind.WORKING_GROUP
    purpose: str = ""
    leads: tuple[str, ...] = ()
    stage: Stage = Stage.IDEA
    starts_on: date | None = None
    target_on: date | None = None
    capture: Capture = Capture.ALL
    marks_posts: bool = True

    def as_json(self) -> JsonObject:
        """The same as plain JSON, for the audit log and for forms."""
        return {
            "name": self.name,
            "kind": self.kind.value,
            "purpose": self.purpose,
            "leads": list(self.leads),
            "stage": self.stage.value,
            "starts_on": self.starts_on.isoformat() if self.starts_on else None,
            "target_on": self.target_on.isoformat() if self.target_on else None,
            "capture": self.capture.value,
            "marks_posts": self.marks_posts,
        }

    def fingerprint(self) -> str:
        """Differs once anything in it has changed; a form carries it from opening to sending."""
        text = json.dumps(self.as_json(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class ProjectFacts:
    """A project with everything that is shown of it."""

    id: int
    details: ProjectDetails
    status: Status
    channels: tuple[str, ...]
    created_by: str
    created_at: datetime
    stage_changed_at: datetime
    status_changed_at: datetime
    last_post_at: datetime | None


@dataclass(frozen=True)
class ProjectLine:
    """A project in a list."""

    name: str
    kind: Kind
    stage: Stage
    status: Status
    channels: tuple[str, ...]


def name_key(name: str) -> str:
    """The name as it is compared; as long as the column is wide."""
    return folded_key(name)[: NAME_LENGTH * 4]


def find(session: Session, team_id: str, channel_id: str, name: str = "") -> Project:
    """The project of this name, or without a name the one that the channel is tied to.

    Raises UserError with what to do where there is none.
    """
    wanted = plain(name)
    if not wanted:
        project = of_channel(session, team_id, current_id(session, team_id, channel_id))
        if project is None:
            raise UserError(NOT_REGISTERED)
        return project
    project = by_name_key(session, team_id, name_key(wanted))
    if project is None:
        raise UserError(_not_found(session, team_id, wanted))
    return project


def details_of(session: Session, project: Project) -> ProjectDetails:
    """What a lead can change of a project."""
    return ProjectDetails(
        name=project.name,
        kind=Kind(project.kind),
        purpose=project.purpose,
        leads=tuple(leads_of(session, project.id)),
        stage=Stage(project.stage),
        starts_on=project.starts_on,
        target_on=project.target_on,
        capture=Capture(project.capture),
        marks_posts=project.marks_posts,
    )


def facts_of(session: Session, project: Project) -> ProjectFacts:
    """Everything that is shown of a project."""
    return ProjectFacts(
        id=project.id,
        details=details_of(session, project),
        status=Status(project.status),
        channels=tuple(channel.channel_id for channel in channels_of(session, project.id)),
        created_by=project.created_by,
        created_at=project.created_at,
        stage_changed_at=project.stage_changed_at,
        status_changed_at=project.status_changed_at,
        last_post_at=_last_post_at(session, project.id),
    )


def listing(
    session: Session,
    team_id: str,
    *,
    kind: Kind | None = None,
    stage: Stage | None = None,
    status: Status | None = None,
) -> tuple[ProjectLine, ...]:
    """The projects that match, oldest first. Closed ones only where they are asked for."""
    query = select(Project).where(Project.team_id == team_id).order_by(Project.id)
    if kind is not None:
        query = query.where(Project.kind == kind)
    if stage is not None:
        query = query.where(Project.stage == stage)
    if status is not None:
        query = query.where(Project.status == status)
    else:
        query = query.where(Project.status != Status.CLOSED)
    channels = _channels_by_project(session, team_id)
    return tuple(
        ProjectLine(
            name=project.name,
            kind=Kind(project.kind),
            stage=Stage(project.stage),
            status=Status(project.status),
            channels=channels.get(project.id, ()),
        )
        for project in session.scalars(query)
    )


def _channels_by_project(session: Session, team_id: str) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    query = (
        select(ProjectChannel.project_id, ProjectChannel.channel_id)
        .where(ProjectChannel.team_id == team_id, ProjectChannel.removed_at.is_(None))
        .order_by(ProjectChannel.id)
    )
    for project_id, channel_id in session.execute(query):
        found[project_id] = (*found.get(project_id, ()), channel_id)
    return found


def _last_post_at(session: Session, project_id: int) -> datetime | None:
    ts = session.scalar(
        select(func.max(Message.ts)).where(
            Message.project_id == project_id,
            Message.kind == MessageKind.POST,
            Message.counted,
            Message.deleted_ts.is_(None),
        )
    )
    return to_datetime(ts) if ts else None


def _not_found(session: Session, team_id: str, wanted: str) -> Text:
    names = session.scalars(select(Project.name).where(Project.team_id == team_id)).all()
    by_fold = {fold(name): name for name in names}
    near = difflib.get_close_matches(fold(wanted), by_fold, n=1, cutoff=0.5)
    if near:
        return DID_YOU_MEAN_PROJECT.filled(name=safe(wanted), nearest=safe(by_fold[near[0]]))
    return NO_SUCH_PROJECT.filled(name=safe(wanted))
