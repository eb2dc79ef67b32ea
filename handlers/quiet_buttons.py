"""The buttons with which a lead answers how it is going.

Rights are looked up when a button is pressed. What was pressed then shows in the message itself.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from slack_bolt import Ack, App, BoltContext, Respond

from bot.core import lifecycle, quiet
from bot.core.permissions import Actor
from bot.core.registry import NOT_HERE, of_workspace
from bot.deps import Deps
from bot.errors import UserError
from bot.views.quiet import CONSULT_ACTION, PAUSE_ACTION, POST_ACTION
from handlers.commands.router import Answer, send
from handlers.people import actor_for, team_of
from handlers.problems import sentence_for
from handlers.progress import open_form
from models.base import JsonObject
from models.project import Project, channels_of

log = logging.getLogger(__name__)

# What a button does: from the parts, the presser, the project and the trigger
_Press = Callable[[Deps, Actor, int, str], None]


def register(app: App, deps: Deps) -> None:
    """Let the app answer these buttons."""
    _on(app, deps, POST_ACTION, _post)
    _on(app, deps, PAUSE_ACTION, _pause)
    _on(app, deps, CONSULT_ACTION, _consult)


def _on(app: App, deps: Deps, action_id: str, press: _Press) -> None:
    def on_press(
        ack: Ack, body: JsonObject, action: JsonObject, context: BoltContext, respond: Respond
    ) -> None:
        ack()
        language = deps.settings.language
        try:
            actor = actor_for(deps, team_of(context), context.user_id or "")
            language = actor.language
            project_id = _project_of(str(action.get("value") or ""))
            press(deps, actor, project_id, str(body.get("trigger_id") or ""))
        except Exception as error:
            send(respond, Answer(sentence_for(error, "a quiet project's button").of(language)))

    app.action(action_id)(on_press)


def _post(deps: Deps, actor: Actor, project_id: int, trigger_id: str) -> None:
    with deps.database.read() as session:
        of_workspace(session, actor, project_id)
        tied = channels_of(session, project_id)
    channel_id = tied[0].channel_id if tied else None
    open_form(deps, actor, channel_id=channel_id, trigger_id=trigger_id)


def _pause(deps: Deps, actor: Actor, project_id: int, _trigger_id: str) -> None:
    now = deps.clock.now()
    with deps.database.write() as session:
        lifecycle.pause(session, actor, project_id, now=now)
        quiet.renew_nudges(session, session.get_one(Project, project_id), now)
    deps.wake()


def _consult(deps: Deps, actor: Actor, project_id: int, _trigger_id: str) -> None:
    with deps.database.write() as session:
        quiet.consult(
            session,
            actor,
            project_id,
            named=deps.settings.coordinators,
            zone=deps.settings.timezone,
            now=deps.clock.now(),
        )
    deps.wake()


def _project_of(value: str) -> int:
    """The project's number. Raises UserError for what we never gave out."""
    if not (value.isascii() and value.isdecimal() and len(value) < 10):
        log.warning("a quiet project's button carried something else")
        raise UserError(NOT_HERE)
    return int(value)
