"""Compares what Slack sent and what people did with what is stored and what was said.

Slack's side is the sandbox's own state: its messages and reactions, the events that it delivered
and which of them were acknowledged, and the calls that the app made.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from bot.core.acknowledgements import reply_key
from bot.core.announcements import NOTICE
from bot.core.emoji import DIGEST_LIKE, MEMO
from bot.core.posts import MARK
from models import (
    Delivery,
    InboxEvent,
    Message,
    MessageVersion,
    Notice,
    Office,
    ProjectChannel,
    Reaction,
)
from models.database import Database
from models.delivery import DeliveryState
from models.inbox import InboxState
from models.message import MessageKind
from sandbox import Channel, Sandbox
from sandbox.json_types import as_object, as_text
from sandbox.records import MessageRecord

# What people write; the other subtypes are Slack's own words
_WRITTEN = frozenset({"", "thread_broadcast", "file_share", "me_message"})
# Answered at once and kept nowhere
NOT_KEPT = frozenset({"app_home_opened"})
# What became of a delivery that it is right not to find
_NOTHING_TO_SAY = "nothing to say any more"

Place = tuple[str, str]  # channel and ts
Standing = dict[Place, tuple[str, frozenset[tuple[str, str]]]]  # words, and (user, emoji)


@dataclass(frozen=True)
class Findings:
    """What the audit has found: a line each.

    `lost`: acknowledged and not stored, stored otherwise than it stands in Slack, or due and not
    said. `repeated`: said twice. `taken_back` counts what was posted again and stands once at most:
    after it was taken away, or beside another for a moment; `read_later`
    what was not there until Slack's history was read, within the hour or at night.
    """

    events: int
    acknowledged: int
    lost: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()
    taken_back: int = 0
    read_later: int = 0

    @property
    def is_clean(self) -> bool:
        """Whether nothing was lost and nothing was said twice."""
        return not self.lost and not self.repeated


@dataclass
class Auditor:
    """Holds one workspace against one database. `channels` are the registered ones.

    `due` is how many changes of stage the people have read to be made, by channel; `digests` are
    the keys of the digests that were due. `mayor` is who holds the one office that there is, and
    `liked` the posts for which the mayor's いいね! of a button stands.
    """

    slack: Sandbox
    database: Database
    channels: Iterable[Channel]
    due: Mapping[str, int] = field(default_factory=dict)
    digests: Collection[str] = ()
    mayor: str = ""
    liked: Collection[Place] = ()

    def look(self) -> Findings:
        """Compare everything, once Slack and the app are at rest."""
        deliveries = [one for one in self.slack.deliveries if one.type not in NOT_KEPT]
        with self.slack.workspace.changed, self.database.read() as session:
            damage = self._damage(session)
            if damage:
                return Findings(len(deliveries), 0, lost=tuple(damage))
            said = Counter(key for key, _ in self._said())
            lost = [
                *self._not_stored(session),
                *self._otherwise(session),
                *self._misplaced(session),
                *self._without_mark(),
                *self._unsaid(session, said),
                *self._not_announced(),
                *self._not_in_thread(session),
                *self._not_told(session),
                *self._not_sent(),
            ]
            repeated = [
                *(f"{key} was said {n} times" for key, n in said.items() if n > 1),
                *self._told_again(),
            ]
        asked = Counter(self._asked())
        return Findings(
            events=len(deliveries),
            acknowledged=sum(one.acked_at is not None for one in deliveries),
            lost=tuple(lost),
            repeated=tuple(repeated),
            taken_back=sum(n - 1 for key, n in asked.items() if n > 1 and said[key] <= 1),
        )

    # --- events ---------------------------------------------------------------------------

    def _not_stored(self, session: Session) -> list[str]:
        """Every acknowledged event has its row, and every row was applied."""
        stored = {(team, one) for team, one in session.execute(_IDS)}
        by_content = {(team, kind) for team, kind in session.execute(_TYPES)}
        lost = []
        for one in self.slack.deliveries:
            if one.acked_at is None or one.type in NOT_KEPT:
                continue
            team = as_text(one.payload.get("team_id"))
            if as_text(one.payload.get("event_id")):
                is_there = (team, one.event_id) in stored
            else:
                is_there = (team, one.type) in by_content
            if not is_there:
                lost.append(f"{one.type} {one.event_id} was acknowledged and is not stored")
        for event_id, state, error in session.execute(_NOT_APPLIED):
            lost.append(f"{event_id} is {state}: {error}")
        return lost

    # --- what stands ----------------------------------------------------------------------

    def _otherwise(self, session: Session) -> list[str]:
        """The words and reactions of each message are those that stand in Slack."""
        wanted, found = self._in_slack(), self._in_database(session)
        lost = [f"{place} is not recorded" for place in wanted.keys() - found.keys()]
        lost += [f"{place} is recorded and gone" for place in found.keys() - wanted.keys()]
        for place in wanted.keys() & found.keys():
            (words, reactions), (stored, kept) = wanted[place], found[place]
            if words != stored:
                lost.append(f"{place} says {stored!r} and not {words!r}")
            lost += [f"{place} lacks {one}" for one in sorted(reactions - kept)]
            lost += [f"{place} still has {one}" for one in sorted(kept - reactions)]
        return lost

    def _in_slack(self) -> Standing:
        bot = self.slack.bot_user_id
        return {
            (record.channel_id, record.ts): (
                record.text,
                frozenset(
                    (user, name)
                    for name, users in record.reactions.items()
                    for user in users
                    if user != bot
                ),
            )
            for record in self._written()
        }

    def _in_database(self, session: Session) -> Standing:
        places = {channel.id for channel in self.channels}
        reactions: dict[Place, set[tuple[str, str]]] = {}
        for one in session.scalars(
            select(Reaction).where(
                Reaction.present,
                Reaction.channel_id.in_(places),
                Reaction.name != DIGEST_LIKE,
                Reaction.user_id != self.slack.bot_user_id,
            )
        ):
            reactions.setdefault((one.channel_id, one.ts), set()).add((one.user_id, one.name))
        rows = session.execute(_WORDS.where(Message.channel_id.in_(places)))
        return {
            (channel_id, ts): (words, frozenset(reactions.get((channel_id, ts), ())))
            for channel_id, ts, words in rows
        }

    def _written(self) -> list[MessageRecord]:
        return [
            record
            for channel in self.channels
            for record in channel.record.messages.values()
            if record.subtype in _WRITTEN and not record.bot_id and not record.deleted
        ]

    def _misplaced(self, session: Session) -> list[str]:
        """Each message belongs to its channel's project, and is the post or reply that it is."""
        belongs = {
            (channel_id, ts): (kind, is_counted, project_id == of_channel)
            for channel_id, ts, kind, is_counted, project_id, of_channel in session.execute(_PLACED)
        }
        wanted = {
            True: (MessageKind.POST, True, True),
            False: (MessageKind.REPLY, True, True),
        }
        lost = []
        for record in self._written():
            found = belongs.get((record.channel_id, record.ts))
            if found is not None and found != wanted[record.in_channel]:
                kind, is_counted, is_in_its_project = found
                lost.append(
                    f"{record.ts} is a {kind}, {'' if is_counted else 'not '}counted, "
                    f"{'' if is_in_its_project else 'not '}of its channel's project"
                )
        return lost

    def _without_mark(self) -> list[str]:
        """Every post has the bot's 📝."""
        bot = self.slack.bot_user_id
        return [
            f"{record.ts} has no mark"
            for record in self._written()
            if record.in_channel and bot not in record.reactions.get(MEMO, ())
        ]

    # --- what was said --------------------------------------------------------------------

    def _said(self) -> list[tuple[str, MessageRecord]]:
        """(key, message) of everything of the app's that stands anywhere."""
        return [
            (_key(record.metadata), record)
            for channel in self.slack.workspace.channels.values()
            for record in channel.messages.values()
            if record.metadata and not record.deleted
        ]

    def _asked(self) -> list[str]:
        """The key of each message that Slack has taken, as often as it has."""
        return [
            _key(call.args.get("metadata"))
            for call in self.slack.calls_of("chat.postMessage")
            if call.ok and call.args.get("metadata")
        ]

    def _not_sent(self) -> list[str]:
        """Each digest that was due stands in its channel, which its key names."""
        there = {f"{key} {record.channel_id}" for key, record in self._said()}
        return [
            f"{key} was due in its channel"
            for key in self.digests
            if f"{key} {key.rpartition(':')[2]}" not in there
        ]

    def _unsaid(self, session: Session, said: Mapping[str, int]) -> list[str]:
        """What is due was said, and what was said is known."""
        lost, known = [], set()
        places = {(key, one.channel_id): one.thread_ts or "" for key, one in self._said()}
        for key, kind, state, error, channel_id, args in session.execute(_DELIVERIES):
            known.add(key)
            thread = places.get((key, channel_id))
            if said.get(key) and thread is None:
                lost.append(f"{key} does not stand in {channel_id}")
            elif thread is not None and thread != args.get("thread_ts", thread):
                lost.append(f"{key} does not stand in its thread")
            is_done = state == DeliveryState.SENT
            is_nothing = state == DeliveryState.DROPPED and (
                kind == MARK or error in (None, _NOTHING_TO_SAY)
            )
            if not is_done and not is_nothing:
                lost.append(f"{key} is {state}: {error}")
            elif is_done and kind != MARK and not said.get(key):
                lost.append(f"{key} counts as said and stands nowhere")
        lost += [f"{key} was said and nobody knows of it" for key in said.keys() - known]
        return lost

    def _not_announced(self) -> list[str]:
        """Of each change of which somebody read that it was made there is a line."""
        lines = Counter(
            record.channel_id for key, record in self._said() if key.startswith(f"{NOTICE}:")
        )
        return [
            f"{number - lines[channel_id]} changes in {channel_id} were not announced"
            for channel_id, number in self.due.items()
            if lines[channel_id] < number
        ]

    # --- what tells of the mayor's reactions ------------------------------------------------

    def _acknowledged(self) -> set[Place]:
        """The posts of others on which the mayor's reaction stands."""
        return {
            (record.channel_id, record.ts)
            for record in self._written()
            if record.in_channel and record.user != self.mayor
            if any(self.mayor in users for users in record.reactions.values())
            or (record.channel_id, record.ts) in self.liked
        }

    def _not_told(self, session: Session) -> list[str]:
        """Each author hears of it, or will; nobody will of what stands no longer."""
        wanted, told = self._acknowledged(), dict[Place, str | None]()
        for channel_id, ts, key in session.execute(_NOTICES):
            told[channel_id, as_text(ts)] = key
        lost = [f"nobody tells the author of {place}" for place in wanted - told.keys()]
        lost += [
            f"the author of {place} will be told of what does not stand"
            for place, key in told.items()
            if key is None and place not in wanted
        ]
        return lost

    def _told_again(self) -> list[str]:
        """Nobody is told of one post in two messages."""
        times = Counter(
            (record.channel_id, link)
            for key, record in self._said()
            if key.startswith("recognition:")
            for link in set(_LINK.findall(json.dumps([record.text, record.blocks])))
        )
        return [
            f"{where} was told of {link} {n} times" for (where, link), n in times.items() if n > 1
        ]

    def _not_in_thread(self, session: Session) -> list[str]:
        """A line in the thread of each post for which an いいね! stands, and in no other."""
        office_id = session.scalar(select(Office.id))
        if office_id is None:
            return []
        wanted = {
            reply_key(record.channel_id, record.ts, office_id)
            for record in self._written()
            if (record.channel_id, record.ts) in self.liked
        }
        found = {key for key, _ in self._said() if key.startswith("ack-notice:")}
        return [
            *(f"{key} does not stand" for key in wanted - found),
            *(f"{key} stands still" for key in found - wanted),
        ]

    # --- the file -------------------------------------------------------------------------

    def _damage(self, session: Session) -> list[str]:
        if not self.database.is_sqlite:
            return []
        try:
            found = session.execute(text("PRAGMA integrity_check")).scalars().all()
        except DatabaseError as error:
            return [f"the file is damaged: {error.orig}"]
        return [] if found == ["ok"] else [f"the file is damaged: {line}" for line in found]


_IDS = select(InboxEvent.team_id, InboxEvent.event_id)
_TYPES = select(InboxEvent.team_id, InboxEvent.type)
_NOT_APPLIED = select(InboxEvent.event_id, InboxEvent.state, InboxEvent.error).where(
    InboxEvent.state.in_((InboxState.PENDING, InboxState.DEAD))
)
_WORDS = (
    select(Message.channel_id, Message.ts, MessageVersion.text)
    .join(
        MessageVersion,
        (Message.team_id == MessageVersion.team_id)
        & (Message.channel_id == MessageVersion.channel_id)
        & (Message.ts == MessageVersion.ts)
        & (Message.edited_ts == MessageVersion.edited_ts),
    )
    .where(Message.deleted_ts.is_(None))
)
_PLACED = select(
    Message.channel_id,
    Message.ts,
    Message.kind,
    Message.counted,
    Message.project_id,
    ProjectChannel.project_id,
).join(
    ProjectChannel,
    (Message.team_id == ProjectChannel.team_id) & (Message.channel_id == ProjectChannel.channel_id),
)
_NOTICES = select(Notice.channel_id, Notice.ts, Notice.delivery_key).where(
    Notice.office_id.is_not(None)
)
_LINK = re.compile(r"/archives/\w+/p\d+")
_DELIVERIES = select(
    Delivery.key, Delivery.kind, Delivery.state, Delivery.error, Delivery.channel_id, Delivery.args
)


def _key(metadata: object) -> str:
    return as_text(as_object(as_object(metadata).get("event_payload")).get("key"))
