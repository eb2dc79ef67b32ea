"""What events say about channels: names, archiving, sharing, the bot's membership, new IDs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session, aliased

from bot.core import acknowledgements, gaps, homes
from bot.recording.payload import Arrival, MalformedEventError, Payload
from models import (
    Channel,
    Delivery,
    DigestAudience,
    Draft,
    Kudos,
    Message,
    MessageVersion,
    ProjectChannel,
    Question,
    Reaction,
    Workspace,
    channel,
    delivery,
    home,
    project,
)
from models.base import ID_LENGTH
from models.channel import current_id
from models.question import QuestionSource

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
RENAMED = frozenset({"channel_rename", "group_rename"})
_LEFT = frozenset({"channel_left", "group_left"})
_BOT_IS_IN = {"member_joined_channel": True, "member_left_channel": False}

TYPES = frozenset({*_ARCHIVED, *_SHARED, *RENAMED, *_LEFT, *_BOT_IS_IN})


def apply(session: Session, team_id: str, event: Payload, arrival: Arrival) -> None:
    """Take over a fact about a channel, unless a newer event has said otherwise already."""
    type_ = event.text("type")
    if type_ in _BOT_IS_IN:
        workspace = session.get(Workspace, team_id)
        if workspace is None or event.text("user") != workspace.bot_user_id:
            return
    channel_id = current_id(session, team_id, event.id_of("channel"))
    if not channel_id:
        return
    if len(channel_id) > ID_LENGTH:
        raise MalformedEventError("channel is too long for an ID")
    homes.trouble_changed(session, team_id, arrival.now)
    row = channel.ensure(session, team_id, channel_id)
    at = event.ts("event_ts")
    if type_ in RENAMED and at >= row.name_ts:
        row.name, row.name_ts = event.inner("channel").text("name")[:255], at
    elif type_ in _ARCHIVED and at >= row.archived_ts:
        row.is_archived, row.archived_ts = _ARCHIVED[type_], at
        if not row.is_archived:
            delivery.channel_is_open_again(session, team_id, channel_id, arrival.now)
    elif type_ in _SHARED and at >= row.shared_ts:
        # A channel stays shared while one other organisation is left in it.
        row.is_shared = _SHARED[type_] or event.flag("is_ext_shared")
        row.shared_ts = at
    elif type_ in _LEFT | _BOT_IS_IN.keys() and at >= row.has_bot_ts:
        was_in, row.has_bot = row.has_bot, _BOT_IS_IN.get(type_, False)
        if row.has_bot and not was_in:
            gaps.bot_came(session, team_id, channel_id, out_since=row.has_bot_ts, came=at)
        row.has_bot_ts = at
        if row.has_bot:
            delivery.channel_is_open_again(session, team_id, channel_id, arrival.now)


def keeps_name(session: Session, team_id: str, channel_id: str) -> bool:
    """Whether its name is kept: not of channels with which iine has nothing to do."""
    channel_id = current_id(session, team_id, channel_id)
    known = session.get(Channel, (team_id, channel_id))
    is_named = known is not None and known.name != ""
    return is_named or project.is_registered(session, team_id, channel_id)


def follow_new_id(session: Session, team_id: str, old_id: str, new_id: str, now: datetime) -> None:
    """Carry everything of a channel over to the ID that Slack has given it.

    What the new ID has got by itself meanwhile stays: a message, a reaction, a project, an
    audience that is there already is newer.
    """
    if not old_id or not new_id or max(len(old_id), len(new_id)) > ID_LENGTH:
        return
    new_id = current_id(session, team_id, new_id)
    if current_id(session, team_id, old_id) == new_id:
        return
    home.touch(session, team_id, None, now)
    old = channel.ensure(session, team_id, old_id)
    new = channel.ensure(session, team_id, new_id)
    _carry_over(old, new)
    old.moved_to = new_id
    for tied in (ProjectChannel, DigestAudience):
        _end_doubles(session, tied, team_id, old_id, new_id, now)
    _erase_doubles(session, team_id, old_id, new_id)
    for table in (
        Message,
        Reaction,
        Question,
        ProjectChannel,
        DigestAudience,
        Delivery,
        Draft,
        Kudos,
    ):
        session.execute(
            update(table)
            .where(table.team_id == team_id, table.channel_id == old_id)
            .values(channel_id=new_id)
        )
    acknowledgements.follow_new_channel(session, team_id, old_id, new_id)
    gaps.follow_new_channel(session, team_id, old_id, new_id)


def _carry_over(old: Channel, new: Channel) -> None:
    """Take over each fact of which the new ID has not heard anything newer."""
    new.is_private = new.is_private or old.is_private
    if old.name_ts >= new.name_ts:
        new.name, new.name_ts = old.name, old.name_ts
    if old.archived_ts >= new.archived_ts:
        new.is_archived, new.archived_ts = old.is_archived, old.archived_ts
    if old.shared_ts >= new.shared_ts:
        new.is_shared, new.shared_ts = old.is_shared, old.shared_ts
    if old.has_bot_ts >= new.has_bot_ts:
        new.has_bot, new.has_bot_ts = old.has_bot, old.has_bot_ts


def _end_doubles(
    session: Session,
    table: type[ProjectChannel] | type[DigestAudience],
    team_id: str,
    old_id: str,
    new_id: str,
    now: datetime,
) -> None:
    """Where both IDs are in use, that of the old one ends."""
    here = (table.team_id == team_id, table.removed_at.is_(None))
    if session.scalar(select(table.id).where(*here, table.channel_id == new_id)) is not None:
        session.execute(
            update(table).where(*here, table.channel_id == old_id).values(removed_at=now)
        )


def _erase_doubles(session: Session, team_id: str, old_id: str, new_id: str) -> None:
    """Erase from under the old ID the messages, reactions and ❓ that the new one has as well."""
    doubles = select(Message.ts).where(Message.team_id == team_id, Message.channel_id == new_id)
    for table in (MessageVersion, Message):
        session.execute(
            delete(table).where(
                table.team_id == team_id, table.channel_id == old_id, table.ts.in_(doubles)
            )
        )
    asked = aliased(Question)
    session.execute(
        delete(Question).where(
            Question.team_id == team_id,
            Question.channel_id == old_id,
            Question.source == QuestionSource.EMOJI,
            exists().where(
                asked.team_id == team_id,
                asked.channel_id == new_id,
                asked.ts == Question.ts,
                asked.asked_by == Question.asked_by,
                asked.source == QuestionSource.EMOJI,
            ),
        )
    )
    newer = aliased(Reaction)
    session.execute(
        delete(Reaction).where(
            Reaction.team_id == team_id,
            Reaction.channel_id == old_id,
            exists().where(
                newer.team_id == team_id,
                newer.channel_id == new_id,
                newer.ts == Reaction.ts,
                newer.user_id == Reaction.user_id,
                newer.name == Reaction.name,
            ),
        )
    )
