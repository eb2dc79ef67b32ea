"""What is to be said in Slack, each thing with a key of its own, so that it is said once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Index,
    Integer,
    String,
    Text,
    and_,
    case,
    false,
    func,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, JsonObject, SlackId, SlackTs
from models.database import insert_unless_there


class DeliveryState(StrEnum):
    """Where a delivery stands.

    `unknown`: Slack was asked and did not answer; before it is asked again, the key is looked
    for in the channel. `held`: nobody can look there, so it is not said again until somebody can.
    `failed`: Slack has refused it for good. `dropped`: there is nothing to say, or somebody has
    given it up.
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    HELD = "held"
    FAILED = "failed"
    DROPPED = "dropped"


# Slack may have it
IN_DOUBT = (DeliveryState.SENDING, DeliveryState.UNKNOWN, DeliveryState.HELD)
OPEN_STATES = (DeliveryState.PENDING, *IN_DOUBT)
# All but what is done with: those in the partial index
UNSETTLED_STATES = (*OPEN_STATES, DeliveryState.FAILED)
# Where the sender looks for something to do
WAITING_STATES = (DeliveryState.PENDING, DeliveryState.UNKNOWN, DeliveryState.HELD)
# What Slack refused longer ago is not made good any more by itself, and worries nobody.
REFUSED_LATELY = timedelta(days=7)

# What the partial index holds, in the words of `is_open`
_OPEN = "state IN ('pending', 'sending', 'unknown', 'held', 'failed')"

# The kind of a message that was said twice, and is to be taken away
TWICE = "twice"
# The error of what somebody has given up on the command line
GIVEN_UP = "given up"

# What Slack answers about a channel that is archived, or that the bot is not in
# (docs.slack.dev/reference/methods/chat.postMessage and chat.update: "Errors")
_CLOSED_CHANNEL = ("is_archived", "is_inactive", "channel_not_found", "not_in_channel")


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
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
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
    # How often a process has taken it in hand: the last one to do so decides what becomes of it
    claims: Mapped[int] = mapped_column(default=0, server_default="0")
    not_before: Mapped[datetime]
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    # When Slack was asked without our knowing what came of it
    asked_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    # Slack was asked to delete it, and may have done so
    taking_away: Mapped[bool] = mapped_column(default=False, server_default=false())
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
    return insert_unless_there(
        session,
        Delivery,
        {
            "team_id": team_id,
            "key": key,
            "kind": kind,
            "channel_id": channel_id,
            "args": args,
            "thread_key": thread_key,
            "state": DeliveryState.PENDING,
            "attempts": 0,
            "claims": 0,
            "not_before": not_before or now,
            "created_at": now,
            "revision": 0,
        },
    )


def renew(session: Session, team_id: str, key: str, not_before: datetime) -> bool:
    """Have a message made anew, whatever became of it; says whether there is such a delivery.

    What stands in the channel is changed or taken away; what does not, is said if there is
    something to say now. What somebody gave up although Slack may have it is looked for first.
    """
    in_hand = Delivery.state.in_(IN_DOUBT)
    may_stand = and_(Delivery.ts.is_(None), Delivery.asked_at.is_not(None))
    renewed = session.execute(
        update(Delivery)
        .where(Delivery.team_id == team_id, Delivery.key == key)
        .values(
            state=case(
                (in_hand, Delivery.state),
                (may_stand, DeliveryState.UNKNOWN.value),
                else_=DeliveryState.PENDING.value,
            ),
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
    for row in rows:
        is_there = row.ts is not None or row.thread_key in standing
        if not is_there and row.state not in IN_DOUBT:
            continue
        row.revision += 1
        row.attempts = 0
        if row.state not in OPEN_STATES:
            may_stand = row.ts is None and row.asked_at is not None
            row.state = DeliveryState.UNKNOWN if may_stand else DeliveryState.PENDING
            row.not_before = not_before


def take_back(session: Session, said: Delivery, ts: str, now: datetime) -> None:
    """Have a message taken away that says once more what another one says."""
    session.add(
        Delivery(
            team_id=said.team_id,
            key=f"{TWICE}:{said.channel_id}:{ts}",
            kind=TWICE,
            channel_id=said.channel_id,
            args={},
            state=DeliveryState.PENDING,
            not_before=now,
            created_at=now,
            ts=ts,
        )
    )


def is_gone(session: Session, team_id: str, key: str) -> None:
    """Somebody has deleted this message in Slack: it is not to be changed there any more."""
    session.execute(
        update(Delivery)
        .where(
            Delivery.team_id == team_id,
            Delivery.key == key,
            Delivery.state.in_((DeliveryState.SENT, DeliveryState.PENDING)),
            Delivery.ts.is_not(None),
        )
        .values(state=DeliveryState.DROPPED, ts=None)
    )


def is_taken_away(session: Session, team_id: str, key: str) -> bool:
    """Whether we are about to delete this message, or may have done so."""
    row = by_key(session, team_id, key)
    return row is not None and row.taking_away


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


def not_said(key: str) -> str:
    """The error of what was to come in the thread of a message that was not said."""
    return f"{key} was not said"


def put_back(session: Session, row: Delivery, now: datetime) -> None:
    """Have it tried again at once, with what was given up together with it in its thread.

    What Slack may have is looked for first.
    """
    if row.state not in IN_DOUBT:
        row.state = DeliveryState.PENDING
    elif row.state == DeliveryState.HELD:
        row.state = DeliveryState.UNKNOWN
    row.not_before, row.attempts, row.error = now, 0, None
    session.execute(
        update(Delivery)
        .where(
            hangs_below(row.team_id, row.key, DeliveryState.FAILED),
            Delivery.error == not_said(row.key),
        )
        .values(state=DeliveryState.PENDING, not_before=now, attempts=0, error=None)
    )


def channel_is_open_again(session: Session, team_id: str, channel_id: str, now: datetime) -> None:
    """What could not be said there lately because the channel was closed to us is tried again."""
    rows = session.scalars(
        select(Delivery)
        .where(
            is_open(*WAITING_STATES, DeliveryState.FAILED, team_id=team_id),
            Delivery.channel_id == channel_id,
            Delivery.error.is_not(None),
        )
        .order_by(Delivery.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for row in rows:
        was_closed = (row.error or "").partition(";")[0] in _CLOSED_CHANNEL
        is_recent = (row.claimed_at or row.created_at) > now - REFUSED_LATELY
        if was_closed and (is_recent or row.state != DeliveryState.FAILED):
            put_back(session, row, now)


def count_unsaid(session: Session, *, failed_after: datetime, open_before: datetime) -> int:
    """How many are held, were refused for good since the one moment, or wait since before the

    other.
    """
    refused = and_(Delivery.state == DeliveryState.FAILED, Delivery.created_at >= failed_after)
    unsaid = or_(refused, is_held(), waits_since(open_before))
    return session.scalar(select(func.count()).where(is_open(), unsaid)) or 0


def is_open(*states: DeliveryState, team_id: str | None = None) -> ColumnElement[bool]:
    """It is in one of these states, all of those in the partial index `ix_deliveries_open`.

    The condition of the index stands here word for word: SQLite uses it only then
    (sqlite.org/partialindex.html), and would read all that was ever said. Without statistics it
    would rather take the index of all keys of a workspace: `team_id` is compared so that it can't.
    """
    conditions: list[ColumnElement[bool]] = [literal_column(f"deliveries.{_OPEN}")]
    if states:
        conditions.append(Delivery.state.in_(states))
    if team_id is not None:
        conditions.append(Delivery.team_id.concat("") == team_id)
    return and_(*conditions)


def hangs_below(team_id: str, key: str, *states: DeliveryState) -> ColumnElement[bool]:
    """It goes in the thread of the delivery with this key, and is in one of these states."""
    return and_(is_open(*states, team_id=team_id), Delivery.thread_key == key)


def is_held() -> ColumnElement[bool]:
    """Nobody can find out whether Slack has it."""
    return Delivery.state == DeliveryState.HELD


def waits_since(moment: datetime) -> ColumnElement[bool]:
    """It should have been said before that moment, or was tried in vain.

    What is only to be said later does not wait.
    """
    return and_(
        Delivery.state.in_(OPEN_STATES),
        Delivery.created_at < moment,
        or_(Delivery.not_before < moment, Delivery.attempts > 0),
    )
