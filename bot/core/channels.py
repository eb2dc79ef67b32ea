"""Which channels can be registered, and which project a channel is tied to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.core.markup import safe
from bot.core.permissions import Actor
from bot.core.slack_time import from_datetime
from bot.errors import UserError
from bot.text import Text
from models import channel as channels
from models.base import storable
from models.channel import current_id
from models.project import Project, ProjectChannel, Status, of_channel

DIRECT_MESSAGE = Text(
    ja="ダイレクトメッセージは登録できません。グループのチャンネルで、もう一度お試しください。",
    en="Direct messages can't be registered. Please try again in your group's channel.",
)
ARCHIVED = Text(
    ja="このチャンネルはアーカイブされているので、登録できません。"
    "アーカイブを解除するか、別のチャンネルを使ってください。",
    en="This channel is archived, so it can't be registered. "
    "Please unarchive it or use another channel.",
)
BOT_IS_NOT_IN = Text(
    ja="私はまだそのチャンネルに入っていません。そのチャンネルで `/invite` に続けて {bot} と"
    "送って招待してから、もう一度お試しください。",
    en="I'm not in that channel yet. Please send `/invite` followed by {bot} in it, "
    "then try again.",
)
CALLER_IS_NOT_IN = Text(
    ja="<#{channel}> に入っていないので、登録できません。"
    "自分が参加しているチャンネルを選ぶか、参加してからお試しください。",
    en="You aren't in <#{channel}>. Please choose a channel you are in, or join that one first.",
)
ALREADY_REGISTERED = Text(
    ja="<#{channel}> は、すでに「{name}」として登録されています。 "
    "`/project 表示` で内容を見られます。",
    en="<#{channel}> is already registered as “{name}”. `/project show` shows its details.",
)


@dataclass(frozen=True)
class ChannelFacts:
    """What Slack says of a channel. `is_direct`: messages between two or a few people."""

    channel_id: str
    name: str
    is_private: bool = False
    is_shared: bool = False
    is_archived: bool = False
    is_direct: bool = False
    has_bot: bool = False


def check_usable(channel: ChannelFacts) -> None:
    """Raise UserError for a conversation that can't be a project's channel."""
    if channel.is_direct:
        raise UserError(DIRECT_MESSAGE, field="channel")
    if channel.is_archived:
        raise UserError(ARCHIVED, field="channel")


def ensure_free(session: Session, team_id: str, channel_id: str) -> None:
    """Raise UserError if the channel is tied to a project already."""
    today = current_id(session, team_id, channel_id)
    project = of_channel(session, team_id, today)
    if project is not None:
        text = ALREADY_REGISTERED.filled(channel=today, name=safe(project.name))
        raise UserError(text, field="channel")


def tie(session: Session, actor: Actor, project_id: int, channel_id: str, now: datetime) -> None:
    """Tie a channel to a project; of two at once the second gets the UserError."""
    ensure_free(session, actor.team_id, channel_id)
    row = ProjectChannel(
        team_id=actor.team_id,
        channel_id=channel_id,
        project_id=project_id,
        added_by=actor.user_id,
        added_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        ensure_free(session, actor.team_id, channel_id)
        raise


def remember(session: Session, team_id: str, channel: ChannelFacts, asked_at: datetime) -> None:
    """Take over what Slack said at `asked_at`, unless a newer event has said otherwise."""
    row = channels.ensure(session, team_id, channel.channel_id)
    ts = from_datetime(asked_at)
    row.is_private = channel.is_private
    if ts > row.name_ts:
        row.name, row.name_ts = storable(channel.name)[:255], ts
    if ts > row.shared_ts:
        row.is_shared, row.shared_ts = channel.is_shared, ts
    if ts > row.archived_ts:
        row.is_archived, row.archived_ts = channel.is_archived, ts
    if ts > row.has_bot_ts:
        row.has_bot, row.has_bot_ts = channel.has_bot, ts


def last_closed_of(session: Session, team_id: str, channel_id: str) -> Project | None:
    """The closed project that this channel belonged to last, if it belongs to none now."""
    today = current_id(session, team_id, channel_id)
    if of_channel(session, team_id, today) is not None:
        return None
    query = (
        select(Project)
        .join(ProjectChannel, ProjectChannel.project_id == Project.id)
        .where(
            ProjectChannel.team_id == team_id,
            ProjectChannel.channel_id == today,
            ProjectChannel.removed_at == Project.status_changed_at,
            Project.status == Status.CLOSED,
        )
        .order_by(ProjectChannel.id.desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def freed_by_closing(session: Session, project: Project) -> tuple[str, ...]:
    """The channels that the project had when it was closed."""
    query = (
        select(ProjectChannel.channel_id)
        .where(
            ProjectChannel.project_id == project.id,
            ProjectChannel.removed_at == project.status_changed_at,
        )
        .order_by(ProjectChannel.id)
    )
    return tuple(session.scalars(query))
