"""Telling askers of answers and reminding leads, in hours in which people may be disturbed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from bot.core.calendar import Calendar
from bot.core.hours import business_days_later, may_disturb
from bot.core.members import is_reachable
from bot.core.question_state import ANSWER, answer_key, is_open, waiting_since
from models.delivery import enqueue
from models.member import Member
from models.project import Project, Status, leads_of
from models.question import Question

# The kind of the delivery to a lead
REMINDER = "question_reminder"
# So many business days after a question the leads are reminded of it, once.
REMIND_AFTER = 3


@dataclass(frozen=True)
class Desk:
    """Decides at a moment who is told what about questions."""

    calendar: Calendar
    zone: tzinfo
    now: datetime

    @property
    def is_closed(self) -> bool:
        """Whether nobody may be disturbed now."""
        return not may_disturb(self.calendar, self.zone, self.now)

    def has_something(self, session: Session, team_id: str) -> bool:
        """Whether `tell_answers` or `remind` would do anything now."""
        untold = session.scalar(select(Question.id).where(*_is_untold(team_id)).limit(1))
        return untold is not None or bool(self._overdue(session, team_id))

    def tell_answers(self, session: Session, team_id: str) -> int:
        """Tell whoever asked that they were answered; returns how many answers there were.

        Who has marked their own question as answered is not told so.
        """
        untold = session.scalars(
            select(Question)
            .where(*_is_untold(team_id))
            .order_by(Question.answered_at, Question.id)
            .with_for_update(skip_locked=True)
        ).all()
        for question in untold:
            question.told_at = self.now
            enqueue(
                session,
                team_id=team_id,
                key=answer_key(question.id),
                kind=ANSWER,
                channel_id=question.asked_by,
                args={"question_id": question.id},
                now=self.now,
            )
        return len(untold)

    def remind(self, session: Session, team_id: str) -> int:
        """Remind leads of what has been open for so long, each in one message.

        Returns how many questions there were. Where there is no lead, it waits for one.
        """
        by_lead: dict[str, list[int]] = {}
        overdue = self._overdue(session, team_id, for_change=True)
        for question in overdue:
            leads = _reachable_leads(session, question)
            if leads:
                question.reminded_at = self.now
            for lead in leads:
                by_lead.setdefault(lead, []).append(question.id)
        for lead, ids in by_lead.items():
            enqueue(
                session,
                team_id=team_id,
                key=f"{REMINDER}:{ids[0]}:{lead}",
                kind=REMINDER,
                channel_id=lead,
                args={"lead": lead, "question_ids": list(ids)},
                now=self.now,
            )
        return len(overdue)

    def _overdue(
        self, session: Session, team_id: str, *, for_change: bool = False
    ) -> Sequence[Question]:
        query: Select[Question] = (
            select(Question)
            .join(Project, Project.id == Question.project_id)
            .where(
                Question.team_id == team_id,
                is_open(),
                Question.reminded_at.is_(None),
                Project.status != Status.CLOSED,
            )
            .order_by(Question.asked_at, Question.id)
        )
        if for_change:
            query = query.with_for_update(skip_locked=True, of=Question)
        return [one for one in session.scalars(query) if self._is_overdue(session, one)]

    def _is_overdue(self, session: Session, question: Question) -> bool:
        since = waiting_since(session, question)
        due = business_days_later(self.calendar, self.zone, since, REMIND_AFTER)
        return due <= self.now and bool(_reachable_leads(session, question))


def _is_untold(team_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        Question.team_id == team_id,
        Question.answered_at.is_not(None),
        Question.told_at.is_(None),
        Question.withdrawn_at.is_(None),
        Question.answered_by != Question.asked_by,
    )


def _reachable_leads(session: Session, question: Question) -> list[str]:
    """The leads who can be reminded; not the asker, who may be one of them."""
    return [
        lead
        for lead in leads_of(session, question.project_id)
        if lead != question.asked_by and is_reachable(session.get(Member, (question.team_id, lead)))
    ]
