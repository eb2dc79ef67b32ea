"""Questions that leaders ask on posts, open until somebody of the project answers."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, SlackId, SlackTs


class QuestionSource(StrEnum):
    """How it was asked: with the form, or with a question mark emoji on the post."""

    FORM = "form"
    EMOJI = "emoji"


class Question(Base):
    """A question on a post. It is open until `answered_at` or `withdrawn_at` is set.

    `words` are the asker's own, and nowhere else. `answer_ts` is the reply that answered it;
    None if `answered_by` pressed the button. `post_author_id` and `project_id` are those of the
    post when it was asked.
    """

    __tablename__ = "questions"
    __table_args__ = (
        Index("ix_questions_post", "team_id", "channel_id", "ts"),
        Index(
            "ix_questions_open",
            "team_id",
            "asked_at",
            sqlite_where=text("answered_at IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=text("answered_at IS NULL AND withdrawn_at IS NULL"),
        ),
        Index("ix_questions_answered", "team_id", "answered_at"),
        Index(
            "uq_questions_emoji",
            "team_id",
            "channel_id",
            "ts",
            "asked_by",
            unique=True,
            sqlite_where=text("source = 'emoji'"),
            postgresql_where=text("source = 'emoji'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[SlackId]
    channel_id: Mapped[SlackId]
    ts: Mapped[SlackTs]
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    asked_by: Mapped[SlackId]
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"))
    source: Mapped[str] = mapped_column(String(8))
    words: Mapped[str] = mapped_column(Text())
    asked_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[SlackId | None]
    answer_ts: Mapped[SlackTs | None]
    reminded_at: Mapped[datetime | None]
