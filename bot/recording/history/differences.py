"""What Slack shows and we do not know, as the events that should have told us of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import emoji, posts, slack_time
from bot.recording.belonging import TOMBSTONE
from bot.recording.history.reader import Page
from bot.recording.messages import is_by_person
from bot.recording.payload import Payload
from models.base import JsonObject
from models.message import Decision, Message, MessageKind, MessageVersion
from models.project import ProjectChannel
from models.reaction import EMOJI_LENGTH, Reaction
from models.workspace import bot_user_of

Given = tuple[str, str]  # user and Slack's name of the emoji


@dataclass(frozen=True)
class Place:
    """A channel, and when it was tied to a project: what was written outside is nobody's."""

    team_id: str
    channel_id: str
    ties: Sequence[ProjectChannel]

    @property
    def since(self) -> datetime:
        """When the channel was first registered."""
        return min(tie.added_at for tie in self.ties)

    def covers(self, ts: str) -> bool:
        """Whether the channel was registered when this was written."""
        moment = slack_time.to_datetime(ts)
        return any(tie.covers(moment) for tie in self.ties)


@dataclass(frozen=True)
class Known:
    """What is stored of the messages of a page."""

    messages: dict[str, Message]
    reactions: dict[str, dict[Given, Reaction]]

    @classmethod
    def load(cls, session: Session, place: Place, page: Page) -> Known:
        """Two questions, however long the page is."""
        times = [message.required("ts") for message in page.messages]
        here = (place.team_id, place.channel_id)
        rows = session.scalars(
            select(Message).where(
                Message.team_id == here[0], Message.channel_id == here[1], Message.ts.in_(times)
            )
        )
        reactions: dict[str, dict[Given, Reaction]] = {}
        for reaction in session.scalars(
            select(Reaction).where(
                Reaction.team_id == here[0], Reaction.channel_id == here[1], Reaction.ts.in_(times)
            )
        ):
            reactions.setdefault(reaction.ts, {})[reaction.user_id, reaction.name] = reaction
        return cls({row.ts: row for row in rows}, reactions)


def missed(session: Session, place: Place, page: Page) -> Iterator[JsonObject]:
    """Events for what is new, was edited or deleted, and for reactions, message by message.

    Reactions of which Slack shows only some are left to `Reader.reactions`.
    """
    known, ours = Known.load(session, place, page), bot_user_of(session, place.team_id)
    for message in page.messages:
        ts = message.required("ts")
        row = known.messages.get(ts)
        if row is None and not place.covers(ts):
            continue
        if message.text("subtype") == TOMBSTONE:
            if row is not None and row.deleted_ts is None:
                yield deletion(place, ts, page.stamp)
            continue
        if is_by_person(message, ours) and _is_news(session, message, row):
            yield {**message.whole, "type": "message", "channel": place.channel_id, "event_ts": ts}
        if row is None or row.deleted_ts is None:
            yield from _reactions(place, message, known.reactions.get(ts, {}), page.stamp)


def deletion(place: Place, ts: str, stamp: str) -> JsonObject:
    """The event that should have told of a deletion."""
    return {
        "type": "message",
        "subtype": "message_deleted",
        "channel": place.channel_id,
        "ts": max(ts, stamp),
        "event_ts": max(ts, stamp),
        "deleted_ts": ts,
    }


def shows_all_reactions(message: Payload) -> bool:
    """Whether everybody who reacted is named: `users` may be cut short, `count` is exact.

    docs.slack.dev/reference/events/message
    """
    return all(len(_users(given)) >= given.number("count") for given in message.each("reactions"))


def stored_between(
    session: Session, place: Place, after: str, before: str, *, root: str | None = None
) -> Sequence[str]:
    """The `ts` of standing messages of the channel, or replies of a thread, between these two."""
    of_channel = Message.kind == MessageKind.POST
    of_thread = (Message.thread_ts == root) & (Message.ts != root)
    query = (
        select(Message.ts)
        .where(
            Message.team_id == place.team_id,
            Message.channel_id == place.channel_id,
            Message.ts > after,
            Message.ts < before,
            Message.deleted_ts.is_(None),
            of_channel if root is None else of_thread,
        )
        .order_by(Message.ts)
    )
    return session.scalars(query).all()


def threads_with_replies(session: Session, place: Place, roots: Collection[str]) -> frozenset[str]:
    """Those of these messages below which replies are recorded that stand."""
    if not roots:
        return frozenset()
    query = select(Message.thread_ts).where(
        Message.team_id == place.team_id,
        Message.channel_id == place.channel_id,
        Message.ts > min(roots),
        Message.thread_ts.in_(roots),
        Message.deleted_ts.is_(None),
    )
    return frozenset(ts for ts in session.scalars(query.distinct()) if ts)


def threads_between(session: Session, place: Place, after: str, before: str) -> Sequence[str]:
    """The first messages between these two of threads in which replies are recorded that stand.

    Whether anything is known of the first message makes no difference.
    """
    query = select(Message.thread_ts).where(
        Message.team_id == place.team_id,
        Message.channel_id == place.channel_id,
        Message.ts > after,
        Message.thread_ts > after,
        Message.thread_ts < before,
        Message.thread_ts != Message.ts,
        Message.deleted_ts.is_(None),
    )
    return sorted(ts for ts in session.scalars(query.distinct()) if ts)


def threads_replied_to(session: Session, place: Place, since: str, before: str) -> Sequence[str]:
    """The first messages, written before `before`, of threads with a reply of after `since`."""
    query = select(Message.thread_ts).where(
        Message.team_id == place.team_id,
        Message.channel_id == place.channel_id,
        Message.ts > since,
        Message.thread_ts <= before,
        Message.thread_ts != Message.ts,
        Message.deleted_ts.is_(None),
    )
    return sorted(ts for ts in session.scalars(query.distinct()) if ts)


def is_reaction(event: JsonObject) -> bool:
    """Whether the event tells of a reaction."""
    return event.get("type") != "message"


def _is_news(session: Session, message: Payload, row: Message | None) -> bool:
    """Whether the message says anything that is not recorded."""
    if row is None:
        return True
    if row.deleted_ts is not None or row.decision == Decision.LEAVE_OUT:
        return False
    if row.user_id is None or message.inner("edited").text("ts") > row.edited_ts:
        return True
    if message.text("subtype") == posts.BROADCAST != row.subtype:
        return True
    return _has_lost_files(session, message, row)


def _has_lost_files(session: Session, message: Payload, row: Message) -> bool:
    gone = {file.text("id") for file in message.each("files") if file.text("mode") == TOMBSTONE}
    if not gone:
        return False
    versions = session.scalars(
        select(MessageVersion).where(
            MessageVersion.team_id == row.team_id,
            MessageVersion.channel_id == row.channel_id,
            MessageVersion.ts == row.ts,
            MessageVersion.edited_ts == row.edited_ts,
        )
    )
    return any(file["id"] in gone for version in versions for file in version.standing_files)


def _reactions(
    place: Place, message: Payload, stored: dict[Given, Reaction], stamp: str
) -> Iterator[JsonObject]:
    """What was added; and what was taken back, if all that stands is shown."""
    ts = message.required("ts")
    standing = set(_given(message.each("reactions")))
    for given in sorted(standing):
        register = stored.get(given)
        if register is None or (not register.present and register.event_ts < stamp):
            yield _reaction(place, "reaction_added", ts, given, stamp)
    if not shows_all_reactions(message):
        return
    for given, register in sorted(stored.items()):
        is_of_slack = given[1] != emoji.DIGEST_LIKE
        if register.present and is_of_slack and given not in standing and register.event_ts < stamp:
            yield _reaction(place, "reaction_removed", ts, given, stamp)


def _given(reactions: Iterable[Payload]) -> Iterator[Given]:
    for reaction in reactions:
        name = reaction.text("name")[:EMOJI_LENGTH]
        for user in _users(reaction):
            if name and user:
                yield user, name


def _users(reaction: Payload) -> list[str]:
    return reaction.strings("users")


def _reaction(place: Place, kind: str, ts: str, given: Given, stamp: str) -> JsonObject:
    return {
        "type": kind,
        "user": given[0],
        "reaction": given[1],
        "item": {"type": "message", "channel": place.channel_id, "ts": ts},
        "event_ts": max(ts, stamp),
    }
