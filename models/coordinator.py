"""The coordinators (事務局) that were named with a command, beside those in the settings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import ID_LENGTH, Base, SlackId


class Coordinator(Base):
    """A person who may manage every project."""

    __tablename__ = "coordinators"

    team_id: Mapped[SlackId] = mapped_column(String(ID_LENGTH), primary_key=True)
    user_id: Mapped[SlackId] = mapped_column(String(ID_LENGTH), primary_key=True)
    added_by: Mapped[SlackId]
    added_at: Mapped[datetime]
