"""The outbox: which delivery is next, and what became of it. Each step is committed by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot.core import homes
from bot.core.outgoing import OnLost, OnSaid
from bot.core.posts import MARK
from bot.delivery.pace import Pauses, pace_of
from models.database import Database
from models.delivery import (
    IN_DOUBT,
    WAITING_STATES,
    Delivery,
    DeliveryState,
    hangs_below,
    is_open,
    not_said,
    renew,
    take_back,
)
from models.member import Member

# A process that has not said for so long what became of a delivery has died over it.
LEASE = timedelta(seconds=15)
# Before it asks Slack for something, it says after so long that it is still at it: with the
# longest that it waits for an answer (`slack_client.TIMEOUT_SECONDS`) that is less than the lease.
SAY_SO_AFTER = timedelta(seconds=5)
# What was taken in hand so long from now was so by a clock that has been set back since.
CLOCKS_DIFFER_BY = timedelta(minutes=5)
# What a process had just sent when it died may take so long to appear in the channel.
SETTLING = timedelta(seconds=10)


_IN_DOUBT_SINCE = func.coalesce(Delivery.asked_at, Delivery.claimed_at)


class TakenOverError(Exception):
    """Another process has the delivery in hand now."""


@dataclass(frozen=True)
class Claimed:
    """A delivery that is ours to make. `was_unknown`: Slack may have heard it already."""

    delivery: Delivery
    was_unknown: bool
    thread_ts: str | None


class Outbox:
    """Hands out deliveries one at a time and keeps what became of them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pauses = Pauses()

    def recover(self, now: datetime, *, everything: bool) -> None:
        """What another process was sending when it died may or may not have been said.

        With `everything`, whatever is being sent counts as such: at the start of the only process.
        It may have died a moment ago, with Slack about to act: that is looked for after a while.
        """
        abandoned, look_at = is_open(DeliveryState.SENDING), now + SETTLING
        if not everything:
            died = or_(
                Delivery.claimed_at < now - LEASE, Delivery.claimed_at > now + CLOCKS_DIFFER_BY
            )
            abandoned, look_at = and_(abandoned, died), now
        with self._database.read() as session:
            if session.scalar(select(Delivery.id).where(abandoned).limit(1)) is None:
                return  # without taking the write lock from those who record
        with self._database.write() as session:
            session.execute(
                update(Delivery)
                .where(abandoned)
                .values(state=DeliveryState.UNKNOWN, not_before=look_at, asked_at=_IN_DOUBT_SINCE)
            )

    def claim(self, now: datetime) -> Claimed | None:
        """The next delivery that is due, marked as being sent; None if nothing is due.

        A reply in a thread waits until the message above it is sent. Marks come last: many of
        them at once must not hold up words.
        """
        wanted = {"now": now, "paused": self._pauses.lasting(now)}
        with self._database.read() as session:
            if session.scalars(_next(), wanted).first() is None:
                return None  # without taking the write lock from those who record
        with self._database.write() as session:
            query = _next().with_for_update(skip_locked=True, of=Delivery)
            delivery = session.scalars(query, wanted).first()
            if delivery is None:
                return None
            was_unknown = delivery.state in IN_DOUBT
            delivery.state = DeliveryState.SENDING
            delivery.claimed_at = now
            delivery.attempts += 1
            delivery.claims += 1
            return Claimed(delivery, was_unknown, _thread_ts(session, delivery))

    def still_ours(self, delivery: Delivery, now: datetime) -> None:
        """To be called before Slack is asked for something: says that we are still at it.

        Raises TakenOverError if that took so long that another process does it now.
        """
        if delivery.claimed_at is not None and now - delivery.claimed_at <= SAY_SO_AFTER:
            return
        with self._database.write() as session:
            _kept(session, delivery, now)

    def takes_away(self, delivery: Delivery, now: datetime) -> None:
        """To be called before Slack is asked to delete it.

        If nobody hears what came of that, and it is not there, it was not a person who deleted it.
        Raises TakenOverError if another process has it in hand.
        """
        with self._database.write() as session:
            _kept(session, delivery, now).taking_away = True

    def not_found(self, delivery: Delivery, now: datetime) -> None:
        """Slack has not got it: from now on, only what is asked for now is in doubt."""
        with self._database.write() as session:
            row = _kept(session, delivery, now)
            row.asked_at = delivery.asked_at = now

    def sent(
        self,
        delivery: Delivery,
        ts: str,
        now: datetime,
        on_said: OnSaid | None = None,
        *,
        outdated: bool = False,
    ) -> bool:
        """Slack has it; with `outdated`, or renewed meanwhile, it is to be changed there.

        False if it stands there twice: we were so slow that another process has said it as well.
        This message has to go: that is a delivery of its own, tried until it is done.
        """
        with self._database.write() as session:
            row = _locked(session, delivery)
            if row is None:
                return True
            if row.ts is not None and row.ts != ts:
                take_back(session, delivery, ts, now)
                if _is_ours(row, delivery):
                    _stands(row, now, outdated=True)
                return False
            row.ts = ts
            if _is_ours(row, delivery):
                _stands(row, now, outdated=outdated or row.revision != delivery.revision)
            elif row.state != DeliveryState.SENDING:
                _stands(row, now, outdated=True)
            else:
                return True  # whoever has it in hand now learns where it stands
            if on_said is not None:
                on_said(session, row)
        return True

    def changed(self, delivery: Delivery, now: datetime, on_said: OnSaid | None = None) -> None:
        """Slack has the words of now; if another process was quicker, nobody knows which."""
        with self._database.write() as session:
            row = _ours(session, delivery)
            if row is None:
                renew(session, delivery.team_id, delivery.key, now)
                return
            _stands(row, now, outdated=row.revision != delivery.revision)
            if on_said is not None:
                on_said(session, row)

    def taken_away(
        self,
        delivery: Delivery,
        now: datetime,
        on_said: OnSaid | None = None,
        *,
        wanted: bool = False,
    ) -> None:
        """Slack does not have it any more; what was still to come in its thread is given up.

        If it is `wanted` after all, or was renewed meanwhile, it may be said again.
        """
        with self._database.write() as session:
            row = _locked(session, delivery)
            if row is None or not _is_ours(row, delivery):
                if row is not None and row.ts == delivery.ts:
                    row.taking_away = True  # whoever has it in hand will find that it is gone
                renew(session, delivery.team_id, delivery.key, now)
                return
            again = wanted or row.revision != delivery.revision
            row.state = DeliveryState.PENDING if again else DeliveryState.DROPPED
            row.not_before = now if again else row.not_before
            row.ts, row.error, row.asked_at, row.taking_away = None, None, None, False
            if not again:
                _give_up_below(session, row, Delivery.ts.is_(None))
            if on_said is not None:
                on_said(session, row)

    def dropped(self, delivery: Delivery, why: str, on_lost: OnLost | None = None) -> None:
        """There is nothing to say any more, nor in its thread."""
        self._settle(delivery, DeliveryState.DROPPED, on_lost, error=why, asked_at=None)

    def addressed(self, delivery: Delivery, channel_id: str) -> None:
        """The direct messages of the person whom it is for are this channel."""
        with self._database.write() as session:
            session.execute(
                update(Delivery).where(Delivery.id == delivery.id).values(channel_id=channel_id)
            )
            session.execute(
                update(Member)
                .where(Member.team_id == delivery.team_id, Member.user_id == delivery.channel_id)
                .values(dm_channel_id=channel_id)
            )
        delivery.channel_id = channel_id

    def unaddressed(self, delivery: Delivery, error: str, now: datetime) -> bool:
        """These direct messages are closed: whose they are is asked for others, once in a row.

        False if it is nobody's, or was asked for already.
        """
        if delivery.ts is not None or delivery.error == error:
            return False
        with self._database.write() as session:
            member = session.scalars(
                select(Member)
                .where(
                    Member.team_id == delivery.team_id,
                    Member.dm_channel_id == delivery.channel_id,
                )
                .limit(1)
            ).first()
            row = _ours(session, delivery)
            if member is None or row is None:
                return False
            member.dm_channel_id = None
            row.channel_id, row.state = member.user_id, DeliveryState.PENDING
            row.error, row.not_before, row.asked_at = error, now, None
        return True

    def failed(self, delivery: Delivery, error: str, on_lost: OnLost | None = None) -> None:
        """Slack has refused it for good, and with it what was to come in its thread."""
        self._settle(
            delivery,
            DeliveryState.FAILED,
            on_lost,
            error=error,
            asked_at=None,
            taking_away=delivery.taking_away,
        )

    def unknown(self, delivery: Delivery, error: str, not_before: datetime) -> None:
        """Slack did not answer: to be looked for, not before `not_before`."""
        self._settle(
            delivery,
            DeliveryState.UNKNOWN,
            error=error,
            not_before=not_before,
            asked_at=_IN_DOUBT_SINCE,
        )

    def held(self, delivery: Delivery, error: str, not_before: datetime) -> None:
        """Slack may have it and nobody can look: not said again until somebody can."""
        self._settle(
            delivery,
            DeliveryState.HELD,
            error=error,
            not_before=not_before,
            asked_at=_IN_DOUBT_SINCE,
        )

    def later(self, delivery: Delivery, error: str, not_before: datetime) -> None:
        """Slack has refused it for now; nothing was said, nor deleted unless it was before."""
        self._settle(
            delivery,
            DeliveryState.PENDING,
            error=error,
            not_before=not_before,
            asked_at=None,
            taking_away=delivery.taking_away,
        )

    def pause(self, delivery: Delivery, until: datetime) -> None:
        """Slack has asked for a pause of everything that has its pace in common with this.

        What waits now keeps to it in every process; what comes meanwhile, in this one.
        """
        with self._database.write() as session:
            pace = session.execute(select(pace_of).where(Delivery.id == delivery.id)).scalar_one()
            session.execute(
                update(Delivery)
                .where(
                    is_open(*WAITING_STATES, team_id=delivery.team_id),
                    pace_of == pace,
                    Delivery.not_before < until,
                )
                .values(not_before=until)
                .execution_options(synchronize_session=False)
            )
        self._pauses.add(pace, until)

    def paused_until(self, channel_id: str, now: datetime) -> datetime | None:
        """Until when nothing new may be said in a channel; None if it may be said now."""
        return self._pauses.until(channel_id, now)

    def _settle(
        self,
        delivery: Delivery,
        state: DeliveryState,
        on_lost: OnLost | None = None,
        **values: object,
    ) -> None:
        with self._database.write() as session:
            row = _ours(session, delivery)
            if row is None:
                return  # another process has it in hand, or has learnt what became of it
            session.execute(
                update(Delivery).where(Delivery.id == row.id).values(state=state, **values)
            )
            session.refresh(row)
            if on_lost is not None:
                on_lost(session, row)
            if state in (DeliveryState.FAILED, DeliveryState.HELD):
                seen_at = delivery.claimed_at or delivery.created_at
                homes.trouble_changed(session, delivery.team_id, seen_at)
            if state in (DeliveryState.FAILED, DeliveryState.DROPPED) and row.ts is None:
                _give_up_below(session, row)


def _locked(session: Session, delivery: Delivery) -> Delivery | None:
    return session.get(Delivery, delivery.id, with_for_update=True, populate_existing=True)


def _is_ours(row: Delivery, delivery: Delivery) -> bool:
    """Whether it is still being sent by whoever has claimed it so."""
    return row.state == DeliveryState.SENDING and row.claims == delivery.claims


def _ours(session: Session, delivery: Delivery) -> Delivery | None:
    """The row, locked, if it is still ours."""
    row = _locked(session, delivery)
    return row if row is not None and _is_ours(row, delivery) else None


def _kept(session: Session, delivery: Delivery, now: datetime) -> Delivery:
    """The row, locked, of which we say that we are still at it.

    Raises TakenOverError if another process has it in hand, or has learnt where it stands.
    """
    row = _ours(session, delivery)
    if row is None or row.ts != delivery.ts:
        raise TakenOverError(delivery.key)
    row.claimed_at = delivery.claimed_at = now
    return row


def _give_up_below(session: Session, row: Delivery, *conditions: ColumnElement[bool]) -> None:
    """What is to come in its thread shares its fate."""
    session.execute(
        update(Delivery)
        .where(hangs_below(row.team_id, row.key, DeliveryState.PENDING), *conditions)
        .values(state=row.state, error=not_said(row.key))
    )


def _stands(row: Delivery, now: datetime, *, outdated: bool) -> None:
    row.state = DeliveryState.PENDING if outdated else DeliveryState.SENT
    row.not_before = now if outdated else row.not_before
    row.sent_at, row.error, row.asked_at, row.taking_away = now, None, None, False


@cache
def _next() -> Select[Delivery]:
    """The next delivery that is due at `now`. It is asked for so often that it is built once."""
    parent = aliased(Delivery)
    return (
        select(Delivery)
        .outerjoin(
            parent, and_(parent.team_id == Delivery.team_id, parent.key == Delivery.thread_key)
        )
        .where(
            is_open(*WAITING_STATES),
            Delivery.not_before <= bindparam("now", type_=Delivery.not_before.type),
            pace_of.not_in(bindparam("paused", expanding=True)),
            or_(
                Delivery.thread_key.is_(None),
                Delivery.ts.is_not(None),  # it stands there, whatever has become of the first one
                parent.state == DeliveryState.SENT,
                # It stands there; it is only a change of it that Slack has refused.
                and_(parent.state == DeliveryState.FAILED, parent.ts.is_not(None)),
            ),
        )
        .order_by(Delivery.kind == MARK, Delivery.id)
        .limit(1)
    )


def _thread_ts(session: Session, delivery: Delivery) -> str | None:
    if delivery.thread_key is None:
        given = delivery.args.get("thread_ts")
        return given if isinstance(given, str) else None
    return session.scalar(
        select(Delivery.ts).where(
            Delivery.team_id == delivery.team_id, Delivery.key == delivery.thread_key
        )
    )
