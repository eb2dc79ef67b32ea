"""Times at which Slack's events may not have reached us, until they are read from its history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, func, or_, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, SlackId


class Cause(StrEnum):
    """Why events may be missing."""

    START = "start"  # nothing was running
    DISCONNECTED = "disconnected"
    RATE_LIMITED = "rate_limited"  # Slack held events back: app_rate_limited
    INVITED = "invited"  # the bot was not in the channel
    DEAF = "deaf"  # connected, and yet nothing came


class Gap(Base):
    """From `began_at` to `ended_at`, in one channel or (`channel_id` None) in all.

    `ended_at` is None while nobody knows when it ends; it may be still to come. The gap is
    `asked_at` once its channels are to be read again, and closed when all that can be read have
    been; `messages` and `reactions` is what was found.
    """

    __tablename__ = "gaps"
    __table_args__ = (
        Index("ix_gaps_by_time", "team_id", "began_at"),
        Index(
            "ix_gaps_open",
            "team_id",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[SlackId]
    channel_id: Mapped[SlackId | None]
    cause: Mapped[str] = mapped_column(String(16))
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    messages: Mapped[int] = mapped_column(default=0)
    reactions: Mapped[int] = mapped_column(default=0)

    @property
    def found(self) -> int:
        """How much was found that no event had told of."""
        return self.messages + self.reactions


def open_(
    session: Session, team_id: str, channel_id: str | None, cause: str, began_at: datetime
) -> Gap:
    """A gap begins. If one of the same cause lasts already, it is that one."""
    lasting = session.scalars(
        select(Gap)
        .where(
            Gap.team_id == team_id,
            Gap.channel_id.is_(None) if channel_id is None else Gap.channel_id == channel_id,
            Gap.cause == cause,
            Gap.ended_at.is_(None),
        )
        .order_by(Gap.id)
        .limit(1)
        .with_for_update()
    ).one_or_none()
    if lasting is not None:
        lasting.began_at = min(lasting.began_at, began_at)
        return lasting
    gap = Gap(
        team_id=team_id,
        channel_id=channel_id,
        cause=cause,
        began_at=began_at,
        messages=0,
        reactions=0,
    )
    session.add(gap)
    session.flush()
    return gap


def end(session: Session, gap_id: int, ended_at: datetime) -> None:
    """It is over: from now on what happened in it can be read. Said twice, the later time holds."""
    gap = session.get(Gap, gap_id, with_for_update=True)
    if gap is None or (gap.ended_at is not None and gap.ended_at >= ended_at):
        return
    gap.ended_at = max(gap.began_at, ended_at)
    gap.asked_at = gap.closed_at = None


def is_asked_for(session: Session, gap: Gap, now: datetime) -> None:
    """Its channels are to be read again; unless it was made longer since it was looked at."""
    _note(session, gap, asked_at=now)


def close(session: Session, gap: Gap, now: datetime) -> None:
    """All of it was read; unless it was made longer since it was looked at."""
    _note(session, gap, closed_at=now)


def _note(session: Session, gap: Gap, **values: datetime) -> None:
    """It is not locked while it is looked at: nobody who makes it longer has to wait for that."""
    session.execute(
        update(Gap)
        .where(
            Gap.id == gap.id,
            Gap.ended_at == gap.ended_at,
            Gap.asked_at.is_(None) if gap.asked_at is None else Gap.asked_at == gap.asked_at,
        )
        .values(values)
    )


def end_all(
    session: Session, team_id: str, channel_id: str | None, cause: str, ended_at: datetime
) -> None:
    """End whichever of this cause lasts."""
    for gap_id in session.scalars(
        select(Gap.id).where(
            Gap.team_id == team_id,
            Gap.channel_id.is_(None) if channel_id is None else Gap.channel_id == channel_id,
            Gap.cause == cause,
            Gap.ended_at.is_(None),
        )
    ).all():
        end(session, gap_id, ended_at)


def unread(session: Session, team_id: str, now: datetime) -> Sequence[Gap]:
    """Those that are over by now and not closed, the oldest first."""
    return session.scalars(
        select(Gap)
        .where(Gap.team_id == team_id, Gap.closed_at.is_(None), Gap.ended_at <= now)
        .order_by(Gap.id)
    ).all()


def latest(session: Session, team_id: str, cause: str) -> Gap | None:
    """The last one of this cause."""
    return session.scalars(
        select(Gap)
        .where(Gap.team_id == team_id, Gap.cause == cause)
        .order_by(Gap.id.desc())
        .limit(1)
        .with_for_update()
    ).one_or_none()


def last_id(session: Session, cause: str) -> int:
    """The number of the last one of this cause; 0 if there was none."""
    return session.scalar(select(func.max(Gap.id)).where(Gap.cause == cause)) or 0


def between(session: Session, team_id: str, start: datetime, end: datetime) -> Sequence[Gap]:
    """Those that touch this time, in their order."""
    return session.scalars(
        select(Gap)
        .where(
            Gap.team_id == team_id,
            Gap.began_at < end,
            or_(Gap.ended_at.is_(None), Gap.ended_at > start),
        )
        .order_by(Gap.began_at, Gap.id)
    ).all()
