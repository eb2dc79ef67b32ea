"""Which messages count as progress posts, and which of them ask for help."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from bot.core import acknowledgements, emoji, homes, slack_time
from models import delivery, draft, home, inbox, message, preference, reaction
from models.database import words_are_erased
from models.message import Decision, Message, MessageKind, MessageVersion
from models.project import Capture, Project
from models.reaction import Reaction

BROADCAST = "thread_broadcast"
MARK = "mark"
# The field of a post written with the form in which its author asks for help
HELP = "help"
# With these emoji of its author's own a message becomes a post, or asks for help.
AUTHORS_SIGNS = frozenset({emoji.MEMO, emoji.SOS})

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
    the bot's 📝 follows; and with every change of it what tells of its acknowledgements.
    """
    if post.kind == MessageKind.POST:
        homes.post_changed(session, post.team_id, post.project_id, post.user_id, now)
        acknowledgements.follow(session, post.team_id, post.channel_id, post.ts, now)
    version = message.current_version(session, post)
    counted = _counts(session, post, version)
    _look_for_help(session, post, version if counted else None, now)
    if counted == post.counted:
        return
    post.counted = counted
    post.counted_at = now if counted else None
    if post.kind == MessageKind.POST and post.deleted_ts is None:
        _have_it_marked(session, post, now)


def recount_quietly(session: Session, post: Message, now: datetime) -> None:
    """The same after something was added to it from imported history, which is no news.

    It counts since it was written, and the help that was asked for then is not wanted now. Only
    where it counts no more, what stands because of it is taken away as ever.
    """
    version = message.current_version(session, post)
    counted = _counts(session, post, version)
    if post.counted and not counted:
        recount(session, post, now)
        return
    asks = counted and post.kind == MessageKind.POST
    asks = asks and version is not None and _help_asked(session, post, version) is not None
    _settle_quietly(post, counted=counted, asks=asks)


@dataclass(frozen=True)
class Decided:
    """What is decided of a message. `asks_help`: its author wanted help with it then."""

    counted: bool
    asks_help: bool


def decide_about_history(
    kind: str,
    subtype: str | None,
    capture: str,
    *,
    text: str,
    has_files: bool,
    signs: Collection[str],
) -> Decided:
    """Decide about a message of imported history that was not known before.

    `signs` are the emoji of its author's own that stand on it.
    """
    has_memo = emoji.MEMO in signs
    has_words = bool(text.strip()) or has_files
    counted = _is_counted(kind, subtype, capture, text, has_words, lambda: has_memo)
    return Decided(counted, counted and kind == MessageKind.POST and emoji.SOS in signs)


def _settle_quietly(post: Message, *, counted: bool, asks: bool) -> None:
    written_at = slack_time.to_datetime(post.ts)
    if counted != post.counted:
        post.counted, post.counted_at = counted, written_at if counted else None
    if asks and not post.asks_help:
        post.asks_help, post.help_resolved_at = True, post.help_resolved_at or written_at


def help_asked_at(session: Session, post: Message) -> datetime | None:
    """When its author last began to ask for help with this post; None if they do not."""
    version = message.current_version(session, post)
    asked = _help_asked(session, post, version) if version is not None else None
    return None if asked is None else slack_time.to_datetime(asked)


def erase_words(session: Session, post: Message) -> None:
    """Erase every version of the words, and whatever else was kept of them or of the author."""
    # Empty and not None: None is filled in again when the profile is known.
    post.author_name = post.author_department = None if post.deleted_ts is not None else ""
    post.edited_ts = ""
    message.erase_versions(session, post)
    inbox.erase_dead_letters(session, post.team_id, post.ts)
    words_are_erased(session)


def renew_form_post(session: Session, post: Message, now: datetime) -> None:
    """Have the post in the channel made anew if it was written with the form."""
    written = draft.of_post(session, post.team_id, post.channel_id, post.ts)
    if written is not None:
        delivery.renew(session, post.team_id, written.delivery_key, now)


def has_memo_of_author(session: Session, post: Message) -> bool:
    """Whether the author has put a 📝 on it themselves."""
    return _sign_given(session, post, emoji.MEMO) is not None


def has_words(version: MessageVersion) -> bool:
    """Whether there is anything in it: words or files."""
    return bool(version.text.strip() or version.standing_files)


def is_of_counted_kind(post: Message) -> bool:
    """Whether it is a message as people write them, not one of Slack's own."""
    return post.subtype in _COUNTED_SUBTYPES


def _counts(session: Session, post: Message, version: MessageVersion | None) -> bool:
    if post.deleted_ts is not None or post.decision == Decision.LEAVE_OUT or version is None:
        return False

    def is_chosen() -> bool:
        by_hand = post.decision == Decision.RECORD or version.fields is not None
        return by_hand or has_memo_of_author(session, post)

    facts = (post.kind, post.subtype, post.capture, version.text, has_words(version))
    return _is_counted(*facts, is_chosen)


def _is_counted(
    kind: str,
    subtype: str | None,
    capture: str,
    text: str,
    has_words: bool,
    is_chosen: Callable[[], bool],
) -> bool:
    """The rule. `is_chosen`: somebody has said that this message is to be recorded."""
    if subtype not in _COUNTED_SUBTYPES or not has_words:
        return False
    if kind == MessageKind.REPLY or capture == Capture.ALL:
        return True
    return is_marked(text) or is_chosen()


def _look_for_help(
    session: Session, post: Message, version: MessageVersion | None, now: datetime
) -> None:
    """Whether its author asks for help. What was resolved is open again if they ask anew."""
    before = (post.asks_help, post.help_resolved_at)
    asked = None
    if version is not None and post.kind == MessageKind.POST:
        asked = _help_asked(session, post, version)
    if post.asks_help != (asked is not None):
        post.asks_help = not post.asks_help
    resolved = post.help_resolved_at
    if asked is not None and resolved is not None and slack_time.to_datetime(asked) > resolved:
        post.help_resolved_at = post.help_resolved_by = None
    if (post.asks_help, post.help_resolved_at) != before:
        renew_form_post(session, post, now)
        if post.project_id is not None:
            home.touch_project(session, post.team_id, post.project_id, now)


def _help_asked(session: Session, post: Message, version: MessageVersion) -> str | None:
    """When the author last began to ask for help with this post; None if they do not."""
    times = [_sign_given(session, post, emoji.SOS), _words_of_help_since(session, post, version)]
    return max((time for time in times if time is not None), default=None)


def _words_of_help_since(session: Session, post: Message, now: MessageVersion) -> str | None:
    """Since when the form's field for help has said what it says now."""
    if not _help_of(now):
        return None
    versions = session.scalars(
        select(MessageVersion)
        .where(
            MessageVersion.team_id == post.team_id,
            MessageVersion.channel_id == post.channel_id,
            MessageVersion.ts == post.ts,
            MessageVersion.edited_ts <= now.edited_ts,
        )
        .order_by(MessageVersion.edited_ts.desc())
    )
    since = now.edited_ts
    for version in versions:
        if _help_of(version) != _help_of(now):
            break
        since = version.edited_ts
    return since or post.ts


def _help_of(version: MessageVersion) -> object:
    return (version.fields or {}).get(HELP)


def _sign_given(session: Session, post: Message, sign: str) -> str | None:
    """When the author last put this emoji on it; None if it does not stand."""
    if reaction.is_known_to_have_none(session, post.team_id, post.channel_id, post.ts):
        return None
    asked = {"team": post.team_id, "channel": post.channel_id, "ts": post.ts}
    return session.scalar(_asking_for_sign(), {**asked, "user": post.user_id, "emoji": sign})


@cache
def _asking_for_sign() -> Select[str | None]:
    """It is asked so often that it is built once."""
    return select(func.max(Reaction.event_ts)).where(
        Reaction.team_id == bindparam("team"),
        Reaction.channel_id == bindparam("channel"),
        Reaction.ts == bindparam("ts"),
        Reaction.user_id == bindparam("user"),
        Reaction.emoji == bindparam("emoji"),
        Reaction.present,
    )


def _have_it_marked(session: Session, post: Message, now: datetime) -> None:
    """Ask for the bot's 📝 to be put on the post or taken off, as it counts now."""
    project = session.get(Project, post.project_id)
    key = mark_key(post)
    if project is None or not (
        _is_to_be_marked(session, post, project) or _was_marked(session, post.team_id, key)
    ):
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


def should_be_marked(session: Session, post: Message) -> bool:
    """Whether the post carries the bot's 📝 by what is stored now."""
    project = session.get(Project, post.project_id)
    return post.counted and project is not None and _is_to_be_marked(session, post, project)


def marks_changed(session: Session, post: Message, now: datetime) -> None:
    """The author wants 📝 from now on, or does not: have this post follow."""
    if post.kind == MessageKind.POST and post.deleted_ts is None and post.counted:
        _have_it_marked(session, post, now)


def mark_key(post: Message) -> str:
    """The key of the delivery with which the bot's 📝 comes and goes."""
    return f"{MARK}:{post.channel_id}:{post.ts}"


def _is_to_be_marked(session: Session, post: Message, project: Project) -> bool:
    if not project.marks_posts or post.user_id is None:
        return False
    return preference.wants_marks(session, post.team_id, post.user_id)


def _was_marked(session: Session, team_id: str, key: str) -> bool:
    return delivery.by_key(session, team_id, key) is not None
