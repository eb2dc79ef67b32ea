"""Writing what was found into the record, many messages at once, by the rules of live events.

What the record has already wins: an edit that is newer than the export, a deletion, a reaction
that was taken back. The rules are those of `bot.core.posts` and `bot.recording.messages`; a
message that is new and has one version is decided in memory, every other one in the database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import emoji, notices, posts, questions, slack_time
from bot.recording import messages as recording
from bot.recording.importing.history import Found
from bot.recording.importing.people import People
from bot.recording.importing.tally import Count, Tally
from bot.recording.messages import Words
from bot.recording.payload import Arrival, Payload
from models import project as projects
from models.base import JsonObject
from models.database import insert
from models.message import (
    Decision,
    File,
    Message,
    MessageKind,
    MessageVersion,
    Origin,
    is_deleted,
)
from models.project import Project, ProjectChannel
from models.question import Question
from models.reaction import Reaction

# Databases limit the values of a statement: SQLite to 32,766 (sqlite.org/limits.html)
AT_ONCE = 500


@dataclass
class _Known:
    """What the record has of the messages in hand."""

    messages: dict[str, Message] = field(default_factory=dict)
    # The IDs of files that are known to be deleted, by (ts, time of the edit)
    versions: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    reactions: set[tuple[str, str, str]] = field(default_factory=set)
    # The emoji of an author's own that stand on a message, as (ts, user ID, what they count as)
    signs: set[tuple[str, str, str]] = field(default_factory=set)


@dataclass(frozen=True)
class _Fresh:
    """The rows of a message that is not known yet."""

    found: Found
    message: JsonObject
    version: JsonObject
    kind: Count


class Writer:
    """Writes messages of one channel within a transaction."""

    def __init__(
        self, session: Session, team_id: str, channel_id: str, people: People, now: datetime
    ) -> None:
        self._session = session
        self._team_id = team_id
        self._channel_id = channel_id
        self._people = people
        self._now = now
        self._ties: Sequence[ProjectChannel] = projects.ties_of(session, team_id, channel_id)
        self._projects: dict[int, Project] = {}
        self._emoji: dict[str, str] = {}

    def write(self, everything: Mapping[str, Found], tally: Tally) -> None:
        """Record all of this; what is known already stays as it is."""
        known = self._look_up(sorted(everything))
        fresh: list[_Fresh] = []
        others: list[Found] = []
        reacted: list[Found] = []
        for ts in sorted(everything):
            found, message = everything[ts], known.messages.get(ts)
            project = self._project_of(message, ts)
            if project is None:
                tally.add(Count.NO_PROJECT, len(found.words) or bool(found.deletion))
            elif found.deletion is not None:
                self._delete(found, message, tally)
            elif message is not None and message.deleted_ts is not None:
                tally.add(Count.DELETED)
            else:
                reacted.append(found)
                if message is None and len(found.words) == 1:
                    fresh.append(self._fresh(found, project, known))
                elif found.words or message is not None:
                    others.append(found)
        others += self._insert(fresh, tally)
        self._react(reacted, known, tally)
        for found in others:
            self._amend(found, known, tally)
        self._leave_untold(reacted)
        self._answer(everything)

    def _look_up(self, times: Sequence[str]) -> _Known:
        known, session = _Known(), self._session
        for some in _parts(times):
            place = (self._team_id, self._channel_id)
            for message in session.scalars(
                select(Message)
                .where(Message.team_id == place[0], Message.channel_id == place[1])
                .where(Message.ts.in_(some))
                .order_by(Message.ts)
                .with_for_update()
                .execution_options(populate_existing=True)
            ):
                known.messages[message.ts] = message
            for row in session.execute(
                select(Reaction.ts, Reaction.user_id, Reaction.name, Reaction.present).where(
                    Reaction.team_id == place[0],
                    Reaction.channel_id == place[1],
                    Reaction.ts.in_(some),
                )
            ):
                known.reactions.add((row.ts, row.user_id, row.name))
                if row.present:
                    known.signs.add((row.ts, row.user_id, emoji.canonical(row.name)))
        for some in _parts(sorted(known.messages)):
            columns = (MessageVersion.ts, MessageVersion.edited_ts, MessageVersion.files)
            versions = select(*columns).where(
                MessageVersion.team_id == self._team_id,
                MessageVersion.channel_id == self._channel_id,
                MessageVersion.ts.in_(some),
            )
            for ts, edited_ts, files in session.execute(versions):
                known.versions[ts, edited_ts] = _deleted(files)
        return known

    def _project_of(self, message: Message | None, ts: str) -> Project | None:
        """As for live events: once recorded, a message stays with its project."""
        project_id = message.project_id if message is not None else None
        if project_id is None:
            project_id = projects.owner_among(self._ties, slack_time.to_datetime(ts))
        if project_id is not None and project_id not in self._projects:
            self._projects[project_id] = self._session.get_one(Project, project_id)
        return None if project_id is None else self._projects[project_id]

    def _fresh(self, found: Found, project: Project, known: _Known) -> _Fresh:
        """A message that is not known yet, decided upon; not in the database yet."""
        (words,) = found.words.values()
        author = self._people.author(words.user_id, found.name)
        decided = posts.decide_about_history(
            words.kind,
            words.subtype,
            project.capture,
            text=words.text,
            has_files=any(not is_deleted(file) for file in words.files),
            signs=self._signs(found, words, known),
        )
        written_at = slack_time.to_datetime(found.ts)
        place = {"team_id": self._team_id, "channel_id": self._channel_id, "ts": found.ts}
        message: JsonObject = {
            **place,
            "thread_ts": words.thread_ts,
            "user_id": words.user_id,
            "kind": words.kind.value,
            "subtype": words.subtype,
            "project_id": project.id,
            "capture": project.capture,
            "counted": decided.counted,
            "counted_at": written_at if decided.counted else None,
            "edited_ts": words.edited_ts,
            "author_name": author.name,
            "author_department": author.department,
            "asks_help": decided.asks_help,
            "help_resolved_at": written_at if decided.asks_help else None,
            "source": Origin.IMPORT.value,
        }
        version: JsonObject = {
            **place,
            "edited_ts": words.edited_ts,
            "text": words.text,
            "files": words.files,
            "fields": None,
        }
        return _Fresh(found, message, version, _kind_of(words.kind, counted=decided.counted))

    def _signs(self, found: Found, words: Words, known: _Known) -> set[str]:
        """The author's own signs that stand on the message, or will."""
        return {
            sign for sign in posts.AUTHORS_SIGNS if (found.ts, words.user_id, sign) in known.signs
        } | {
            self._canonical(name)
            for user_id, name in found.reactions
            if user_id == words.user_id and (found.ts, user_id, name) not in known.reactions
        }

    def _insert(self, fresh: Sequence[_Fresh], tally: Tally) -> list[Found]:
        """Write new messages; returns those that somebody else has recorded meanwhile."""
        if not fresh:
            return []
        # By the connection: to take such rows through the session takes twice as long.
        connection = self._session.connection()
        new = insert(self._session, Message).on_conflict_do_nothing().returning(Message.ts)
        written = set(connection.scalars(new, [one.message for one in fresh]))
        mine = [one for one in fresh if one.found.ts in written]
        if mine:
            versions = insert(self._session, MessageVersion).on_conflict_do_nothing()
            connection.execute(versions, [one.version for one in mine])
        for one in mine:
            tally.add(one.kind)
        return [one.found for one in fresh if one.found.ts not in written]

    def _react(self, reacted: Sequence[Found], known: _Known, tally: Tally) -> None:
        """Write the reactions of which the record has nothing yet.

        An export does not say when they were given. They stand as given when the message was
        written: so whatever live events say of them is newer, and wins.
        """
        rows = [
            {
                "team_id": self._team_id,
                "channel_id": self._channel_id,
                "ts": found.ts,
                "user_id": user_id,
                "name": name,
                "emoji": self._canonical(name),
                "present": True,
                "event_ts": found.ts,
                "source": Origin.IMPORT.value,
            }
            for found in reacted
            for user_id, name in sorted(found.reactions)
            if (found.ts, user_id, name) not in known.reactions
        ]
        if rows:
            new = insert(self._session, Reaction).on_conflict_do_nothing()
            self._session.connection().execute(new, rows)
        tally.add(Count.REACTIONS, len(rows))
        everyone = sum(len(found.reactions) for found in reacted)
        tally.add(Count.KNOWN_REACTIONS, everyone - len(rows))

    def _amend(self, found: Found, known: _Known, tally: Tally) -> None:
        """Add to a message what the record does not have of it."""
        message = known.messages.get(found.ts)
        if message is not None and message.decision == Decision.LEAVE_OUT:
            tally.add(Count.LEFT_OUT, len(found.words))
            return
        missing = [words for words in found.words.values() if self._is_new(words, message, known)]
        signed = message is not None and any(
            user_id == message.user_id
            and emoji.canonical(name) in posts.AUTHORS_SIGNS
            and (found.ts, user_id, name) not in known.reactions
            for user_id, name in found.reactions
        )
        if not missing and not signed:
            tally.add(Count.KNOWN, bool(found.words))
            return
        project = self._project_of(message, found.ts)
        if project is None:
            return
        for words in missing:
            place = (self._session, project, self._channel_id)
            message = recording.write_quietly(*place, words, self._now)
            if message.author_name is None and message.deleted_ts is None:
                author = self._people.author(words.user_id, found.name)
                message.author_name, message.author_department = author.name, author.department
        if message is not None and message.deleted_ts is None:
            posts.recount_quietly(self._session, message, self._now)
            self._session.flush()
            is_new = found.ts not in known.messages
            kind = _kind_of(message.kind, counted=message.counted)
            tally.add(kind if is_new else Count.COMPLETED)

    def _canonical(self, name: str) -> str:
        if name not in self._emoji:
            self._emoji[name] = emoji.canonical(name)
        return self._emoji[name]

    def _is_new(self, words: Words, message: Message | None, known: _Known) -> bool:
        return (
            message is None
            or message.user_id is None
            or (words.ts, words.edited_ts) not in known.versions
            or (words.subtype == posts.BROADCAST != message.subtype)
            or not _deleted(words.files) <= known.versions[words.ts, words.edited_ts]
        )

    def _delete(self, found: Found, message: Message | None, tally: Tally) -> None:
        """A deletion is final; and what tells of the message is taken away, as ever."""
        if found.deletion is None or (message is not None and message.deleted_ts is not None):
            tally.add(Count.DELETED)
            return
        event = Payload({**found.deletion, "channel": self._channel_id})
        written_at = slack_time.to_datetime(found.ts)
        recording.apply(
            self._session, self._team_id, event, Arrival(written_at, self._now, Origin.IMPORT)
        )
        tally.add(Count.DELETIONS)

    def _leave_untold(self, reacted: Sequence[Found]) -> None:
        newest = slack_time.from_datetime(self._now - notices.NEWS_FOR)
        for found in reacted:
            if found.ts >= newest and found.reactions:
                key = (self._team_id, self._channel_id, found.ts)
                message = self._session.get(Message, key)
                if message is not None:
                    notices.leave_untold(self._session, message, self._now)

    def _answer(self, everything: Mapping[str, Found]) -> None:
        """A question that was asked in one of these threads may have its answer now."""
        answered: dict[str, str] = {}
        for ts, found in everything.items():
            for words in found.words.values():
                if words.thread_ts is not None:
                    answered[words.thread_ts] = ts
        for some in _parts(sorted(answered)):
            asked = select(Question.thread_ts).where(
                Question.team_id == self._team_id,
                Question.channel_id == self._channel_id,
                Question.thread_ts.in_(some),
            )
            for thread_ts in sorted(set(self._session.scalars(asked))):
                place = (self._session, self._team_id, self._channel_id)
                questions.refresh(*place, answered[thread_ts], self._now)


def _parts(everything: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(everything), AT_ONCE):
        yield everything[start : start + AT_ONCE]


def _deleted(files: Sequence[File]) -> set[str]:
    return {file["id"] for file in files if is_deleted(file)}


def _kind_of(kind: str, *, counted: bool) -> Count:
    if not counted:
        return Count.OTHERS
    return Count.POSTS if kind == MessageKind.POST else Count.REPLIES
