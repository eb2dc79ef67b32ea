"""いいね! and the link under a post, in digests, in lists, and on the Home.

Rights are looked up when a button is pressed. Whoever presses it is told in private: under a
message by an answer that only they see, in a view by the view itself, which is made anew.
"""

from __future__ import annotations

import logging

from slack_bolt import Ack, App, BoltContext, Respond
from slack_sdk.errors import SlackApiError

from bot.core.likes import NOT_FOUND, toggle
from bot.deps import Deps
from bot.errors import UserError
from bot.text import Language
from bot.views import digest_posts
from bot.views.notices import pressed
from bot.views.recognition import LIKE_ACTION, LINK_ACTION, post_of
from handlers.commands.router import Answer, send
from handlers.digest_buttons import renew_posts
from handlers.people import actor_for, team_of
from handlers.problems import sentence_for
from models.base import JsonObject

log = logging.getLogger(__name__)


def register(app: App, deps: Deps) -> None:
    """Let the app answer these buttons."""

    def on_like(
        ack: Ack, body: JsonObject, action: JsonObject, context: BoltContext, respond: Respond
    ) -> None:
        ack()
        language = deps.settings.language
        try:
            actor = actor_for(deps, team_of(context), context.user_id or "")
            language = actor.language
            channel_id, ts = _post(action)
            with deps.database.write() as session:
                outcome = toggle(session, actor, channel_id, ts, deps.clock.now())
            deps.wake()
        except Exception as error:
            _tell(deps, body, respond, sentence_for(error, "いいね!").of(language), language)
            return
        view = body.get("view")
        if not isinstance(view, dict):
            send(respond, Answer(pressed(outcome, language)))
        elif view.get("type") == "modal":
            renew_posts(deps, context, view)

    def on_link(ack: Ack) -> None:
        """Slack opens the post by itself."""
        ack()

    app.action(LIKE_ACTION)(on_like)
    app.action(LINK_ACTION)(on_link)


def _post(action: JsonObject) -> tuple[str, str]:
    """The post that the button is about. Raises UserError where it carries no post."""
    try:
        return post_of(str(action.get("value") or ""))
    except ValueError as error:
        log.warning("a button with a foreign value was pressed")
        raise UserError(NOT_FOUND) from error


def _tell(
    deps: Deps, body: JsonObject, respond: Respond, sentence: str, language: Language
) -> None:
    """Say what went wrong: under a message in private, from a view in a modal."""
    view = body.get("view")
    if not isinstance(view, dict):
        send(respond, Answer(sentence))
        return
    show = deps.slack.views_push if view.get("type") == "modal" else deps.slack.views_open
    try:
        show(
            trigger_id=str(body.get("trigger_id") or ""),
            view=digest_posts.message(sentence, language),
        )
    except (SlackApiError, OSError) as error:
        sentence_for(error, "a refusal of いいね!")
