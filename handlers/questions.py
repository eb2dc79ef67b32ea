"""教えて: the button, the message shortcut and the form; and the buttons that end a question.

Rights are looked up when something is pressed or sent, not when it was shown.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from slack_bolt import Ack, App, BoltContext, Respond
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View
from sqlalchemy.orm import Session

from bot.core import questions
from bot.core.evidence import quoted
from bot.core.permissions import Actor
from bot.deps import Deps
from bot.errors import UserError
from bot.manifest import ASK_ABOUT_POST
from bot.text import Language, Text
from bot.views import questions as view
from bot.views.digest import Style
from bot.views.recognition import ASK_ACTION, post_of
from handlers.commands.router import Answer, send
from handlers.forms import errors_at, remembered, values_of
from handlers.people import actor_for, team_of
from handlers.problems import sentence_for
from models import home
from models.base import JsonObject
from models.question import Question
from models.workspace import Workspace

log = logging.getLogger(__name__)

_BROADCAST = "thread_broadcast"

# Says that a question is answered, or that it is not
_Change = Callable[[Session, Actor, int, datetime], Question]


def register(app: App, deps: Deps) -> None:
    """Let the app answer these buttons, the shortcut and the form."""

    def on_button(
        ack: Ack, body: JsonObject, action: JsonObject, context: BoltContext, respond: Respond
    ) -> None:
        ack()
        value = str(action.get("value") or "")
        _open_form(deps, context, body, respond, lambda: _post_of_button(value))

    def on_shortcut(ack: Ack, body: JsonObject, context: BoltContext, respond: Respond) -> None:
        ack()
        _open_form(deps, context, body, respond, lambda: _post_of_message(body))

    def on_form(ack: Ack, view: JsonObject, context: BoltContext) -> None:
        _submit(deps, ack, view, context)

    app.action(ASK_ACTION)(on_button)
    app.message_shortcut(ASK_ABOUT_POST)(on_shortcut)
    app.view(view.FORM)(on_form)
    _on_change(app, deps, view.ANSWERED_ACTION, _close)
    _on_change(app, deps, view.REOPEN_ACTION, _reopen)


def _on_change(app: App, deps: Deps, action_id: str, change: _Change) -> None:
    def on_press(
        ack: Ack, body: JsonObject, action: JsonObject, context: BoltContext, respond: Respond
    ) -> None:
        ack()
        language = deps.settings.language
        try:
            actor = actor_for(deps, team_of(context), context.user_id or "")
            language = actor.language
            number = _question_of(str(action.get("value") or ""))
            now = deps.clock.now()
            with deps.database.write() as session:
                change(session, actor, number, now)
                home.hurry(session, actor.team_id, actor.user_id, now)  # it may be pressed there
        except Exception as error:
            _refuse(deps, body, respond, sentence_for(error, "a question's button"), language)
        else:
            deps.wake()  # what stands in the thread is made anew

    app.action(action_id)(on_press)


def _close(session: Session, actor: Actor, question_id: int, now: datetime) -> Question:
    return questions.close(session, actor, question_id, now=now)


def _reopen(session: Session, actor: Actor, question_id: int, now: datetime) -> Question:
    return questions.reopen(session, actor, question_id, now=now)


def _open_form(
    deps: Deps,
    context: BoltContext,
    body: JsonObject,
    respond: Respond,
    post: Callable[[], tuple[str, str]],
) -> None:
    language = deps.settings.language
    try:
        actor = actor_for(deps, team_of(context), context.user_id or "")
        language = actor.language
        channel_id, ts = post()
        _show(deps, body, _form(deps, actor, channel_id, ts))
    except Exception as error:
        _refuse(deps, body, respond, sentence_for(error, "a question"), language)


def _form(deps: Deps, actor: Actor, channel_id: str, ts: str) -> View:
    with deps.database.read() as session:
        post = questions.askable(session, actor, channel_id, ts)
        shown = quoted(session, actor.team_id, [(post.channel_id, ts)])
        workspace = session.get_one(Workspace, actor.team_id)
    if not shown:
        raise UserError(questions.NOT_RECORDED)
    style = Style(actor.language, deps.settings.timezone, workspace.url)
    return view.form(shown[0], deps.settings.language, style)


def _submit(deps: Deps, ack: Ack, sent: JsonObject, context: BoltContext) -> None:
    language, team_id = deps.settings.language, team_of(context)
    values = values_of(sent)
    try:
        actor = actor_for(deps, team_id, context.user_id or "")
        language = actor.language
        opened_with = remembered(sent)
        words = str(values.get(view.WORDS, {}).get(view.VALUE, {}).get("value") or "")
        with deps.database.write() as session:
            questions.ask(
                session,
                actor,
                str(opened_with.get("channel")),
                str(opened_with.get("ts")),
                words,
                now=deps.clock.now(),
            )
    except UserError as error:
        problem = error
    except Exception as error:
        problem = UserError(sentence_for(error, "a question"))
    else:
        ack(response_action="update", view=view.asked(language))
        deps.wake()
        return
    errors = errors_at(deps, team_id, [problem], values, view.WORDS, language)
    ack(response_action="errors", errors=errors)


def _show(deps: Deps, body: JsonObject, shown: View) -> None:
    """Put a modal in front of the person; on top of the one that they pressed something in."""
    trigger_id = str(body.get("trigger_id") or "")
    pressed_in = body.get("view")
    if isinstance(pressed_in, dict) and pressed_in.get("type") == "modal":
        deps.slack.views_push(trigger_id=trigger_id, view=shown)
    else:
        deps.slack.views_open(trigger_id=trigger_id, view=shown)


def _refuse(
    deps: Deps, body: JsonObject, respond: Respond, sentence: Text, language: Language
) -> None:
    """Tell the person alone: beside the message or, where there is none, in a modal."""
    if body.get("response_url"):
        send(respond, Answer(sentence.of(language)))
        return
    try:
        _show(deps, body, view.message(sentence.of(language), language))
    except (SlackApiError, OSError) as error:
        log.warning("a refusal did not reach Slack: %s", type(error).__name__)


def _post_of_button(value: str) -> tuple[str, str]:
    try:
        return post_of(value)
    except ValueError as error:
        log.warning("a button to ask carried something else")
        raise UserError(questions.NOT_RECORDED) from error


def _post_of_message(body: JsonObject) -> tuple[str, str]:
    """The post that the shortcut was used on; for a reply the one that it is under."""
    channel, message = body.get("channel"), body.get("message")
    if not isinstance(channel, dict) or not isinstance(message, dict):
        raise UserError(questions.NOT_RECORDED)
    ts = message.get("ts")
    if message.get("subtype") != _BROADCAST:
        ts = message.get("thread_ts") or ts
    return str(channel.get("id") or ""), str(ts or "")


def _question_of(value: str) -> int:
    """The question's number. Raises UserError for what we never gave out."""
    if not (value.isascii() and value.isdecimal() and len(value) < 10):
        log.warning("a question's button carried something else")
        raise UserError(questions.NO_SUCH_QUESTION)
    return int(value)
