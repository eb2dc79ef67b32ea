"""What a manifest installs: scopes, events, commands, shortcuts."""

from __future__ import annotations

import pytest

from sandbox import Channel, Impossible, Person, Sandbox
from tests.sandbox.listening import ListeningApp, Payload


def manifest(scopes: list[str], events: list[str], **features: object) -> Payload:
    return {
        "display_information": {"name": "iine"},
        "features": dict(features),
        "oauth_config": {"scopes": {"bot": scopes}},
        "settings": {
            "event_subscriptions": {"bot_events": events},
            "interactivity": {"is_enabled": True},
            "socket_mode_enabled": True,
        },
    }


def test_only_subscribed_events_are_delivered(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person
) -> None:
    slack.settle()
    heard = len(app.events)
    slack.install(manifest(["reactions:read", "users:read"], ["reaction_added"]))
    message = naoko.posts(channel, "進みました")
    naoko.reacts(message, "+1")
    naoko.unreacts(message, "+1")
    naoko.renames("高橋さん")
    slack.settle()
    assert [event["type"] for event in app.events[heard:]] == ["reaction_added"]


def test_each_kind_of_channel_is_subscribed_to_by_itself(
    slack: Sandbox, app: ListeningApp, naoko: Person
) -> None:
    home = {"messages_tab_enabled": True}
    slack.install(manifest(["groups:history"], ["message.groups"], app_home=home))
    private = slack.channel("人事", private=True, members=[naoko])
    public = slack.channel("広報", members=[naoko])
    slack.invite_bot(private)
    slack.invite_bot(public)
    naoko.posts(private, "聞こえる")
    naoko.posts(public, "聞こえない")
    naoko.posts(naoko.dm(), "聞こえない")
    slack.settle()
    assert {event["channel"] for event in app.events} == {private.id}


def test_an_event_whose_scope_was_taken_away(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person
) -> None:
    slack.settle()
    heard = len(app.events)
    slack.grant(["chat:write"])
    naoko.posts(channel, "聞こえない")
    slack.settle()
    assert len(app.events) == heard


@pytest.mark.parametrize(
    ("scopes", "events", "why"),
    [
        (["chat:shout"], [], "no bot scope"),
        (["users:read"], ["people_laugh"], "no bot event"),
        ([], ["message.channels"], "needs one of the scopes channels:history"),
    ],
)
def test_manifests_that_slack_refuses(
    slack: Sandbox, scopes: list[str], events: list[str], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        slack.install(manifest(scopes, events))


def test_commands_need_their_scope(slack: Sandbox) -> None:
    command = {"command": "/project", "description": "プロジェクト", "should_escape": True}
    with pytest.raises(ValueError, match="need the scope commands"):
        slack.install(manifest([], [], slash_commands=[command]))
    slack.install(manifest(["commands"], [], slash_commands=[command]))
    assert slack.commands == {"/project"}


def test_shortcuts_of_the_manifest(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person
) -> None:
    shortcut = {"name": "教えて", "type": "message", "callback_id": "ask", "description": "質問"}
    slack.install(manifest(["commands"], [], shortcuts=[shortcut]))
    message = naoko.posts(channel, "進みました")
    assert naoko.shortcut("ask", message).acked
    with pytest.raises(Impossible):
        naoko.shortcut("other", message)
