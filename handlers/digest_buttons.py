"""The numbers of a digest, opened: buttons and lists in it, and the modal's own buttons.

Rights are looked up when a button is pressed. Whoever sees a digest may open its numbers, if
they are staff.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping

from slack_bolt import Ack, App, BoltContext, Respond
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View

from bot.core.evidence import behind
from bot.core.permissions import Actor, require_staff
from bot.core.recognition import span_of
from bot.deps import Deps
from bot.text import Language, language_of_locale
from bot.views import digest_posts
from bot.views.digest import Style
from bot.views.digest_scope import OPEN, Scope
from handlers.commands.digest.sending import MORE_ACTION, rest_of_preview
from handlers.commands.router import Answer, send
from handlers.given import reading
from handlers.people import actor_for, team_of
from handlers.problems import sentence_for
from models.base import JsonObject
from models.member import Member
from models.project import Project
from models.workspace import Workspace

log = logging.getLogger(__name__)


def register(app: App, deps: Deps) -> None:
    """Let the app answer the digest's buttons."""

    def on_open(ack: Ack, body: JsonObject, action: JsonObject, context: BoltContext) -> None:
        ack()
        view_id = _open(deps, context, str(body.get("trigger_id") or ""))
        if view_id:
            _fill(deps, view_id, context, _value(action))

    def on_turn(ack: Ack, body: JsonObject, action: JsonObject, context: BoltContext) -> None:
        ack()
        view = body.get("view")
        view_id = view.get("id") if isinstance(view, dict) else None
        if isinstance(view_id, str):
            _fill(deps, view_id, context, _value(action))

    def on_more(ack: Ack, action: JsonObject, context: BoltContext, respond: Respond) -> None:
        ack()
        for answer in _more(deps, context, _value(action)):
            send(respond, answer)

    app.action(re.compile(f"^{OPEN}_"))(on_open)
    app.action(re.compile(f"^{digest_posts.TURN}_"))(on_turn)
    app.action(MORE_ACTION)(on_more)


def _open(deps: Deps, context: BoltContext, trigger_id: str) -> str | None:
    """Open the modal at once, since a trigger serves three seconds, and look things up later.

    None if Slack opens none: the person can press again, nobody else is to be told.
    """
    with deps.database.read() as session:
        member = session.get(Member, (team_of(context), context.user_id or ""))
    language = language_of_locale(member.locale if member else None, deps.settings.language)
    try:
        answer = deps.slack.views_open(trigger_id=trigger_id, view=digest_posts.loading(language))
    except (SlackApiError, OSError) as error:
        sentence_for(error, "a digest's button")
        return None
    view = answer.get("view") or {}
    return str(view["id"]) if "id" in view else None


def renew_posts(deps: Deps, context: BoltContext, view: Mapping[str, object]) -> None:
    """Show a page of posts as it is now, where it stands in front of somebody."""
    scope = view.get("private_metadata")
    if view.get("callback_id") == digest_posts.CALLBACK and scope:
        _fill(deps, str(view.get("id")), context, str(scope))


def _fill(deps: Deps, view_id: str, context: BoltContext, value: str) -> None:
    language = deps.settings.language
    try:
        actor = actor_for(deps, team_of(context), context.user_id or "")
        language = actor.language
        require_staff(actor)
        with reading():
            scope = Scope.decode(value)
        view = _posts(deps, actor, scope)
    except Exception as error:
        view = _sentence(error, language)
    try:
        deps.slack.views_update(view_id=view_id, view=view)
    except (SlackApiError, OSError) as error:
        sentence_for(error, "a digest's modal")


def _sentence(error: Exception, language: Language) -> View:
    return digest_posts.message(sentence_for(error, "a digest's button").of(language), language)


def _posts(deps: Deps, actor: Actor, scope: Scope) -> View:
    span = span_of(actor.team_id, scope.start, scope.end)
    with deps.database.read() as session:
        page = behind(
            session,
            span,
            scope.measure,
            project_id=scope.project_id,
            offset=scope.page * digest_posts.PER_PAGE,
            limit=digest_posts.PER_PAGE,
        )
        project = session.get(Project, scope.project_id) if scope.project_id else None
        workspace = session.get_one(Workspace, actor.team_id)
    name = project.name if project and project.team_id == actor.team_id else None
    style = Style(actor.language, deps.settings.timezone, workspace.url)
    return digest_posts.posts(scope, page, name, style)


def _more(deps: Deps, context: BoltContext, value: str) -> list[Answer]:
    language = deps.settings.language
    try:
        actor = actor_for(deps, team_of(context), context.user_id or "")
        language = actor.language
        return rest_of_preview(deps, actor, value)
    except Exception as error:
        return [Answer(sentence_for(error, "a digest's button").of(language))]


def _value(action: JsonObject) -> str:
    """What a button, or the chosen entry of a list, carries."""
    chosen = action.get("selected_option")
    return str(chosen.get("value") if isinstance(chosen, dict) else action.get("value") or "")
