"""The words of what a project's channels are told, made when they are said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from slack_sdk.models.blocks import Block
from sqlalchemy.orm import Session

from bot.core.announcements import CARD, NOTICE
from bot.core.offices import all_offices
from bot.core.outgoing import Outgoing, Renderer
from bot.core.projects import Status, facts_of
from bot.settings import Settings
from bot.views import project_card as view
from models.channel import current_id
from models.delivery import Delivery
from models.project import Project


def renderers(settings: Settings) -> Mapping[str, Renderer]:
    """Puts cards and notices into words, in the workspace's language: a whole group reads them."""

    def card(session: Session, delivery: Delivery) -> Outgoing | None:
        """None once the project is closed or the channel is not its own any more."""
        project = _project(session, delivery)
        if project is None or project.status == Status.CLOSED:
            return None
        facts = facts_of(session, project)
        if current_id(session, delivery.team_id, delivery.channel_id) not in facts.channels:
            return None
        offices = all_offices(session, delivery.team_id, delivery.created_at)
        held = [office.name for office in offices if office.current is not None]
        return _outgoing(*view.project_card(facts, held, settings.language))

    def notice(session: Session, delivery: Delivery) -> Outgoing | None:
        project = _project(session, delivery)
        if project is None:
            return None
        text, blocks = view.project_notice(
            str(delivery.args["what"]),
            facts_of(session, project),
            before=str(delivery.args["before"]),
            after=str(delivery.args["after"]),
            language=settings.language,
        )
        return _outgoing(text, blocks)

    return {CARD: card, NOTICE: notice}


def _project(session: Session, delivery: Delivery) -> Project | None:
    return session.get(Project, delivery.args["project_id"])


def _outgoing(text: str, blocks: Sequence[Block]) -> Outgoing:
    return Outgoing(text=text, blocks=tuple(block.to_dict() for block in blocks))
