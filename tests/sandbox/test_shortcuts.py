"""Shortcuts: https://docs.slack.dev/interactivity/implementing-shortcuts"""

from __future__ import annotations

import pytest
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from sandbox import Channel, Impossible, Message, Person, Sandbox
from tests.sandbox.listening import ListeningApp, Payload
from tests.sandbox.test_installing import manifest

ASK: Payload = {"name": "教えて", "type": "message", "callback_id": "ask", "description": "質問"}
WRITE: Payload = {"name": "進捗", "type": "global", "callback_id": "write", "description": "書く"}


@pytest.fixture(autouse=True)
def installed(slack: Sandbox) -> None:
    scopes = ["commands", "chat:write", "chat:write.customize", "channels:read"]
    slack.install(manifest(scopes, [], shortcuts=[ASK, WRITE]))


def test_what_a_message_shortcut_carries(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person, jun: Person
) -> None:
    message = jun.posts(channel, "進みました")
    assert naoko.shortcut("ask", message).acked
    payload = app.heard("interactive")[-1]
    assert payload.pop("trigger_id")
    assert payload.pop("action_ts")
    assert str(payload.pop("response_url")).startswith(slack.origin)
    assert payload == {
        "type": "message_action",
        "callback_id": "ask",
        "team": {"id": slack.team_id, "domain": "machi"},
        "user": {"id": naoko.id, "username": "naoko", "name": "naoko", "team_id": slack.team_id},
        "channel": {"id": channel.id, "name": "防災dx"},
        "message": message.json,
        "message_ts": message.ts,
        "api_app_id": slack.app_id,
        "token": "sandbox-verification-token",
        "enterprise": None,
        "is_enterprise_install": False,
    }


def test_what_a_global_shortcut_carries(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person
) -> None:
    assert naoko.shortcut("write", viewing=channel).acked
    payload = app.heard("interactive")[-1]
    assert payload.pop("trigger_id")
    assert payload.pop("action_ts")
    assert payload == {
        "type": "shortcut",
        "callback_id": "write",
        "team": {"id": slack.team_id, "domain": "machi"},
        "user": {"id": naoko.id, "username": "naoko", "name": "naoko", "team_id": slack.team_id},
        "api_app_id": slack.app_id,
        "token": "sandbox-verification-token",
        "enterprise": None,
        "is_enterprise_install": False,
    }


def message_in(payload: Payload) -> Payload:
    message = payload["message"]
    assert isinstance(message, dict)
    return message


def test_on_a_reply_and_on_messages_of_the_bot(
    web: WebClient, app: ListeningApp, channel: Channel, naoko: Person, jun: Person
) -> None:
    root = jun.posts(channel, "進みました")
    naoko.shortcut("ask", jun.replies(root, "続き"))
    assert message_in(app.heard("interactive")[-1])["thread_ts"] == root.ts
    web.chat_postMessage(channel=channel.id, text="カード")
    naoko.shortcut("ask", channel.messages[-1])
    assert message_in(app.heard("interactive")[-1])["bot_id"]
    web.chat_postMessage(channel=channel.id, text="代わりに", username="山本")
    naoko.shortcut("ask", channel.messages[-1])
    assert message_in(app.heard("interactive")[-1])["username"] == "山本"
    assert "user" not in message_in(app.heard("interactive")[-1])


def test_where_the_bot_is_not(
    slack: Sandbox, app: ListeningApp, naoko: Person, jun: Person
) -> None:
    closed = slack.channel("人事", private=True, members=[naoko])
    message = naoko.posts(closed, "内緒です")
    naoko.shortcut("ask", message)
    payload = app.heard("interactive")[-1]
    assert payload["channel"] == {"id": closed.id, "name": "privategroup"}
    with pytest.raises(Impossible, match="channel_not_found"):
        jun.shortcut("ask", message)


def test_an_answer_to_the_asker_alone(
    app: ListeningApp, channel: Channel, naoko: Person, jun: Person
) -> None:
    message = jun.posts(channel, "進みました")
    invocation = naoko.shortcut("ask", message)
    url = WebhookClient(str(app.heard("interactive")[-1]["response_url"]), retry_handlers=[])
    url.send(text="数えました", response_type="ephemeral")
    assert [reply.text for reply in invocation.replies] == ["数えました"]
    assert naoko.sees(channel)[-1].text == "数えました"
    assert jun.sees(channel)[-1] == message
    assert "message_not_found" in url.send(delete_original=True).body
    assert message in channel.messages


def test_what_has_no_shortcuts(
    web: WebClient, channel: Channel, naoko: Person, jun: Person
) -> None:
    def refuses(person: Person, callback_id: str, message: Message | None) -> None:
        with pytest.raises(Impossible):
            person.shortcut(callback_id, message)

    message = jun.posts(channel, "進みました")
    refuses(naoko, "write", message)
    refuses(naoko, "ask", None)
    refuses(naoko, "other", message)
    web.chat_postEphemeral(channel=channel.id, user=naoko.id, text="あなたへ")
    refuses(naoko, "ask", naoko.sees(channel)[-1])
    jun.deletes(message)
    refuses(naoko, "ask", message)
    jun.is_deactivated()
    refuses(jun, "write", None)


@pytest.mark.parametrize(
    ("shortcuts", "why"),
    [
        ([ASK | {"name": "教" * 25}], "name must have 1 to 24"),
        ([ASK | {"description": ""}], "description must have"),
        ([ASK | {"type": "channel"}], "global or message"),
        ([ASK, WRITE | {"callback_id": "ask"}], "a callback_id of its own"),
        ([ASK | {"callback_id": f"ask{n}"} for n in range(11)], "at most 10"),
    ],
)
def test_shortcuts_that_slack_refuses(slack: Sandbox, shortcuts: list[Payload], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        slack.install(manifest(["commands"], [], shortcuts=shortcuts))


def test_commands_that_slack_refuses(slack: Sandbox) -> None:
    command: Payload = {"command": "project", "description": "登録"}
    with pytest.raises(ValueError, match="begins with /"):
        slack.install(manifest(["commands"], [], slash_commands=[command]))
