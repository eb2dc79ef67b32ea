"""Passing a project's lead on, and who should: leads who have left or changed department."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum

from sqlalchemy import Row, Select, and_, select
from sqlalchemy.orm import Session

from bot.core import audit
from bot.core.markup import fold, safe
from bot.core.people import HANDED_OVER, HANDOVER, KEPT, tell
from bot.core.permissions import Actor, is_staff
from bot.core.registry import lock, require_change
from bot.errors import UserError
from bot.text import Text
from models import home
from models.audit import AuditEntry
from models.base import JsonObject
from models.delivery import enqueue
from models.member import Member
from models.project import (
    Project,
    ProjectMember,
    ProjectRole,
    Status,
    channels_of,
    leads_of,
)

CAN_NOT_LEAD = Text(
    ja="<@{user}> さんには引き継げません。リーダーになれるのは、このワークスペースの職員だけです。"
    "職員の方を選んでください。",
    en="<@{user}> can't lead: only staff of this workspace can. Please choose a member of staff.",
)
LEADS_ALREADY = Text(
    ja="<@{user}> さんは、すでに「{name}」のリーダーです。次のリーダーになる方を選んでください。",
    en="<@{user}> leads “{name}” already. Please choose who is to lead it next.",
)
LEADS_NOT = Text(
    ja="<@{user}> さんは「{name}」のリーダーではありません。リーダーは {leads} です。",
    en="<@{user}> doesn't lead “{name}”. Its leads are {leads}.",
)
WHOSE_LEAD = Text(
    ja="「{name}」のリーダーは {leads} です。誰から引き継ぐかが分かるように、"
    " `/project 引き継ぎ @いまの方 @次の方` と書いてください。",
    en="The leads of “{name}” are {leads}. Please say who hands over: "
    "`/project handover @lead @next`",
)


@dataclass(frozen=True)
class Handover:
    """Who has passed the lead on (None: nobody led) and who leads now."""

    from_id: str | None
    to_id: str


class Leaving(StrEnum):
    """Why a lead should be passed on: they may not lead any more, or they do other work now."""

    DEACTIVATED = "deactivated"
    NOT_STAFF = "not_staff"
    MOVED = "moved"


@dataclass(frozen=True)
class LeavingLead:
    """A lead who is leaving. The departments are those of then and now."""

    project_id: int
    project: str
    user_id: str
    why: Leaving
    department_then: str
    department_now: str


@dataclass(frozen=True)
class Leaderless:
    """A project that nobody leads who could."""

    project_id: int
    project: str


def leaving_leads(session: Session, team_id: str) -> tuple[LeavingLead, ...]:
    """The leads of projects that run who should pass the lead on, by project.

    Rights are the caller's to check: it is for coordinators.
    """
    found = []
    for project, row, member in _leads(session, team_id):
        why = _why_leaving(row, member)
        if why is not None and member is not None:
            found.append(
                LeavingLead(
                    project_id=project.id,
                    project=project.name,
                    user_id=row.user_id,
                    why=why,
                    department_then=row.department or "",
                    department_now=member.department,
                )
            )
    return tuple(found)


def projects_without_lead(session: Session, team_id: str) -> tuple[Leaderless, ...]:
    """The projects that run and have no lead who may lead them."""
    led = {
        project.id
        for project, _, member in _leads(session, team_id)
        if member is None or is_staff(member)
    }
    projects = session.scalars(_running(team_id)).all()
    return tuple(Leaderless(one.id, one.name) for one in projects if one.id not in led)


def keep_lead(
    session: Session, actor: Actor, project_id: int, user_id: str, *, now: datetime
) -> None:
    """Note that a lead goes on leading from their new department."""
    project = lock(session, actor, project_id)
    require_change(session, actor, project)
    row = session.get(ProjectMember, (project.id, user_id))
    member = session.get(Member, (project.team_id, user_id))
    if row is None or member is None or row.role != ProjectRole.LEAD:
        leads = _named(leads_of(session, project.id))
        raise UserError(LEADS_NOT.filled(user=user_id, name=safe(project.name), leads=leads))
    before: JsonObject = {"member": user_id, "department": row.department}
    row.department = member.department or None
    after: JsonObject = {"member": user_id, "department": row.department}
    audit.record(session, actor, KEPT, now=now, project_id=project.id, before=before, after=after)
    home.touch(session, project.team_id, None, now)


def hand_over(
    session: Session,
    actor: Actor,
    project_id: int,
    to: Member,
    *,
    from_id: str | None = None,
    now: datetime,
    zone: tzinfo,
) -> Handover:
    """Pass the lead on. Who led stays in the project; its channels are told.

    Without `from_id` it is the actor's own lead, or the only one. Raises UserError where it could
    be several people's.
    """
    project = lock(session, actor, project_id)
    require_change(session, actor, project)
    leads = leads_of(session, project.id)
    if not is_staff(to):
        raise UserError(CAN_NOT_LEAD.filled(user=to.user_id))
    giver = _giver(actor, project, leads, from_id)
    if to.user_id in leads and giver in (None, to.user_id):
        raise UserError(LEADS_ALREADY.filled(user=to.user_id, name=safe(project.name)))
    if giver is not None:
        session.get_one(ProjectMember, (project.id, giver)).role = ProjectRole.MEMBER
    _make_lead(session, actor, project, to, now)
    entry = audit.record(
        session,
        actor,
        HANDED_OVER,
        now=now,
        project_id=project.id,
        before={"leads": list(leads)},
        after={"leads": list(leads_of(session, project.id))},
    )
    _announce(session, project, giver, to.user_id, entry, now)
    if to.user_id != actor.user_id:
        tell(session, actor, project, to.user_id, entry, now, zone, giver=giver)
    home.touch(session, project.team_id, None, now)
    return Handover(giver, to.user_id)


def _running(team_id: str) -> Select[Project]:
    return (
        select(Project)
        .where(Project.team_id == team_id, Project.status != Status.CLOSED)
        .order_by(Project.id)
    )


def _leads(session: Session, team_id: str) -> Sequence[Row[Project, ProjectMember, Member | None]]:
    """Every lead of the projects that run, with what is known of them."""
    return session.execute(
        select(Project, ProjectMember, Member)
        .join(ProjectMember, ProjectMember.project_id == Project.id)
        .outerjoin(Member, and_(Member.team_id == team_id, Member.user_id == ProjectMember.user_id))
        .where(
            Project.team_id == team_id,
            Project.status != Status.CLOSED,
            ProjectMember.role == ProjectRole.LEAD,
        )
        .order_by(Project.id, ProjectMember.since, ProjectMember.user_id)
    ).all()


def _why_leaving(row: ProjectMember, member: Member | None) -> Leaving | None:
    """None where nothing speaks for it, or too little is known."""
    if member is None:
        return None
    if member.is_deactivated:
        return Leaving.DEACTIVATED
    if not is_staff(member):
        return Leaving.NOT_STAFF
    then, now = fold(row.department or "").strip(), fold(member.department).strip()
    return Leaving.MOVED if then and now and then != now else None


def _giver(actor: Actor, project: Project, leads: Sequence[str], from_id: str | None) -> str | None:
    """Whose lead it is that is passed on; None if the project has none."""
    names = {
        "name": safe(project.name),
        "leads": _named(leads),
    }
    if from_id is not None and from_id not in leads:
        raise UserError(LEADS_NOT.filled(user=from_id, **names))
    if from_id is not None:
        return from_id
    if actor.user_id in leads:
        return actor.user_id
    if len(leads) > 1:
        raise UserError(WHOSE_LEAD.filled(**names))
    return leads[0] if leads else None


def _make_lead(
    session: Session, actor: Actor, project: Project, member: Member, now: datetime
) -> None:
    row = session.get(ProjectMember, (project.id, member.user_id))
    if row is None:
        row = ProjectMember(
            project_id=project.id, user_id=member.user_id, added_by=actor.user_id, since=now
        )
        session.add(row)
    elif row.role != ProjectRole.LEAD:
        row.since = now
    row.role = ProjectRole.LEAD
    row.department = member.department or None
    session.flush()


def _announce(
    session: Session,
    project: Project,
    giver: str | None,
    to_id: str,
    entry: AuditEntry,
    now: datetime,
) -> None:
    args: JsonObject = {"project_id": project.id, "from": giver, "to": to_id}
    for channel in channels_of(session, project.id):
        enqueue(
            session,
            team_id=project.team_id,
            key=f"{HANDOVER}:{entry.id}:{channel.channel_id}",
            kind=HANDOVER,
            channel_id=channel.channel_id,
            args=args,
            now=now,
        )


def _named(leads: Sequence[str]) -> Text:
    mentions = [f"<@{lead}>" for lead in leads]
    return Text(ja="、".join(mentions), en=", ".join(mentions))
