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

    - `words` are the asker's own, and nowhere else; empty for the usual request to tell more.
    - `thread_ts`: the message under which it is asked and answered.
    - `closed_at`, `closed_by`: somebody pressed the button that it is answered.
    - `withdrawn_at`, `answered_at`, `answered_by`, `answer_ts` follow from the replies, the
      emoji and the button (`bot.core.questions`). `answer_ts` is the reply that answered it.
    - `asking_ts`: the message that asks it, while it stands in the thread.
    - `deleted_at`: somebody deleted that message in Slack; `words` went with it.
    - `told_at`: when the asker's message about the answer was put in the outbox.
    """

    __tablename__ = "questions"
    __table_args__ = (
        Index("ix_questions_post", "team_id", "channel_id", "ts"),
        Index("ix_questions_thread", "team_id", "channel_id", "thread_ts"),
        Index(
            "ix_questions_open",
            "team_id",
            "asked_at",
            sqlite_where=text("answered_at IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=text("answered_at IS NULL AND withdrawn_at IS NULL"),
        ),
        Index("ix_questions_answered", "team_id", "answered_at"),
        Index(
            "ix_questions_untold",
            "team_id",
            "answered_at",
            sqlite_where=text("answered_at IS NOT NULL AND told_at IS NULL"),
            postgresql_where=text("answered_at IS NOT NULL AND told_at IS NULL"),
        ),
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
    thread_ts: Mapped[SlackTs]
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    asked_by: Mapped[SlackId]
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"))
    source: Mapped[str] = mapped_column(String(8))
    words: Mapped[str] = mapped_column(Text())
    asked_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[SlackId | None]
    withdrawn_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[SlackId | None]
    answer_ts: Mapped[SlackTs | None]
    told_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    asking_ts: Mapped[SlackTs | None]
    deleted_at: Mapped[datetime | None]
