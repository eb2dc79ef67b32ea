"""Events as Slack sent them, from the moment they are acknowledged until they are applied."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache
from operator import itemgetter
from typing import TypedDict, Unpack

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Executable,
    Index,
    Integer,
    Select,
    String,
    Text,
    TextClause,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, JsonObject, SlackId
from models.database import insert

# Any number does, as long as nothing else in the same database uses it: "turn" in ASCII.
_TURN = 0x7475726E

# What the partial index holds, in the words of `is_open`
_OPEN = "state IN ('pending', 'dead')"


class InboxState(StrEnum):
    """Where an event stands."""

    PENDING = "pending"
    DONE = "done"
    # Nothing to record in it (an unregistered channel, say): its words were never stored.
    IGNORED = "ignored"
    # Applying it failed again and again; its payload is kept for whoever looks into it.
    DEAD = "dead"


class InboxEvent(Base):
    """One event of the Events API.

    `payload` has of its body what is to be applied, and is gone once it is.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        Index("uq_inbox_event", "team_id", "event_id", unique=True),
        Index(
            "ix_inbox_open",
            "state",
            "id",
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
    )

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True
    )
    team_id: Mapped[SlackId]
    event_id: Mapped[str] = mapped_column(String(128))
    type: Mapped[str] = mapped_column(String(128))
    # Unix seconds, as Slack's `event_time`
    event_time: Mapped[int] = mapped_column(BigInteger())
    received_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16), default=InboxState.PENDING)
    payload: Mapped[JsonObject | None]
    attempts: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text())
    processed_at: Mapped[datetime | None]


class Arrival(TypedDict):
    """An event to be stored. Without a `payload` there is nothing to apply: it is ignored."""

    team_id: str
    event_id: str
    type: str
    event_time: int
    received_at: datetime
    payload: JsonObject | None


def add(session: Session, **arrival: Unpack[Arrival]) -> bool:
    """Store an event, or do nothing if it is there already; says whether it is new."""
    statement = insert(session, InboxEvent).values(_row(arrival))
    statement = statement.on_conflict_do_nothing(index_elements=["team_id", "event_id"])
    return session.execute(statement.returning(InboxEvent.id)).scalar() is not None


def add_dead(session: Session, error: str, **arrival: Unpack[Arrival]) -> None:
    """Store an event that nothing can be made of, if it is not there already."""
    row = {**_row(arrival), "state": InboxState.DEAD, "error": error}
    statement = insert(session, InboxEvent).values(row)
    session.execute(statement.on_conflict_do_nothing(index_elements=["team_id", "event_id"]))


def add_all(session: Session, arrivals: Iterable[Arrival]) -> None:
    """Store those that are not there already."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    rows = [_row(arrival) for arrival in arrivals]
    if not is_sqlite:  # two processes that have the same events must not wait for each other
        rows.sort(key=itemgetter("team_id", "event_id"))
    session.connection().execute(_adding(is_sqlite), rows)


def _row(arrival: Arrival) -> dict[str, object]:
    state = InboxState.IGNORED if arrival["payload"] is None else InboxState.PENDING
    return {**arrival, "state": state, "attempts": 0}


@cache
def _adding(is_sqlite: bool) -> Executable:
    statement = sqlite.insert(InboxEvent) if is_sqlite else postgresql.insert(InboxEvent)
    return statement.on_conflict_do_nothing(index_elements=["team_id", "event_id"])


def is_open(state: InboxState) -> ColumnElement[bool]:
    """It is in `state`, one of those in the partial index `ix_inbox_open`.

    The condition of the index stands here word for word: SQLite uses it only then
    (sqlite.org/partialindex.html), and would read all that is done.
    """
    return and_(literal_column(f"inbox.{_OPEN}"), InboxEvent.state == state)


def claim(session: Session, now: datetime, limit: int) -> Sequence[InboxEvent]:
    """The next events to apply, oldest first, locked against other workers on PostgreSQL."""
    return session.scalars(_claiming(), {"now": now, "limit": limit}).all()


@cache
def _claiming() -> Select[InboxEvent]:
    is_due = or_(InboxEvent.retry_at.is_(None), InboxEvent.retry_at <= bindparam("now"))
    return (
        select(InboxEvent)
        .where(is_open(InboxState.PENDING), is_due)
        .order_by(InboxEvent.id)
        .limit(bindparam("limit", type_=Integer()))
        .with_for_update(skip_locked=True)
    )


def take_turn(session: Session) -> None:
    """Wait until no other process applies anything, and keep the others waiting until the end.

    What is applied looks at what was applied before: two events of one message that two
    transactions apply at once would not see each other. On SQLite the write lock does it. Whoever
    changes what is read for many events at once takes its turn as well.
    """
    if session.get_bind().dialect.name != "sqlite":
        session.execute(_taking_turn(), {"lock": _TURN})


@cache
def _taking_turn() -> TextClause:
    return text("SELECT pg_advisory_xact_lock(:lock)")


def count(session: Session, state: InboxState) -> int:
    """How many events are in `state`: pending or dead."""
    query = select(func.count()).select_from(InboxEvent).where(is_open(state))
    return session.scalar(query) or 0


def erase_dead_letters(session: Session, team_id: str, ts: str) -> None:
    """Erase what dead letters hold about the message with this `ts`: its author deleted it."""
    session.execute(
        update(InboxEvent)
        .where(
            InboxEvent.team_id == team_id,
            is_open(InboxState.DEAD),
            cast(InboxEvent.payload, Text()).contains(ts, autoescape=True),
        )
        .values(payload=None)
    )


def oldest_pending(session: Session, team_id: str | None = None) -> datetime | None:
    """When the oldest event that waits to be applied was received."""
    query = select(func.min(InboxEvent.received_at)).where(is_open(InboxState.PENDING))
    if team_id is not None:
        query = query.where(InboxEvent.team_id == team_id)
    return session.scalar(query)
