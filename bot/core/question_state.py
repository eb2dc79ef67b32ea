"""What state questions are in, decided anew each time from what is stored.

The post, the replies in its thread, the ❓ on it and the button say whether a question stands and
whether it is answered. So neither the order in which Slack tells of them nor repetition makes a
difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from bot.core import slack_time
from models import delivery, home
from models.database import words_are_erased
from models.delivery import Delivery
from models.member import Member
from models.message import Message, MessageKind, locked
from models.project import ProjectMember
from models.question import Question, QuestionSource
from models.reaction import Reaction

# The kinds of deliveries: what asks in the thread, and what tells the asker
QUESTION = "question"
ANSWER = "answer"
# The canonical name of ❓
EMOJI = "question"
# A ❓ that is taken back within this time was a slip: nobody hears of it.
SLIP = timedelta(seconds=10)


@dataclass(frozen=True)
class _Answer:
    """Who answered when, and with which reply; None if with the button."""

    at: datetime
    by: str
    ts: str | None


def question_key(question_id: int) -> str:
    """The key of the delivery that asks in the thread."""
    return f"{QUESTION}:{question_id}"


def answer_key(question_id: int) -> str:
    """The key of the delivery that tells the asker."""
    return f"{ANSWER}:{question_id}"


def is_open() -> ColumnElement[bool]:
    """The question waits for an answer; written as in the partial index."""
    return and_(Question.answered_at.is_(None), Question.withdrawn_at.is_(None))


def refresh(session: Session, team_id: str, channel_id: str, ts: str, now: datetime) -> None:
    """Decide anew about the questions on this message and in its thread.

    To be called whenever something changed that they depend on; too often does no harm.
    """
    message = session.get(Message, (team_id, channel_id, ts))
    thread_ts = (message.thread_ts if message else None) or ts
    # Whoever asks or answers in this thread at the same time waits here.
    locked(session, team_id, channel_id, thread_ts)
    asked = {"team": team_id, "channel": channel_id, "thread": thread_ts, "ts": ts}
    for question in session.scalars(_asking_for_questions(), asked).all():
        settle(session, question, now)


@cache
def _asking_for_questions() -> Select[Question]:
    """It is asked so often that it is built once."""
    return (
        select(Question)
        .where(
            Question.team_id == bindparam("team"),
            Question.channel_id == bindparam("channel"),
            or_(Question.thread_ts == bindparam("thread"), Question.ts == bindparam("ts")),
        )
        # Whether a ❓ asks the same once more depends on the others.
        .order_by(Question.source == QuestionSource.EMOJI, Question.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def words_changed(session: Session, reply: Message, now: datetime) -> None:
    """The words of a message were edited: where they are quoted as an answer, they change too."""
    if reply.thread_ts is None:
        return
    quoting = select(Question.id).where(
        Question.team_id == reply.team_id,
        Question.channel_id == reply.channel_id,
        Question.thread_ts == reply.thread_ts,
        Question.answer_ts == reply.ts,
    )
    for question_id in session.scalars(quoting):
        delivery.renew(session, reply.team_id, answer_key(question_id), now)


def on_said(session: Session, said: Delivery) -> None:
    """What asks in the thread stands there now, or does not any more."""
    session.execute(
        update(Question)
        .where(Question.team_id == said.team_id, Question.id == said.args["question_id"])
        .values(asking_ts=said.ts)
    )


def asking_is_gone(
    session: Session, team_id: str, channel_id: str, ts: str, *, deleted_ts: str, now: datetime
) -> None:
    """Somebody has deleted a message in Slack: if it asks something, that is taken back.

    Admins may delete what an app has posted. The words go here as well. What asks nothing
    any more we delete ourselves: that question may be back one day.
    """
    place = (
        Question.team_id == team_id,
        Question.channel_id == channel_id,
        Question.asking_ts == ts,
    )
    thread_ts = session.scalar(select(Question.thread_ts).where(*place))
    if thread_ts is None:
        return
    locked(session, team_id, channel_id, thread_ts)
    question = session.scalars(select(Question).where(*place).with_for_update()).one_or_none()
    if question is None:
        return
    question.asking_ts = None
    key = question_key(question.id)
    if delivery.is_taken_away(session, team_id, key):
        return
    question.words, question.deleted_at = "", slack_time.to_datetime(deleted_ts)
    words_are_erased(session)
    delivery.is_gone(session, team_id, key)
    settle(session, question, now)


def is_post(message: Message) -> bool:
    """Whether it is a post that counts and stands."""
    return message.counted and message.deleted_ts is None and message.kind == MessageKind.POST


def waiting_since(session: Session, question: Question) -> datetime:
    """Since when it waits: a ❓ that was taken back and put there again, since it stands again."""
    if question.source != QuestionSource.EMOJI:
        return question.asked_at
    put_at = session.scalar(
        select(func.min(Reaction.event_ts)).where(_is_its_emoji(question), Reaction.present)
    )
    return question.asked_at if put_at is None else slack_time.to_datetime(put_at)


def settle(session: Session, question: Question, now: datetime) -> None:
    """Bring a question in line with what is stored, and what was said of it in line with it."""
    before = _state(question)
    post = session.get(Message, (question.team_id, question.channel_id, question.ts))
    answer, withdrawn_at = None, None
    if post is None or not _may_stand(session, question, post):
        withdrawn_at = question.asked_at
    else:
        question.thread_ts = post.thread_ts or post.ts
        question.project_id = post.project_id or question.project_id
        taken_back = _taken_back_at(session, question)
        answer = _answer(session, question, post, taken_back)
        if answer is None and taken_back is not None:
            withdrawn_at = slack_time.to_datetime(taken_back)
    question.withdrawn_at = withdrawn_at
    question.answered_at = answer.at if answer else None
    question.answered_by = answer.by if answer else None
    question.answer_ts = answer.ts if answer else None
    session.flush()
    _say(session, question, now, changed=_state(question) != before)


def answerers(session: Session, question: Question, post: Message) -> set[str]:
    """Whose reply is an answer. Whoever has answered did so for good, also if they leave."""
    members = session.scalars(
        select(ProjectMember.user_id).where(ProjectMember.project_id == question.project_id)
    )
    people = {post.user_id, *members}
    if question.answer_ts is not None:
        people.add(question.answered_by)
    return {person for person in people if person and person != question.asked_by}


def _say(session: Session, question: Question, now: datetime, *, changed: bool) -> None:
    """Ask in the thread, or have what stands there and in the asker's messages made anew."""
    key = question_key(question.id)
    if question.withdrawn_at is None and delivery.enqueue(
        session,
        team_id=question.team_id,
        key=key,
        kind=QUESTION,
        channel_id=question.channel_id,
        args={"question_id": question.id, "thread_ts": question.thread_ts},
        now=now,
        not_before=now + SLIP if question.source == QuestionSource.EMOJI else now,
    ):
        changed = False
    elif changed:
        delivery.renew(session, question.team_id, key, now)
        delivery.renew(session, question.team_id, answer_key(question.id), now)
    else:
        return
    home.touch(session, question.team_id, {question.asked_by}, now)
    home.touch_project(session, question.team_id, question.project_id, now)
    home.touch_tabs(session, question.team_id, ["leaders"], now)


def _state(question: Question) -> tuple[object, ...]:
    return (
        question.withdrawn_at is None,
        question.answered_at,
        question.answered_by,
        question.answer_ts,
    )


def _may_stand(session: Session, question: Question, post: Message) -> bool:
    """Whether there is a post to ask about, and nothing against asking like this."""
    if not is_post(post):
        return False
    if question.source == QuestionSource.FORM:
        return True
    asker = session.get(Member, (question.team_id, question.asked_by))
    is_outsider = asker is not None and (asker.is_guest or asker.is_external or asker.is_bot)
    return not (is_outsider or post.user_id == question.asked_by or _is_double(session, question))


def _is_double(session: Session, question: Question) -> bool:
    """Whether this person was waiting for an answer to the same when they put the ❓."""
    form = (
        select(Question.id)
        .where(
            Question.team_id == question.team_id,
            Question.channel_id == question.channel_id,
            Question.ts == question.ts,
            Question.asked_by == question.asked_by,
            Question.source == QuestionSource.FORM,
            Question.words == "",
            Question.withdrawn_at.is_(None),
            Question.asked_at <= question.asked_at,
            or_(Question.answered_at.is_(None), Question.answered_at > question.asked_at),
        )
        .limit(1)
    )
    return session.scalar(form) is not None


def _taken_back_at(session: Session, question: Question) -> str | None:
    """When it was deleted in the thread, or the ❓ was taken back; None while it stands.

    A ❓ that is put there later than that asks again.
    """
    gone = slack_time.from_datetime(question.deleted_at) if question.deleted_at else None
    if question.source != QuestionSource.EMOJI:
        return gone
    put = session.execute(
        select(Reaction.present, Reaction.event_ts).where(_is_its_emoji(question))
    ).all()
    if any(row.present and (gone is None or row.event_ts > gone) for row in put):
        return None
    if gone is not None:
        return gone
    return max((row.event_ts for row in put), default=slack_time.from_datetime(question.asked_at))


def _is_its_emoji(question: Question) -> ColumnElement[bool]:
    return and_(
        Reaction.team_id == question.team_id,
        Reaction.channel_id == question.channel_id,
        Reaction.ts == question.ts,
        Reaction.user_id == question.asked_by,
        Reaction.emoji == EMOJI,
    )


def _answer(
    session: Session, question: Question, post: Message, taken_back: str | None
) -> _Answer | None:
    """The first reply of somebody of the project, or else the button."""
    reply = session.execute(
        select(Message.ts, Message.user_id)
        .where(
            Message.team_id == question.team_id,
            Message.channel_id == question.channel_id,
            Message.thread_ts == question.thread_ts,
            Message.ts > slack_time.from_datetime(question.asked_at),
            Message.ts < taken_back if taken_back is not None else Message.ts.is_not(None),
            Message.counted,
            Message.deleted_ts.is_(None),
            Message.user_id.in_(answerers(session, question, post)),
        )
        .order_by(Message.ts)
        .limit(1)
    ).one_or_none()
    if reply is not None:
        return _Answer(slack_time.to_datetime(reply.ts), reply.user_id, reply.ts)
    closed_at, closed_by = question.closed_at, question.closed_by
    if closed_at is None or closed_by is None:
        return None
    is_in_time = taken_back is None or slack_time.from_datetime(closed_at) < taken_back
    return _Answer(closed_at, closed_by, None) if is_in_time else None
