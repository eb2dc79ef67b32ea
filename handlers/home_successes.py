"""A person's own successes as text, from their Home."""

from __future__ import annotations

import re
from collections.abc import Mapping

from slack_bolt import Ack, App, BoltContext
from slack_sdk.errors import SlackApiError

from bot.core.permissions import Actor
from bot.core.successes import of_person
from bot.core.waiting import AHEAD
from bot.deps import Deps
from bot.errors import UserError
from bot.views import home_successes as views
from bot.views.digest import Style
from bot.views.successes import as_text
from handlers.given import number
from handlers.home import Do, Press, answer
from handlers.people import actor_for, team_of
from handlers.problems import sentence_for
from models.base import JsonObject
from models.member import Member
from models.workspace import Workspace


def register(app: App, deps: Deps) -> None:
    """Let the app answer the button, and the pages of what it opens."""

    def on_turn(ack: Ack, body: JsonObject, action: JsonObject, context: BoltContext) -> None:
        ack()
        view = body.get("view")
        view_id = str(view.get("id")) if isinstance(view, dict) else ""
        try:
            actor = actor_for(deps, team_of(context), context.user_id or "")
            page = views.export(_text(deps, actor), number(action.get("value")), actor.language)
            deps.slack.views_update(view_id=view_id, view=page)
        except (UserError, SlackApiError, OSError, ValueError) as error:
            sentence_for(error, "the pages of an export")

    def on_close(ack: Ack) -> None:
        """There is nothing to take over: the fields are there to copy from."""
        ack()

    answer(app, deps, ACTIONS)
    app.action(re.compile(f"^{views.EXPORT_TURN}_"))(on_turn)
    app.view(views.EXPORT_FORM)(on_close)


def _export(deps: Deps, actor: Actor, press: Press) -> None:
    form = views.export(_text(deps, actor), 0, actor.language)
    deps.slack.views_open(trigger_id=press.trigger_id, view=form)


def _text(deps: Deps, actor: Actor) -> str:
    """All that came of the actor's own work, and of nobody else's."""
    now, zone = deps.clock.now(), deps.settings.timezone
    with deps.database.read() as session:
        months = of_person(session, actor.team_id, actor.user_id, zone, end=now + AHEAD)
        member = session.get(Member, (actor.team_id, actor.user_id))
        workspace = session.get_one(Workspace, actor.team_id)
    name = member.display_name if member else ""
    style = Style(actor.language, zone, workspace.url)
    return as_text(months, style, name=name, made_at=now)


# What each button and list does, by its action_id
ACTIONS: Mapping[str, Do] = {
    views.EXPORT_ACTION: _export,
}
