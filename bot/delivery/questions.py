"""The words of questions: in the thread, and to those who asked or are waited for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from slack_sdk.models.blocks import Block
from sqlalchemy.orm import Session

from bot.core.members import is_reachable
from bot.core.outgoing import OnSaid, Outgoing, Renderer
from bot.core.permissions import language_of
from bot.core.question_lists import QuestionFacts, facts_of
from bot.core.question_reminders import REMINDER
from bot.core.questions import ANSWER, QUESTION, on_said
from bot.settings import Settings
from bot.text import Language
from bot.views import questions as view
from bot.views.digest import Style
from models.delivery import Delivery
from models.member import Member
from models.message import Message
from models.project import leads_of
from models.workspace import Workspace

ON_SAID: Mapping[str, OnSaid] = {QUESTION: on_said}


def renderers(settings: Settings) -> Mapping[str, Renderer]:
    """Puts questions into words: in the workspace's language for the group, else in each one's."""

    def question(session: Session, delivery: Delivery) -> Outgoing | None:
        """None once it is withdrawn."""
        facts = _question(session, delivery)
        if facts is None or facts.is_withdrawn:
            return None
        people = _people(session, delivery.team_id, facts)
        return _outgoing(*view.in_thread(facts, people, settings.language))

    def answer(session: Session, delivery: Delivery) -> Outgoing | None:
        """What the asker was told stays, in line with what became of it since."""
        facts = _question(session, delivery)
        if facts is None or (delivery.ts is None and facts.answered_at is None):
            return None
        style = _style(session, delivery.team_id, facts.asked_by, settings)
        return None if style is None else _outgoing(*view.answer(facts, style))

    def reminder(session: Session, delivery: Delivery) -> Outgoing | None:
        """None if nothing is open any more, or the person leads none of the projects now."""
        lead, ids = str(delivery.args["lead"]), delivery.args["question_ids"]
        known = ids if isinstance(ids, list) else []
        waiting = [
            facts
            for facts in facts_of(session, delivery.team_id, [int(str(one)) for one in known])
            if facts.is_open and lead in leads_of(session, facts.project_id)
        ]
        style = _style(session, delivery.team_id, lead, settings)
        return _outgoing(*view.reminder(waiting, style)) if waiting and style else None

    return {QUESTION: question, ANSWER: answer, REMINDER: reminder}


def _question(session: Session, delivery: Delivery) -> QuestionFacts | None:
    number = int(str(delivery.args["question_id"]))
    return next(iter(facts_of(session, delivery.team_id, [number])), None)


def _people(session: Session, team_id: str, question: QuestionFacts) -> Sequence[str]:
    """The author and the leads, as far as they can read it."""
    post = session.get(Message, (team_id, question.channel_id, question.ts))
    author = [post.user_id] if post is not None and post.user_id is not None else []
    people = dict.fromkeys([*author, *leads_of(session, question.project_id)])
    return [
        person
        for person in people
        if person != question.asked_by and not _is_gone(session.get(Member, (team_id, person)))
    ]


def _is_gone(member: Member | None) -> bool:
    return member is not None and (member.is_deactivated or member.is_bot)


def _style(session: Session, team_id: str, user_id: str, settings: Settings) -> Style | None:
    """How to write to this person; None if nobody is there to read it."""
    member = session.get(Member, (team_id, user_id))
    if not is_reachable(member):
        return None
    language: Language = settings.language
    if member is not None:
        language = language_of(session, member, settings.language)
    workspace = session.get_one(Workspace, team_id)
    return Style(language, settings.timezone, workspace.url)


def _outgoing(text: str, blocks: Sequence[Block]) -> Outgoing:
    return Outgoing(text=text, blocks=tuple(block.to_dict() for block in blocks))
