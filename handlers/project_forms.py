"""The form that registers or edits a project, once it is sent.

Slack waits three seconds for the verdict on a form, and shows the errors at their fields
(docs.slack.dev/surfaces/modals). So the questions to Slack on the way are short of breath: the
person can send the form again, with everything that was typed still in it.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient
from slack_sdk.models.views import View

from bot.core.markup import safe
from bot.core.names import names_of
from bot.core.permissions import Actor
from bot.core.projects import ProjectDetails, ProjectFacts
from bot.core.registry import clean, edit, problems
from bot.deps import Deps
from bot.errors import UserError
from bot.text import Language, Text
from bot.views import project_form as form
from bot.views.quoting import plain
from handlers.people import actor_for, team_of
from handlers.problems import sentence_for
from handlers.registration import complete, prepare, readers, registered
from models.base import JsonObject

ERROR_LENGTH = 300
_PERSON = re.compile(r"<@([A-Z0-9]+)>")
_CHANNEL = re.compile(r"<#([A-Z0-9]+)>")

# Seconds for one answer of Slack, and for all of them before anything is written
SLACK_ANSWER = 2
ALL_ANSWERS = 2.5

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


class _FormError(Exception):
    """What is wrong, by field."""

    def __init__(self, problems: tuple[UserError, ...]) -> None:
        super().__init__()
        self.problems = problems


def _submit_form(deps: Deps, ack: Ack, view: JsonObject, context: BoltContext) -> None:
    language, team_id = deps.settings.language, team_of(context)
    in_time = _deadline()
    try:
        actor = actor_for(deps, team_id, context.user_id or "")
        language = actor.language
        filled = form.read_form(_values(view))
        details = clean(filled.details)
        wrong = problems(details)
        if wrong:
            raise _FormError(wrong)
        remembered = _remembered(view)
        if "project" in remembered:
            following = _save(deps, actor, remembered, details, in_time)
        else:
            following = _register(deps, actor, details, filled.channel_id, in_time)
    except _FormError as error:
        found = error.problems
    except UserError as error:
        found = (error,)
    except Exception as error:
        found = (UserError(sentence_for(error, "the project form")),)
    else:
        ack(response_action="update", view=following)
        return
    fields = _values(view)
    errors = {
        # What belongs to no field of this form stands at the first one.
        problem.field if problem.field in fields else "name": problem.text.of(language)
        for problem in reversed(found)
    }
    ack(
        response_action="errors",
        errors={
            field: _unformatted(deps, team_id, sentence, language)
            for field, sentence in errors.items()
        },
    )


def _submit_consent(deps: Deps, ack: Ack, view: JsonObject, context: BoltContext) -> None:
    language = deps.settings.language
    in_time = _deadline()
    try:
        actor = actor_for(deps, team_of(context), context.user_id or "")
        language = actor.language
        remembered = _remembered(view)
        kept = remembered["details"]
        details = form.details_from_json(kept if isinstance(kept, dict) else {})
        slack = _hasty(deps)
        channel = prepare(
            deps, slack, actor, details, str(remembered["channel"]), ask_membership=True
        )
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
    slack = _hasty(deps)
    channel = prepare(deps, slack, actor, details, channel_id, ask_membership=True)
    if channel.is_private:
        who = readers(deps, actor)
        return form.consent_form(details, channel.channel_id, who, actor.language)
    facts = complete(deps, slack, actor, details, channel, in_time=in_time)
    return _registered(facts, actor.language)


def _save(
    deps: Deps,
    actor: Actor,
    remembered: Mapping[str, object],
    details: ProjectDetails,
    in_time: Callable[[], None],
) -> View:
    in_time()
    with deps.database.write() as session:
        facts = edit(
            session,
            actor,
            int(str(remembered["project"])),
            details,
            seen=str(remembered["seen"]),
            now=deps.clock.now(),
        )
    deps.wake()
    language = actor.language
    return form.done(SAVED.of(language, name=safe(facts.details.name)), language)


def _registered(facts: ProjectFacts, language: Language) -> View:
    return form.done(registered(facts, language).text, language)


def _unformatted(deps: Deps, team_id: str, sentence: str, language: Language) -> str:
    """The sentence for a place where Slack formats nothing: names instead of IDs, no marks."""
    people, channels = _PERSON.findall(sentence), _CHANNEL.findall(sentence)
    names: dict[str, str] = {}
    if people or channels:
        with deps.database.read() as session:
            names = names_of(session, team_id, people, channels)
    named = _CHANNEL.sub(
        lambda found: f"<#{found[1]}|{names[found[1]]}>" if found[1] in names else found[0],
        sentence,
    )
    words = plain(named, ERROR_LENGTH, names=names, language=language)
    return words.replace("＠", "@")  # nobody is notified there, and people copy it


def _hasty(deps: Deps) -> WebClient:
    """Slack with little patience and no second try."""
    return WebClient(
        token=deps.slack.token,
        base_url=deps.slack.base_url,
        timeout=SLACK_ANSWER,
        retry_handlers=[],
    )


def _deadline() -> Callable[[], None]:
    """Raises TimeoutError once it is too late to write anything and still tell the person."""
    started = time.monotonic()

    def in_time() -> None:
        if time.monotonic() - started > ALL_ANSWERS:
            raise TimeoutError("Slack took too long over a form")

    return in_time


def _remembered(view: JsonObject) -> Mapping[str, object]:
    kept = json.loads(str(view.get("private_metadata") or "{}"))
    return kept if isinstance(kept, dict) else {}


def _values(view: JsonObject) -> dict[str, dict[str, dict[str, object]]]:
    state = view.get("state")
    values = state.get("values") if isinstance(state, dict) else None
    return values if isinstance(values, dict) else {}
