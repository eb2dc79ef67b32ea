"""Progress posts written with the form, from when they are sent until they stand in the channel."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, JsonObject, SlackId, SlackTs


class Draft(Base):
    """What somebody wrote in the form for a channel.

    `fields` are the words by field and the photos; they are gone once the post stands
    (`ts` is set), because then they are kept with the message's version.
    """

    __tablename__ = "drafts"

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[SlackId]
    channel_id: Mapped[SlackId]
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    user_id: Mapped[SlackId]
    fields: Mapped[JsonObject | None]
    created_at: Mapped[datetime]
    ts: Mapped[SlackTs | None]
