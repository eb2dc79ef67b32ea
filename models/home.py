"""The Home tab of each person who has opened it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Index, String, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import ID_LENGTH, Base, JsonObject, SlackId


class HomeView(Base):
    """Somebody's Home. `stale_at` is set when something that it shows has changed since.

    `state` is where they are in it: the tab and the page of each list.
    """

    __tablename__ = "home_views"
    __table_args__ = (
        Index(
            "ix_home_views_stale",
            "stale_at",
            sqlite_where=text("stale_at IS NOT NULL"),
            postgresql_where=text("stale_at IS NOT NULL"),
        ),
    )

    team_id: Mapped[SlackId] = mapped_column(String(ID_LENGTH), primary_key=True)
    user_id: Mapped[SlackId] = mapped_column(String(ID_LENGTH), primary_key=True)
    opened_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    stale_at: Mapped[datetime | None]
    state: Mapped[JsonObject]


def touch(session: Session, team_id: str, user_ids: Collection[str] | None, now: datetime) -> None:
    """Have the Homes of these people made anew (None: everyone's); who never opened it has none."""
    whose = [HomeView.team_id == team_id, HomeView.stale_at.is_(None)]
    if user_ids is not None:
        whose.append(HomeView.user_id.in_(user_ids))
    session.execute(update(HomeView).where(*whose).values(stale_at=now))
