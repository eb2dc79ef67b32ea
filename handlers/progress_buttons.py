"""What stands under a post that was written with the form, and 解決しました wherever it is shown.

Rights are looked up when a button is pressed, not when it was shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from slack_bolt import Ack, App, BoltContext, Respond
from slack_sdk.models.views import View

from bot.core import help_wanted, progress
from bot.core.permissions import Actor
from bot.deps import Deps
from bot.errors import UserError
from bot.views import progress_form as form
from bot.views.help_wanted import RESOLVE_ACTION as RESOLVE_POST_ACTION
from bot.views.help_wanted import RESOLVED
from bot.views.progress_post import EDIT, MENU_ACTION, RESOLVE_ACTION, WITHDRAW
from bot.views.recognition import post_of
from handlers.commands.router import Answer, send
from handlers.forms import remembered, values_of
from handlers.people import actor_for, team_of
from handlers.problems import sentence_for
from handlers.progress import checked, refuse
from models.base import JsonObject
from models.draft import Draft

# From the presser, what was pressed and the trigger to an answer
Press = Callable[[Deps, Actor, JsonObject, str], Answer | None]


def register(app: App, deps: Deps) -> None:
    """Let the app answer these buttons, and the forms that they open."""
    for action_id, press in (
        (MENU_ACTION, _menu),
        (RESOLVE_ACTION, _resolve_form_post),
        (RESOLVE_POST_ACTION, _resolve),
    ):
        _on(app, deps, action_id, press)

    def on_edit(ack: Ack, view: JsonObject, context: BoltContext) -> None:
        _submit_edit(deps, ack, view, context)

    def on_withdraw(ack: Ack, view: JsonObject, context: BoltContext) -> None:
        _submit_withdrawal(deps, ack, view, context)

    app.view(form.EDIT_FORM)(on_edit)
    app.view(form.WITHDRAW_FORM)(on_withdraw)


def _on(app: App, deps: Deps, action_id: str, press: Press) -> None:
    def on_press(
        ack: Ack, body: JsonObject, action: JsonObject, context: BoltContext, respond: Respond
    ) -> None:
        ack()
        language = deps.settings.language
        try:
            actor = actor_for(deps, team_of(context), context.user_id or "")
            language = actor.language
            answer = press(deps, actor, action, str(body.get("trigger_id") or ""))
        except Exception as error:
            answer = Answer(sentence_for(error, action_id).of(language))
        send(respond, answer)

    app.action(action_id)(on_press)


def _menu(deps: Deps, actor: Actor, action: JsonObject, trigger_id: str) -> None:
    """編集 or 取り下げ, chosen under a post."""
    chosen = action.get("selected_option")
    value = str(chosen.get("value")) if isinstance(chosen, dict) else ""
    what, _, number = value.partition(":")
    draft_id = _draft_id(number)
    if what == EDIT:
        view = _edit_view(deps, actor, draft_id)
    elif what == WITHDRAW:
        view = _withdraw_view(deps, actor, draft_id)
    else:
        raise UserError(progress.IS_GONE)
    deps.slack.views_open(trigger_id=trigger_id, view=view)


def _edit_view(deps: Deps, actor: Actor, draft_id: int) -> View:
    with deps.database.read() as session:
        post = progress.own_post(session, actor, session.get(Draft, draft_id))
        written = progress.written_now(session, post)
    if written is None:
        raise UserError(progress.IS_LEFT_OUT)
    return form.edit_form(draft_id, written, actor.language)


def _withdraw_view(deps: Deps, actor: Actor, draft_id: int) -> View:
    with deps.database.read() as session:
        progress.own_post(session, actor, session.get(Draft, draft_id))
    return form.withdraw_form(draft_id, actor.language)


def _resolve_form_post(deps: Deps, actor: Actor, action: JsonObject, _trigger_id: str) -> Answer:
    """解決しました, pressed under a post that was written with the form."""
    with deps.database.read() as session:
        draft = session.get(Draft, _draft_id(action.get("value")))
    if draft is None or draft.team_id != actor.team_id or draft.ts is None:
        raise UserError(progress.IS_GONE)
    return _resolved(deps, actor, draft.channel_id, draft.ts)


def _resolve(deps: Deps, actor: Actor, action: JsonObject, _trigger_id: str) -> Answer:
    """解決しました, pressed in a digest."""
    try:
        channel_id, ts = post_of(str(action.get("value") or ""))
    except ValueError as error:
        raise UserError(help_wanted.NOT_ASKING) from error
    return _resolved(deps, actor, channel_id, ts)


def _resolved(deps: Deps, actor: Actor, channel_id: str, ts: str) -> Answer:
    with deps.database.write() as session:
        help_wanted.resolve(session, actor, channel_id, ts, now=deps.clock.now())
    deps.wake()
    return Answer(RESOLVED.of(actor.language))


def _submit_edit(deps: Deps, ack: Ack, view: JsonObject, context: BoltContext) -> None:
    language, team_id = deps.settings.language, team_of(context)
    try:
        actor = actor_for(deps, team_id, context.user_id or "")
        language = actor.language
        _edit(deps, actor, view)
    except Exception as error:
        refuse(deps, ack, view, team_id, error, language)
        return
    deps.wake()
    ack()


def _edit(deps: Deps, actor: Actor, view: JsonObject) -> None:
    sent = form.read_form(values_of(view))
    with deps.database.write() as session:
        draft = session.get(Draft, _draft_id(remembered(view).get("draft")))
        post = progress.own_post(session, actor, draft)
        before = progress.written_now(session, post)
        photos = before.photos if before is not None else ()
        kept = tuple(photo for photo in photos if photo["id"] in sent.kept)
        written = checked(replace(sent.written, photos=(*kept, *sent.written.photos)))
        progress.edit(
            session,
            actor,
            post.channel_id,
            post.ts,
            written,
            language=deps.settings.language,
            now=deps.clock.now(),
        )


def _submit_withdrawal(deps: Deps, ack: Ack, view: JsonObject, context: BoltContext) -> None:
    language = deps.settings.language
    try:
        actor = actor_for(deps, team_of(context), context.user_id or "")
        language = actor.language
        draft_id = _draft_id(remembered(view).get("draft"))
        with deps.database.write() as session:
            progress.withdraw(session, actor, draft_id, now=deps.clock.now())
    except Exception as error:
        sentence = sentence_for(error, "the withdrawal of a post").of(language)
        ack(response_action="update", view=form.notice(sentence, language))
        return
    deps.wake()
    ack()


def _draft_id(value: object) -> int:
    """The number of a draft. Raises UserError for anything else that a button carries."""
    text = str(value)
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise UserError(progress.IS_GONE)
    return int(text)
