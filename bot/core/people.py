"""The people of a project: who is in it, how each came, who leads it and who leads it next.

Whoever is asked in can leave again, and nobody is put above anybody else. Guests and people of
other organisations may be in a project whose channel they are in; they never lead one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import Row, and_, select
from sqlalchemy.orm import Session

from bot.core import audit
from bot.core.calendar import calendar_of
from bot.core.hours import next_disturbable
from bot.core.markup import safe
from bot.core.permissions import Actor, require_insider, require_invited, require_manager
from bot.core.registry import IS_CLOSED, NOT_HERE, lock
from bot.errors import UserError
from bot.text import Text
from models import home
from models.audit import AuditEntry
from models.base import JsonObject
from models.channel import Channel
from models.delivery import by_key, enqueue, renew
from models.member import Member
from models.project import (
    CameBy,
    Project,
    ProjectMember,
    ProjectRole,
    Status,
    channels_of,
    leads_of,
)

__all__ = ["CameBy", "ProjectRole"]

INVITATION = "project_invitation"
HANDOVER = "project_handover"
# What happens to people, as the audit log names it
JOINED, LEFT, INVITED = "project.joined", "project.left", "project.invited"
CAME_BY_CHANGED, HANDED_OVER, KEPT = "project.came_by", "project.handed_over", "project.lead_kept"
OF_PEOPLE = (JOINED, LEFT, INVITED, CAME_BY_CHANGED, KEPT)

ALREADY_IN = Text(
    ja="「{name}」には、もう参加しています。 `/project メンバー` で、ほかの方が分かります。",
    en="You are in “{name}” already. `/project members` shows who else is.",
)
THEY_ARE_IN = Text(
    ja="<@{user}> さんは、もう「{name}」に参加しています。",
    en="<@{user}> is in “{name}” already.",
)
NOT_IN = Text(
    ja="「{name}」には参加していません。 `/project メンバー` で、参加している方が分かります。",
    en="You aren't in “{name}”. `/project members` shows who is.",
)
THEY_ARE_NOT_IN = Text(
    ja="<@{user}> さんは「{name}」に参加していません。"
    " `/project メンバー` で、参加している方が分かります。",
    en="<@{user}> isn't in “{name}”. `/project members` shows who is.",
)
LAST_LEAD = Text(
    ja="「{name}」のリーダーが、ほかにいません。"
    "先に `/project 引き継ぎ @名前` で、次の方に引き継いでください。",
    en="“{name}” has no other lead. Please hand it over first: `/project handover @name`",
)
CAN_NOT_JOIN = Text(
    ja="<@{user}> さんは招待できません。アプリや、利用を停止した方は対象外です。"
    "ほかの方を選んでください。",
    en="<@{user}> can't be invited: apps and deactivated people can't. "
    "Please choose somebody else.",
)


@dataclass(frozen=True)
class Participant:
    """A person of a project. `department` is today's, "" where none is known."""

    user_id: str
    department: str
    role: ProjectRole
    came_by: CameBy | None
    is_deactivated: bool


@dataclass(frozen=True)
class Invited:
    """What became of an invitation; with `corrected` they were in it, and it was put right how."""

    came_by: CameBy
    corrected: bool


def roster(session: Session, project: Project) -> tuple[Participant, ...]:
    """The people of the project: leads first, each in the order in which they came."""
    rows: Sequence[Row[ProjectMember, Member | None]] = session.execute(
        select(ProjectMember, Member)
        .outerjoin(
            Member,
            and_(Member.team_id == project.team_id, Member.user_id == ProjectMember.user_id),
        )
        .where(ProjectMember.project_id == project.id)
        .order_by(
            ProjectMember.role != ProjectRole.LEAD, ProjectMember.since, ProjectMember.user_id
        )
    ).all()
    return tuple(
        Participant(
            user_id=row.user_id,
            department=member.department if member else "",
            role=ProjectRole(row.role),
            came_by=CameBy(row.came_by) if row.came_by else None,
            is_deactivated=member is not None and member.is_deactivated,
        )
        for row, member in rows
    )


def belongs(session: Session, project_id: int, user_id: str) -> bool:
    """Whether the person is one of the project's, lead or not."""
    return session.get(ProjectMember, (project_id, user_id)) is not None


def channels_to_be_in(session: Session, project: Project, *, staff: bool) -> tuple[str, ...]:
    """The channels one of which a person must be in to join; none where anybody of the staff may.

    Staff may join whatever they can look at by themselves. Others must have been let in.
    """
    tied = [channel.channel_id for channel in channels_of(session, project.id)]
    if not staff:
        return tuple(tied)
    known = [session.get(Channel, (project.team_id, channel_id)) for channel_id in tied]
    is_open = any(channel is None or not channel.is_private for channel in known)
    return () if is_open else tuple(tied)


def join(session: Session, actor: Actor, project_id: int, *, now: datetime) -> Project:
    """Let the actor join of their own accord. Whether they may is the caller's to find out."""
    project = lock(session, actor, project_id)
    _require_open(project)
    if belongs(session, project.id, actor.user_id):
        raise UserError(ALREADY_IN.filled(name=safe(project.name)))
    _add(session, actor, project, actor.user_id, CameBy.VOLUNTEERED, JOINED, now)
    return project


def leave(
    session: Session, actor: Actor, project_id: int, *, user_id: str | None = None, now: datetime
) -> Project:
    """Let the actor leave, or somebody who manages the project take `user_id` out of it.

    The last lead stays until the lead is handed over.
    """
    project = lock(session, actor, project_id)
    leads = leads_of(session, project.id)
    whom = user_id or actor.user_id
    if whom != actor.user_id:
        require_manager(actor, leads)
    row = session.get(ProjectMember, (project.id, whom))
    if row is None:
        text = NOT_IN if whom == actor.user_id else THEY_ARE_NOT_IN
        raise UserError(text.filled(name=safe(project.name), user=whom))
    if list(leads) == [whom]:
        raise UserError(LAST_LEAD.filled(name=safe(project.name)))
    session.delete(row)
    before: JsonObject = {"member": whom, "role": row.role, "came_by": row.came_by}
    audit.record(session, actor, LEFT, now=now, project_id=project.id, before=before)
    home.touch(session, project.team_id, [whom, *leads], now)
    return project


def decline(
    session: Session, actor: Actor, project_id: int, entry_id: int, *, now: datetime
) -> None:
    """Let an invited person leave; their invitation then says so in place of what it said.

    Raises UserError where the actor was not invited so.
    """
    said = by_key(session, actor.team_id, invitation_key(entry_id))
    if said is None or said.args["project_id"] != project_id:
        raise UserError(NOT_HERE)
    require_invited(actor, str(said.args["user_id"]))
    if belongs(session, project_id, actor.user_id):
        leave(session, actor, project_id, now=now)
    renew(session, actor.team_id, said.key, now)


def require_inviter(session: Session, actor: Actor, project: Project) -> None:
    """Raise UserError unless the actor may bring people into the project."""
    is_in = belongs(session, project.id, actor.user_id)
    require_insider(actor, leads_of(session, project.id), is_in=is_in)
    _require_open(project)


def invite(
    session: Session,
    actor: Actor,
    project_id: int,
    member: Member,
    came_by: CameBy | None,
    *,
    now: datetime,
    zone: tzinfo,
) -> Invited:
    """Bring a person into the project; they hear of it by direct message and may decline.

    Without `came_by`: whom a coordinator asks was asked in, whom a colleague names was nominated,
    and who enters themselves has volunteered. For a person who is in it already, `came_by` is put
    right.
    """
    project = lock(session, actor, project_id)
    require_inviter(session, actor, project)
    if member.is_bot or member.is_deactivated:
        raise UserError(CAN_NOT_JOIN.filled(user=member.user_id))
    row = session.get(ProjectMember, (project.id, member.user_id))
    if row is not None:
        _put_right(session, actor, project, row, came_by, now)
        return Invited(CameBy(str(row.came_by)), corrected=True)
    way = came_by or _natural_way(actor, member.user_id, leads_of(session, project.id))
    entry = _add(session, actor, project, member.user_id, way, INVITED, now)
    if member.user_id != actor.user_id:
        tell(session, actor, project, member.user_id, entry, now, zone)
    return Invited(way, corrected=False)


def _require_open(project: Project) -> None:
    if project.status == Status.CLOSED:
        raise UserError(IS_CLOSED.filled(name=safe(project.name)))


def _add(
    session: Session,
    actor: Actor,
    project: Project,
    user_id: str,
    came_by: CameBy,
    action: str,
    now: datetime,
) -> AuditEntry:
    session.add(
        ProjectMember(
            project_id=project.id,
            user_id=user_id,
            role=ProjectRole.MEMBER,
            since=now,
            came_by=came_by,
            added_by=actor.user_id,
        )
    )
    home.touch(session, project.team_id, [user_id, *leads_of(session, project.id)], now)
    after: JsonObject = {"member": user_id, "came_by": came_by.value}
    return audit.record(session, actor, action, now=now, project_id=project.id, after=after)


def _natural_way(actor: Actor, user_id: str, leads: Sequence[str]) -> CameBy:
    if user_id == actor.user_id:
        return CameBy.VOLUNTEERED
    if actor.manages_everything and actor.user_id not in leads:
        return CameBy.INVITED
    return CameBy.NOMINATED


def _put_right(
    session: Session,
    actor: Actor,
    project: Project,
    row: ProjectMember,
    came_by: CameBy | None,
    now: datetime,
) -> None:
    if came_by is None or row.came_by == came_by:
        names = {"user": row.user_id, "name": safe(project.name)}
        raise UserError(
            (ALREADY_IN if row.user_id == actor.user_id else THEY_ARE_IN).filled(**names)
        )
    before: JsonObject = {"member": row.user_id, "came_by": row.came_by}
    row.came_by = came_by
    after: JsonObject = {"member": row.user_id, "came_by": came_by.value}
    audit.record(
        session,
        actor,
        CAME_BY_CHANGED,
        now=now,
        project_id=project.id,
        before=before,
        after=after,
    )


def invitation_key(entry_id: int) -> str:
    """The key of the direct message about this entry of the audit log."""
    return f"{INVITATION}:{entry_id}"


def tell(
    session: Session,
    actor: Actor,
    project: Project,
    user_id: str,
    entry: AuditEntry,
    now: datetime,
    zone: tzinfo,
    *,
    giver: str | None = None,
) -> None:
    """Put the direct message to a new member or lead in the outbox; not at night.

    `giver` is who led until then.
    """
    enqueue(
        session,
        team_id=project.team_id,
        key=invitation_key(entry.id),
        kind=INVITATION,
        channel_id=user_id,
        args={
            "project_id": project.id,
            "user_id": user_id,
            "by": actor.user_id,
            "entry_id": entry.id,
            "leads": entry.action == HANDED_OVER,
            "from": giver,
        },
        now=now,
        not_before=next_disturbable(calendar_of(session, project.team_id), zone, now),
    )
