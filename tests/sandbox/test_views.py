"""views.*: trigger ids, stacks of modals, hashes, the Home."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from slack_sdk import WebClient

from sandbox import Channel, Impossible, Person, Sandbox, SubmitResult, View
from tests.sandbox.listening import ListeningApp, Payload, error_of, refusal

REGISTER: Payload = {
    "type": "modal",
    "callback_id": "register",
    "private_metadata": "C1",
    "title": {"type": "plain_text", "text": "登録"},
    "submit": {"type": "plain_text", "text": "登録する"},
    "blocks": [
        {
            "type": "input",
            "block_id": "name",
            "label": {"type": "plain_text", "text": "名前"},
            "element": {"type": "plain_text_input", "action_id": "v", "max_length": 80},
        },
        {
            "type": "input",
            "block_id": "lead",
            "optional": True,
            "label": {"type": "plain_text", "text": "リーダー"},
            "element": {"type": "users_select", "action_id": "v"},
        },
    ],
}
HOME: Payload = {"type": "home", "blocks": [{"type": "divider"}]}
NewTrigger = Callable[[], str]


@pytest.fixture
def trigger(slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person) -> NewTrigger:
    """Runs a command as Naoko and gives the trigger_id that came with it."""
    slack.commands = {"/project"}

    def new() -> str:
        assert naoko.runs("/project", "register", channel).acked
        return str(app.heard("slash_commands")[-1]["trigger_id"])

    return new


def front_of(person: Person) -> View:
    """The modal in front of a person, which must be there."""
    front = person.modal
    assert front is not None
    return front


def home_of(person: Person) -> View:
    """The Home of a person, which must be there."""
    home = person.home
    assert home is not None
    return home


def test_a_modal_opens_before_the_person(
    web: WebClient, trigger: NewTrigger, naoko: Person, jun: Person
) -> None:
    view = web.views_open(trigger_id=trigger(), view=REGISTER)["view"]
    assert front_of(naoko).id == view["id"]
    assert front_of(naoko).title == "登録"
    assert front_of(naoko).private_metadata == "C1"
    assert jun.modal is None
    assert view["root_view_id"] == view["id"]
    assert view["previous_view_id"] is None
    assert view["hash"]


def test_a_trigger_works_once(web: WebClient, trigger: NewTrigger) -> None:
    one = trigger()
    web.views_open(trigger_id=one, view=REGISTER)
    assert error_of(web, "views.open", trigger_id=one, view=REGISTER) == "exchanged_trigger_id"


def test_a_trigger_works_for_three_seconds(
    slack: Sandbox, web: WebClient, trigger: NewTrigger
) -> None:
    one, two = trigger(), trigger()
    slack.clock.advance(timedelta(seconds=3))
    assert web.views_open(trigger_id=one, view=REGISTER)["ok"]
    slack.clock.advance(timedelta(seconds=1))
    assert error_of(web, "views.open", trigger_id=two, view=REGISTER) == "expired_trigger_id"


def test_a_trigger_that_slack_did_not_make(web: WebClient) -> None:
    assert error_of(web, "views.open", trigger_id="1.2.3", view=REGISTER) == "invalid_trigger_id"
    assert error_of(web, "views.open", view=REGISTER) == "invalid_arguments"


def test_a_refused_view_leaves_the_trigger_unused(web: WebClient, trigger: NewTrigger) -> None:
    one = trigger()
    bad = REGISTER | {"title": {"type": "plain_text", "text": "題" * 25}}
    answer = refusal(web, "views.open", trigger_id=one, view=bad)
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"] == {
        "messages": ["[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"]
    }
    assert web.views_open(trigger_id=one, view=REGISTER)["ok"]


def test_a_view_that_is_too_large(web: WebClient, trigger: NewTrigger) -> None:
    text = {"type": "plain_text", "text": "文" * 3000}
    large = REGISTER | {"blocks": [{"type": "section", "text": text}] * 30}
    assert error_of(web, "views.open", trigger_id=trigger(), view=large) == "view_too_large"


def test_the_same_external_id_twice(web: WebClient, trigger: NewTrigger) -> None:
    named = REGISTER | {"external_id": "only-one"}
    web.views_open(trigger_id=trigger(), view=named)
    assert error_of(web, "views.open", trigger_id=trigger(), view=named) == (
        "duplicate_external_id"
    )


def test_an_update_may_keep_its_external_id(web: WebClient, trigger: NewTrigger) -> None:
    named = REGISTER | {"external_id": "only-one"}
    web.views_open(trigger_id=trigger(), view=named)
    assert web.views_update(external_id="only-one", view=named)["ok"]


def test_an_update_keeps_what_was_filled_in(
    web: WebClient, trigger: NewTrigger, naoko: Person
) -> None:
    view = web.views_open(trigger_id=trigger(), view=REGISTER)["view"]
    naoko.fills(front_of(naoko), {"name": "防災DX"})
    changed = REGISTER | {"title": {"type": "plain_text", "text": "続き"}}
    updated = web.views_update(view_id=view["id"], hash=view["hash"], view=changed)["view"]
    assert front_of(naoko).title == "続き"
    assert updated["state"]["values"]["name"]["v"]["value"] == "防災DX"
    assert updated["hash"] != view["hash"]
    arguments = {"view_id": view["id"], "hash": view["hash"], "view": REGISTER}
    assert error_of(web, "views.update", **arguments) == "hash_conflict"


def test_updating_what_is_not_there(web: WebClient) -> None:
    assert error_of(web, "views.update", view_id="V000", view=REGISTER) == "not_found"
    assert error_of(web, "views.update", view=REGISTER) == "invalid_arguments"


def test_a_stack_of_three(
    slack: Sandbox, web: WebClient, app: ListeningApp, trigger: NewTrigger, naoko: Person
) -> None:
    more: Payload = {
        "type": "button",
        "action_id": "more",
        "text": {"type": "plain_text", "text": "もっと"},
    }
    pages = REGISTER | {"blocks": [{"type": "actions", "elements": [more]}]}
    web.views_open(trigger_id=trigger(), view=pages)

    def press() -> str:
        naoko.presses(front_of(naoko), "more")
        return str(app.heard("interactive")[-1]["trigger_id"])

    first = naoko.modal
    second = web.views_push(trigger_id=press(), view=pages)["view"]
    assert first is not None
    assert second["previous_view_id"] == first.id
    assert second["root_view_id"] == first.id
    web.views_push(trigger_id=press(), view=pages)
    assert error_of(web, "views.push", trigger_id=press(), view=pages) == "push_limit_reached"
    naoko.closes()
    naoko.closes()
    assert naoko.modal == first


def test_pushing_without_a_modal(web: WebClient, trigger: NewTrigger) -> None:
    assert error_of(web, "views.push", trigger_id=trigger(), view=REGISTER) == "not_found"


def test_the_home(web: WebClient, app: ListeningApp, naoko: Person, slack: Sandbox) -> None:
    assert naoko.home is None
    view = web.views_publish(user_id=naoko.id, view=HOME)["view"]
    assert home_of(naoko).id == view["id"]
    assert error_of(web, "views.publish", user_id=naoko.id, view=HOME, hash="old") == (
        "hash_conflict"
    )
    assert error_of(web, "views.publish", user_id="U000", view=HOME) == "user_not_found"
    assert error_of(web, "views.publish", user_id=naoko.id, view=REGISTER) == "invalid_arguments"
    naoko.opens_home()
    slack.settle()
    opened = app.events_of("app_home_opened")[-1]
    assert opened["user"] == naoko.id
    assert opened["tab"] == "home"
    assert isinstance(opened["view"], dict)
    assert opened["view"]["id"] == view["id"]


def open_modal(web: WebClient, trigger: NewTrigger, naoko: Person, **more: object) -> None:
    web.views_open(trigger_id=trigger(), view=REGISTER | more)


def test_slack_itself_asks_for_what_is_required(
    web: WebClient, app: ListeningApp, trigger: NewTrigger, naoko: Person
) -> None:
    open_modal(web, trigger, naoko)
    assert naoko.submits().errors == {"name": "Please complete this required field."}
    naoko.fills(front_of(naoko), {"name": "長" * 81})
    assert naoko.submits().errors == {"name": "Please enter no more than 80 characters."}
    assert app.heard("interactive") == []


def test_a_submission_carries_everything(
    slack: Sandbox,
    web: WebClient,
    app: ListeningApp,
    trigger: NewTrigger,
    naoko: Person,
    jun: Person,
) -> None:
    open_modal(web, trigger, naoko)
    naoko.fills(front_of(naoko), {"name": "防災DX", "lead": jun})
    assert naoko.submits() == SubmitResult({}, True)
    assert naoko.modal is None
    payload = app.heard("interactive")[-1]
    assert payload["type"] == "view_submission"
    assert payload["user"] == {
        "id": naoko.id,
        "username": "naoko",
        "name": "naoko",
        "team_id": slack.team_id,
    }
    assert payload["team"] == {"id": slack.team_id, "domain": "machi"}
    assert payload["api_app_id"] == slack.app_id
    assert payload["response_urls"] == []
    assert payload["trigger_id"]
    view = payload["view"]
    assert isinstance(view, dict)
    assert view["callback_id"] == "register"
    assert view["state"]["values"] == {
        "name": {"v": {"type": "plain_text_input", "value": "防災DX"}},
        "lead": {"v": {"type": "users_select", "selected_user": jun.id}},
    }


def submitted_with(
    answer: Payload, web: WebClient, app: ListeningApp, trigger: NewTrigger, naoko: Person
) -> SubmitResult:
    open_modal(web, trigger, naoko)
    naoko.fills(front_of(naoko), {"name": "防災DX"})
    app.answer = lambda request: answer
    return naoko.submits()


def test_an_answer_with_errors(
    web: WebClient, app: ListeningApp, trigger: NewTrigger, naoko: Person
) -> None:
    answer: Payload = {"response_action": "errors", "errors": {"name": "もう使われています"}}
    result = submitted_with(answer, web, app, trigger, naoko)
    assert result.errors == {"name": "もう使われています"}
    assert not result.closed


def test_an_answer_with_another_view(
    web: WebClient, app: ListeningApp, trigger: NewTrigger, naoko: Person
) -> None:
    done = REGISTER | {"title": {"type": "plain_text", "text": "できました"}}
    result = submitted_with({"response_action": "update", "view": done}, web, app, trigger, naoko)
    assert not result.closed
    assert front_of(naoko).title == "できました"
    app.answer = lambda request: {"response_action": "push", "view": done}
    before = naoko.modal
    assert not naoko.submits().closed
    assert naoko.modal not in (None, before)
    app.answer = lambda request: {"response_action": "clear"}
    naoko.fills(front_of(naoko), {"name": "防災DX"})
    assert naoko.submits().closed
    assert naoko.modal is None


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"elsewhere": "だめ"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "dance"},
        {"response_action": "update", "view": {"type": "modal"}},
    ],
)
def test_an_answer_that_slack_does_not_understand(
    web: WebClient, app: ListeningApp, trigger: NewTrigger, naoko: Person, answer: Payload
) -> None:
    result = submitted_with(answer, web, app, trigger, naoko)
    assert result.error
    assert not result.closed


def test_closing_tells_the_app_when_it_asked_for_it(
    web: WebClient, app: ListeningApp, trigger: NewTrigger, naoko: Person
) -> None:
    open_modal(web, trigger, naoko, notify_on_close=True)
    naoko.closes()
    payload = app.heard("interactive")[-1]
    assert payload["type"] == "view_closed"
    assert payload["is_cleared"] is False
    assert naoko.modal is None
    with pytest.raises(Impossible):
        naoko.submits()
