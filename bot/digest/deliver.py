"""The words of a digest, made when it is said."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from bot.core.audiences import may_receive
from bot.core.outgoing import Outgoing, Renderer
from bot.core.periods import period_of
from bot.digest.compose import gather
from bot.digest.make import DIGEST, language_of
from bot.settings import Settings
from models.delivery import Delivery
from models.digest import Digest, DigestAudience
from models.workspace import Workspace


def renderers(settings: Settings) -> Mapping[str, Renderer]:
    """Puts digests into words, each in its audience's language."""

    def digest(session: Session, delivery: Delivery) -> Outgoing | None:
        """The message, made of what stands now.

        None if the audience is gone or has become shared with another organisation, or if the
        thread has become shorter meanwhile.
        """
        made = session.get(Digest, delivery.args["digest_id"])
        audience = session.get(DigestAudience, delivery.args["audience_id"])
        part = delivery.args["part"]
        if made is None or audience is None or not may_receive(session, audience):
            return None
        workspace = session.get_one(Workspace, delivery.team_id)
        period = period_of(session, workspace, settings.timezone, made)
        messages = gather(session, workspace, period, settings.timezone).write(
            language_of(audience)
        )
        if not isinstance(part, int) or part >= len(messages):
            return None
        return messages[part].outgoing()

    return {DIGEST: digest}
