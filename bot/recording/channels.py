"""What events say about channels: names, archiving, sharing, the bot's membership, new IDs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.recording.payload import Payload
from models import Delivery, DigestAudience, Message, ProjectChannel, Reaction, Workspace, channel
from models.channel import current_id

__all__ = ["apply", "current_id", "follow_new_id"]

_ARCHIVED = {
    "channel_archive": True,
    "group_archive": True,
    "channel_deleted": True,
    "group_deleted": True,
    "channel_unarchive": False,
    "group_unarchive": False,
}
_SHARED = {"channel_shared": True, "channel_unshared": False}
_RENAMED = frozenset({"channel_rename", "group_rename"})
_LEFT = frozenset({"channel_left", "group_left"})
_BOT_IS_IN = {"member_joined_channel": True, "member_left_channel": False}

TYPES = frozenset({*_ARCHIVED, *_SHARED, *_RENAMED, *_LEFT, *_BOT_IS_IN})


def apply(session: Session, team_id: str, event: Payload, _now: datetime) -> None:
    """Take over a fact about a channel, unless a newer event has said otherwise already."""
    type_ = event.text("type")
    if type_ in _BOT_IS_IN:
        workspace = session.get(Workspace, team_id)
        if workspace is None or event.text("user") != workspace.bot_user_id:
            return
    channel_id = current_id(session, team_id, event.id_of("channel"))
    if not channel_id:
        return
    row = channel.ensure(session, team_id, channel_id)
    at = event.text("event_ts")
    if type_ in _RENAMED and at >= row.name_ts:
        row.name, row.name_ts = event.inner("channel").text("name")[:255], at
    elif type_ in _ARCHIVED and at >= row.archived_ts:
        row.is_archived, row.archived_ts = _ARCHIVED[type_], at
    elif type_ in _SHARED and at >= row.shared_ts:
        # A channel stays shared while one other organisation is left in it.
        row.is_shared = _SHARED[type_] or event.flag("is_ext_shared")
        row.shared_ts = at
    elif type_ in _LEFT | _BOT_IS_IN.keys() and at >= row.has_bot_ts:
        row.has_bot, row.has_bot_ts = _BOT_IS_IN.get(type_, False), at


def follow_new_id(session: Session, team_id: str, old_id: str, new_id: str) -> None:
    """Carry everything of a channel over to the ID that Slack has given it."""
    old = channel.ensure(session, team_id, old_id)
    new = channel.ensure(session, team_id, new_id)
    if old.moved_to == new_id or old_id == new_id:
        return
    if not new.name_ts:
        new.name, new.name_ts = old.name, old.name_ts
    new.is_private, new.is_archived, new.is_shared = old.is_private, old.is_archived, old.is_shared
    new.has_bot, new.has_bot_ts = old.has_bot, old.has_bot_ts
    old.moved_to = new_id
    for table in (Message, Reaction, ProjectChannel, DigestAudience, Delivery):
        session.execute(
            update(table)
            .where(table.team_id == team_id, table.channel_id == old_id)
            .values(channel_id=new_id)
        )
