"""Questions as they are shown: in the thread, in messages to people, in digests and in Homes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, or_, select
from sqlalchemy.orm import Session

from bot.core.evidence import Key, QuotedPost, quoted
from bot.core.question_state import is_open
from models.office import Office
from models.project import Project, Status
from models.question import Question


@dataclass(frozen=True)
class QuestionFacts:
    """A question with all that is shown of it.

    - `office`: the one that the asker held. `words`: empty for the usual request to tell more.
    - `post` and `answer` are None where their words are not (or no longer) recorded.
    - `answered_at` without `answer_ts`: somebody pressed the button.
    """

    id: int
    channel_id: str
    ts: str
    thread_ts: str
    project_id: int
    project: str
    asked_by: str
    office: str
    words: str
    asked_at: datetime
    is_withdrawn: bool
    answered_at: datetime | None
    answer_ts: str | None
    post: QuotedPost | None
    answer: QuotedPost | None

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.answered_at is None and not self.is_withdrawn


@dataclass(frozen=True)
class QuestionPage:
    """Some of `number` questions."""

    number: int
    questions: tuple[QuestionFacts, ...]


def open_questions(
    session: Session,
    team_id: str,
    *,
    project_ids: Collection[int] | None = None,
    asked_by: str | None = None,
    offset: int = 0,
    limit: int = 10,
) -> QuestionPage:
    """Questions that wait for an answer, the oldest first; of these projects, of this person.

    Those of closed projects are left out: nobody is there to answer them.
    """
    wanted = [*_of_running_projects(team_id), is_open()]
    if project_ids is not None:
        wanted.append(Question.project_id.in_(project_ids))
    if asked_by is not None:
        wanted.append(Question.asked_by == asked_by)
    return _page(session, team_id, wanted, Question.asked_at, offset, limit)


def waiting_at(session: Session, team_id: str, moment: datetime, *, limit: int) -> QuestionPage:
    """Questions that had been asked by then and were still waiting, the oldest first.

    What was answered since is among them, with its answer.
    """
    wanted = [
        *_of_running_projects(team_id),
        Question.withdrawn_at.is_(None),
        Question.asked_at < moment,
        or_(Question.answered_at.is_(None), Question.answered_at >= moment),
    ]
    return _page(session, team_id, wanted, Question.asked_at, 0, limit)


def answered_between(
    session: Session, team_id: str, start: datetime, end: datetime, *, limit: int
) -> QuestionPage:
    """Questions that were answered from `start` to just before `end`, in the order of answers."""
    wanted = [
        Question.team_id == team_id,
        Question.withdrawn_at.is_(None),
        Question.answered_at >= start,
        Question.answered_at < end,
    ]
    return _page(session, team_id, wanted, Question.answered_at, 0, limit)


def facts_of(session: Session, team_id: str, ids: Sequence[int]) -> tuple[QuestionFacts, ...]:
    """These questions, in this order; those that are not there are left out."""
    query = select(Question).where(Question.team_id == team_id, Question.id.in_(ids))
    found = {question.id: question for question in session.scalars(query)}
    return _facts(session, team_id, [found[one] for one in ids if one in found])


def _of_running_projects(team_id: str) -> tuple[ColumnElement[bool], ...]:
    closed = select(Project.id).where(Project.team_id == team_id, Project.status == Status.CLOSED)
    return Question.team_id == team_id, Question.project_id.not_in(closed)


def _page(
    session: Session,
    team_id: str,
    wanted: Sequence[ColumnElement[bool]],
    order: SQLColumnExpression[datetime] | SQLColumnExpression[datetime | None],
    offset: int,
    limit: int,
) -> QuestionPage:
    query: Select[Question] = (
        select(Question).where(*wanted).order_by(order, Question.id).offset(offset).limit(limit)
    )
    number = session.scalar(select(func.count()).select_from(Question).where(*wanted)) or 0
    return QuestionPage(number, _facts(session, team_id, session.scalars(query).all()))


def _facts(
    session: Session, team_id: str, questions: Sequence[Question]
) -> tuple[QuestionFacts, ...]:
    if not questions:
        return ()
    keys = [(one.channel_id, one.ts) for one in questions]
    keys += [(one.channel_id, one.answer_ts) for one in questions if one.answer_ts]
    quotes = _quotes(session, team_id, keys)
    offices = _names(session, select(Office.id, Office.name).where(Office.team_id == team_id))
    ids = {one.project_id for one in questions}
    projects = _names(session, select(Project.id, Project.name).where(Project.id.in_(ids)))
    return tuple(
        QuestionFacts(
            id=one.id,
            channel_id=one.channel_id,
            ts=one.ts,
            thread_ts=one.thread_ts,
            project_id=one.project_id,
            project=projects.get(one.project_id, ""),
            asked_by=one.asked_by,
            office=offices.get(one.office_id or 0, ""),
            words=one.words,
            asked_at=one.asked_at,
            is_withdrawn=one.withdrawn_at is not None,
            answered_at=one.answered_at,
            answer_ts=one.answer_ts,
            post=quotes.get((one.channel_id, one.ts)),
            answer=quotes.get((one.channel_id, one.answer_ts or "")),
        )
        for one in questions
    )


def _quotes(session: Session, team_id: str, keys: Sequence[Key]) -> dict[Key, QuotedPost]:
    unique = list(dict.fromkeys(keys))
    return {(post.channel_id, post.ts): post for post in quoted(session, team_id, unique)}


def _names(session: Session, query: Select[int, str]) -> dict[int, str]:
    return {row[0]: row[1] for row in session.execute(query)}
