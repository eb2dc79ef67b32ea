"""The checklist of the coordinators' page: each step done in place, with a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from slack_bolt import Ack, App, BoltContext

from bot.core import offices
from bot.core.dates import midnight
from bot.core.permissions import Actor, require_coordinator, require_staff
from bot.core.projects import ProjectDetails
from bot.deps import Deps
from bot.errors import UserError
from bot.text import Text
from bot.views import home_checklist as checklist
from bot.views import home_forms as forms
from bot.views import offices as offices_view
from bot.views.project_form import register_form
from handlers.commands.digest.audience import add_audience
from handlers.commands.digest.schedule import change_schedule
from handlers.commands.office import require_staff_member
from handlers.forms import errors_at, hasty, values_of
from handlers.home import Do, Press, answer
from handlers.people import actor_for, team_of
from handlers.problems import sentence_for
from models.base import JsonObject
from models.workspace import Workspace

CHANNEL_OR_PERSON = Text(
    ja="チャンネルか個人の、どちらか1つを選んでください。",
    en="Please choose either a channel or a person.",
)

# Takes over what was filled in and says so. Raises UserError, with the field that is wrong.
Save = Callable[[Deps, Actor, forms.Values], str]


def register(app: App, deps: Deps) -> None:
    """Let the app answer the checklist's buttons and forms."""
    answer(app, deps, ACTIONS)
    for callback_id, (save, first) in FORMS.items():
        _on_form(app, deps, callback_id, save, first)


def _open_office(deps: Deps, actor: Actor, press: Press) -> None:
    require_coordinator(actor)
    today = deps.clock.now().astimezone(deps.settings.timezone).date()
    form = forms.office_form(today, actor.language)
    deps.slack.views_open(trigger_id=press.trigger_id, view=form)


def _open_audience(deps: Deps, actor: Actor, press: Press) -> None:
    require_coordinator(actor)
    form = forms.audience_form(deps.settings.language, actor.language)
    deps.slack.views_open(trigger_id=press.trigger_id, view=form)


def _open_schedule(deps: Deps, actor: Actor, press: Press) -> None:
    require_coordinator(actor)
    with deps.database.read() as session:
        workspace = session.get_one(Workspace, actor.team_id)
    form = forms.schedule_form(workspace.digest_weekday, workspace.digest_time, actor.language)
    deps.slack.views_open(trigger_id=press.trigger_id, view=form)


def _open_project(deps: Deps, actor: Actor, press: Press) -> None:
    require_staff(actor)
    details = ProjectDetails(name="", leads=(actor.user_id,))
    form = register_form(details, None, actor.language)
    deps.slack.views_open(trigger_id=press.trigger_id, view=form)


def _on_form(app: App, deps: Deps, callback_id: str, save: Save, first: str) -> None:
    """Let the app answer a form. What belongs to none of its fields stands at the `first`."""

    def submit(ack: Ack, view: JsonObject, context: BoltContext) -> None:
        language, team_id = deps.settings.language, team_of(context)
        values = values_of(view)
        try:
            actor = actor_for(deps, team_id, context.user_id or "")
            language = actor.language
            require_coordinator(actor)
            words = save(replace(deps, slack=hasty(deps)), actor, values)
        except Exception as error:
            text = sentence_for(error, callback_id)
            field = error.field if isinstance(error, UserError) else None
            wrong = [UserError(text, field=field)]
            errors = errors_at(deps, team_id, wrong, set(values), first, language)
            ack(response_action="errors", errors=errors)
        else:
            ack(response_action="update", view=forms.done(words, language))
        deps.wake()

    app.view(callback_id)(submit)


def _save_office(deps: Deps, actor: Actor, values: forms.Values) -> str:
    zone = deps.settings.timezone
    filled = forms.read_office(values, deps.clock.now().astimezone(zone).date())
    try:
        require_staff_member(deps, actor, filled.person)
    except UserError as error:
        raise UserError(error.text, field=forms.PERSON) from error
    with deps.database.write() as session:
        appointment = offices.assign(
            session,
            actor,
            filled.office,
            filled.person,
            since=midnight(filled.since, zone),
            now=deps.clock.now(),
        )
    return offices_view.assigned(appointment, actor.language, zone)


def _save_audience(deps: Deps, actor: Actor, values: forms.Values) -> str:
    filled = forms.read_audience(values)
    if (filled.channel is None) == (filled.person is None):
        raise UserError(CHANNEL_OR_PERSON, field=forms.CHANNEL)
    try:
        return add_audience(
            deps, actor, channel_id=filled.channel, user_id=filled.person, language=filled.language
        )
    except UserError as error:
        field = forms.CHANNEL if filled.channel else forms.PERSON
        raise UserError(error.text, field=field) from error


def _save_schedule(deps: Deps, actor: Actor, values: forms.Values) -> str:
    filled = forms.read_schedule(values)
    return change_schedule(deps, actor, filled.weekday, filled.time)


# What each button and list does, by its action_id
ACTIONS: Mapping[str, Do] = {
    checklist.SET_OFFICE: _open_office,
    checklist.SET_AUDIENCE: _open_audience,
    checklist.SET_SCHEDULE: _open_schedule,
    checklist.SET_PROJECT: _open_project,
}

# What each form does, by its callback_id, and the field for what belongs to no other
FORMS: Mapping[str, tuple[Save, str]] = {
    forms.OFFICE_FORM: (_save_office, forms.OFFICE),
    forms.AUDIENCE_FORM: (_save_audience, forms.CHANNEL),
    forms.SCHEDULE_FORM: (_save_schedule, forms.WEEKDAY),
}
