"""Progress posts written with the form, from when they are sent until they stand in the channel."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import ID_LENGTH, Base, JsonObject, SlackId, SlackTs


class Draft(Base):
    """What somebody wrote in the form for a channel.

    `fields` are the words by field and the photos; they are gone once the post stands
    (`ts` is set), because then they are kept with the message's version. `view_id` is the form:
    what it sends twice is one post.
    """

    __tablename__ = "drafts"
    __table_args__ = (
        Index("ix_drafts_post", "team_id", "channel_id", "ts"),
        Index("uq_drafts_form", "team_id", "view_id", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[SlackId]
    channel_id: Mapped[SlackId]
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    user_id: Mapped[SlackId]
    view_id: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    fields: Mapped[JsonObject | None]
    created_at: Mapped[datetime]
    ts: Mapped[SlackTs | None]

    @property
    def delivery_key(self) -> str:
        """The key of the message that it becomes."""
        return f"progress:{self.id}"


def of_form(session: Session, team_id: str, view_id: str) -> Draft | None:
    """What this form has sent already."""
    return session.scalars(
        select(Draft)
        .where(Draft.team_id == team_id, Draft.view_id == view_id)
        .execution_options(populate_existing=True)
    ).one_or_none()


def of_post(session: Session, team_id: str, channel_id: str, ts: str) -> Draft | None:
    """What the post was written with; None if it was not written with the form."""
    return session.scalars(
        select(Draft).where(
            Draft.team_id == team_id, Draft.channel_id == channel_id, Draft.ts == ts
        )
    ).one_or_none()


def is_any_on_its_way(session: Session, team_id: str, channel_id: str) -> bool:
    """Whether something that was sent for this channel may stand there without our knowing it."""
    return (
        session.scalar(
            select(Draft.id)
            .where(Draft.team_id == team_id, Draft.channel_id == channel_id, Draft.ts.is_(None))
            .limit(1)
        )
        is not None
    )
