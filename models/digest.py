"""Weekly digests that were made, and who receives them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Index, Integer, Select, String, bindparam, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, JsonObject, SlackId


class Digest(Base):
    """One digest: what was written or given from `period_start` to just before `period_end`.

    Each begins where the one before it ended. The unique index lets one replica make it.
    `due_at` is the scheduled moment, None for one that was asked for (`/digest now`). Whatever
    counted before `complete_until` was there to be shown.
    """

    __tablename__ = "digests"
    __table_args__ = (Index("uq_digests_period_end", "team_id", "period_end", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[SlackId]
    period_start: Mapped[datetime]
    period_end: Mapped[datetime]
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    complete_until: Mapped[datetime]
    # {"posts": {section: [[channel, ts], …]}, "deliveries": [key, …]}: the posts that were chosen
    # for it, which an update of its messages shows again, and the keys of these messages.
    shown: Mapped[JsonObject | None]


class DigestAudience(Base):
    """A channel, or a person's direct messages, that gets every digest until `removed_at`."""

    __tablename__ = "digest_audiences"
    __table_args__ = (
        Index(
            "uq_digest_audiences_current",
            "team_id",
            "channel_id",
            unique=True,
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[SlackId]
    channel_id: Mapped[SlackId]
    # Set where the channel is this person's direct messages with the bot
    user_id: Mapped[SlackId | None]
    language: Mapped[str] = mapped_column(String(2))
    added_by: Mapped[SlackId]
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


def latest_before(session: Session, team_id: str, moment: datetime) -> Digest | None:
    """The last digest that ended before `moment`."""
    return session.scalars(
        select(Digest)
        .where(Digest.team_id == team_id, Digest.period_end < moment)
        .order_by(Digest.period_end.desc())
        .limit(1)
    ).one_or_none()


def latest(session: Session, team_id: str, after: datetime, limit: int) -> Sequence[Digest]:
    """The last so many digests; of these the ones that ended after this moment."""
    asked = {"team": team_id, "after": after, "limit": limit}
    return session.scalars(_asking_for_latest(), asked).all()


@cache
def _asking_for_latest() -> Select[Digest]:
    """It is asked so often that it is built once."""
    in_team = Digest.team_id == bindparam("team")
    ids = select(Digest.id).where(in_team).order_by(Digest.period_end.desc())
    return (
        select(Digest)
        .where(
            in_team,
            Digest.period_end > bindparam("after"),
            Digest.id.in_(ids.limit(bindparam("limit", type_=Integer()))),
        )
        .order_by(Digest.period_end)
    )


def shown_posts(digest: Digest) -> dict[str, list[tuple[str, str]]]:
    """(channel, ts) of the posts that were chosen for the digest, by section."""
    chosen = (digest.shown or {}).get("posts")
    if not isinstance(chosen, dict):
        return {}
    return {
        section: [(str(key[0]), str(key[1])) for key in keys] for section, keys in chosen.items()
    }


def delivery_keys(digest: Digest) -> list[str]:
    """The keys of the messages in which the digest went out."""
    keys = (digest.shown or {}).get("deliveries")
    return [str(key) for key in keys] if isinstance(keys, list) else []


def ending_at(session: Session, team_id: str, moment: datetime) -> Digest | None:
    """The digest that ended at this very moment."""
    return session.scalars(
        select(Digest).where(Digest.team_id == team_id, Digest.period_end == moment)
    ).one_or_none()


def audiences(session: Session, team_id: str) -> Sequence[DigestAudience]:
    """Everyone who receives digests now."""
    return session.scalars(
        select(DigestAudience)
        .where(DigestAudience.team_id == team_id, DigestAudience.removed_at.is_(None))
        .order_by(DigestAudience.id)
    ).all()
