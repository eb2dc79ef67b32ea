"""Pausing, closing and resuming a project, and the channels it has."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import announcements, audit, homes
from bot.core.channels import (
    ChannelFacts,
    check_usable,
    freed_by_closing,
    remember,
    tie,
)
from bot.core.markup import safe
from bot.core.permissions import Actor, require_manager
from bot.core.projects import ProjectFacts, Stage, Status, facts_of
from bot.core.registry import lock, require_change
from bot.errors import UserError
from bot.text import Text
from models.audit import AuditEntry
from models.base import JsonObject
from models.channel import current_id
from models.project import Project, ProjectChannel, channels_of, leads_of

ALREADY_PAUSED = Text(
    ja="「{name}」は、すでに休止しています。 `/project 再開` でまた始められます。",
    en="“{name}” is paused already. `/project resume` starts it again.",
)
ALREADY_ACTIVE = Text(
    ja="「{name}」は活動中です。再開の必要はありません。",
    en="“{name}” is active; there is nothing to resume.",
)
NOT_ITS_CHANNEL = Text(
    ja="<#{channel}> は「{name}」のチャンネルではありません。 "
    "`/project 表示` でチャンネルを確かめられます。",
    en="<#{channel}> isn't a channel of “{name}”. `/project show` shows its channels.",
)
LAST_CHANNEL = Text(
    ja="<#{channel}> は「{name}」の最後のチャンネルなので、外せません。"
    "記録をやめるときは `/project 終了` を使ってください。",
    en="<#{channel}> is the last channel of “{name}”, so it can't be removed. "
    "To stop recording, use `/project close`.",
)


def pause(session: Session, actor: Actor, project_id: int, *, now: datetime) -> ProjectFacts:
    """Pause the project: recording goes on, but nobody wonders why it is quiet."""
    project = lock(session, actor, project_id)
    require_change(session, actor, project)
    if project.status == Status.PAUSED:
        raise UserError(ALREADY_PAUSED.filled(name=safe(project.name)))
    entry = _set_status(session, actor, project, Status.PAUSED, "project.paused", now)
    ids = [channel.channel_id for channel in channels_of(session, project.id)]
    announcements.notices(session, project, ids, entry.id, "paused", now)
    return facts_of(session, project)


def close(session: Session, actor: Actor, project_id: int, *, now: datetime) -> ProjectFacts:
    """Close the project: recording stops, and its channels are free for others."""
    project = lock(session, actor, project_id)
    require_change(session, actor, project)
    stage = project.stage
    project.stage = Stage.DONE
    if stage != Stage.DONE:
        project.stage_changed_at = now
    tied = channels_of(session, project.id)
    for channel in tied:
        channel.removed_at = now
    entry = _set_status(
        session, actor, project, Status.CLOSED, "project.closed", now, stage_before=stage
    )
    ids = [channel.channel_id for channel in tied]
    announcements.notices(session, project, ids, entry.id, "closed", now)
    return facts_of(session, project)


def resume(session: Session, actor: Actor, project_id: int, *, now: datetime) -> ProjectFacts:
    """Take back a pause or a closing.

    A closed project gets back the stage it had and those of its channels that are still free;
    the facts that are returned show which.
    """
    project = lock(session, actor, project_id)
    require_manager(actor, leads_of(session, project.id))
    if project.status == Status.ACTIVE:
        raise UserError(ALREADY_ACTIVE.filled(name=safe(project.name)))
    stage = project.stage
    if project.status == Status.CLOSED:
        _take_back_stage(session, project, now)
        _take_back_channels(session, actor, project, now)
    entry = _set_status(
        session, actor, project, Status.ACTIVE, "project.resumed", now, stage_before=stage
    )
    ids = [channel.channel_id for channel in channels_of(session, project.id)]
    announcements.notices(session, project, ids, entry.id, "resumed", now)
    return facts_of(session, project)


def add_channel(
    session: Session,
    actor: Actor,
    project_id: int,
    channel: ChannelFacts,
    *,
    now: datetime,
) -> ProjectFacts:
    """Tie one more channel to the project; the channel gets the card."""
    check_usable(channel)
    project = lock(session, actor, project_id)
    require_change(session, actor, project)
    tie(session, actor, project.id, channel.channel_id, now)
    remember(session, actor.team_id, channel, now)
    entry = audit.record(
        session,
        actor,
        "project.channel_added",
        now=now,
        project_id=project.id,
        after={"channel": channel.channel_id},
    )
    homes.project_changed(session, actor, project.id, now)
    announcements.card(session, project, channel.channel_id, entry.id, now)
    return facts_of(session, project)


def remove_channel(
    session: Session,
    actor: Actor,
    project_id: int,
    channel_id: str,
    *,
    now: datetime,
) -> ProjectFacts:
    """Stop recording in one of several channels; what was recorded stays with the project."""
    project = lock(session, actor, project_id)
    require_change(session, actor, project)
    today = current_id(session, actor.team_id, channel_id)
    tied = {channel.channel_id: channel for channel in channels_of(session, project.id)}
    names = {"channel": today, "name": safe(project.name)}
    if today not in tied:
        raise UserError(NOT_ITS_CHANNEL.filled(**names))
    if len(tied) == 1:
        raise UserError(LAST_CHANNEL.filled(**names))
    tied[today].removed_at = now
    entry = audit.record(
        session,
        actor,
        "project.channel_removed",
        now=now,
        project_id=project.id,
        before={"channel": today},
    )
    announcements.notices(session, project, [today], entry.id, "channel_removed", now)
    homes.project_changed(session, actor, project.id, now)
    return facts_of(session, project)


def _set_status(
    session: Session,
    actor: Actor,
    project: Project,
    status: Status,
    action: str,
    now: datetime,
    *,
    stage_before: str | None = None,
) -> AuditEntry:
    before: JsonObject = {"status": str(project.status)}
    after: JsonObject = {"status": status.value}
    if stage_before is not None and stage_before != project.stage:
        before["stage"], after["stage"] = str(stage_before), str(project.stage)
    project.status, project.status_changed_at = status, now
    session.flush()
    homes.project_changed(session, actor, project.id, now)
    return audit.record(
        session, actor, action, now=now, project_id=project.id, before=before, after=after
    )


def _take_back_stage(session: Session, project: Project, now: datetime) -> None:
    closing = audit.latest(session, project.id, "project.closed")
    stage = closing.before.get("stage") if closing else None
    if isinstance(stage, str):
        project.stage, project.stage_changed_at = stage, now


def _take_back_channels(session: Session, actor: Actor, project: Project, now: datetime) -> None:
    for channel_id in freed_by_closing(session, project):
        taken = select(ProjectChannel.id).where(
            ProjectChannel.team_id == project.team_id,
            ProjectChannel.channel_id == channel_id,
            ProjectChannel.removed_at.is_(None),
        )
        if session.scalar(taken) is None:
            tie(session, actor, project.id, channel_id, now)
