"""The words about people of a project, made when they are said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from slack_sdk.models.blocks import Block
from sqlalchemy.orm import Session

from bot.core.outgoing import Outgoing, Renderer
from bot.core.people import HANDOVER, INVITATION, CameBy
from bot.core.permissions import language_of
from bot.core.projects import Status
from bot.settings import Settings
from bot.views import people as view
from models.delivery import Delivery
from models.member import Member
from models.project import Project, ProjectMember, ProjectRole, channels_of


def renderers(settings: Settings) -> Mapping[str, Renderer]:
    """Puts invitations into the person's language, and what channels are told into the site's."""

    def invitation(session: Session, delivery: Delivery) -> Outgoing | None:
        """None where it does not hold any more and was not said yet."""
        project = session.get(Project, delivery.args["project_id"])
        member = session.get(Member, (delivery.team_id, str(delivery.args["user_id"])))
        if project is None or member is None or member.is_deactivated:
            return None
        language = language_of(session, member, settings.language)
        row = session.get(ProjectMember, (project.id, member.user_id))
        if row is None or project.status == Status.CLOSED:
            was_said = row is None and delivery.ts is not None
            return _outgoing(*view.declined(project.name, language)) if was_said else None
        channels = [channel.channel_id for channel in channels_of(session, project.id)]
        by = str(delivery.args["by"])
        if not delivery.args["leads"]:
            way = CameBy(row.came_by) if row.came_by else None
            value = f"{project.id}:{delivery.args['entry_id']}"
            return _outgoing(
                *view.invitation(project.name, project.purpose, channels, by, way, value, language)
            )
        if row.role != ProjectRole.LEAD:
            return None
        was_lead = delivery.args["from"] == by
        return _outgoing(
            *view.lead_welcome(
                project.name, project.purpose, channels, by, language, was_lead=was_lead
            )
        )

    def handover(session: Session, delivery: Delivery) -> Outgoing | None:
        project = session.get(Project, delivery.args["project_id"])
        if project is None:
            return None
        giver = delivery.args["from"]
        return _outgoing(
            *view.handed_over(
                project.name,
                str(giver) if giver else None,
                str(delivery.args["to"]),
                settings.language,
            )
        )

    return {INVITATION: invitation, HANDOVER: handover}


def _outgoing(text: str, blocks: Sequence[Block]) -> Outgoing:
    return Outgoing(text=text, blocks=tuple(block.to_dict() for block in blocks))
