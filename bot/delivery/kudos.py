"""The words of a card with thanks, made when it is said; gone once they are taken back."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlalchemy.orm import Session

from bot.core.kudos import KUDOS, on_said, recipients_of
from bot.core.names import names_of
from bot.core.outgoing import OnSaid, Outgoing, Renderer
from bot.settings import Settings
from bot.views import kudos as view
from models.delivery import Delivery
from models.kudos import Kudos

# Whoever and whatever is named in words (docs.slack.dev/messaging/formatting-message-text)
_PEOPLE = re.compile(r"<@([UW][A-Z0-9]+)")
_CHANNELS = re.compile(r"<#([CG][A-Z0-9]+)")

ON_SAID: Mapping[str, OnSaid] = {KUDOS: on_said}


def renderers(settings: Settings) -> Mapping[str, Renderer]:
    """Puts thanks on a card, in the workspace's language: a whole channel reads it."""

    def card(session: Session, delivery: Delivery) -> Outgoing | None:
        kudos = session.get(Kudos, delivery.args["kudos_id"])
        if kudos is None or kudos.withdrawn_at is not None:
            return None
        people = [kudos.sender_id, *_PEOPLE.findall(kudos.words)]
        channels = _CHANNELS.findall(kudos.words)
        names = names_of(session, kudos.team_id, people, channels)
        shown = view.Card(
            kudos_id=kudos.id,
            sender=names.get(kudos.sender_id, kudos.sender_id),
            recipients=recipients_of(session, kudos.id),
            words=kudos.words,
            names=names,
        )
        text, blocks = view.card(shown, settings.language)
        return Outgoing(text=text, blocks=tuple(block.to_dict() for block in blocks))

    return {KUDOS: card}
