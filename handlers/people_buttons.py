"""The button with which a person declines an invitation to a project."""

from __future__ import annotations

import logging

from slack_bolt import Ack, App, BoltContext, Respond

from bot.core import people
from bot.core.registry import NOT_HERE
from bot.deps import Deps
from bot.errors import UserError
from bot.views.people import DECLINE
from handlers.commands.router import Answer, send
from handlers.people import actor_for, team_of
from handlers.problems import sentence_for
from models.base import JsonObject

log = logging.getLogger(__name__)


def register(app: App, deps: Deps) -> None:
    """Let the app answer this button."""

    def on_decline(ack: Ack, action: JsonObject, context: BoltContext, respond: Respond) -> None:
        ack()
        language = deps.settings.language
        try:
            actor = actor_for(deps, team_of(context), context.user_id or "")
            language = actor.language
            project_id, entry_id = _read(str(action.get("value") or ""))
            with deps.database.write() as session:
                people.decline(session, actor, project_id, entry_id, now=deps.clock.now())
        except Exception as error:
            send(respond, Answer(sentence_for(error, "an invitation").of(language)))
        else:
            deps.wake()

    app.action(DECLINE)(on_decline)


def _read(value: str) -> tuple[int, int]:
    """The project and the entry of the audit log. Raises UserError for what we never gave out."""
    project_id, _, entry_id = value.partition(":")
    if not (project_id.isdecimal() and entry_id.isdecimal() and len(value) < 40):
        log.warning("an invitation's button carried something else")
        raise UserError(NOT_HERE)
    return int(project_id), int(entry_id)
