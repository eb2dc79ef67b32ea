"""Every kind of input in a modal.

https://docs.slack.dev/reference/block-kit/block-elements
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time

import pytest
from slack_sdk import WebClient

from sandbox import Channel, Impossible, Person, Sandbox, View
from sandbox.choosing import Choice
from tests.sandbox.listening import ListeningApp, Payload, object_in, objects_in

Open = Callable[..., View]


def plain(text: str) -> Payload:
    return {"type": "plain_text", "text": text}


def option(value: str) -> Payload:
    return {"text": plain(value), "value": value}


def question(element: Payload, block_id: str = "q", **more: object) -> Payload:
    held = {"action_id": "v"} | element
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain("質問"),
        "element": held,
        "optional": True,
        **more,
    }


@pytest.fixture
def opens(
    slack: Sandbox, web: WebClient, app: ListeningApp, channel: Channel, naoko: Person
) -> Open:
    """Opens a modal with these blocks before Naoko, who is in the channel."""
    slack.commands = {"/project"}

    def opened(*blocks: Payload) -> View:
        naoko.runs("/project", "register", channel)
        trigger = str(app.heard("slash_commands")[-1]["trigger_id"])
        view = {
            "type": "modal",
            "callback_id": "form",
            "title": plain("登録"),
            "submit": plain("送る"),
            "blocks": list(blocks),
        }
        web.views_open(trigger_id=trigger, view=view)
        front = naoko.modal
        assert front is not None
        return front

    return opened


def submitted(app: ListeningApp) -> Payload:
    """The values of the last submission, by block_id."""
    view = app.heard("interactive")[-1]["view"]
    assert isinstance(view, dict)
    return {block: held["v"] for block, held in view["state"]["values"].items()}


OPTIONS: Payload = {"options": [option("idea"), option("trial"), option("rollout")]}
FILLED: list[tuple[Payload, object, Payload]] = [
    ({"type": "plain_text_input"}, "防災DX", {"value": "防災DX"}),
    ({"type": "plain_text_input"}, "", {"value": None}),
    ({"type": "number_input", "is_decimal_allowed": False}, 12, {"value": "12"}),
    ({"type": "email_text_input"}, "a@example.jp", {"value": "a@example.jp"}),
    ({"type": "url_text_input"}, "https://example.jp", {"value": "https://example.jp"}),
    ({"type": "datepicker"}, date(2026, 4, 1), {"selected_date": "2026-04-01"}),
    ({"type": "timepicker"}, time(17, 0), {"selected_time": "17:00"}),
    (
        {"type": "datetimepicker"},
        datetime(2026, 4, 1, tzinfo=UTC),
        {"selected_date_time": 1775001600},
    ),
]


@pytest.mark.parametrize(("element", "value", "held"), FILLED)
def test_what_is_typed(
    opens: Open,
    app: ListeningApp,
    naoko: Person,
    element: Payload,
    value: str | int | date,
    held: Payload,
) -> None:
    form = opens(question(element))
    naoko.fills(form, {"q": value})
    assert naoko.submits().closed
    assert submitted(app)["q"] == {"type": element["type"], **held}


@pytest.mark.parametrize(
    ("kind", "value", "field", "values"),
    [
        ("static_select", "trial", "selected_option", "trial"),
        ("radio_buttons", "trial", "selected_option", "trial"),
        ("checkboxes", ["idea", "trial"], "selected_options", ["idea", "trial"]),
        ("multi_static_select", ["idea"], "selected_options", ["idea"]),
    ],
)
def test_options(
    opens: Open,
    app: ListeningApp,
    naoko: Person,
    kind: str,
    value: str | list[str],
    field: str,
    values: str | list[str],
) -> None:
    form = opens(question({"type": kind} | OPTIONS))
    naoko.fills(form, {"q": value})
    naoko.submits()
    held = submitted(app)["q"]
    assert isinstance(held, dict)
    chosen = held[field]
    if isinstance(values, list):
        assert [one["value"] for one in chosen] == values
    else:
        assert chosen["value"] == values
    with pytest.raises(LookupError, match="no option"):
        naoko.fills(opens(question({"type": kind} | OPTIONS)), {"q": "done"})


def test_people_and_channels(
    slack: Sandbox, opens: Open, app: ListeningApp, channel: Channel, naoko: Person, jun: Person
) -> None:
    closed = slack.channel("人事", private=True, members=[naoko])
    form = opens(
        question({"type": "users_select"}, "user"),
        question({"type": "multi_users_select"}, "users"),
        question({"type": "channels_select"}, "channel"),
        question({"type": "multi_channels_select"}, "channels"),
        question({"type": "conversations_select"}, "conversation"),
        question({"type": "multi_conversations_select"}, "conversations"),
    )
    naoko.fills(
        form,
        {
            "user": jun,
            "users": [jun, naoko.id],
            "channel": channel,
            "channels": [channel],
            "conversation": closed,
            "conversations": [closed, channel],
        },
    )
    naoko.submits()
    assert submitted(app) == {
        "user": {"type": "users_select", "selected_user": jun.id},
        "users": {"type": "multi_users_select", "selected_users": [jun.id, naoko.id]},
        "channel": {"type": "channels_select", "selected_channel": channel.id},
        "channels": {"type": "multi_channels_select", "selected_channels": [channel.id]},
        "conversation": {
            "type": "conversations_select",
            "selected_conversation": closed.id,
        },
        "conversations": {
            "type": "multi_conversations_select",
            "selected_conversations": [closed.id, channel.id],
        },
    }


def test_what_the_menus_do_not_list(
    slack: Sandbox, opens: Open, channel: Channel, naoko: Person, jun: Person
) -> None:
    closed = slack.channel("人事", private=True, members=[naoko])
    foreign = slack.channel("議会", private=True, members=[jun])
    shared = slack.channel("商工", members=[naoko], shared_with="商工会議所")
    gone = slack.person("元職員", deactivated=True)
    public: Payload = {"filter": {"include": ["public"], "exclude_external_shared_channels": True}}
    form = opens(
        question({"type": "users_select"}, "user"),
        question({"type": "multi_users_select", "max_selected_items": 1}, "users"),
        question({"type": "channels_select"}, "channel"),
        question({"type": "conversations_select"}, "conversation"),
        question({"type": "conversations_select"} | public, "public"),
    )
    unlisted: dict[str, Choice] = {
        "user": gone,
        "users": [jun, naoko],
        "channel": closed,
        "conversation": foreign,
        "public": closed,
    }
    for block_id, value in unlisted.items():
        with pytest.raises(LookupError):
            naoko.fills(form, {block_id: value})
    with pytest.raises(LookupError, match="filter"):
        naoko.fills(form, {"public": shared})
    naoko.fills(form, {"public": channel})


def test_what_stands_there_from_the_beginning(
    opens: Open, app: ListeningApp, channel: Channel, naoko: Person, jun: Person
) -> None:
    current: Payload = {"default_to_current_conversation": True}
    opens(
        question({"type": "plain_text_input", "initial_value": "はじめ"}, "text"),
        question({"type": "static_select", "initial_option": option("trial")} | OPTIONS, "one"),
        question({"type": "checkboxes", "initial_options": [option("idea")]} | OPTIONS, "many"),
        question({"type": "users_select", "initial_user": jun.id}, "user"),
        question({"type": "datepicker", "initial_date": "2026-04-01"}, "day"),
        question({"type": "conversations_select"} | current, "here"),
        question({"type": "multi_conversations_select"} | current, "heres"),
        question(
            {"type": "conversations_select", "filter": {"include": ["private"]}} | current, "closed"
        ),
        question({"type": "multi_users_select"}, "nobody"),
        question({"type": "file_input"}, "files"),
    )
    naoko.submits()
    values = submitted(app)
    fields = {
        "text": "value",
        "user": "selected_user",
        "day": "selected_date",
        "here": "selected_conversation",
        "heres": "selected_conversations",
        "closed": "selected_conversation",
        "nobody": "selected_users",
        "files": "files",
    }
    held = {block: object_in(values, block)[field] for block, field in fields.items()}
    assert held == {
        "text": "はじめ",
        "user": jun.id,
        "day": "2026-04-01",
        "here": channel.id,
        "heres": [channel.id],
        "closed": None,
        "nobody": [],
        "files": [],
    }


@pytest.mark.parametrize(
    ("element", "value", "problem"),
    [
        ({"type": "plain_text_input", "min_length": 3}, "二字", "at least 3"),
        ({"type": "plain_text_input", "max_length": 3}, "四文字だ", "no more than 3"),
        ({"type": "plain_text_input"}, "長" * 3001, "no more than 3000"),
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "whole number"),
        ({"type": "number_input", "is_decimal_allowed": True}, "一", "valid number"),
        ({"type": "number_input", "is_decimal_allowed": True, "max_value": "9"}, 10, "at most 9"),
        ({"type": "number_input", "is_decimal_allowed": True, "min_value": "2"}, 1, "at least 2"),
        ({"type": "email_text_input"}, "naoko", "email"),
        ({"type": "url_text_input"}, "example.jp", "URL"),
    ],
)
def test_what_slack_does_not_send_off(
    opens: Open, app: ListeningApp, naoko: Person, element: Payload, value: str | int, problem: str
) -> None:
    form = opens(question(element))
    naoko.fills(form, {"q": value})
    assert problem in naoko.submits().errors["q"]
    assert app.heard("interactive") == []


def test_required_inputs_of_every_kind(opens: Open, naoko: Person) -> None:
    kinds: dict[str, Payload] = {
        "text": {"type": "plain_text_input"},
        "boxes": {"type": "checkboxes"} | OPTIONS,
        "users": {"type": "multi_users_select"},
        "files": {"type": "file_input"},
        "day": {"type": "datepicker"},
    }
    opens(*(question(element, name, optional=False) for name, element in kinds.items()))
    assert set(naoko.submits().errors) == set(kinds)


def test_only_inputs_can_be_filled(opens: Open, naoko: Person, jun: Person) -> None:
    form = opens(
        question({"type": "plain_text_input"}),
        {
            "type": "actions",
            "block_id": "row",
            "elements": [{"type": "button", "action_id": "b", "text": plain("もっと")}],
        },
    )
    with pytest.raises(Impossible, match="no input 'row'"):
        naoko.fills(form, {"row": "はい"})
    with pytest.raises(Impossible, match="in front"):
        jun.fills(form, {"q": "はい"})
    naoko.closes()
    with pytest.raises(Impossible, match="in front"):
        naoko.fills(form, {"q": "はい"})


def test_a_modal_without_a_submit_button(
    slack: Sandbox, web: WebClient, app: ListeningApp, channel: Channel, naoko: Person
) -> None:
    slack.commands = {"/project"}
    naoko.runs("/project", "help", channel)
    trigger = str(app.heard("slash_commands")[-1]["trigger_id"])
    view = {"type": "modal", "title": plain("説明"), "blocks": [{"type": "divider"}]}
    web.views_open(trigger_id=trigger, view=view)
    with pytest.raises(Impossible, match="no submit button"):
        naoko.submits()


def test_an_input_that_dispatches_its_action(opens: Open, app: ListeningApp, naoko: Person) -> None:
    form = opens(
        question({"type": "static_select"} | OPTIONS, "stage", dispatch_action=True),
        question({"type": "static_select"} | OPTIONS, "quiet"),
    )
    assert [one.acked for one in naoko.fills(form, {"stage": "trial", "quiet": "idea"})] == [True]
    (payload,) = app.heard("interactive")
    assert payload["type"] == "block_actions"
    (action,) = objects_in(payload, "actions")
    assert object_in(action, "selected_option")["value"] == "trial"
    quiet = naoko.chooses(form, "v", "rollout")
    assert quiet.acked
    assert len(app.heard("interactive")) == 2


def test_a_question_can_be_denied(opens: Open, app: ListeningApp, naoko: Person) -> None:
    confirm = {
        "title": plain("確認"),
        "text": plain("よろしいですか"),
        "confirm": plain("はい"),
        "deny": plain("いいえ"),
    }
    button: Payload = {
        "type": "button",
        "action_id": "b",
        "text": plain("終了"),
        "confirm": confirm,
    }
    bare: Payload = {"type": "button", "action_id": "c", "text": plain("再開")}
    form = opens({"type": "actions", "elements": [button, bare]})
    assert not naoko.presses(form, "b", confirms=False).acked
    assert app.heard("interactive") == []
    assert naoko.presses(form, "b").acked
    with pytest.raises(Impossible, match="asks no question"):
        naoko.presses(form, "c", confirms=False)
