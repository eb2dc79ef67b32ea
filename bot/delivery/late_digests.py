"""The words for coordinators when a digest has not been sent in time."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from bot.core.late_digests import LATE_DIGEST, overdue
from bot.core.members import is_reachable
from bot.core.outgoing import Outgoing, Renderer
from bot.core.permissions import language_of
from bot.settings import Settings
from bot.views.digest import Style
from bot.views.late_digest import late_digest
from models.delivery import Delivery
from models.member import Member
from models.workspace import Workspace


def renderers(settings: Settings) -> Mapping[str, Renderer]:
    """Puts it into words, in the language of each coordinator."""

    def late(session: Session, delivery: Delivery) -> Outgoing | None:
        """None if the digest has gone out meanwhile, or the person has left."""
        team_id, person = delivery.team_id, str(delivery.args["coordinator"])
        member = session.get(Member, (team_id, person))
        if not is_reachable(member):
            return None
        now = delivery.claimed_at or delivery.created_at
        for one in overdue(session, team_id, settings.timezone, now):
            if one.due_at.isoformat() == delivery.args["due_at"]:
                language = settings.language
                if member is not None:
                    language = language_of(session, member, language)
                url = session.get_one(Workspace, team_id).url
                text, blocks = late_digest(one, Style(language, settings.timezone, url))
                return Outgoing(text, tuple(block.to_dict() for block in blocks))
        return None

    return {LATE_DIGEST: late}
