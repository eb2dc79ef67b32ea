"""Days that differ from the public calendar: a listed closure, or a holiday that is worked."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import ID_LENGTH, Base, SlackId


class CalendarDay(Base):
    """Overrides the public calendar for one day."""

    __tablename__ = "calendar_days"

    team_id: Mapped[SlackId] = mapped_column(String(ID_LENGTH), primary_key=True)
    day: Mapped[date] = mapped_column(Date(), primary_key=True)
    is_open: Mapped[bool]
    name: Mapped[str] = mapped_column(String(80), default="")
