"""Which messages count as progress posts."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import emoji
from models import delivery, message
from models.message import Message, MessageKind
from models.project import Capture, Project
from models.reaction import Reaction

BROADCAST = "thread_broadcast"
MARK = "mark"

# Besides plain messages (docs.slack.dev/reference/events/message)
_COUNTED_SUBTYPES = frozenset({None, "me_message", "file_share", BROADCAST})

# Slack turns a hash sign and a word into a link where a channel of that name exists.
_MARKER = re.compile(r"【進捗】|[#＃](?:進捗|progress\b)|<#\w+\|(?:進捗|progress)>", re.IGNORECASE)


def is_marked(text: str) -> bool:
    """Whether the words themselves say that they are a progress post."""
    return _MARKER.search(text) is not None


def recount(session: Session, post: Message, now: datetime) -> None:
    """Decide anew whether the message counts, from nothing but what is stored.

    So it does not matter in which order the events came. Where the answer for a post changes,
    the bot's 📝 follows.
    """
    counted = _counts(session, post)
    if counted == post.counted:
        return
    post.counted = counted
    if post.kind == MessageKind.POST and post.deleted_ts is None:
        _have_it_marked(session, post, now)


def _counts(session: Session, post: Message) -> bool:
    if post.deleted_ts is not None or post.subtype not in _COUNTED_SUBTYPES:
        return False
    version = message.current_version(session, post)
    if version is None or not (version.text.strip() or version.standing_files):
        return False
    if post.kind == MessageKind.REPLY or post.capture == Capture.ALL:
        return True
    return is_marked(version.text) or _is_marked_by_author(session, post)


def _is_marked_by_author(session: Session, post: Message) -> bool:
    return (
        session.scalar(
            select(Reaction.name)
            .where(
                Reaction.team_id == post.team_id,
                Reaction.channel_id == post.channel_id,
                Reaction.ts == post.ts,
                Reaction.user_id == post.user_id,
                Reaction.emoji == emoji.MEMO,
                Reaction.present,
            )
            .limit(1)
        )
        is not None
    )


def _have_it_marked(session: Session, post: Message, now: datetime) -> None:
    """Ask for the bot's 📝 to be put on the post or taken off, as it counts now."""
    project = session.get(Project, post.project_id)
    key = f"{MARK}:{post.channel_id}:{post.ts}"
    if project is None or not (project.marks_posts or _was_marked(session, post.team_id, key)):
        return
    is_new = delivery.enqueue(
        session,
        team_id=post.team_id,
        key=key,
        kind=MARK,
        channel_id=post.channel_id,
        args={"ts": post.ts},
        now=now,
    )
    if not is_new:
        delivery.renew(session, post.team_id, key, now)


def _was_marked(session: Session, team_id: str, key: str) -> bool:
    return delivery.by_key(session, team_id, key) is not None
