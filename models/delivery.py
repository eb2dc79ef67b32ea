"""What is to be said in Slack, each thing with a key of its own, so that it is said once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Index,
    Integer,
    String,
    Text,
    and_,
    case,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, JsonObject, SlackId, SlackTs
from models.database import insert


class DeliveryState(StrEnum):
    """Where a delivery stands.

    `unknown`: Slack was asked and did not answer; before it is asked again, the key is looked
    for in the channel. `dropped`: it turned out that there is nothing to say.
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"
    DROPPED = "dropped"


OPEN_STATES = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.UNKNOWN)


class Delivery(Base):
    """One thing to say. `args` names what it is about; the words are made when it is said,

    so that a text which its author erases meanwhile is nowhere left. `thread_key` is the key of
    the delivery in whose thread it goes; it waits for that one. `ts` is Slack's, once sent. Sent
    anew (`renew`), the same message is changed, or taken out of the channel if there is nothing
    to say any more. `channel_id` may be a person's ID until their direct messages are opened.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("uq_deliveries_key", "team_id", "key", unique=True),
        Index(
            "ix_deliveries_open",
            "state",
            "id",
            sqlite_where=text("state IN ('pending', 'sending', 'unknown', 'failed')"),
            postgresql_where=text("state IN ('pending', 'sending', 'unknown', 'failed')"),
        ),
    )

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True
    )
    team_id: Mapped[SlackId]
    key: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(32))
    channel_id: Mapped[SlackId]
    args: Mapped[JsonObject]
    thread_key: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime]
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    ts: Mapped[SlackTs | None]
    # How often it was asked for anew since it was first put in the outbox
    revision: Mapped[int] = mapped_column(default=0, server_default="0")
    error: Mapped[str | None] = mapped_column(Text())


def enqueue(
    session: Session,
    *,
    team_id: str,
    key: str,
    kind: str,
    channel_id: str,
    args: JsonObject,
    now: datetime,
    thread_key: str | None = None,
    not_before: datetime | None = None,
) -> bool:
    """Put something in the outbox; says whether it is new. The same key goes in once only.

    A string `thread_ts` among the `args` says under which message it goes; `thread_key` does so
    for a message that is itself still in the outbox.
    """
    statement = insert(session, Delivery).values(
        team_id=team_id,
        key=key,
        kind=kind,
        channel_id=channel_id,
        args=args,
        thread_key=thread_key,
        state=DeliveryState.PENDING,
        attempts=0,
        not_before=not_before or now,
        created_at=now,
        revision=0,
    )
    statement = statement.on_conflict_do_nothing(index_elements=["team_id", "key"])
    return session.execute(statement.returning(Delivery.id)).scalar() is not None


def renew(session: Session, team_id: str, key: str, not_before: datetime) -> bool:
    """Have a message made anew, whatever became of it; says whether there is such a delivery.

    What stands in the channel is changed or taken away; what does not, is said if there is
    something to say now.
    """
    in_hand = Delivery.state.in_((DeliveryState.SENDING, DeliveryState.UNKNOWN))
    renewed = session.execute(
        update(Delivery)
        .where(Delivery.team_id == team_id, Delivery.key == key)
        .values(
            state=case((in_hand, Delivery.state), else_=DeliveryState.PENDING.value),
            not_before=case((in_hand, Delivery.not_before), else_=not_before),
            revision=Delivery.revision + 1,
            attempts=0,
        )
        .returning(Delivery.id)
    )
    return renewed.scalar() is not None


def renew_standing(
    session: Session, team_id: str, keys: Collection[str], not_before: datetime
) -> None:
    """Have these messages, with what is in their threads, made anew where they stand already.

    What never arrived is not said now; what waits already is not put off.
    """
    rows = session.scalars(
        select(Delivery)
        .where(Delivery.team_id == team_id, Delivery.key.in_(keys))
        .order_by(Delivery.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    standing = {row.key for row in rows if row.ts is not None}
    in_hand = (DeliveryState.SENDING, DeliveryState.UNKNOWN)
    for row in rows:
        is_there = row.ts is not None or row.thread_key in standing
        if not is_there and row.state not in in_hand:
            continue
        row.revision += 1
        row.attempts = 0
        if row.state not in (*in_hand, DeliveryState.PENDING):
            row.state, row.not_before = DeliveryState.PENDING, not_before


def locked(session: Session, team_id: str, key: str) -> None:
    """Keep the delivery with this key from the sender until the end of the transaction."""
    session.execute(
        select(Delivery.id)
        .where(Delivery.team_id == team_id, Delivery.key == key)
        .with_for_update()
    )


def by_key(session: Session, team_id: str, key: str) -> Delivery | None:
    """The delivery with this key."""
    return session.scalars(
        select(Delivery).where(Delivery.team_id == team_id, Delivery.key == key)
    ).one_or_none()


def count_unsaid(session: Session, *, failed_after: datetime, open_before: datetime) -> int:
    """How many were refused for good since the one moment, or wait since before the other."""
    refused = and_(Delivery.state == DeliveryState.FAILED, Delivery.created_at >= failed_after)
    waiting = and_(
        Delivery.state.in_(OPEN_STATES),
        Delivery.created_at < open_before,
        # What is only to be said later does not wait, unless it has been tried in vain.
        or_(Delivery.not_before < open_before, Delivery.attempts > 0),
    )
    return session.scalar(select(func.count()).where(or_(refused, waiting))) or 0
