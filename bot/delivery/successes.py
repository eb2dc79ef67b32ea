"""The words with which a person gets their month's successes, made when they are said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from bot.core.outgoing import Outgoing, Renderer
from bot.core.permissions import language_of
from bot.core.successes import SUCCESSES, of_person, span_of_month, wants_to_hear
from bot.settings import Settings
from bot.views import successes as view
from bot.views.digest import Style
from models.delivery import Delivery
from models.member import Member
from models.workspace import Workspace


def renderers(settings: Settings) -> Mapping[str, Renderer]:
    """Puts somebody's month into words, in their language."""

    def monthly(session: Session, delivery: Delivery) -> Outgoing | None:
        """None where nothing stands any more, or they want none."""
        team_id, user_id = delivery.team_id, str(delivery.args["user_id"])
        if not wants_to_hear(session, team_id, user_id):
            return None
        start, end = span_of_month(
            date.fromisoformat(str(delivery.args["month"])), settings.timezone
        )
        months = of_person(session, team_id, user_id, settings.timezone, start=start, end=end)
        if not months:
            return None
        member = session.get_one(Member, (team_id, user_id))
        workspace = session.get_one(Workspace, team_id)
        language = language_of(session, member, settings.language)
        text, blocks = view.monthly(months[0], Style(language, settings.timezone, workspace.url))
        return Outgoing(text=text, blocks=tuple(block.to_dict() for block in blocks))

    return {SUCCESSES: monthly}
