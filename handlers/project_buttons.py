"""Buttons about projects: the card's, the list's pages, and the question before a private channel.

Rights are looked up when a button is pressed, not when it was shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from slack_bolt import Ack, App, BoltContext, Respond

from bot.core.permissions import Actor
from bot.core.projects import ProjectDetails
from bot.core.registry import clean, of_workspace, require_change
from bot.deps import Deps
from bot.text import Text
from bot.views.project_card import EDIT_ACTION
from bot.views.projects import PAGE_ACTION
from handlers.commands.project.browse import list_page
from handlers.commands.project.change import open_edit_form
from handlers.commands.router import Answer, send
from handlers.given import fields, number, reading
from handlers.people import actor_for, team_of
from handlers.problems import sentence_for
from handlers.registration import (
    CANCEL_ACTION,
    CONFIRM_CHANNEL,
    CONFIRM_REGISTER,
    channel_added,
    complete,
    look_up_for_adding,
    prepare,
    registered,
    tie_channel,
)
from models.base import JsonObject

CANCELLED = Text(
    ja="登録しませんでした。何も変わっていません。", en="Not registered. Nothing has changed."
)

# What a button does: from the parts, the presser, the button's value and the trigger to an answer
Press = Callable[[Deps, Actor, str, str], Answer | None]


def register(app: App, deps: Deps) -> None:
    """Let the app answer these buttons."""
    _on(app, deps, EDIT_ACTION, _edit, replace=False)
    _on(app, deps, re.compile(f"{PAGE_ACTION}_(previous|next)"), _turn_page, replace=True)
    _on(app, deps, CONFIRM_REGISTER, _confirm_register, replace=True)
    _on(app, deps, CONFIRM_CHANNEL, _confirm_channel, replace=True)
    _on(app, deps, CANCEL_ACTION, _cancel, replace=True)


def _on(
    app: App, deps: Deps, action_id: str | re.Pattern[str], press: Press, *, replace: bool
) -> None:
    def on_press(
        ack: Ack, body: JsonObject, action: JsonObject, context: BoltContext, respond: Respond
    ) -> None:
        ack()
        language = deps.settings.language
        try:
            actor = actor_for(deps, team_of(context), context.user_id or "")
            language = actor.language
            trigger = str(body.get("trigger_id") or "")
            answer = press(deps, actor, str(action.get("value") or ""), trigger)
        except Exception as error:
            answer = Answer(sentence_for(error, "a button").of(language))
            send(respond, answer)  # the question stays: it can be answered again
            return
        send(respond, answer, replace=replace)

    app.action(action_id)(on_press)


def _edit(deps: Deps, actor: Actor, value: str, trigger_id: str) -> Answer | None:
    with deps.database.read() as session:
        project = of_workspace(session, actor, number(value))
    open_edit_form(deps, actor, project, trigger_id)
    return None


def _turn_page(deps: Deps, actor: Actor, value: str, _trigger_id: str) -> Answer:
    wanted = fields(value)
    return list_page(deps, actor, str(wanted.get("filter") or ""), number(wanted.get("page")))


def _confirm_register(deps: Deps, actor: Actor, value: str, _trigger_id: str) -> Answer:
    with reading():
        asked = fields(value)
        name, channel_id = str(asked["name"]), str(asked["channel"])
    details = clean(ProjectDetails(name=name, leads=(actor.user_id,)))
    channel = prepare(deps, deps.slack, actor, details, channel_id, ask_membership=True)
    return registered(complete(deps, deps.slack, actor, details, channel), actor.language)


def _confirm_channel(deps: Deps, actor: Actor, value: str, _trigger_id: str) -> Answer:
    with reading():
        asked = fields(value)
        project_id, channel_id = number(asked["project"]), str(asked["channel"])
    with deps.database.read() as session:
        require_change(session, actor, of_workspace(session, actor, project_id))
    channel = look_up_for_adding(deps, actor, channel_id)
    facts = tie_channel(deps, actor, project_id, channel)
    return channel_added(facts, channel.channel_id, actor.language)


def _cancel(_deps: Deps, actor: Actor, _value: str, _trigger_id: str) -> Answer:
    return Answer(CANCELLED.of(actor.language))
