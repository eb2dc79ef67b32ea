"""One trial for every button, menu, shortcut and form: what somebody does, and with what."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from slack_sdk.models.views import View

from bot import manifest
from bot.core.evidence import Measure, QuotedPost
from bot.core.progress import Place
from bot.core.projects import ProjectDetails, details_of
from bot.core.slack_time import from_datetime
from bot.core.written import Written
from bot.views import (
    digest_posts,
    explanation,
    help_wanted,
    home,
    home_checklist,
    home_coordination,
    home_forms,
    home_lead,
    home_settings,
    home_successes,
    kudos,
    progress_form,
    progress_post,
    project_card,
    project_form,
    projects,
    questions,
    quiet,
    recognition,
)
from bot.views import people as people_view
from bot.views.digest import Style
from bot.views.digest_scope import OPEN, Scope
from handlers import registration
from handlers.commands.digest.sending import MORE_ACTION
from models.project import Project
from sandbox import Person
from sandbox.json_types import JsonObject
from tests.conftest import JST
from tests.rights.world import NOW, World

# What somebody does; what they then get to read
Act = Callable[[World, Person], list[str]]


@dataclass(frozen=True)
class Trial:
    """`row` is its row in the table; `tried` the action_id or the callback_id that it tries."""

    kind: str
    row: str
    tried: str
    act: Act


def _text(words: str) -> JsonObject:
    return {"type": "plain_text", "text": words}


def _button(action_id: str, value: str) -> JsonObject:
    return {"type": "button", "action_id": action_id, "value": value, "text": _text("-")}


def _menu(kind: str, action_id: str, value: str) -> JsonObject:
    option: JsonObject = {"text": _text("-"), "value": value}
    menu: JsonObject = {"type": kind, "action_id": action_id, "options": [option]}
    return menu | ({"placeholder": _text("-")} if kind == "static_select" else {})


def _under_a_message(
    row: str, action_id: str, value: str | Callable[[World], str] = "", kind: str = "button"
) -> Trial:
    def act(world: World, person: Person) -> list[str]:
        return world.presses(person, _element(kind, action_id, _filled(value, world)))

    return Trial("button", row, action_id, act)


def _at_home(
    row: str, action_id: str, value: str | Callable[[World], str] = "", kind: str = "button"
) -> Trial:
    def act(world: World, person: Person) -> list[str]:
        return world.presses_at_home(person, _element(kind, action_id, _filled(value, world)))

    return Trial("button", row, action_id, act)


def _in_a_modal(row: str, action_id: str, value: str | Callable[[World], str]) -> Trial:
    def act(world: World, person: Person) -> list[str]:
        return world.presses_in_modal(person, _button(action_id, _filled(value, world)))

    return Trial("button", row, action_id, act)


def _element(kind: str, action_id: str, value: str) -> JsonObject:
    return _button(action_id, value) if kind == "button" else _menu(kind, action_id, value)


def _filled(value: str | Callable[[World], str], world: World) -> str:
    return value if isinstance(value, str) else value(world)


def _shortcut(callback_id: str, *, on_message: bool = True) -> Trial:
    def act(world: World, person: Person) -> list[str]:
        return world.uses(person, callback_id, world.post if on_message else None)

    return Trial("shortcut", callback_id, callback_id, act)


def _form(
    row: str,
    callback_id: str,
    view: Callable[[World, Person], View],
    filled: Callable[[World], Mapping[str, object]] = lambda world: {},
) -> Trial:
    def act(world: World, person: Person) -> list[str]:
        return world.sends(person, view(world, person), filled(world))

    return Trial("form", row, callback_id, act)


# --- what buttons and forms carry ----------------------------------------------------------


def _post(world: World) -> str:
    return recognition.post_value(world.group.id, world.post.ts)


def _scope(_world: World) -> str:
    return Scope(Measure.POSTS, NOW - timedelta(days=1), NOW + timedelta(days=1)).encode()


def _registering(world: World) -> str:
    return json.dumps({"name": "新しい名前", "channel": world.group.id})


def _adding(world: World) -> str:
    return json.dumps({"project": 1, "channel": world.group.id})


def _invitation(world: World) -> str:
    return f"1:{world.invitation}"


def _lead(world: World) -> str:
    return f"1:{world.people['lead'].id}"


def _register_form(world: World, person: Person) -> View:
    details = ProjectDetails(name="新しい名前", leads=(person.id,))
    return project_form.register_form(details, world.group.id, "ja")


def _edit_form(world: World, _person: Person) -> View:
    with world.deps.database.read() as session:
        details = details_of(session, session.get_one(Project, 1))
    return project_form.edit_form(1, details, [world.group.id], "ja")


def _consent_form(world: World, person: Person) -> View:
    details = ProjectDetails(name="新しい名前", leads=(person.id,))
    return project_form.consent_form(details, world.group.id, "市長", "ja")


def _progress_form(world: World, _person: Person) -> View:
    places = [Place(world.group.id, "防災DX", world.group.name)]
    return progress_form.progress_form(places, world.group.id, "ja", text="試しました")


def _question_form(world: World, _person: Person) -> View:
    style = Style("ja", JST, "https://example.slack.com/")
    post = QuotedPost(world.group.id, world.post.ts, "防災DX", text=world.post.text)
    return questions.form(post, "ja", style)


TRIALS = (
    # Under messages: the project's card, lists, questions before a private channel
    _under_a_message("project_edit", project_card.EDIT_ACTION, "1"),
    _under_a_message(
        "project_list_page_…",
        f"{projects.PAGE_ACTION}_next",
        json.dumps({"filter": "", "page": 1}),
    ),
    _under_a_message(registration.CONFIRM_REGISTER, registration.CONFIRM_REGISTER, _registering),
    _under_a_message(registration.CONFIRM_CHANNEL, registration.CONFIRM_CHANNEL, _adding),
    _under_a_message(registration.CANCEL_ACTION, registration.CANCEL_ACTION, "cancel"),
    _under_a_message(people_view.DECLINE, people_view.DECLINE, _invitation),
    _under_a_message(kudos.MENU_ACTION, kudos.MENU_ACTION, kudos.withdraw_value(1), "overflow"),
    # Under posts: those of the form, and those that are shown in digests
    _under_a_message(
        f"{progress_post.MENU_ACTION}",
        progress_post.MENU_ACTION,
        f"{progress_post.EDIT}:1",
        "overflow",
    ),
    _under_a_message(progress_post.RESOLVE_ACTION, progress_post.RESOLVE_ACTION, "1"),
    _under_a_message(help_wanted.RESOLVE_ACTION, help_wanted.RESOLVE_ACTION, _post),
    _under_a_message(recognition.LIKE_ACTION, recognition.LIKE_ACTION, _post),
    _under_a_message(recognition.ASK_ACTION, recognition.ASK_ACTION, _post),
    _under_a_message(recognition.LINK_ACTION, recognition.LINK_ACTION, "-"),
    _under_a_message(questions.ANSWERED_ACTION, questions.ANSWERED_ACTION, "1"),
    _under_a_message(questions.REOPEN_ACTION, questions.REOPEN_ACTION, "1"),
    _in_a_modal(
        explanation.MARKS_ACTION,
        explanation.MARKS_ACTION,
        lambda world: f"{explanation.ON}:{_post(world)}",
    ),
    # In digests
    _under_a_message("digest_open_…", f"{OPEN}_posts", _scope),
    _in_a_modal("digest_turn_…", f"{digest_posts.TURN}_next", _scope),
    _under_a_message(MORE_ACTION, MORE_ACTION, from_datetime(NOW)),
    # In the messages to the leads of quiet projects
    _under_a_message(quiet.POST_ACTION, quiet.POST_ACTION, "1"),
    _under_a_message(quiet.PAUSE_ACTION, quiet.PAUSE_ACTION, "1"),
    _under_a_message(quiet.CONSULT_ACTION, quiet.CONSULT_ACTION, "1"),
    # In the Home
    _at_home("home_tab_…", f"{home.TAB_ACTION}_mine", "mine"),
    _at_home("home_turn_…", f"{home.TURN_ACTION}_next", "projects:1"),
    _at_home(home_lead.POST_ACTION, home_lead.POST_ACTION, "1"),
    _at_home(home_lead.EDIT_ACTION, home_lead.EDIT_ACTION, "1"),
    _at_home(home_lead.STAGE_ACTION, home_lead.STAGE_ACTION, "1:trial", "static_select"),
    _at_home(home_lead.MEMBERS_ACTION, home_lead.MEMBERS_ACTION, "1"),
    _at_home(home_coordination.KEEP_LEAD, home_coordination.KEEP_LEAD, _lead),
    _at_home(home_settings.LANGUAGE_ACTION, home_settings.LANGUAGE_ACTION, "ja", "static_select"),
    _at_home(home_settings.NOTICES_ACTION, home_settings.NOTICES_ACTION, "now", "static_select"),
    _at_home(
        home_settings.SWITCHES_ACTION,
        home_settings.SWITCHES_ACTION,
        home_settings.MONTHLY,
        "checkboxes",
    ),
    _at_home(home_checklist.SET_OFFICE, home_checklist.SET_OFFICE, "-"),
    _at_home(home_checklist.SET_AUDIENCE, home_checklist.SET_AUDIENCE, "-"),
    _at_home(home_checklist.SET_SCHEDULE, home_checklist.SET_SCHEDULE, "-"),
    _at_home(home_checklist.SET_PROJECT, home_checklist.SET_PROJECT, "-"),
    _at_home(home_successes.EXPORT_ACTION, home_successes.EXPORT_ACTION, "-"),
    _in_a_modal("home_export_turn_…", f"{home_successes.EXPORT_TURN}_next", "0"),
    # Shortcuts
    _shortcut(manifest.PROGRESS_FORM, on_message=False),
    _shortcut(manifest.RECORD_MESSAGE),
    _shortcut(manifest.LEAVE_OUT_MESSAGE),
    _shortcut(manifest.WHY_COUNTED),
    _shortcut(manifest.ASK_ABOUT_POST),
    # Forms
    _form("project_form: register", project_form.FORM, _register_form),
    _form("project_form: edit", project_form.FORM, _edit_form, lambda world: {"purpose": "目的"}),
    _form(project_form.CONSENT, project_form.CONSENT, _consent_form),
    _form(progress_form.FORM, progress_form.FORM, _progress_form),
    _form(
        progress_form.EDIT_FORM,
        progress_form.EDIT_FORM,
        lambda world, person: progress_form.edit_form(1, Written(done="直しました"), "ja"),
    ),
    _form(
        progress_form.WITHDRAW_FORM,
        progress_form.WITHDRAW_FORM,
        lambda world, person: progress_form.withdraw_form(1, "ja"),
    ),
    _form(questions.FORM, questions.FORM, _question_form),
    _form(
        home_forms.OFFICE_FORM,
        home_forms.OFFICE_FORM,
        lambda world, person: home_forms.office_form(NOW.date(), "ja"),
        lambda world: {home_forms.OFFICE: "助役", home_forms.PERSON: world.people["staff"].id},
    ),
    _form(
        home_forms.AUDIENCE_FORM,
        home_forms.AUDIENCE_FORM,
        lambda world, person: home_forms.audience_form("ja", "ja"),
        lambda world: {home_forms.PERSON: world.people["staff"].id},
    ),
    _form(
        home_forms.SCHEDULE_FORM,
        home_forms.SCHEDULE_FORM,
        lambda world, person: home_forms.schedule_form(4, "16:00", "ja"),
    ),
    _form(
        home_successes.EXPORT_FORM,
        home_successes.EXPORT_FORM,
        lambda world, person: home_successes.export("-", 0, "ja"),
    ),
)
