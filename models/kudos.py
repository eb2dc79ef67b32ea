"""Words of thanks from one person to others."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import ID_LENGTH, Base, SlackId, SlackTs


class Kudos(Base):
    """Somebody thanked others in a channel. `words` are theirs, and nowhere else.

    `ts` is the message with the card, once it is sent; `withdrawn_at` is set when the sender has
    taken it back, and `words` is empty then.
    """

    __tablename__ = "kudos"
    __table_args__ = (Index("ix_kudos_sender", "team_id", "sender_id", "given_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[SlackId]
    channel_id: Mapped[SlackId]
    ts: Mapped[SlackTs | None]
    sender_id: Mapped[SlackId]
    words: Mapped[str] = mapped_column(Text())
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class KudosRecipient(Base):
    """A person who was thanked; `place` is where among the others they were named."""

    __tablename__ = "kudos_recipients"
    __table_args__ = (Index("ix_kudos_recipients_person", "user_id", "kudos_id"),)

    kudos_id: Mapped[int] = mapped_column(ForeignKey("kudos.id"), primary_key=True)
    user_id: Mapped[SlackId] = mapped_column(String(ID_LENGTH), primary_key=True)
    place: Mapped[int] = mapped_column(default=0)
