"""reactions.*"""

from __future__ import annotations

import pytest
from slack_sdk import WebClient

from sandbox import Channel, Impossible, Person, Sandbox
from tests.sandbox.listening import error_of


def test_adding_and_taking_back(
    slack: Sandbox, web: WebClient, channel: Channel, naoko: Person
) -> None:
    message = naoko.posts(channel, "進みました")
    web.reactions_add(channel=channel.id, timestamp=message.ts, name="memo")
    assert message.reactions == {"memo": [slack.bot_user_id]}
    item = {"channel": channel.id, "timestamp": message.ts, "name": "memo"}
    assert error_of(web, "reactions.add", **item) == "already_reacted"
    web.reactions_remove(**{key: str(value) for key, value in item.items()})
    assert message.reactions == {}
    assert error_of(web, "reactions.remove", **item) == "no_reaction"


@pytest.mark.parametrize("name", ["+1", "thumbsup", "+1::skin-tone-3", "tada"])
def test_names_that_slack_knows(web: WebClient, channel: Channel, naoko: Person, name: str) -> None:
    message = naoko.posts(channel, "進みました")
    assert web.reactions_add(channel=channel.id, timestamp=message.ts, name=name)["ok"]


@pytest.mark.parametrize("name", [":+1:", "いいね", "no_such_emoji", "+1::skin-tone-9"])
def test_names_that_slack_does_not_know(
    web: WebClient, channel: Channel, naoko: Person, name: str
) -> None:
    message = naoko.posts(channel, "進みました")
    item = {"channel": channel.id, "timestamp": message.ts, "name": name}
    assert error_of(web, "reactions.add", **item) == "invalid_name"
    with pytest.raises(Impossible, match="invalid_name"):
        naoko.reacts(message, name)


def test_custom_emoji_count(
    slack: Sandbox, web: WebClient, channel: Channel, naoko: Person
) -> None:
    slack.workspace.custom_emoji["iine"] = "https://example.com/iine.png"
    message = naoko.posts(channel, "進みました")
    assert web.reactions_add(channel=channel.id, timestamp=message.ts, name="iine")["ok"]
    assert "iine" in web.emoji_list()["emoji"]


def test_items_that_cannot_be_reacted_to(
    slack: Sandbox, web: WebClient, channel: Channel, naoko: Person
) -> None:
    assert error_of(web, "reactions.add", name="+1") == "no_item_specified"
    assert error_of(web, "reactions.add", name="+1", channel=channel.id) == "no_item_specified"
    item = {"channel": channel.id, "name": "+1"}
    assert error_of(web, "reactions.add", **item, timestamp="yesterday") == "bad_timestamp"
    assert error_of(web, "reactions.add", **item, timestamp="1.000000") == "message_not_found"
    elsewhere = slack.channel("別の課", members=[naoko])
    message = naoko.posts(elsewhere, "進みました")
    item = {"channel": elsewhere.id, "timestamp": message.ts, "name": "+1"}
    assert error_of(web, "reactions.add", **item) == "not_in_channel"
    slack.invite_bot(elsewhere)
    elsewhere.archives()
    assert error_of(web, "reactions.add", **item) == "is_archived"


def test_what_somebody_reacted_to(
    web: WebClient, channel: Channel, naoko: Person, jun: Person
) -> None:
    message = naoko.posts(channel, "進みました")
    jun.reacts(message, "clap")
    items = web.reactions_list(user=jun.id)["items"]
    assert [one["message"]["ts"] for one in items] == [message.ts]


def test_people_react_once_with_each_emoji(channel: Channel, naoko: Person, jun: Person) -> None:
    message = naoko.posts(channel, "進みました")
    jun.reacts(message, "clap")
    with pytest.raises(Impossible, match="already_reacted"):
        jun.reacts(message, "clap")
    jun.unreacts(message, "clap")
    with pytest.raises(Impossible, match="no_reaction"):
        jun.unreacts(message, "clap")
