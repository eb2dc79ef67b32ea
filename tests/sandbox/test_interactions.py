"""Buttons, menus and shortcuts.

https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
"""

from __future__ import annotations

from datetime import date

import pytest
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from sandbox import Channel, Impossible, Message, Person, Sandbox
from tests.sandbox.listening import ListeningApp, Payload


def plain(text: str) -> Payload:
    return {"type": "plain_text", "text": text}


BUTTONS: Payload = {
    "type": "actions",
    "block_id": "row",
    "elements": [
        {"type": "button", "action_id": "open", "text": plain("開く"), "value": "1"},
        {
            "type": "static_select",
            "action_id": "stage",
            "placeholder": plain("段階"),
            "options": [{"text": plain("実証"), "value": "trial"}],
        },
        {"type": "datepicker", "action_id": "day"},
    ],
}


@pytest.fixture
def card(web: WebClient, channel: Channel, naoko: Person) -> Message:
    """A message of the bot with a button, a menu and a date."""
    web.chat_postMessage(channel=channel.id, text="カード", blocks=[BUTTONS])
    return naoko.sees(channel)[-1]


def action_of(payload: Payload) -> Payload:
    actions = payload["actions"]
    assert isinstance(actions, list)
    (action,) = actions
    assert isinstance(action, dict)
    return action


def test_what_a_press_carries(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person, card: Message
) -> None:
    assert naoko.presses(card, "open").acked
    payload = app.heard("interactive")[0]
    assert payload["type"] == "block_actions"
    assert payload["container"] == {
        "type": "message",
        "message_ts": card.ts,
        "channel_id": channel.id,
        "is_ephemeral": False,
    }
    assert payload["channel"] == {"id": channel.id, "name": "防災dx"}
    assert payload["team"] == {"id": slack.team_id, "domain": "machi"}
    assert payload["enterprise"] is None
    assert payload["trigger_id"]
    assert str(payload["response_url"]).startswith(slack.origin + "/actions/")
    message = payload["message"]
    assert isinstance(message, dict)
    assert message["ts"] == card.ts
    assert message["blocks"][0]["block_id"] == "row"
    action = action_of(payload)
    assert action.pop("action_ts")
    assert action == {
        "type": "button",
        "action_id": "open",
        "block_id": "row",
        "text": plain("開く") | {"emoji": True},
        "value": "1",
    }


def test_a_choice(app: ListeningApp, naoko: Person, card: Message) -> None:
    naoko.chooses(card, "stage", "trial")
    action = action_of(app.heard("interactive")[-1])
    chosen = action["selected_option"]
    assert isinstance(chosen, dict)
    assert action["type"] == "static_select"
    assert chosen["value"] == "trial"
    naoko.chooses(card, "day", date(2026, 4, 1))
    assert action_of(app.heard("interactive")[-1])["selected_date"] == "2026-04-01"


def test_what_is_not_there_cannot_be_pressed(naoko: Person, card: Message) -> None:
    with pytest.raises(LookupError, match="no element 'close'"):
        naoko.presses(card, "close")
    with pytest.raises(LookupError, match="not a button"):
        naoko.presses(card, "stage")
    with pytest.raises(LookupError, match="no option"):
        naoko.chooses(card, "stage", "done")
    with pytest.raises(LookupError, match="no element"):
        naoko.presses(card, "open", value="2")


def test_an_ephemeral_card_is_for_one_person(
    app: ListeningApp, web: WebClient, channel: Channel, naoko: Person, jun: Person
) -> None:
    web.chat_postEphemeral(channel=channel.id, user=naoko.id, text="カード", blocks=[BUTTONS])
    card = naoko.sees(channel)[-1]
    naoko.presses(card, "open")
    container = app.heard("interactive")[0]["container"]
    assert isinstance(container, dict)
    assert container["is_ephemeral"] is True
    with pytest.raises(Impossible):
        jun.presses(card, "open")


def test_the_response_url_replaces_and_deletes(
    app: ListeningApp, channel: Channel, naoko: Person, card: Message
) -> None:
    naoko.presses(card, "open")
    url = WebhookClient(str(app.heard("interactive")[0]["response_url"]), retry_handlers=[])
    url.send(text="あなただけに", response_type="ephemeral", replace_original=False)
    assert naoko.sees(channel)[-1].ephemeral
    url.send(text="押されました", replace_original=True)
    assert card.text == "押されました"
    assert card.edited == ""
    url.send(delete_original=True)
    assert card not in naoko.sees(channel)


def test_a_press_that_nobody_hears(slack: Sandbox, naoko: Person, card: Message) -> None:
    assert naoko.presses(card, "open").error == "operation_timeout"


def test_an_app_without_interactivity(
    slack: Sandbox, app: ListeningApp, naoko: Person, card: Message
) -> None:
    slack.installation.interactive = False
    with pytest.raises(Impossible, match="interactive"):
        naoko.presses(card, "open")


def test_shortcuts(slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person) -> None:
    slack.installation.shortcuts.update({"ask": "message", "register": "global"})
    message = naoko.posts(channel, "進みました")
    naoko.shortcut("ask", message)
    on_message = app.heard("interactive")[-1]
    assert on_message["type"] == "message_action"
    assert on_message["callback_id"] == "ask"
    assert on_message["message_ts"] == message.ts
    assert isinstance(on_message["message"], dict)
    assert on_message["channel"] == {"id": channel.id, "name": "防災dx"}
    assert on_message["response_url"]
    naoko.shortcut("register")
    everywhere = app.heard("interactive")[-1]
    assert everywhere["type"] == "shortcut"
    assert everywhere["trigger_id"]
    assert "message" not in everywhere
    with pytest.raises(Impossible):
        naoko.shortcut("ask")


def test_a_press_in_the_home(web: WebClient, app: ListeningApp, naoko: Person) -> None:
    web.views_publish(user_id=naoko.id, view={"type": "home", "blocks": [BUTTONS]})
    assert naoko.home is not None
    naoko.presses(naoko.home, "open")
    payload = app.heard("interactive")[0]
    assert payload["container"] == {"type": "view", "view_id": naoko.home.id}
    assert "response_url" not in payload
    assert isinstance(payload["view"], dict)
    naoko.chooses(naoko.home, "stage", "trial")
    view = app.heard("interactive")[-1]["view"]
    assert isinstance(view, dict)
    assert view["state"]["values"]["row"]["stage"]["selected_option"]["value"] == "trial"
