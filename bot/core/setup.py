"""What a new workspace still needs before its first digest, and what is in the way of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core import audiences
from bot.core.audiences import Audience
from bot.core.calendar import calendar_of
from bot.core.offices import all_offices
from bot.core.periods import SCHEDULE_CHANGED, next_slot, schedule_of
from models import delivery, inbox
from models.audit import AuditEntry
from models.channel import Channel
from models.digest import Digest
from models.inbox import InboxState
from models.project import Project, ProjectChannel, Status
from models.workspace import Workspace

# As the check-up on the command line: what waits so long does not work, and what Slack refused
# longer ago can't be made good any more.
BACKLOG_AFTER = timedelta(minutes=5)
REFUSED_LATELY = timedelta(days=7)


@dataclass(frozen=True)
class Setup:
    """What is in place. `offices` are those that somebody holds now."""

    offices: tuple[str, ...]
    audiences: tuple[Audience, ...]
    weekday: int
    time: str
    is_schedule_chosen: bool
    projects: int
    digests: int
    next_digest: datetime | None

    @property
    def steps(self) -> tuple[bool, bool, bool, bool]:
        """Offices, audience, schedule, first project: whether each is done."""
        return (
            bool(self.offices),
            bool(self.audiences),
            self.is_schedule_chosen or self.digests > 0,
            self.projects > 0,
        )

    @property
    def is_done(self) -> bool:
        """Whether nothing is in the way of the first digest."""
        return all(self.steps)


@dataclass(frozen=True)
class Trouble:
    """What does not arrive: events that can't be applied, words that can't be said, channels that

    the bot is not in or that are archived.
    """

    dead_letters: int = 0
    unsaid: int = 0
    channels_without_bot: tuple[str, ...] = ()
    channels_archived: tuple[str, ...] = ()

    @property
    def is_there_any(self) -> bool:
        """Whether anything is wrong at all."""
        return self != Trouble()


def setup(session: Session, team_id: str, zone: tzinfo, now: datetime) -> Setup:
    """What is in place in this workspace."""
    workspace = session.get_one(Workspace, team_id)
    held = [office.name for office in all_offices(session, team_id, now) if office.current]
    chosen = session.scalar(
        select(AuditEntry.id)
        .where(
            AuditEntry.team_id == team_id,
            AuditEntry.action == SCHEDULE_CHANGED,
            AuditEntry.project_id.is_(None),
        )
        .limit(1)
    )
    projects = select(func.count()).where(
        Project.team_id == team_id, Project.status != Status.CLOSED
    )
    digests = select(func.count()).where(Digest.team_id == team_id)
    return Setup(
        offices=tuple(held),
        audiences=audiences.listing(session, team_id),
        weekday=workspace.digest_weekday,
        time=workspace.digest_time,
        is_schedule_chosen=chosen is not None,
        projects=session.scalar(projects) or 0,
        digests=session.scalar(digests) or 0,
        next_digest=next_slot(schedule_of(workspace, zone), calendar_of(session, team_id), now),
    )


def trouble(session: Session, team_id: str, now: datetime) -> Trouble:
    """What does not arrive in this workspace."""
    return Trouble(
        dead_letters=inbox.count(session, InboxState.DEAD),
        unsaid=delivery.count_unsaid(
            session, failed_after=now - REFUSED_LATELY, open_before=now - BACKLOG_AFTER
        ),
        channels_without_bot=_channels(session, team_id, archived=False),
        channels_archived=_channels(session, team_id, archived=True),
    )


def _channels(session: Session, team_id: str, *, archived: bool) -> tuple[str, ...]:
    """Registered channels that are archived, or else those that the bot is known not to be in."""
    wrong = (
        Channel.is_archived
        if archived
        else ~Channel.is_archived & (Channel.has_bot_ts != "") & ~Channel.has_bot
    )
    return tuple(
        session.scalars(
            select(ProjectChannel.channel_id)
            .join(
                Channel,
                (Channel.team_id == ProjectChannel.team_id)
                & (Channel.channel_id == ProjectChannel.channel_id),
            )
            .where(ProjectChannel.team_id == team_id, ProjectChannel.removed_at.is_(None), wrong)
            .order_by(ProjectChannel.id)
        )
    )
