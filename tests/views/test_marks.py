"""Bold and code are seen as such: no mark stands where Slack leaves it as it was typed."""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.core.audit import Change
from bot.core.evidence import QuotedPost
from bot.core.explain import Acknowledged, Explanation, Rule
from bot.core.help_wanted import Wanted
from bot.core.offices import Appointment, OfficeFacts
from bot.core.people import CameBy, Participant, ProjectRole
from bot.core.progress import Place
from bot.core.projects import (
    Capture,
    Kind,
    ProjectDetails,
    ProjectFacts,
    ProjectLine,
    Stage,
    Status,
)
from bot.core.successes import Month, Success
from bot.core.written import Written
from bot.digest import help_wanted as help_section
from bot.digest.help_wanted import HelpWanted
from bot.text import LANGUAGES, Language
from bot.views import kudos as kudos_view
from bot.views import offices as offices_view
from bot.views import people as people_view
from bot.views import progress_form
from bot.views import project_form as form
from bot.views import successes as successes_view
from bot.views.digest import Style
from bot.views.explanation import explanation
from bot.views.progress_post import Card, progress_post, returned
from bot.views.project_card import project_card, project_notice, readers_of
from bot.views.projects import project_details, project_list
from handlers import COMMANDS
from handlers.commands.router import help_page
from tests.docs.source import texts
from tests.views.marks import mrkdwn, raw_marks, unformatted

# They print to a terminal, where nothing is formatted.
TERMINAL = frozenset({"app.py", "bot/checkup.py", "bot/digest/desk.py", "bot/settings.py"})


@pytest.mark.parametrize(
    "words",
    ["*太字* です", "`/project` を送る", "（ `code` ）", "a, *b*.", "*a*\nb"],
)
def test_marks_that_slack_reads(words: str) -> None:
    assert raw_marks(words) == []


@pytest.mark.parametrize(
    ("words", "raw"),
    [
        ("📝 *「名前」を登録しました*（構想）", ["*「名前」を登録しました*"]),
        ("ありません。`/office 一覧` で", ["`/office 一覧`"]),
        ("`code`で", ["`code`"]),
        ("*一覧*　20件", ["*一覧*"]),
        ("2 * 3", ["*"]),
    ],
)
def test_marks_that_slack_leaves_as_they_are(words: str, raw: list[str]) -> None:
    assert raw_marks(words) == raw


def test_no_sentence_has_a_mark_that_slack_does_not_read() -> None:
    """Whatever is filled in counts as Japanese: names mostly are."""
    faults = [
        f"{said.place}: put a space beside {raw}"
        for said in texts()
        if said.place.file not in TERMINAL
        for words in (said.ja, said.en)
        for raw in raw_marks(_filled(words))
    ]
    assert not faults, "\n".join(faults)


def _filled(words: str) -> str:
    names = {name for _, name, _, _ in string.Formatter().parse(words) if name}
    return words.format(**dict.fromkeys(names, "名前"))


# Names that look as if they were to break the marks around them
NAMES = ("防災DX", "*太字*", "`code`", "「全角」", "A b", "・")
NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


def _project(name: str) -> ProjectFacts:
    details = ProjectDetails(name=name, purpose=f"{name}のため", leads=("U1", "U2"))
    return ProjectFacts(
        id=1,
        details=details,
        status=Status.ACTIVE,
        channels=("C1", "C2"),
        created_by="U1",
        created_at=NOW,
        stage_changed_at=NOW,
        status_changed_at=NOW,
        last_post_at=NOW,
    )


def _changes(name: str) -> list[Change]:
    stage: dict[str, object] = {"stage": "idea", "name": name, "purpose": "", "marks_posts": True}
    return [
        Change("project.edited", "U1", NOW, stage, {**stage, "stage": "plan", "purpose": name}),
        Change("project.channel_added", "U1", NOW, {}, {"channel": "C1"}),
        Change("project.registered", "U1", NOW, {}, {}),
    ]


def _surfaces(name: str, language: Language) -> dict[str, object]:
    """Everything with a name in it: (text, blocks) of answers, views as JSON."""
    facts = _project(name)
    marked = replace(facts, details=replace(facts.details, capture=Capture.MARKED))
    line = ProjectLine(name, Kind.PILOT, Stage.TRIAL, Status.PAUSED, ("C1", "C2", "C3", "C4"))
    held = Appointment(name, "U1", NOW, None, "U2")
    offices = [OfficeFacts(name, held, (held,)), OfficeFacts(name, None, ())]
    said: dict[str, tuple[str, Sequence[Block]]] = {
        "card": project_card(facts, [name, name], language),
        "card of marked posts": project_card(marked, [], language),
        "list": project_list([line] * 3, "", 0, language),
        "filtered list": project_list([line] * 50, name, 1, language),
        "empty list": project_list([], "", 0, language),
        "empty filtered list": project_list([], name, 0, language),
        "show": project_details(facts, _changes(name), language, UTC),
        "offices": offices_view.office_list(offices, language, UTC),
        "no offices": offices_view.office_list([], language, UTC),
        "coordinators": (offices_view.coordinator_list(["U1", "U2"], language), ()),
        "assigned": (offices_view.assigned(replace(held, until=NOW), language, UTC), ()),
        "vacated": (offices_view.vacated(held, language), ()),
    }
    for what in ("stage", "paused", "closed", "resumed", "channel_removed"):
        said[what] = project_notice(what, facts, before="idea", after="plan", language=language)
    said |= _of_people(name, language)
    said |= _of_progress(name, language)
    for command in COMMANDS:
        said[command.name] = (help_page(command, language), ())
    views = {
        "register": form.register_form(facts.details, "C1", language),
        "edit": form.edit_form(1, facts.details, ["C1", "C2"], language),
        **_progress_views(name, language),
        "consent": form.consent_form(facts.details, "C1", readers_of([name], language), language),
    }
    shown: dict[str, object] = {
        what: [{"type": "mrkdwn", "text": text}, *(block.to_dict() for block in blocks)]
        for what, (text, blocks) in said.items()
    }
    return shown | {what: view.to_dict() for what, view in views.items()}


def _of_people(name: str, language: Language) -> dict[str, tuple[str, Sequence[Block]]]:
    """What is said of people, thanks and successes."""
    style = Style(language, UTC, "https://example.slack.com/")
    lead = Participant("U1", name, ProjectRole.LEAD, CameBy.RECOMMENDED, False)
    member = replace(lead, role=ProjectRole.MEMBER, is_deactivated=True)
    post = Success(NOW, "C1", "1.2", offices=(name, name), project=name, edited_after=True)
    thanks = Success(NOW, "C1", "1.2", sender=name, words=name)
    month = Month(NOW.date(), (post, replace(post, words=name), thanks) * 8)
    card = kudos_view.Card(1, name, ["U1"] * 12, f"{name}\n{name}", {})
    way, where = CameBy.NOMINATED, ["C1", "C2"]
    return {
        "members": people_view.member_list(name, [lead, member], language),
        "nobody": people_view.member_list(name, [], language),
        "invitation": people_view.invitation(name, name, where, "U1", way, "1:1", language),
        "lead": people_view.lead_welcome(name, name, where, "U1", language, was_lead=True),
        "new lead": people_view.lead_welcome(name, "", [], "U1", language, was_lead=False),
        "declined": people_view.declined(name, language),
        "handed over": people_view.handed_over(name, "U1", "U2", language),
        "led": people_view.handed_over(name, None, "U2", language),
        "kudos": kudos_view.card(card, language),
        "month": successes_view.monthly(month, style),
    }


def _of_progress(name: str, language: Language) -> dict[str, tuple[str, Sequence[Block]]]:
    """Posts of the form; what people type into it is theirs to mark."""
    photos = ({"id": "F1", "name": name, "mimetype": "image/png"},)
    done = Written("試しました", "早い", "広げる", "足りません", photos)
    style = Style(language, UTC, "https://example.slack.com/")
    quote = QuotedPost("C1", "1775433600.000100", name, department=name, text=name, offices=(name,))
    asked = [Wanted(quote, is_resolved=False), Wanted(quote, is_resolved=True)] * 3
    section = help_section.render(HelpWanted(7, tuple(asked)), style)
    resolved = help_section.render(HelpWanted(0, tuple(asked[1:2])), style)
    thread = [block for sheet in section.thread for block in sheet]
    card = Card(1, done, help_open=True, is_edited=True)
    return {
        "post": progress_post(card, language),
        "resolved post": progress_post(Card(1, done), language, with_photos=False),
        "marked post": progress_post(Card(1, Written("試"), help_open=True), language),
        "returned": returned(done, name, language),
        "help wanted": ("", [*section.main, *thread, *resolved.main]),
    }


def _progress_views(name: str, language: Language) -> dict[str, View]:
    given = (Acknowledged(name, "+1", NOW),)
    explained = [
        Explanation(
            "C1",
            "1775433600.000100",
            rule,
            name,
            "U1",
            reactions=(("+1", 2),) if marks else (),
            of_machines=("memo",),
            acknowledgements=given,
            marks=marks,
        )
        for rule in Rule
        for marks in (True, False)
    ]
    return {
        "progress": progress_form.progress_form([Place("C1", name, name)], "C1", language),
        "progress edit": progress_form.edit_form(1, Written("試"), language),
        "progress withdrawal": progress_form.withdraw_form(1, language),
        "progress sent": progress_form.sent_off("C1", language),
        **{
            f"why {found.rule} {found.marks}": explanation(found, UTC, language)
            for found in explained
        },
    }


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_surface_shows_a_raw_mark(language: Language, name: str) -> None:
    faults = [
        f"{what}: {raw}"
        for what, shown in _surfaces(name, language).items()
        for text in mrkdwn(shown)
        for raw in raw_marks(text)
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_nothing_is_formatted_nothing_is_marked(language: Language) -> None:
    for what, shown in _surfaces("防災DX", language).items():
        for text in unformatted(shown):
            assert not set(text) & {"*", "`", "<"}, f"{what}: {text}"
