"""Messages of the app under another name and picture.

https://docs.slack.dev/reference/methods/chat.postMessage#authorship
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from slack_sdk import WebClient

from sandbox import Channel, Impossible, Message, Person, Sandbox
from tests.sandbox.listening import ListeningApp, Payload, error_of, refusal

SECTION: Payload = {"type": "section", "text": {"type": "mrkdwn", "text": "はい"}}


def picture_of(web: WebClient, person: Person) -> str:
    return str(web.users_info(user=person.id)["user"]["profile"]["image_72"])


def kinds(message: Message) -> list[object]:
    return [block["type"] for block in message.blocks]


def test_a_post_under_a_person_s_name(
    slack: Sandbox, web: WebClient, app: ListeningApp, channel: Channel, naoko: Person
) -> None:
    answer = web.chat_postMessage(
        channel=channel.id, text="進みました", username="高橋", icon_url=picture_of(web, naoko)
    )
    message = answer["message"]
    assert message["subtype"] == "bot_message"
    assert message["username"] == "高橋"
    assert set(message["icons"].values()) == {picture_of(web, naoko)}
    assert message["bot_id"] == slack.bot_id
    assert message["app_id"] == slack.app_id
    assert "user" not in message
    posted = channel.messages[-1]
    assert posted.username == "高橋"
    slack.settle()
    event = app.events_of("message")[-1]
    assert (event["subtype"], event["username"]) == ("bot_message", "高橋")
    assert "user" not in event


def test_an_emoji_goes_before_an_address(web: WebClient, channel: Channel) -> None:
    web.chat_postMessage(
        channel=channel.id, text="はい", icon_emoji=":tada:", icon_url="https://example.com/a.png"
    )
    assert channel.messages[-1].icons == {"emoji": ":tada:"}
    assert channel.messages[-1].username == "iine"


def test_it_takes_a_scope(slack: Sandbox, web: WebClient, channel: Channel) -> None:
    slack.grant(["chat:write"])
    arguments = {"channel": channel.id, "text": "はい"}
    for more in ({"username": "高橋"}, {"icon_emoji": ":tada:"}, {"icon_url": "https://a.jp/b"}):
        answer = refusal(web, "chat.postMessage", **arguments, **more)
        assert answer["error"] == "missing_scope"
        assert answer["needed"] == "chat:write.customize"
    assert web.chat_postMessage(channel=channel.id, text="はい")["ok"]


@pytest.mark.parametrize(
    "more", [{"icon_emoji": "tada"}, {"icon_emoji": ":no_such_emoji:"}, {"icon_url": "a.png"}]
)
def test_pictures_that_there_are_not(web: WebClient, channel: Channel, more: Payload) -> None:
    arguments = {"channel": channel.id, "text": "はい", **more}
    assert error_of(web, "chat.postMessage", **arguments) == "invalid_arguments"


def test_a_change_keeps_the_name(
    slack: Sandbox, web: WebClient, app: ListeningApp, channel: Channel
) -> None:
    ts = web.chat_postMessage(channel=channel.id, text="一", username="高橋")["ts"]
    changed = web.chat_update(channel=channel.id, ts=ts, text="二")["message"]
    assert (changed["username"], changed["text"]) == ("高橋", "二")
    web.chat_delete(channel=channel.id, ts=ts)
    slack.settle()
    edit, deletion = app.events_of("message")[-2:]
    assert edit["subtype"] == "message_changed"
    assert isinstance(edit["message"], dict)
    assert edit["message"]["username"] == "高橋"
    assert deletion["subtype"] == "message_deleted"
    assert isinstance(deletion["previous_message"], dict)
    assert deletion["previous_message"]["username"] == "高橋"
    assert deletion["deleted_ts"] == ts


def test_threads_and_reactions_know_no_user(
    slack: Sandbox, web: WebClient, app: ListeningApp, channel: Channel, naoko: Person
) -> None:
    web.chat_postMessage(channel=channel.id, text="進みました", username="高橋")
    root = channel.messages[-1]
    naoko.replies(root, "いいですね")
    naoko.reacts(root, "thumbsup")
    web.chat_postMessage(channel=channel.id, text="はい", username="山本", thread_ts=root.ts)
    slack.settle()
    assert "item_user" not in app.events_of("reaction_added")[-1]
    assert "parent_user_id" not in app.events_of("message")[-2]
    assert root.json["reply_users"] == [naoko.id, slack.bot_id]


def test_a_broadcast_reply_shows_the_app_itself(
    web: WebClient, channel: Channel, naoko: Person
) -> None:
    root = naoko.posts(channel, "進みました")
    web.chat_postMessage(
        channel=channel.id, text="はい", username="高橋", thread_ts=root.ts, reply_broadcast=True
    )
    assert channel.messages[-1].subtype == "thread_broadcast"
    assert channel.messages[-1].username == ""


def test_an_ephemeral_message_under_another_name(
    web: WebClient, channel: Channel, naoko: Person
) -> None:
    answer = web.chat_postEphemeral(
        channel=channel.id, user=naoko.id, text="あなたへ", username="事務局"
    )
    whisper = naoko.sees(channel)[-1]
    assert whisper.username == "事務局"
    arguments = {"channel": channel.id, "ts": answer["message_ts"]}
    assert error_of(web, "chat.update", **arguments, text="だめ") == "message_not_found"
    assert error_of(web, "chat.delete", **arguments) == "message_not_found"
    with pytest.raises(Impossible, match="message_not_found"):
        naoko.reacts(whisper, "thumbsup")


def test_what_an_update_leaves_alone(web: WebClient, channel: Channel) -> None:
    metadata = {"event_type": "card", "event_payload": {"key": "1"}}
    ts = web.chat_postMessage(channel=channel.id, text="一", blocks=[SECTION], metadata=metadata)[
        "ts"
    ]
    card = channel.messages[-1]
    web.chat_update(channel=channel.id, ts=ts, text="二", blocks=[SECTION])
    assert "edited" not in card.json
    assert card.metadata == metadata
    web.chat_update(channel=channel.id, ts=ts, attachments=[{"text": "付記", "fallback": "付記"}])
    assert kinds(card) == ["section"]
    assert card.text == "二"
    changed = {"event_type": "card", "event_payload": {"key": "2"}}
    web.chat_update(channel=channel.id, ts=ts, text="三", metadata=changed)
    assert kinds(card) == ["rich_text"]
    assert "edited" in card.json
    assert card.metadata == changed
    assert card.record.attachments
    web.api_call(
        "chat.update",
        json={"channel": channel.id, "ts": ts, "text": "四", "metadata": {}, "attachments": []},
    )
    assert channel.messages[-1].metadata is None
    assert not card.record.attachments
    assert error_of(web, "chat.update", channel=channel.id, ts=ts, blocks=[]) == "no_text"


def test_the_workspace_may_close_messages(
    slack: Sandbox, web: WebClient, channel: Channel, naoko: Person
) -> None:
    ts = web.chat_postMessage(channel=channel.id, text="一")["ts"]
    post = naoko.posts(channel, "進みました")
    slack.workspace.edit_window = timedelta(minutes=5)
    slack.clock.advance(timedelta(minutes=6))
    arguments = {"channel": channel.id, "ts": ts, "text": "二"}
    assert error_of(web, "chat.update", **arguments) == "edit_window_closed"
    with pytest.raises(Impossible, match="edit_window_closed"):
        naoko.edits(post, "直します")


def test_a_message_to_a_person(
    slack: Sandbox, web: WebClient, app: ListeningApp, naoko: Person
) -> None:
    answer = web.chat_postMessage(channel=naoko.id, text="こんにちは")
    assert str(answer["channel"]).startswith("D")
    assert answer["channel"] == naoko.dm().id
    assert web.conversations_open(users=naoko.id)["channel"]["id"] == answer["channel"]
    assert error_of(web, "chat.update", channel=naoko.id, ts=answer["ts"], text="二") == (
        "channel_not_found"
    )
    assert web.chat_update(channel=answer["channel"], ts=answer["ts"], text="二")["ok"]


def test_messages_to_people_need_the_messages_tab(
    slack: Sandbox, web: WebClient, naoko: Person
) -> None:
    slack.installation.messages_tab = False
    arguments = {"channel": naoko.id, "text": "こんにちは"}
    assert error_of(web, "chat.postMessage", **arguments) == "messages_tab_disabled"


def test_what_an_update_refuses(web: WebClient, channel: Channel) -> None:
    ts = web.chat_postMessage(channel=channel.id, text="一")["ts"]
    arguments = {"channel": channel.id, "ts": ts}
    assert error_of(web, "chat.update", **arguments, text="長" * 4001) == "msg_too_long"
    assert web.chat_update(channel=channel.id, ts=ts, text="長" * 4000)["ok"]
    channel.archives()
    assert error_of(web, "chat.update", **arguments, text="二") == "is_inactive"
