"""The words for leads of quiet projects, and for the coordinators they would like to talk to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block
from sqlalchemy.orm import Session

from bot.core.members import is_reachable
from bot.core.offices import all_offices
from bot.core.outgoing import Outgoing, Renderer
from bot.core.permissions import language_of
from bot.core.projects import Status
from bot.core.quiet import CONSULTATION, NUDGE, was_consulted
from bot.core.waiting import last_posts
from bot.settings import Settings
from bot.views import quiet as view
from bot.views.digest import Style
from models.delivery import Delivery
from models.member import Member
from models.project import Project, channels_of, leads_of
from models.workspace import Workspace


def renderers(settings: Settings) -> Mapping[str, Renderer]:
    """Puts what concerns quiet projects into words, in the language of each reader."""

    def nudge(session: Session, delivery: Delivery) -> Outgoing | None:
        """None if it is not quiet any more, or if the person does not lead it now."""
        project = session.get(Project, delivery.args["project_id"])
        lead = str(delivery.args["lead"])
        style = _style(session, delivery.team_id, lead, settings)
        if project is None or style is None:
            return None
        last_post_at = last_posts(session, [project.id]).get(project.id)
        if delivery.ts is None:
            asked_at = datetime.fromisoformat(str(delivery.args["asked_at"]))
            is_over = last_post_at is not None and last_post_at >= asked_at
            if is_over or project.status != Status.ACTIVE:
                return None
            if lead not in leads_of(session, project.id):
                return None
        offices = all_offices(session, delivery.team_id, delivery.created_at)
        facts = view.Nudge(
            project_id=project.id,
            name=project.name,
            status=Status(project.status),
            last_post_at=last_post_at,
            was_consulted=was_consulted(session, project),
            offices=[office.name for office in offices if office.current is not None],
        )
        return _outgoing(*view.nudge(facts, style))

    def consultation(session: Session, delivery: Delivery) -> Outgoing | None:
        project = session.get(Project, delivery.args["project_id"])
        coordinator = str(delivery.args["coordinator"])
        style = _style(session, delivery.team_id, coordinator, settings)
        if project is None or style is None:
            return None
        tied = [tie.channel_id for tie in channels_of(session, project.id)]
        lead = str(delivery.args["lead"])
        return _outgoing(*view.consultation(project.name, lead, tied, style))

    return {NUDGE: nudge, CONSULTATION: consultation}


def _style(session: Session, team_id: str, user_id: str, settings: Settings) -> Style | None:
    """How to write to this person; None if nobody is there to read it."""
    member = session.get(Member, (team_id, user_id))
    if not is_reachable(member):
        return None
    language = settings.language
    if member is not None:
        language = language_of(session, member, language)
    return Style(language, settings.timezone, session.get_one(Workspace, team_id).url)


def _outgoing(text: str, blocks: Sequence[Block]) -> Outgoing:
    return Outgoing(text=text, blocks=tuple(block.to_dict() for block in blocks))
