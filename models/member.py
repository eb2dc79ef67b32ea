"""People as their Slack profile shows them today."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import BigInteger, Index, Select, String, bindparam, or_, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import ID_LENGTH, Base, SlackId

PICTURE_LENGTH = 512


class Member(Base):
    """A person or bot. `fetched_at` is None while only the ID is known.

    `profile_updated` is Slack's `updated` (Unix seconds): an older profile never overwrites a
    newer one. The department is the profile's `title`, the field that every workspace has.
    """

    __tablename__ = "members"
    __table_args__ = (
        Index(
            "ix_members_unknown",
            "team_id",
            "user_id",
            sqlite_where=text("fetched_at IS NULL"),
            postgresql_where=text("fetched_at IS NULL"),
        ),
    )

    team_id: Mapped[SlackId] = mapped_column(String(ID_LENGTH), primary_key=True)
    user_id: Mapped[SlackId] = mapped_column(String(ID_LENGTH), primary_key=True)
    display_name: Mapped[str] = mapped_column(String(255), default="")
    department: Mapped[str] = mapped_column(String(255), default="")
    is_bot: Mapped[bool] = mapped_column(default=False)
    is_deactivated: Mapped[bool] = mapped_column(default=False)
    is_guest: Mapped[bool] = mapped_column(default=False)
    # From another organisation, through Slack Connect
    is_external: Mapped[bool] = mapped_column(default=False)
    is_admin: Mapped[bool] = mapped_column(default=False)
    locale: Mapped[str | None] = mapped_column(String(32))
    # The direct messages between this person and the bot, once they were opened
    dm_channel_id: Mapped[SlackId | None]
    # Where their picture is, for what is posted in their name
    picture: Mapped[str | None] = mapped_column(String(PICTURE_LENGTH))
    profile_updated: Mapped[int] = mapped_column(BigInteger(), default=0)
    fetched_at: Mapped[datetime | None]
    # When fetching the profile failed: not before this moment again
    retry_at: Mapped[datetime | None]


def unknown(session: Session, now: datetime, limit: int) -> Sequence[Member]:
    """People of whom only the ID is known and whose profile may be asked for now."""
    return session.scalars(
        select(Member)
        .where(Member.fetched_at.is_(None), or_(Member.retry_at.is_(None), Member.retry_at <= now))
        .order_by(Member.team_id, Member.user_id)
        .limit(limit)
    ).all()


def read_ahead(session: Session, team_id: str, user_ids: Collection[str]) -> None:
    """Have the rows of these people in the session."""
    session.scalars(_asking_for(), {"team": team_id, "users": list(user_ids)}).all()


@cache
def _asking_for() -> Select[Member]:
    return select(Member).where(
        Member.team_id == bindparam("team"),
        Member.user_id.in_(bindparam("users", expanding=True)),
    )
