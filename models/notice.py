"""That somebody was acknowledged or thanked, and whether they have been told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, SlackId, SlackTs


class Notice(Base):
    """One thing to tell one person: an office's acknowledgement of a post, or kudos.

    There is a row as long as there is something to tell, and for ever once it was told: so
    nobody hears the same thing twice. `due_at`: not before this moment. `delivery_key`: the
    message that it goes out with; None while it waits to be bundled. Whether it was told is the
    delivery's state.
    """

    __tablename__ = "notices"
    __table_args__ = (
        Index(
            "uq_notices_acknowledgement",
            "team_id",
            "channel_id",
            "ts",
            "office_id",
            unique=True,
            sqlite_where=text("office_id IS NOT NULL"),
            postgresql_where=text("office_id IS NOT NULL"),
        ),
        Index(
            "uq_notices_kudos",
            "kudos_id",
            "user_id",
            unique=True,
            sqlite_where=text("kudos_id IS NOT NULL"),
            postgresql_where=text("kudos_id IS NOT NULL"),
        ),
        Index(
            "ix_notices_waiting",
            "due_at",
            sqlite_where=text("delivery_key IS NULL"),
            postgresql_where=text("delivery_key IS NULL"),
        ),
        Index("ix_notices_delivery", "team_id", "delivery_key"),
        Index("ix_notices_person", "team_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True
    )
    team_id: Mapped[SlackId]
    user_id: Mapped[SlackId]
    # The post that was acknowledged, or the message with the kudos
    channel_id: Mapped[SlackId]
    ts: Mapped[SlackTs | None]
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"))
    kudos_id: Mapped[int | None] = mapped_column(ForeignKey("kudos.id"))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    delivery_key: Mapped[str | None] = mapped_column(String(200))


def of_delivery(session: Session, team_id: str, key: str) -> Sequence[Notice]:
    """What goes out with this message, oldest first."""
    return session.scalars(
        select(Notice)
        .where(Notice.team_id == team_id, Notice.delivery_key == key)
        .order_by(Notice.id)
    ).all()
