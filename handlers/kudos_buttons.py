"""The menu on a card with thanks: taking them back."""

from __future__ import annotations

import logging

from slack_bolt import Ack, App, BoltContext, Respond

from bot.core import kudos
from bot.core.permissions import Actor
from bot.deps import Deps
from bot.errors import UserError
from bot.text import Text
from bot.views.kudos import MENU_ACTION
from handlers.commands.router import Answer, send
from handlers.people import actor_for, team_of
from handlers.problems import sentence_for
from models.base import JsonObject

log = logging.getLogger(__name__)

WITHDRAWN = Text(
    ja="感謝を取り消しました。カードはまもなく消え、言葉も記録から消えました。",
    en="Your thanks are taken back. The card goes in a moment, and the words are erased.",
)

_MOST_DIGITS = 9


def register(app: App, deps: Deps) -> None:
    """Let the app answer this menu."""

    def on_choice(ack: Ack, action: JsonObject, context: BoltContext, respond: Respond) -> None:
        ack()
        language = deps.settings.language
        try:
            actor = actor_for(deps, team_of(context), context.user_id or "")
            language = actor.language
            answer = _withdraw(deps, actor, _chosen(action))
        except Exception as error:
            answer = Answer(sentence_for(error, "a card with thanks").of(language))
        send(respond, answer)

    app.action(MENU_ACTION)(on_choice)


def _withdraw(deps: Deps, actor: Actor, chosen: str) -> Answer:
    what, _, number = chosen.partition(":")
    if what != "withdraw" or not number.isdecimal() or len(number) > _MOST_DIGITS:
        log.warning("the menu of a card with thanks carried something else")
        raise UserError(kudos.NOT_HERE)
    with deps.database.write() as session:
        kudos.withdraw(session, actor, int(number), now=deps.clock.now())
    deps.wake()
    return Answer(WITHDRAWN.of(actor.language))


def _chosen(action: JsonObject) -> str:
    option = action.get("selected_option")
    return str(option.get("value")) if isinstance(option, dict) else ""
