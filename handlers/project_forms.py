"""The form that registers or edits a project, once it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from slack_bolt import Ack, App, BoltContext
from slack_sdk.models.views import View

from bot.core.markup import safe
from bot.core.permissions import Actor
from bot.core.projects import ProjectDetails, ProjectFacts
from bot.core.registry import clean, edit, problems
from bot.deps import Deps
from bot.errors import UserError
from bot.text import Language, Text
from bot.views import project_form as form
from handlers.forms import FormError, deadline, errors_at, hasty, remembered, values_of
from handlers.given import number, reading
from handlers.people import actor_for, team_of
from handlers.problems import sentence_for
from handlers.registration import complete, prepare, readers, registered
from models.base import JsonObject

CHANNEL_MISSING = Text(ja="チャンネルを選んでください。", en="Please choose a channel.")
SAVED = Text(ja="「{name}」の内容を保存しました。", en="“{name}” is saved.")


def register(app: App, deps: Deps) -> None:
    """Let the app answer these forms."""

    def on_form(ack: Ack, view: JsonObject, context: BoltContext) -> None:
        _submit_form(deps, ack, view, context)

    def on_consent(ack: Ack, view: JsonObject, context: BoltContext) -> None:
        _submit_consent(deps, ack, view, context)

    app.view(form.FORM)(on_form)
    app.view(form.CONSENT)(on_consent)


def _submit_form(deps: Deps, ack: Ack, view: JsonObject, context: BoltContext) -> None:
    language, team_id = deps.settings.language, team_of(context)
    in_time = deadline()
    try:
        actor = actor_for(deps, team_id, context.user_id or "")
        language = actor.language
        with reading():
            filled = form.read_form(values_of(view))
        details = clean(filled.details)
        wrong = problems(details)
        if wrong:
            raise FormError(wrong)
        opened_with = remembered(view)
        if "project" in opened_with:
            following = _save(deps, actor, opened_with, details, in_time)
        else:
            following = _register(deps, actor, details, filled.channel_id, in_time)
    except FormError as error:
        found = error.problems
    except UserError as error:
        found = (error,)
    except Exception as error:
        found = (UserError(sentence_for(error, "the project form")),)
    else:
        ack(response_action="update", view=following)
        return
    errors = errors_at(deps, team_id, found, values_of(view), "name", language)
    ack(response_action="errors", errors=errors)


def _submit_consent(deps: Deps, ack: Ack, view: JsonObject, context: BoltContext) -> None:
    language = deps.settings.language
    in_time = deadline()
    try:
        actor = actor_for(deps, team_of(context), context.user_id or "")
        language = actor.language
        opened_with = remembered(view)
        with reading():
            kept, channel_id = opened_with["details"], str(opened_with["channel"])
            details = form.details_from_json(kept if isinstance(kept, dict) else {})
        slack = hasty(deps)
        channel = prepare(deps, slack, actor, details, channel_id, ask_membership=True)
        facts = complete(deps, slack, actor, details, channel, in_time=in_time)
    except Exception as error:
        sentence = sentence_for(error, "the consent form").of(language)
        ack(response_action="update", view=form.stopped(sentence, language))
    else:
        ack(response_action="update", view=_registered(facts, language))


def _register(
    deps: Deps,
    actor: Actor,
    details: ProjectDetails,
    channel_id: str | None,
    in_time: Callable[[], None],
) -> View:
    """Register, or ask about the private channel first: the view that comes next."""
    if channel_id is None:
        raise UserError(CHANNEL_MISSING, field="channel")
    slack = hasty(deps)
    channel = prepare(deps, slack, actor, details, channel_id, ask_membership=True)
    if channel.is_private:
        who = readers(deps, actor)
        return form.consent_form(details, channel.channel_id, who, actor.language)
    facts = complete(deps, slack, actor, details, channel, in_time=in_time)
    return _registered(facts, actor.language)


def _save(
    deps: Deps,
    actor: Actor,
    opened_with: Mapping[str, object],
    details: ProjectDetails,
    in_time: Callable[[], None],
) -> View:
    in_time()
    with deps.database.write() as session:
        facts = edit(
            session,
            actor,
            number(opened_with["project"]),
            details,
            seen=str(opened_with.get("seen")),
            now=deps.clock.now(),
        )
    deps.wake()
    language = actor.language
    return form.done(SAVED.of(language, name=safe(facts.details.name)), language)


def _registered(facts: ProjectFacts, language: Language) -> View:
    return form.done(registered(facts, language).text, language)
