"""Offices such as mayor and CDO, and who held them from when to when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, SlackId

OFFICE_NAME_LENGTH = 40


class Office(Base):
    """An office. They are shown in the order in which they were made."""

    __tablename__ = "offices"
    __table_args__ = (Index("uq_offices_name", "team_id", "name_key", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[SlackId]
    name: Mapped[str] = mapped_column(String(OFFICE_NAME_LENGTH))
    name_key: Mapped[str] = mapped_column(String(OFFICE_NAME_LENGTH * 4))


class Tenure(Base):
    """A person holds an office from `since` to just before `until` (None: still)."""

    __tablename__ = "tenures"
    __table_args__ = (Index("ix_tenures_holder", "team_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[SlackId]
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    user_id: Mapped[SlackId]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
