"""Whom a message notifies: https://docs.slack.dev/messaging/formatting-message-text"""

from __future__ import annotations

import pytest
from slack_sdk import WebClient

from sandbox import Channel, Person, Sandbox, markup


def notifies(channel: Channel) -> frozenset[str]:
    return channel.messages[-1].notifies


def test_people_notify_each_other(
    slack: Sandbox, channel: Channel, naoko: Person, jun: Person
) -> None:
    assert naoko.posts(channel, "こんにちは").notifies == frozenset()
    assert naoko.posts(channel, f"{jun.mention} さん").notifies == {jun.id}
    assert naoko.posts(channel, "@channel 集合").notifies == {naoko.id, jun.id}
    assert naoko.posts(channel, "<!here> 集合").notifies == {naoko.id, jun.id}
    group = slack.user_group("bosai", [jun])
    assert naoko.posts(channel, f"<!subteam^{group}> 集合").notifies == {jun.id}


@pytest.mark.parametrize(
    "text",
    [
        "&lt;!channel&gt;",
        "@channel",
        "@everyone",
        "!channel",
        "@山本",
        "@bosai",
        "mail@channel.jp",
    ],
)
def test_what_notifies_nobody(
    slack: Sandbox, web: WebClient, channel: Channel, jun: Person, text: str
) -> None:
    slack.user_group("bosai", [jun])
    section = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    web.chat_postMessage(channel=channel.id, text=text, blocks=[section])
    assert notifies(channel) == frozenset()


def test_escaping_saves_from_every_token() -> None:
    for token in ("<!channel>", "<!here>", "<@U1>", "<!subteam^S1>", "<!everyone|@everyone>"):
        assert list(markup.mentions(token))
        assert not list(markup.mentions(markup.escape(token)))


@pytest.mark.parametrize(
    "block",
    [
        {"type": "section", "text": {"type": "mrkdwn", "text": "<!channel>"}},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "<!everyone>"}]},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "<!here|here>"}]},
        {"type": "markdown", "text": "<!channel>"},
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_quote",
                    "elements": [{"type": "broadcast", "range": "channel"}],
                }
            ],
        },
        {
            "type": "table",
            "rows": [
                [
                    {
                        "type": "rich_text",
                        "elements": [
                            {
                                "type": "rich_text_section",
                                "elements": [{"type": "broadcast", "range": "here"}],
                            }
                        ],
                    }
                ]
            ],
        },
    ],
)
def test_blocks_that_notify_everybody(
    web: WebClient, channel: Channel, naoko: Person, jun: Person, block: dict[str, object]
) -> None:
    web.chat_postMessage(channel=channel.id, text="まとめ", blocks=[block])
    assert notifies(channel) == {naoko.id, jun.id}


@pytest.mark.parametrize(
    "block",
    [
        {"type": "header", "text": {"type": "plain_text", "text": "<!channel>"}},
        {"type": "section", "text": {"type": "plain_text", "text": "<!channel>"}},
        {"type": "table", "rows": [[{"type": "raw_text", "text": "<!channel>"}]]},
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [{"type": "text", "text": "<!channel>"}],
                }
            ],
        },
    ],
)
def test_blocks_in_which_a_token_is_just_words(
    web: WebClient, channel: Channel, block: dict[str, object]
) -> None:
    web.chat_postMessage(channel=channel.id, text="まとめ", blocks=[block])
    assert notifies(channel) == frozenset()


@pytest.mark.parametrize("more", [{"link_names": True}, {"parse": "full"}])
def test_typed_names_notify_when_they_are_linked(
    slack: Sandbox,
    web: WebClient,
    channel: Channel,
    naoko: Person,
    jun: Person,
    more: dict[str, object],
) -> None:
    slack.user_group("bosai", [jun])
    web.api_call("chat.postMessage", json={"channel": channel.id, "text": "@bosai へ", **more})
    assert notifies(channel) == {jun.id}
    web.api_call("chat.postMessage", json={"channel": channel.id, "text": "@channel へ", **more})
    assert notifies(channel) == {naoko.id, jun.id}


def test_the_fallback_text_counts_beside_blocks(
    web: WebClient, channel: Channel, jun: Person
) -> None:
    web.chat_postMessage(channel=channel.id, text=jun.mention, blocks=[{"type": "divider"}])
    assert notifies(channel) == {jun.id}


def test_a_change_can_notify(web: WebClient, channel: Channel, jun: Person) -> None:
    ts = web.chat_postMessage(channel=channel.id, text="静かに")["ts"]
    web.chat_update(channel=channel.id, ts=ts, text=jun.mention)
    assert notifies(channel) == {jun.id}
