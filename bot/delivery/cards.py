"""The words of what a project's channels are told, made when they are said."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import Block
from sqlalchemy.orm import Session

from bot.core.offices import all_offices
from bot.core.outgoing import Outgoing
from bot.core.projects import Status, facts_of
from bot.text import Language
from bot.views import project_card as view
from models.channel import current_id
from models.delivery import Delivery
from models.project import Project


def render_card(session: Session, delivery: Delivery) -> Outgoing | None:
    """The card of a project; None once it is closed or the channel is not its own any more."""
    project = _project(session, delivery)
    if project is None or project.status == Status.CLOSED:
        return None
    facts = facts_of(session, project)
    if current_id(session, delivery.team_id, delivery.channel_id) not in facts.channels:
        return None
    offices = all_offices(session, delivery.team_id, delivery.created_at)
    held = [office.name for office in offices if office.current is not None]
    return _outgoing(*view.project_card(facts, held, _language(delivery)))


def render_notice(session: Session, delivery: Delivery) -> Outgoing | None:
    """A line about a change of a project."""
    project = _project(session, delivery)
    if project is None:
        return None
    return _outgoing(
        *view.project_notice(
            str(delivery.args["what"]),
            facts_of(session, project),
            before=str(delivery.args["before"]),
            after=str(delivery.args["after"]),
            language=_language(delivery),
        )
    )


def _project(session: Session, delivery: Delivery) -> Project | None:
    return session.get(Project, delivery.args["project_id"])


def _language(delivery: Delivery) -> Language:
    return "en" if delivery.args["language"] == "en" else "ja"


def _outgoing(text: str, blocks: Sequence[Block]) -> Outgoing:
    return Outgoing(text=text, blocks=tuple(block.to_dict() for block in blocks))
