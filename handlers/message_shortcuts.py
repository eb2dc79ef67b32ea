"""Shortcuts on a message: 進捗として記録, 記録から外す, なぜ数えられた？

The message comes with the request, as Slack shows it
(docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload).
"""

from __future__ import annotations

from collections.abc import Callable

from slack_bolt import Ack, App, BoltContext, Respond
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View

from bot.core.explain import choose_marks, explain
from bot.core.markup import safe
from bot.core.permissions import Actor
from bot.deps import Deps
from bot.errors import UserError
from bot.manifest import LEAVE_OUT_MESSAGE, RECORD_MESSAGE, WHY_COUNTED
from bot.recording import by_hand
from bot.recording.messages import is_by_person
from bot.recording.payload import MalformedEventError, Payload
from bot.text import Text
from bot.views import explanation as view
from bot.views.recognition import post_of
from handlers.commands.router import Answer, send
from handlers.people import actor_for, team_of
from handlers.problems import sentence_for
from models.base import JsonObject
from models.project import Project

RECORDED = Text(
    ja="「{project}」の進捗として記録しました。取り消すときは、同じメニューの「記録から外す」です。",
    en="Recorded as progress of “{project}”. “Leave out of the record” in the same menu undoes it.",
)
LEFT_OUT = Text(
    ja="記録から外しました。記録した文章はすべて消しました。あとから編集されても記録しません。"
    "Slackのメッセージはそのままです。\n戻すときは、同じメニューの「進捗として記録」です。",
    en="Left out of the record. The recorded words are erased, and later edits won't be recorded. "
    "The message itself stays in Slack.\n“Record as progress” in the same menu brings it back.",
)
NOT_A_MESSAGE = Text(
    ja="このメッセージのことは分かりませんでした。もう一度、メッセージのメニューから選んでください。",
    en="I could not tell which message this is. Please choose again in the message's menu.",
)

# What is done with a message: from the parts, the person and what Slack shows to an answer
Act = Callable[[Deps, Actor, str, Payload], Answer]


def register(app: App, deps: Deps) -> None:
    """Let the app answer these shortcuts."""
    _on(app, deps, RECORD_MESSAGE, _record)
    _on(app, deps, LEAVE_OUT_MESSAGE, _leave_out)

    def on_why(ack: Ack, body: JsonObject, context: BoltContext) -> None:
        ack()
        _why(deps, body, context)

    def on_marks(ack: Ack, body: JsonObject, action: JsonObject, context: BoltContext) -> None:
        ack()
        _choose_marks(deps, body, str(action.get("value") or ""), context)

    app.message_shortcut(WHY_COUNTED)(on_why)
    app.action(view.MARKS_ACTION)(on_marks)


def _on(app: App, deps: Deps, callback_id: str, act: Act) -> None:
    def on_shortcut(ack: Ack, body: JsonObject, context: BoltContext, respond: Respond) -> None:
        ack()
        language = deps.settings.language
        try:
            actor = actor_for(deps, team_of(context), context.user_id or "")
            language = actor.language
            channel_id, message = _shown(body)
            answer = act(deps, actor, channel_id, message)
        except Exception as error:
            answer = Answer(sentence_for(error, callback_id).of(language))
        send(respond, answer)

    app.message_shortcut(callback_id)(on_shortcut)


def _record(deps: Deps, actor: Actor, channel_id: str, message: Payload) -> Answer:
    with deps.database.write() as session:
        post = by_hand.record(session, actor, channel_id, message, now=deps.clock.now())
        project = session.get_one(Project, post.project_id)
    deps.wake()
    return Answer(RECORDED.of(actor.language, project=safe(project.name)))


def _leave_out(deps: Deps, actor: Actor, channel_id: str, message: Payload) -> Answer:
    with deps.database.write() as session:
        by_hand.leave_out(session, actor, channel_id, message, now=deps.clock.now())
    deps.wake()
    return Answer(LEFT_OUT.of(actor.language))


def _why(deps: Deps, body: JsonObject, context: BoltContext) -> None:
    language = deps.settings.language
    try:
        actor = actor_for(deps, team_of(context), context.user_id or "")
        language = actor.language
        channel_id, message = _shown(body)
        shown = _explained(
            deps, actor, channel_id, message.required("ts"), by_machine=not is_by_person(message)
        )
    except Exception as error:
        shown = view.sentence(sentence_for(error, WHY_COUNTED).of(language), language)
    try:
        deps.slack.views_open(trigger_id=str(body.get("trigger_id") or ""), view=shown)
    except (SlackApiError, OSError) as error:
        sentence_for(error, WHY_COUNTED)  # nobody is to be told; the person can ask again


def _choose_marks(deps: Deps, body: JsonObject, value: str, context: BoltContext) -> None:
    """The asker wants 📝 on their own posts, or none: the explanation says how it is now."""
    language = deps.settings.language
    try:
        actor = actor_for(deps, team_of(context), context.user_id or "")
        language = actor.language
        turn, _, post = value.partition(":")
        channel_id, ts = post_of(post)
        with deps.database.write() as session:
            choose_marks(session, actor, channel_id, ts, turn == view.ON, now=deps.clock.now())
        shown = _explained(deps, actor, channel_id, ts, by_machine=False)
    except ValueError:
        shown = view.sentence(NOT_A_MESSAGE.of(language), language)
    except Exception as error:
        shown = view.sentence(sentence_for(error, WHY_COUNTED).of(language), language)
    deps.wake()
    opened = body.get("view")
    view_id = str(opened.get("id")) if isinstance(opened, dict) else ""
    try:
        deps.slack.views_update(view_id=view_id, view=shown)
    except (SlackApiError, OSError) as error:
        sentence_for(error, WHY_COUNTED)


def _explained(deps: Deps, actor: Actor, channel_id: str, ts: str, *, by_machine: bool) -> View:
    with deps.database.read() as session:
        found = explain(session, actor, channel_id, ts, by_machine=by_machine)
    return view.explanation(found, deps.settings.timezone, actor.language)


def _shown(body: JsonObject) -> tuple[str, Payload]:
    """The channel and the message that the shortcut was used on. Raises UserError without them."""
    payload = Payload(body)
    channel_id, message = payload.id_of("channel"), payload.inner("message")
    try:
        message.required("ts")
    except MalformedEventError as error:
        raise UserError(NOT_A_MESSAGE) from error
    if not channel_id:
        raise UserError(NOT_A_MESSAGE)
    return channel_id, message
