"""Menus that ask the app, answer through a response_url, or stand in a message.

https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element
"""

from __future__ import annotations

import pytest
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from sandbox import Channel, Impossible, Person, Sandbox
from tests.sandbox.listening import ListeningApp, Payload, objects_in
from tests.sandbox.test_inputs import (
    OPTIONS,
    Open,
    opens,
    option,
    plain,
    question,
    submitted,
)

__all__ = ["opens"]


def test_a_menu_whose_options_come_from_the_app(
    slack: Sandbox, opens: Open, app: ListeningApp, naoko: Person
) -> None:
    element: Payload = {"type": "external_select", "min_query_length": 2}
    form = opens(question(element))
    app.answer = lambda request: {"options": [option("防災DX"), option("防災訓練")]}
    assert naoko.searches(form, "v", "防") == []
    assert naoko.searches(form, "v", "防災") == ["防災DX", "防災訓練"]
    payload = app.heard("interactive")[-1]
    assert payload["type"] == "block_suggestion"
    assert (payload["action_id"], payload["block_id"], payload["value"]) == ("v", "q", "防災")
    assert payload["container"] == {"type": "view", "view_id": form.id}
    assert isinstance(payload["view"], dict)
    assert "trigger_id" not in payload
    naoko.fills(form, {"q": "防災訓練"})
    with pytest.raises(LookupError, match="no option"):
        naoko.fills(form, {"q": "窓口"})
    app.answer = lambda request: None
    naoko.submits()
    held = submitted(app)["q"]
    assert isinstance(held, dict)
    assert held["selected_option"]["value"] == "防災訓練"


def test_options_that_slack_does_not_show(opens: Open, app: ListeningApp, naoko: Person) -> None:
    form = opens(question({"type": "multi_external_select", "min_query_length": 0}))
    app.answer = lambda request: {"options": [option(str(n)) for n in range(101)]}
    with pytest.raises(Impossible, match="invalid"):
        naoko.searches(form, "v", "")
    group = {"label": plain("実証"), "options": [option("a"), option("b")]}
    app.answer = lambda request: {"option_groups": [group]}
    naoko.fills(form, {"q": ["a", "b"]})


def test_a_response_url_for_the_chosen_channel(
    opens: Open, app: ListeningApp, channel: Channel, naoko: Person
) -> None:
    element: Payload = {"type": "conversations_select", "response_url_enabled": True}
    form = opens(question(element))
    naoko.fills(form, {"q": channel})
    naoko.submits()
    (given,) = objects_in(app.heard("interactive")[-1], "response_urls")
    assert (given["block_id"], given["action_id"], given["channel_id"]) == ("q", "v", channel.id)
    WebhookClient(str(given["response_url"]), retry_handlers=[]).send(
        text="できました", response_type="in_channel"
    )
    assert channel.messages[-1].text == "できました"


def test_choices_in_a_message_stay_with_the_person(
    web: WebClient, app: ListeningApp, channel: Channel, naoko: Person, jun: Person
) -> None:
    row = {
        "type": "actions",
        "block_id": "row",
        "elements": [
            {"type": "static_select", "action_id": "stage"} | OPTIONS,
            {"type": "button", "action_id": "save", "text": plain("保存")},
        ],
    }
    web.chat_postMessage(channel=channel.id, text="カード", blocks=[row])
    card = channel.messages[-1]
    naoko.chooses(card, "stage", "trial")
    for person, chosen in ((naoko, "trial"), (jun, None)):
        person.presses(card, "save")
        state = app.heard("interactive")[-1]["state"]
        assert isinstance(state, dict)
        held = state["values"]["row"]["stage"]["selected_option"]
        assert (held and held["value"]) == chosen
