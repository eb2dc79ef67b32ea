"""Questions that leaders ask on posts: open until somebody of the project answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from bot.core import slack_time
from bot.core.markup import printable_lines
from bot.core.permissions import Actor, require_answerer, require_asker
from bot.core.question_state import (
    ANSWER,
    EMOJI,
    QUESTION,
    answer_key,
    answerers,
    asking_is_gone,
    is_open,
    is_post,
    on_said,
    question_key,
    refresh,
    settle,
    words_changed,
)
from bot.errors import UserError
from bot.text import Text
from models.channel import current_id
from models.database import insert
from models.message import Message, locked
from models.office import Tenure
from models.project import Project, Status
from models.question import Question, QuestionSource

__all__ = [
    "ANSWER",
    "EMOJI",
    "QUESTION",
    "STANDARD",
    "WORDS_LENGTH",
    "answer_key",
    "ask",
    "askable",
    "asking_is_gone",
    "close",
    "emoji_changed",
    "is_open",
    "on_said",
    "question_key",
    "refresh",
    "reopen",
    "words_changed",
]

WORDS_LENGTH = 500

STANDARD = Text(
    ja="これってどういうことか教えてください", en="Could you tell me more about what this means?"
)
NOT_RECORDED = Text(
    ja="この投稿は記録されていないので、ここからは聞けません。"
    "スレッドにそのまま書いて聞いてみてください。",
    en="This post isn't recorded, so you can't ask about it here. "
    "Please ask in its thread instead.",
)
PROJECT_CLOSED = Text(
    ja="このプロジェクトは終了していて、返信を受け取れません。"
    "スレッドにそのまま書いて聞いてみてください。",
    en="This project is closed and its replies are no longer recorded. "
    "Please ask in the thread instead.",
)
OWN_POST = Text(
    ja="ご自身の投稿には、ここからは聞けません。スレッドに書き足してください。",
    en="This is your own post. To add something, please write in its thread.",
)
NO_WORDS = Text(ja="聞きたいことを書いてください。", en="Please write what you would like to know.")
TOO_LONG = Text(
    ja="長すぎます（{length}文字）。{limit}文字までにしてください。",
    en="That is too long ({length} characters). Please keep it to {limit}.",
)
ALREADY_ASKED = Text(
    ja="この投稿には、同じことをすでに聞いています。回答があれば、DMでお知らせします。",
    en="You have asked this on the post already. You will get a direct message with the answer.",
)
NO_SUCH_QUESTION = Text(ja="その質問は、もうありません。", en="That question isn't there any more.")


def askable(session: Session, actor: Actor, channel_id: str, ts: str) -> Message:
    """The post, if the actor may ask about it; else raises UserError with what to do instead."""
    require_asker(actor)
    channel_id = current_id(session, actor.team_id, channel_id)
    post = session.get(Message, (actor.team_id, channel_id, ts))
    if post is None or not is_post(post):
        raise UserError(NOT_RECORDED)
    project = session.get(Project, post.project_id)
    if project is None or project.status == Status.CLOSED:
        raise UserError(PROJECT_CLOSED)
    if post.user_id == actor.user_id:
        raise UserError(OWN_POST)
    return post


def ask(
    session: Session, actor: Actor, channel_id: str, ts: str, words: str, *, now: datetime
) -> Question:
    """Ask about a post, in its thread. Raises UserError, having changed nothing.

    Words that are the usual request, in either language, are kept as such: everybody then reads
    them in their own language.
    """
    post = askable(session, actor, channel_id, ts)
    _lock_thread(session, post)
    kept = _kept_words(words)
    same = _mine(actor, post.channel_id, ts, kept)
    if session.scalar(select(Question.id).where(*same, is_open()).limit(1)) is not None:
        raise UserError(ALREADY_ASKED, field="words")
    question = Question(
        team_id=actor.team_id,
        channel_id=post.channel_id,
        ts=ts,
        thread_ts=post.thread_ts or ts,
        project_id=post.project_id,
        asked_by=actor.user_id,
        office_id=_office_held(session, actor.team_id, actor.user_id, now),
        source=QuestionSource.FORM,
        words=kept,
        asked_at=now,
    )
    session.add(question)
    session.flush()
    settle(session, question, now)
    return question


def emoji_changed(
    session: Session,
    project: Project,
    channel_id: str,
    ts: str,
    user_id: str,
    *,
    added: bool,
    at: str,
    now: datetime,
) -> None:
    """Somebody put a ❓ on a message of the project or took it back; to be called for each event.

    `at` is the time of the event, `ts` the message, which may still be unknown. The reaction
    itself must be recorded already.
    """
    if added and project.status != Status.CLOSED:
        _note_emoji(session, project, channel_id, ts, user_id, slack_time.to_datetime(at))
    refresh(session, project.team_id, channel_id, ts, now)


def close(session: Session, actor: Actor, question_id: int, *, now: datetime) -> Question:
    """Somebody says that the question is answered. Raises UserError."""
    question = _for_change(session, actor, question_id)
    if question.closed_at is None:
        question.closed_at, question.closed_by = now, actor.user_id
        settle(session, question, now)
    return question


def reopen(session: Session, actor: Actor, question_id: int, *, now: datetime) -> Question:
    """Take back that it is answered; a reply still answers it. Raises UserError."""
    question = _for_change(session, actor, question_id)
    question.closed_at = question.closed_by = None
    settle(session, question, now)
    return question


def _note_emoji(
    session: Session, project: Project, channel_id: str, ts: str, user_id: str, moment: datetime
) -> None:
    """Remember the first ❓ of this person on this message, if they held an office then.

    Whether it is a question is decided afterwards: the reaction may have been taken back already.
    """
    office_id = _office_held(session, project.team_id, user_id, moment)
    if office_id is None:
        return
    statement = insert(session, Question).values(
        team_id=project.team_id,
        channel_id=channel_id,
        ts=ts,
        thread_ts=ts,
        project_id=project.id,
        asked_by=user_id,
        office_id=office_id,
        source=QuestionSource.EMOJI,
        words="",
        asked_at=moment,
        withdrawn_at=moment,
    )
    session.execute(statement.on_conflict_do_nothing())
    question = session.scalars(
        select(Question)
        .where(
            Question.team_id == project.team_id,
            Question.channel_id == channel_id,
            Question.ts == ts,
            Question.asked_by == user_id,
            Question.source == QuestionSource.EMOJI,
        )
        .with_for_update()
    ).one()
    if moment < question.asked_at:
        question.asked_at, question.office_id = moment, office_id


def _lock_thread(session: Session, post: Message) -> None:
    locked(session, post.team_id, post.channel_id, post.thread_ts or post.ts)


def _for_change(session: Session, actor: Actor, question_id: int) -> Question:
    """The question, locked, if the actor may say whether it is answered."""
    found = session.get(Question, question_id)
    if found is None or found.team_id != actor.team_id:
        raise UserError(NO_SUCH_QUESTION)
    locked(session, found.team_id, found.channel_id, found.thread_ts)
    question = session.get_one(Question, question_id, with_for_update=True, populate_existing=True)
    post = session.get(Message, (question.team_id, question.channel_id, question.ts))
    if question.withdrawn_at is not None or post is None:
        raise UserError(NO_SUCH_QUESTION)
    require_answerer(actor, question.asked_by, answerers(session, question, post))
    return question


def _mine(actor: Actor, channel_id: str, ts: str, words: str) -> tuple[ColumnElement[bool], ...]:
    return (
        Question.team_id == actor.team_id,
        Question.channel_id == channel_id,
        Question.ts == ts,
        Question.asked_by == actor.user_id,
        Question.words == words,
    )


def _kept_words(words: str) -> str:
    """The words as they are kept: empty for the usual request. Raises UserError."""
    tidy = printable_lines(words)
    if not tidy:
        raise UserError(NO_WORDS, field="words")
    if len(tidy) > WORDS_LENGTH:
        text = TOO_LONG.filled(length=len(tidy), limit=WORDS_LENGTH)
        raise UserError(text, field="words")
    usual = {_bare(STANDARD.ja), _bare(STANDARD.en)}
    return "" if _bare(tidy) in usual else tidy


def _bare(words: str) -> str:
    """Words without the signs that end a sentence."""
    return words.rstrip("。．.？?！! 　\n")


def _office_held(session: Session, team_id: str, user_id: str, moment: datetime) -> int | None:
    """The office that this person held at that moment; of several the first."""
    return session.scalar(
        select(Tenure.office_id)
        .where(
            Tenure.team_id == team_id,
            Tenure.user_id == user_id,
            Tenure.since <= moment,
            or_(Tenure.until.is_(None), Tenure.until > moment),
        )
        .order_by(Tenure.office_id)
        .limit(1)
    )
