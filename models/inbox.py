"""Events as Slack sent them, from the moment they are acknowledged until they are applied."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache

from sqlalchemy import (
    BigInteger,
    Index,
    Integer,
    String,
    Text,
    TextClause,
    cast,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, JsonObject, SlackId
from models.database import insert

# Any number does, as long as nothing else in the same database uses it: "turn" in ASCII.
_TURN = 0x7475726E


class InboxState(StrEnum):
    """Where an event stands."""

    PENDING = "pending"
    DONE = "done"
    # Nothing to record in it (an unregistered channel, say): its words were never stored.
    IGNORED = "ignored"
    # Applying it failed again and again; its payload is kept for whoever looks into it.
    DEAD = "dead"


class InboxEvent(Base):
    """One event of the Events API. `payload` is the whole body, and gone once it is applied."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index("uq_inbox_event", "team_id", "event_id", unique=True),
        Index(
            "ix_inbox_open",
            "state",
            "id",
            sqlite_where=text("state IN ('pending', 'dead')"),
            postgresql_where=text("state IN ('pending', 'dead')"),
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


def add(
    session: Session,
    *,
    team_id: str,
    event_id: str,
    type: str,
    event_time: int,
    received_at: datetime,
    payload: JsonObject | None,
) -> bool:
    """Store an event, or do nothing if it is there already; says whether it is new.

    Without a `payload` there is nothing to apply, and it is stored as ignored.
    """
    statement = insert(session, InboxEvent).values(
        team_id=team_id,
        event_id=event_id,
        type=type,
        event_time=event_time,
        received_at=received_at,
        state=InboxState.IGNORED if payload is None else InboxState.PENDING,
        payload=payload,
        attempts=0,
    )
    statement = statement.on_conflict_do_nothing(index_elements=["team_id", "event_id"])
    return session.execute(statement.returning(InboxEvent.id)).scalar() is not None


def claim(session: Session, now: datetime, limit: int) -> Sequence[InboxEvent]:
    """The next events to apply, oldest first, locked against other workers on PostgreSQL."""
    return session.scalars(
        select(InboxEvent)
        .where(
            InboxEvent.state == InboxState.PENDING,
            or_(InboxEvent.retry_at.is_(None), InboxEvent.retry_at <= now),
        )
        .order_by(InboxEvent.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def take_turn(session: Session) -> None:
    """Wait until no other process applies anything, and keep the others waiting until the end.

    What is applied looks at what was applied before: two events of one message that two
    transactions apply at once would not see each other. On SQLite the write lock does it.
    """
    if session.get_bind().dialect.name != "sqlite":
        session.execute(_taking_turn(), {"lock": _TURN})


@cache
def _taking_turn() -> TextClause:
    return text("SELECT pg_advisory_xact_lock(:lock)")


def count(session: Session, state: InboxState) -> int:
    """How many events are in `state`."""
    return session.scalar(select(func.count()).where(InboxEvent.state == state)) or 0


def erase_dead_letters(session: Session, team_id: str, ts: str) -> None:
    """Erase what dead letters hold about the message with this `ts`: its author deleted it."""
    session.execute(
        update(InboxEvent)
        .where(
            InboxEvent.team_id == team_id,
            InboxEvent.state == InboxState.DEAD,
            cast(InboxEvent.payload, Text()).contains(ts, autoescape=True),
        )
        .values(payload=None)
    )


def oldest_pending(session: Session, team_id: str | None = None) -> datetime | None:
    """When the oldest event that waits to be applied was received."""
    query = select(func.min(InboxEvent.received_at)).where(InboxEvent.state == InboxState.PENDING)
    if team_id is not None:
        query = query.where(InboxEvent.team_id == team_id)
    return session.scalar(query)
