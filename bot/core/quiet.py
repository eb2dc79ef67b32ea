"""Projects that have gone quiet, and help for them in private: nobody is put to shame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import audit, coordinators
from bot.core.calendar import Calendar, calendar_of
from bot.core.hours import business_days_later, may_disturb, next_disturbable
from bot.core.members import is_reachable
from bot.core.permissions import Actor
from bot.core.registry import lock, require_change
from bot.core.waiting import last_posts
from bot.errors import UserError
from bot.text import Text
from models import home
from models.channel import Channel
from models.delivery import enqueue, renew
from models.member import Member
from models.project import Project, Stage, Status, channels_of, leads_of

# The kinds of deliveries: to a lead, and to a coordinator whom a lead would like to talk to
NUDGE = "quiet_nudge"
CONSULTATION = "quiet_consultation"
QUIET_AFTER_BUSINESS_DAYS = 10
# The action in the audit log
CONSULTED = "project.consulted"

NOBODY_TO_CONSULT = Text(
    ja="相談できる事務局の方が、まだ登録されていません。"
    "ワークスペースの管理者に声をかけてみてください。",
    en="No coordinator is known yet whom you could talk to. Please ask a workspace admin.",
)


@dataclass(frozen=True)
class QuietProject:
    """A running project without a post for so long.

    `since`: its last post, or else when it was registered or resumed. `asked_at`: when its leads
    were last asked in private how it is going.
    """

    project_id: int
    name: str
    since: datetime
    last_post_at: datetime | None
    leads: tuple[str, ...]
    asked_at: datetime | None


def is_quiet(
    calendar: Calendar,
    zone: tzinfo,
    moment: datetime,
    *,
    status: str,
    stage: str,
    status_changed_at: datetime,
    last_post_at: datetime | None,
) -> bool:
    """Whether ten business days have gone by without a post.

    They count from the last post; for a project registered or resumed since, from then. Paused
    and finished projects are never quiet.
    """
    if status != Status.ACTIVE or stage == Stage.DONE:
        return False
    since = quiet_since(status_changed_at, last_post_at)
    return _is_over(calendar, zone, since, moment)


def quiet_since(status_changed_at: datetime, last_post_at: datetime | None) -> datetime:
    """The last sign of life. A project is active since `status_changed_at`."""
    return max(status_changed_at, last_post_at) if last_post_at else status_changed_at


def quiet_projects(
    session: Session, team_id: str, zone: tzinfo, now: datetime
) -> tuple[QuietProject, ...]:
    """The projects that are quiet now, those first that have been for longest.

    For coordinators, who help; and for nobody else.
    """
    calendar = calendar_of(session, team_id)
    running = session.scalars(
        select(Project)
        .where(
            Project.team_id == team_id,
            Project.status == Status.ACTIVE,
            Project.stage != Stage.DONE,
        )
        .order_by(Project.id)
    ).all()
    posts = last_posts(session, [project.id for project in running])
    found = []
    for project in running:
        last = posts.get(project.id)
        since = quiet_since(project.status_changed_at, last)
        if _is_over(calendar, zone, since, now):
            leads = tuple(leads_of(session, project.id))
            found.append(
                QuietProject(project.id, project.name, since, last, leads, project.nudged_at)
            )
    return tuple(sorted(found, key=lambda project: (project.since, project.project_id)))


def to_ask(session: Session, team_id: str, zone: tzinfo, now: datetime) -> Sequence[QuietProject]:
    """The quiet projects whose leads may be asked now how it is going.

    Not more often than every ten business days; not at night; not where no channel is recorded
    at present, because then nobody knows whether it is quiet.
    """
    calendar = calendar_of(session, team_id)
    if not may_disturb(calendar, zone, now):
        return ()
    return [
        project
        for project in quiet_projects(session, team_id, zone, now)
        if (project.asked_at is None or _is_over(calendar, zone, project.asked_at, now))
        and _reachable(session, team_id, project.leads)
        and _is_recorded(session, team_id, project.project_id)
    ]


def ask(session: Session, team_id: str, project_id: int, zone: tzinfo, now: datetime) -> bool:
    """Ask the leads of a quiet project, each in private; says whether they were not asked yet.

    Of two processes that do so at once, the second one finds that it has been done.
    """
    session.get_one(Project, project_id, with_for_update=True, populate_existing=True)
    known = [one for one in to_ask(session, team_id, zone, now) if one.project_id == project_id]
    if not known:
        return False
    project = session.get_one(Project, project_id)
    project.nudged_at = now
    for lead in _reachable(session, team_id, known[0].leads):
        enqueue(
            session,
            team_id=team_id,
            key=nudge_key(project_id, now, lead),
            kind=NUDGE,
            channel_id=lead,
            args={
                "project_id": project_id,
                "lead": lead,
                "since": known[0].since.isoformat(),
                "asked_at": now.isoformat(),
            },
            now=now,
        )
    return True


def consult(
    session: Session,
    actor: Actor,
    project_id: int,
    *,
    named: frozenset[str],
    zone: tzinfo,
    now: datetime,
) -> None:
    """Tell the coordinators that a lead would like to talk; once, however often it is pressed.

    `named` are the coordinators of the settings. Raises UserError.
    """
    project = lock(session, actor, project_id)
    require_change(session, actor, project)
    known = coordinators.everyone(session, actor.team_id, named)
    others = [one for one in known if one != actor.user_id]
    reachable = _reachable(session, actor.team_id, others)
    if not reachable:
        raise UserError(NOBODY_TO_CONSULT)
    if was_consulted(session, project):
        return
    entry = audit.record(session, actor, CONSULTED, now=now, project_id=project_id)
    for coordinator in reachable:
        enqueue(
            session,
            team_id=actor.team_id,
            key=f"{CONSULTATION}:{entry.id}:{coordinator}",
            kind=CONSULTATION,
            channel_id=coordinator,
            args={
                "project_id": project_id,
                "lead": actor.user_id,
                "coordinator": coordinator,
            },
            now=now,
            not_before=next_disturbable(calendar_of(session, actor.team_id), zone, now),
        )
    renew_nudges(session, project, now)


def was_consulted(session: Session, project: Project) -> bool:
    """Whether somebody has asked for the coordinators since the leads were last asked."""
    latest = audit.latest(session, project.id, CONSULTED)
    return latest is not None and latest.at >= (project.nudged_at or project.created_at)


def renew_nudges(session: Session, project: Project, now: datetime) -> None:
    """Have the latest messages to the leads made anew: something was pressed in one of them."""
    home.touch_project(session, project.team_id, project.id, now)
    if project.nudged_at is None:
        return
    for lead in leads_of(session, project.id):
        renew(session, project.team_id, nudge_key(project.id, project.nudged_at, lead), now)


def nudge_key(project_id: int, asked_at: datetime, lead: str) -> str:
    """The key of the message to one lead."""
    return f"{NUDGE}:{project_id}:{int(asked_at.timestamp())}:{lead}"


def _is_over(calendar: Calendar, zone: tzinfo, since: datetime, now: datetime) -> bool:
    return business_days_later(calendar, zone, since, QUIET_AFTER_BUSINESS_DAYS) <= now


def _reachable(session: Session, team_id: str, people: Sequence[str]) -> list[str]:
    """Those to whom the bot writes: not to whoever has left, or is of another organisation."""
    return [person for person in people if is_reachable(session.get(Member, (team_id, person)))]


def _is_recorded(session: Session, team_id: str, project_id: int) -> bool:
    """Whether posts are recorded in any of its channels at present, as far as one knows."""
    tied = [tie.channel_id for tie in channels_of(session, project_id)]
    channels = [session.get(Channel, (team_id, channel_id)) for channel_id in tied]
    return any(
        channel is None or not (channel.is_archived or (channel.has_bot_ts and not channel.has_bot))
        for channel in channels
    )
