"""What people wrote in registered channels: posts and replies, each text with its versions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache
from itertools import chain
from typing import TypedDict, Unpack

from sqlalchemy import (
    JSON,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Select,
    String,
    Text,
    and_,
    bindparam,
    delete,
    false,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.ahead import Ahead
from models.base import ID_LENGTH, TS_LENGTH, Base, JsonObject, SlackId, SlackTs
from models.database import add_unless_there, held
from models.member import Member

# {"id", "name", "mimetype"}; {"id", "deleted"} once it is deleted, so that it stays so whatever
# comes later
File = dict[str, str]

_KEYS_AT_ONCE = 200


class MessageKind(StrEnum):
    """A top-level message, or a reply in a thread."""

    POST = "post"
    REPLY = "reply"


class Decision(StrEnum):
    """What a person decided about a message by hand, whatever the rules say."""

    RECORD = "record"
    LEAVE_OUT = "leave_out"


class Origin(StrEnum):
    """From where something is known if no event told of it."""

    RECONCILE = "reconcile"  # read from Slack's history
    IMPORT = "import"  # read from an export


class Known(TypedDict, total=False):
    """What an event says of a message besides its words, and who wrote it as far as is known."""

    source: str | None
    user_id: str
    thread_ts: str | None
    subtype: str | None
    kind: MessageKind
    author_name: str | None
    author_department: str | None


class Message(Base):
    """A message by a person. Its words are in `MessageVersion` and nowhere else.

    - `counted`: it is a progress post, or a reply (replies are counted apart).
    - `edited_ts`: which version is the current one; empty for the words as first sent.
    - `deleted_ts`: set once and for all; the row then is the tombstone.
    - `author_name`, `author_department`: as they were on the day; None until the profile is known.
    - `capture`: the project's capture mode on the day.
    - `source`, `deleted_source`: how it came, and how its deletion did: None for an event.
    - `counted_at`: since when it has counted, which is later than it was written if it reached us
      late or was marked later.
    """

    __tablename__ = "messages"
    __table_args__ = (
        Index(
            "ix_messages_counted_by_time",
            "team_id",
            "kind",
            "ts",
            sqlite_where=text("counted"),
            postgresql_where=text("counted"),
        ),
        Index(
            "ix_messages_counted_since",
            "team_id",
            "kind",
            "counted_at",
            sqlite_where=text("counted"),
            postgresql_where=text("counted"),
        ),
        Index("ix_messages_by_project", "project_id", "kind", "ts"),
        Index("ix_messages_by_author", "team_id", "user_id", "ts"),
        Index(
            "ix_messages_help_wanted",
            "team_id",
            "ts",
            sqlite_where=text("asks_help AND help_resolved_at IS NULL"),
            postgresql_where=text("asks_help AND help_resolved_at IS NULL"),
        ),
        Index(
            "ix_messages_without_author_name",
            "team_id",
            "user_id",
            sqlite_where=text("author_name IS NULL AND deleted_ts IS NULL"),
            postgresql_where=text("author_name IS NULL AND deleted_ts IS NULL"),
        ),
    )

    team_id: Mapped[SlackId] = mapped_column(String(ID_LENGTH), primary_key=True)
    channel_id: Mapped[SlackId] = mapped_column(String(ID_LENGTH), primary_key=True)
    ts: Mapped[SlackTs] = mapped_column(String(TS_LENGTH), primary_key=True)
    thread_ts: Mapped[SlackTs | None]
    user_id: Mapped[SlackId | None]
    kind: Mapped[str] = mapped_column(String(8))
    subtype: Mapped[str | None] = mapped_column(String(64))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"))
    capture: Mapped[str] = mapped_column(String(8))
    counted: Mapped[bool]
    counted_at: Mapped[datetime | None]
    edited_ts: Mapped[SlackTs] = mapped_column(String(TS_LENGTH), default="")
    deleted_ts: Mapped[SlackTs | None]
    source: Mapped[str | None] = mapped_column(String(16))
    deleted_source: Mapped[str | None] = mapped_column(String(16))
    author_name: Mapped[str | None] = mapped_column(String(255))
    author_department: Mapped[str | None] = mapped_column(String(255))
    # What somebody decided by hand about recording it (`Decision`), and who
    decision: Mapped[str | None] = mapped_column(String(16))
    decided_by: Mapped[SlackId | None]
    # Its author asks for help, until somebody says that it is resolved
    asks_help: Mapped[bool] = mapped_column(default=False, server_default=false())
    help_resolved_at: Mapped[datetime | None]
    help_resolved_by: Mapped[SlackId | None]


class MessageVersion(Base):
    """A text that a person wrote. `edited_ts` is empty for the first one.

    `files` holds each file that hung on it.
    """

    __tablename__ = "message_versions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["team_id", "channel_id", "ts"],
            ["messages.team_id", "messages.channel_id", "messages.ts"],
            onupdate="CASCADE",
            name="fk_message_versions_message",
        ),
    )

    team_id: Mapped[SlackId] = mapped_column(String(ID_LENGTH), primary_key=True)
    channel_id: Mapped[SlackId] = mapped_column(String(ID_LENGTH), primary_key=True)
    ts: Mapped[SlackTs] = mapped_column(String(TS_LENGTH), primary_key=True)
    edited_ts: Mapped[SlackTs] = mapped_column(String(TS_LENGTH), primary_key=True)
    text: Mapped[str] = mapped_column(Text())
    files: Mapped[list[File]] = mapped_column(JSON())
    # The words by field, where it was written with the form
    fields: Mapped[JsonObject | None]

    @property
    def standing_files(self) -> list[File]:
        """Those that nobody has deleted."""
        return [file for file in self.files if not is_deleted(file)]


def deleted_file(file_id: str) -> File:
    """What stays of a file that was deleted: its name may say too much as well."""
    return {"id": file_id, "deleted": "yes"}


def is_deleted(file: File) -> bool:
    """Whether the file was deleted."""
    return "deleted" in file


_PROJECTS: Ahead[tuple[str, str, str], int | None] = Ahead()


def locked(session: Session, team_id: str, channel_id: str, ts: str) -> Message | None:
    """The message, kept from other workers until the end of the transaction."""
    key = (team_id, channel_id, ts)
    rows = held(session)
    if (Message, key) not in rows:
        message = session.get(Message, key, with_for_update=True)
        if message is None:
            return None
        rows[Message, key] = message
    found = rows[Message, key]
    assert isinstance(found, Message)
    return found


def lock(session: Session, keys: Iterable[tuple[str, str, str]]) -> None:
    """Keep these messages (team, channel, `ts`) from other workers, as far as they are there.

    SQLite has one writer at a time, and would look for pairs by going through all rows.
    """
    if session.get_bind().dialect.name == "sqlite":
        return
    rows, key = held(session), tuple_(Message.team_id, Message.channel_id, Message.ts)
    missing = sorted(one for one in keys if (Message, one) not in rows)
    for start in range(0, len(missing), _KEYS_AT_ONCE):
        found = session.scalars(
            select(Message)
            .where(key.in_(missing[start : start + _KEYS_AT_ONCE]))
            .order_by(Message.team_id, Message.channel_id, Message.ts)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        rows.update({(Message, (one.team_id, one.channel_id, one.ts)): one for one in found})


def project_id_of(session: Session, team_id: str, channel_id: str, ts: str) -> int | None:
    """The project with which this message was recorded; None if it was not."""
    key = (team_id, channel_id, ts)
    ours = held(session).get((Message, key))
    if isinstance(ours, Message):
        return ours.project_id
    known = _PROJECTS.of(session)
    if key in known:
        return known[key]
    read = _projects_of(session, team_id, {(channel_id, ts)})
    return read.get((channel_id, ts))


def read_projects_ahead(session: Session, team_id: str, keys: Collection[tuple[str, str]]) -> None:
    """Have `project_id_of` ready for these messages (channel, `ts`) in this transaction."""
    found = _projects_of(session, team_id, keys)
    _PROJECTS.of(session).update(((team_id, *key), found.get(key)) for key in keys)


def _projects_of(
    session: Session, team_id: str, keys: Collection[tuple[str, str]]
) -> dict[tuple[str, str], int | None]:
    """By (channel, `ts`). Pairs are no way to ask: SQLite would go through all rows for them."""
    asked = {
        "team": team_id,
        "channels": list({channel_id for channel_id, _ in keys}),
        "times": list({ts for _, ts in keys}),
    }
    rows = session.execute(_asking_for_projects(), asked)
    return {(row.channel_id, row.ts): row.project_id for row in rows}


@cache
def _asking_for_projects() -> Select[str, str, int | None]:
    return select(Message.channel_id, Message.ts, Message.project_id).where(
        Message.team_id == bindparam("team"),
        Message.channel_id.in_(bindparam("channels", expanding=True)),
        Message.ts.in_(bindparam("times", expanding=True)),
    )


def insert_blank(
    session: Session,
    team_id: str,
    channel_id: str,
    ts: str,
    *,
    project_id: int,
    capture: str,
    **known: Unpack[Known],
) -> Message | None:
    """Make the row of a message without its words; None if it is there already."""
    made = Message(
        team_id=team_id,
        channel_id=channel_id,
        ts=ts,
        **{
            "kind": MessageKind.POST,
            "project_id": project_id,
            "capture": capture,
            "counted": False,
            "edited_ts": "",
            "asks_help": False,
            **known,
        },
    )
    if not add_unless_there(session, made):
        return None
    held(session)[Message, (team_id, channel_id, ts)] = made
    return made


def add_version(
    session: Session,
    message: Message,
    *,
    edited_ts: str,
    text: str,
    files: list[File],
    fields: JsonObject | None = None,
) -> None:
    """Keep a version of the words; the same version twice is kept once."""
    version = MessageVersion(
        team_id=message.team_id,
        channel_id=message.channel_id,
        ts=message.ts,
        edited_ts=edited_ts,
        text=text,
        files=files,
        fields=fields,
    )
    add_unless_there(session, version)


def forget_files(session: Session, message: Message, now_known: list[File]) -> bool:
    """Take the names of deleted files out of every version; says whether there were any.

    A file is deleted if any version, or what is `now_known`, says so.
    """
    versions = session.scalars(
        select(MessageVersion).where(
            MessageVersion.team_id == message.team_id,
            MessageVersion.channel_id == message.channel_id,
            MessageVersion.ts == message.ts,
        )
    ).all()
    known = chain(now_known, *(version.files for version in versions))
    gone = {file["id"] for file in known if is_deleted(file)}
    forgot = False
    for version in versions:
        if any(file["id"] in gone for file in version.standing_files):
            version.files = [deleted_file(f["id"]) if f["id"] in gone else f for f in version.files]
            forgot = True
    return forgot


def current_version(session: Session, message: Message) -> MessageVersion | None:
    """The words as they stand now; None for a deleted message."""
    return session.get(
        MessageVersion, (message.team_id, message.channel_id, message.ts, message.edited_ts)
    )


def erase_versions(session: Session, message: Message) -> None:
    """Erase every version of the words."""
    session.execute(
        delete(MessageVersion).where(
            MessageVersion.team_id == message.team_id,
            MessageVersion.channel_id == message.channel_id,
            MessageVersion.ts == message.ts,
        )
    )


def known_authors_without_name(session: Session) -> Sequence[Member]:
    """Authors whose profile is known by now while some message of theirs still lacks the name."""
    waiting = (
        select(Message.team_id, Message.user_id)
        .where(Message.author_name.is_(None), Message.deleted_ts.is_(None))
        .distinct()
        .subquery()
    )
    return session.scalars(
        select(Member)
        .join(
            waiting,
            and_(Member.team_id == waiting.c.team_id, Member.user_id == waiting.c.user_id),
        )
        .where(Member.fetched_at.is_not(None))
    ).all()


def name_author(session: Session, team_id: str, user_id: str, name: str, department: str) -> None:
    """Write name and department into the messages that were waiting for the profile."""
    session.execute(
        update(Message)
        .where(
            Message.team_id == team_id,
            Message.user_id == user_id,
            Message.author_name.is_(None),
            Message.deleted_ts.is_(None),
        )
        .values(author_name=name, author_department=department)
    )
