"""chat.*: what Slack posts, changes and deletes, and what it refuses."""

from __future__ import annotations

import pytest
from slack_sdk import WebClient

from sandbox import Channel, Impossible, Person, Sandbox
from tests.sandbox.listening import error_of, refusal

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*はい*"}}


def test_a_post_is_seen_by_people(web: WebClient, channel: Channel, naoko: Person) -> None:
    answer = web.chat_postMessage(channel=channel.id, text="今週のまとめです")
    assert answer["channel"] == channel.id
    last = naoko.sees(channel)[-1]
    assert last.ts == answer["ts"]
    assert last.text == "今週のまとめです"
    message = answer["message"]
    assert message["bot_id"] == last.record.bot_id
    assert message["app_id"] == last.record.app_id
    assert message["blocks"][0]["type"] == "rich_text"
    assert "subtype" not in message


def test_blocks_come_back_with_ids_and_defaults(web: WebClient, channel: Channel) -> None:
    blocks = [SECTION, {"type": "header", "text": {"type": "plain_text", "text": "見出し"}}]
    message = web.chat_postMessage(channel=channel.id, text="はい", blocks=blocks)["message"]
    section, header = message["blocks"]
    assert section["text"] == {"type": "mrkdwn", "text": "*はい*", "verbatim": False}
    assert header["text"]["emoji"] is True
    assert section["block_id"] != header["block_id"]


def test_nothing_to_say(web: WebClient, channel: Channel) -> None:
    assert error_of(web, "chat.postMessage", channel=channel.id) == "no_text"
    assert error_of(web, "chat.postMessage", channel=channel.id, text="") == "no_text"


def test_too_much_to_say(web: WebClient, channel: Channel) -> None:
    assert web.chat_postMessage(channel=channel.id, text="あ" * 40_000)["ok"]
    assert error_of(web, "chat.postMessage", channel=channel.id, text="あ" * 40_001) == (
        "msg_too_long"
    )


def test_malformed_blocks_are_pointed_at(web: WebClient, channel: Channel) -> None:
    header = {"type": "header", "text": {"type": "plain_text", "text": "長" * 151}}
    answer = refusal(web, "chat.postMessage", channel=channel.id, text="はい", blocks=[header])
    assert answer["error"] == "invalid_blocks"
    assert answer["errors"] == [
        "must be less than 151 characters [json-pointer:/blocks/0/text/text]"
    ]
    assert answer["response_metadata"] == {
        "messages": ["[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"]
    }


def test_blocks_that_are_no_list(web: WebClient, channel: Channel) -> None:
    for blocks in ("not json", {"type": "section"}):
        error = error_of(web, "chat.postMessage", channel=channel.id, text="はい", blocks=blocks)
        assert error == "invalid_blocks_format"


def test_a_channel_that_is_not_there(web: WebClient) -> None:
    assert error_of(web, "chat.postMessage", channel="C000", text="はい") == "channel_not_found"


def test_a_private_channel_without_the_bot_does_not_exist(slack: Sandbox, web: WebClient) -> None:
    private = slack.channel("人事", private=True)
    assert error_of(web, "chat.postMessage", channel=private.id, text="はい") == "channel_not_found"


def test_a_public_channel_without_the_bot(slack: Sandbox, web: WebClient) -> None:
    elsewhere = slack.channel("別の課")
    slack.grant(["chat:write"])
    assert error_of(web, "chat.postMessage", channel=elsewhere.id, text="はい") == "not_in_channel"
    slack.grant(["chat:write", "chat:write.public"])
    assert web.chat_postMessage(channel=elsewhere.id, text="はい")["ok"]
    assert web.chat_postMessage(channel="#別の課", text="はい")["channel"] == elsewhere.id


def test_an_archived_channel(web: WebClient, channel: Channel) -> None:
    channel.archives()
    assert error_of(web, "chat.postMessage", channel=channel.id, text="はい") == "is_archived"


def test_another_name_needs_its_scope(slack: Sandbox, web: WebClient, channel: Channel) -> None:
    slack.grant(["chat:write"])
    arguments = {"channel": channel.id, "text": "はい", "username": "市長"}
    assert error_of(web, "chat.postMessage", **arguments) == "missing_scope"


def test_a_person_s_id_leads_to_their_dm(web: WebClient, naoko: Person) -> None:
    answer = web.chat_postMessage(channel=naoko.id, text="こんにちは")
    assert answer["channel"] == naoko.dm().id
    assert naoko.sees(naoko.dm())[-1].text == "こんにちは"


def test_a_deactivated_person_cannot_be_reached(web: WebClient, naoko: Person) -> None:
    naoko.is_deactivated()
    assert error_of(web, "chat.postMessage", channel=naoko.id, text="はい") == "channel_not_found"


def test_a_thread(web: WebClient, channel: Channel, naoko: Person) -> None:
    root = naoko.posts(channel, "進みました")
    reply = web.chat_postMessage(channel=channel.id, text="詳しく", thread_ts=root.ts)
    assert reply["message"]["thread_ts"] == root.ts
    assert [one.text for one in root.replies] == ["詳しく"]
    assert root.replies[0] not in naoko.sees(channel)
    shown = web.chat_postMessage(
        channel=channel.id, text="皆さんも", thread_ts=root.ts, reply_broadcast=True
    )
    assert shown["message"]["subtype"] == "thread_broadcast"
    assert naoko.sees(channel)[-1].text == "皆さんも"


def test_a_reply_to_a_reply_joins_the_thread(
    web: WebClient, channel: Channel, naoko: Person
) -> None:
    root = naoko.posts(channel, "進みました")
    reply = naoko.replies(root, "続き")
    answer = web.chat_postMessage(channel=channel.id, text="はい", thread_ts=reply.ts)
    assert answer["message"]["thread_ts"] == root.ts


def test_a_thread_that_is_not_there(web: WebClient, channel: Channel) -> None:
    arguments = {"channel": channel.id, "text": "はい", "thread_ts": "1.000000"}
    assert error_of(web, "chat.postMessage", **arguments) == "thread_not_found"


def test_metadata_comes_back_only_when_asked_for(web: WebClient, channel: Channel) -> None:
    metadata = {"event_type": "digest", "event_payload": {"key": "digest:2026-W14"}}
    posted = web.chat_postMessage(channel=channel.id, text="まとめ", metadata=metadata)
    assert posted["message"]["metadata"] == metadata
    plain = web.conversations_history(channel=channel.id)["messages"][0]
    full = web.conversations_history(channel=channel.id, include_all_metadata=True)["messages"][0]
    assert "metadata" not in plain
    assert full["metadata"] == metadata


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ("words", "invalid_arguments"),
        ([], "invalid_metadata_format"),
        ({"event_type": "digest"}, "invalid_metadata_schema"),
        ({"event_type": "", "event_payload": {}}, "invalid_metadata_schema"),
        ({"event_type": "a", "event_payload": {}, "more": 1}, "invalid_metadata_schema"),
        ({"event_type": "a", "event_payload": {"k": "x" * 20_000}}, "metadata_too_large"),
    ],
)
def test_malformed_metadata(web: WebClient, channel: Channel, metadata: object, error: str) -> None:
    arguments = {"channel": channel.id, "text": "はい", "metadata": metadata}
    assert error_of(web, "chat.postMessage", **arguments) == error


def test_an_ephemeral_message_is_for_one_person(
    web: WebClient, channel: Channel, naoko: Person, jun: Person
) -> None:
    web.chat_postEphemeral(channel=channel.id, user=naoko.id, text="あなただけに")
    assert naoko.sees(channel)[-1].text == "あなただけに"
    assert naoko.sees(channel)[-1].ephemeral
    assert all(one.text != "あなただけに" for one in jun.sees(channel))
    history = web.conversations_history(channel=channel.id)["messages"]
    assert all(one["text"] != "あなただけに" for one in history)


def test_an_ephemeral_message_for_somebody_elsewhere(
    slack: Sandbox, web: WebClient, channel: Channel
) -> None:
    stranger = slack.person("外の人")
    error = error_of(web, "chat.postEphemeral", channel=channel.id, user=stranger.id, text="はい")
    assert error == "user_not_in_channel"


def test_a_change(web: WebClient, channel: Channel, naoko: Person) -> None:
    ts = web.chat_postMessage(channel=channel.id, text="下書き")["ts"]
    answer = web.chat_update(channel=channel.id, ts=ts, text="完成")
    assert answer["text"] == "完成"
    assert answer["message"]["edited"]["ts"].endswith(".000000")
    assert naoko.sees(channel)[-1].text == "完成"


def test_changing_what_is_not_one_s_own(web: WebClient, channel: Channel, naoko: Person) -> None:
    ts = naoko.posts(channel, "私の").ts
    assert error_of(web, "chat.update", channel=channel.id, ts=ts, text="違う") == (
        "cant_update_message"
    )
    assert error_of(web, "chat.delete", channel=channel.id, ts=ts) == "cant_delete_message"


def test_changing_what_is_not_there(web: WebClient, channel: Channel) -> None:
    for method in ("chat.update", "chat.delete"):
        arguments = {"channel": channel.id, "ts": "1.000000"}
        text = {"text": "違う"} if method == "chat.update" else {}
        assert error_of(web, method, **arguments, **text) == "message_not_found"


def test_a_deletion(web: WebClient, channel: Channel, naoko: Person) -> None:
    ts = web.chat_postMessage(channel=channel.id, text="間違い")["ts"]
    web.chat_delete(channel=channel.id, ts=ts)
    assert all(one.ts != ts for one in naoko.sees(channel))
    assert error_of(web, "chat.delete", channel=channel.id, ts=ts) == "message_not_found"


def test_permalinks(web: WebClient, channel: Channel, naoko: Person) -> None:
    root = naoko.posts(channel, "進みました")
    reply = naoko.replies(root, "続き")
    link = web.chat_getPermalink(channel=channel.id, message_ts=root.ts)["permalink"]
    below = web.chat_getPermalink(channel=channel.id, message_ts=reply.ts)["permalink"]
    assert link == f"https://machi.slack.com/archives/{channel.id}/p{root.ts.replace('.', '')}"
    assert below.endswith(f"?thread_ts={root.ts}&cid={channel.id}")
    arguments = {"channel": channel.id, "message_ts": "1.000000"}
    assert error_of(web, "chat.getPermalink", **arguments) == "message_not_found"


def test_people_cannot_do_what_slack_does_not_let_them(
    slack: Sandbox, channel: Channel, naoko: Person, jun: Person
) -> None:
    message = naoko.posts(channel, "私の")
    with pytest.raises(Impossible, match="cant_update_message"):
        jun.edits(message, "違う")
    with pytest.raises(Impossible, match="cant_delete_message"):
        jun.deletes(message)
    with pytest.raises(Impossible, match="no_text"):
        jun.posts(channel, "")
    with pytest.raises(Impossible, match="not_in_channel"):
        slack.person("外の人").posts(channel, "こんにちは")
    channel.archives()
    with pytest.raises(Impossible, match="is_archived"):
        naoko.posts(channel, "まだ")
