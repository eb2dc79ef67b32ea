"""conversations.*: channels, members, history, threads, pages."""

from __future__ import annotations

import pytest
from slack_sdk import WebClient

from sandbox import Channel, Person, Sandbox
from tests.sandbox.listening import error_of


def test_a_channel_s_description(web: WebClient, channel: Channel) -> None:
    body = web.conversations_info(channel=channel.id, include_num_members=True)["channel"]
    assert body["name"] == "防災dx"
    assert body["is_channel"]
    assert body["is_member"]
    assert body["num_members"] == 3
    assert not body["is_archived"]
    assert not body["is_ext_shared"]


def test_a_shared_channel_says_with_whom(slack: Sandbox, web: WebClient) -> None:
    shared = slack.channel("商工会", shared_with="商工会議所")
    body = web.conversations_info(channel=shared.id)["channel"]
    assert body["is_ext_shared"]
    assert len(body["shared_team_ids"]) == 2


def test_private_channels_are_hidden_until_the_bot_is_in(slack: Sandbox, web: WebClient) -> None:
    private = slack.channel("人事", private=True)
    assert error_of(web, "conversations.info", channel=private.id) == "channel_not_found"
    slack.invite_bot(private)
    body = web.conversations_info(channel=private.id)["channel"]
    assert body["is_private"]
    assert body["id"].startswith("G")


def test_a_list_by_kind_and_page(slack: Sandbox, web: WebClient, channel: Channel) -> None:
    slack.channel("古い", archived=True)
    private = slack.channel("人事", private=True)
    slack.channel("秘密", private=True)
    slack.invite_bot(private)
    names = [one["name"] for one in web.conversations_list(limit=1)["channels"]]
    assert names == ["防災dx"]
    pages = [page["channels"] for page in web.conversations_list(limit=1)]
    assert [one["name"] for page in pages for one in page] == ["防災dx", "古い"]
    both = web.conversations_list(types="public_channel,private_channel", exclude_archived=True)
    assert [one["name"] for one in both["channels"]] == ["防災dx", "人事"]
    assert error_of(web, "conversations.list", types="secret") == "invalid_types"


def test_members(web: WebClient, channel: Channel, naoko: Person, slack: Sandbox) -> None:
    members = web.conversations_members(channel=channel.id)["members"]
    assert naoko.id in members
    assert slack.bot_user_id in members


def test_the_bot_joins_by_itself(slack: Sandbox, web: WebClient, naoko: Person) -> None:
    public = slack.channel("広報", members=[naoko])
    assert web.conversations_join(channel=public.id)["channel"]["is_member"]
    assert web.conversations_join(channel=public.id)["warning"] == "already_in_channel"
    assert naoko.sees(public)[-1].subtype == "channel_join"


def test_joining_where_it_cannot(slack: Sandbox, web: WebClient) -> None:
    private = slack.channel("人事", private=True)
    assert error_of(web, "conversations.join", channel=private.id) == "channel_not_found"
    slack.invite_bot(private)
    assert error_of(web, "conversations.join", channel=private.id) == (
        "method_not_supported_for_channel_type"
    )
    old = slack.channel("古い", archived=True)
    assert error_of(web, "conversations.join", channel=old.id) == "is_archived"


def test_leaving(web: WebClient, channel: Channel) -> None:
    assert web.conversations_leave(channel=channel.id)["ok"]
    assert web.conversations_leave(channel=channel.id)["not_in_channel"]
    assert error_of(web, "conversations.history", channel=channel.id) == "not_in_channel"


def test_opening_a_dm(slack: Sandbox, web: WebClient, naoko: Person, jun: Person) -> None:
    first = web.conversations_open(users=[naoko.id])
    again = web.conversations_open(users=naoko.id)
    assert first["channel"]["id"] == again["channel"]["id"] == naoko.dm().id
    assert again["already_open"]
    group = web.conversations_open(users=[naoko.id, jun.id])["channel"]["id"]
    assert group != first["channel"]["id"]
    assert error_of(web, "conversations.open") == "users_list_not_supplied"
    assert error_of(web, "conversations.open", users="U000") == "user_not_found"
    assert error_of(web, "conversations.open", users=slack.bot_user_id) == "cannot_dm_bot"
    jun.is_deactivated()
    assert error_of(web, "conversations.open", users=jun.id) == "user_disabled"


def test_history_is_newest_first_without_replies(
    web: WebClient, channel: Channel, naoko: Person, jun: Person
) -> None:
    first = naoko.posts(channel, "一つ目")
    naoko.posts(channel, "二つ目")
    reply = jun.replies(first, "返事")
    shown = jun.replies(first, "皆さんへ", broadcast=True)
    jun.reacts(first, "+1")
    messages = web.conversations_history(channel=channel.id, limit=3)["messages"]
    assert [one["text"] for one in messages] == ["皆さんへ", "二つ目", "一つ目"]
    root = messages[-1]
    assert root["reply_count"] == 2
    assert root["latest_reply"] == shown.ts
    assert root["thread_ts"] == first.ts
    assert root["reply_users"] == [jun.id]
    assert root["reactions"] == [{"name": "+1", "users": [jun.id], "count": 1}]
    thread = web.conversations_replies(channel=channel.id, ts=first.ts)["messages"]
    assert [one["ts"] for one in thread] == [first.ts, reply.ts, shown.ts]
    assert thread[1]["parent_user_id"] == naoko.id
    assert thread[2]["subtype"] == "thread_broadcast"


def test_many_reactions_are_cut_short_but_counted(
    slack: Sandbox, web: WebClient, channel: Channel, naoko: Person
) -> None:
    message = naoko.posts(channel, "みんなで")
    crowd = [slack.person(f"職員{number}") for number in range(30)]
    channel.invites(*crowd)
    for person in crowd:
        person.reacts(message, "tada")
    shown = web.conversations_history(channel=channel.id, latest=message.ts, inclusive=True)
    reaction = shown["messages"][0]["reactions"][0]
    assert reaction["count"] == 30
    assert len(reaction["users"]) < 30
    full = web.reactions_get(channel=channel.id, timestamp=message.ts, full=True)
    assert len(full["message"]["reactions"][0]["users"]) == 30


def test_a_window_of_time(web: WebClient, channel: Channel, naoko: Person) -> None:
    one, two, three = (naoko.posts(channel, text) for text in ("一", "二", "三"))

    def texts(**window: object) -> list[str]:
        answer = web.api_call("conversations.history", params={"channel": channel.id, **window})
        return [message["text"] for message in answer["messages"] if "subtype" not in message]

    assert texts(oldest=one.ts) == ["三", "二"]
    assert texts(oldest=one.ts, inclusive=True) == ["三", "二", "一"]
    assert texts(latest=three.ts) == ["二", "一"]
    assert texts(oldest=one.ts, latest=three.ts) == ["二"]
    assert texts(oldest=two.ts, latest=two.ts, inclusive=True) == ["二"]
    assert error_of(web, "conversations.history", channel=channel.id, oldest="yesterday") == (
        "invalid_ts_oldest"
    )
    assert error_of(web, "conversations.history", channel=channel.id, latest="x") == (
        "invalid_ts_latest"
    )


def test_pages_of_history(web: WebClient, channel: Channel, naoko: Person) -> None:
    for number in range(7):
        naoko.posts(channel, str(number))
    pages = [page["messages"] for page in web.conversations_history(channel=channel.id, limit=3)]
    assert [len(page) for page in pages] == [3, 3, 1]
    first = web.conversations_history(channel=channel.id, limit=3)
    assert first["has_more"]
    assert first["response_metadata"]["next_cursor"]


def test_pages_go_forward_from_the_oldest_if_no_end_is_given(
    web: WebClient, channel: Channel, naoko: Person
) -> None:
    one, *_, last = [naoko.posts(channel, str(number)) for number in range(6)]
    answer = web.conversations_history(channel=channel.id, oldest=one.ts, limit=3)
    pages = [[said["text"] for said in page["messages"]] for page in answer]
    assert pages == [["3", "2", "1"], ["5", "4"]]
    back = web.conversations_history(channel=channel.id, oldest=one.ts, latest=last.ts, limit=3)
    assert [said["text"] for said in back["messages"]] == ["4", "3", "2"]


@pytest.mark.parametrize("limit", [0, -1, 1000])
def test_limits_of_a_page(web: WebClient, channel: Channel, limit: int) -> None:
    assert error_of(web, "conversations.history", channel=channel.id, limit=limit) == (
        "invalid_limit"
    )


@pytest.mark.parametrize("cursor", ["abc", "bmV4dDotMQ==", "bmV4dDo5OTk=", "!"])
def test_a_cursor_that_is_not_slack_s(web: WebClient, channel: Channel, cursor: str) -> None:
    assert error_of(web, "conversations.history", channel=channel.id, cursor=cursor) == (
        "invalid_cursor"
    )


def test_a_thread_that_is_not_there(web: WebClient, channel: Channel) -> None:
    assert error_of(web, "conversations.replies", channel=channel.id, ts="1.000000") == (
        "thread_not_found"
    )


def test_a_deleted_root_leaves_a_tombstone(
    web: WebClient, channel: Channel, naoko: Person, jun: Person
) -> None:
    root = naoko.posts(channel, "消します")
    reply = jun.replies(root, "返事")
    naoko.deletes(root)
    shown = web.conversations_history(channel=channel.id, limit=1)["messages"][0]
    assert shown["subtype"] == "tombstone"
    assert shown["user"] == "USLACKBOT"
    assert shown["reply_count"] == 1
    jun.deletes(reply)
    messages = web.conversations_history(channel=channel.id)["messages"]
    assert root.ts not in [one["ts"] for one in messages]


def test_a_private_id_that_changes_is_gone(slack: Sandbox, web: WebClient) -> None:
    private = slack.channel("人事", private=True)
    slack.invite_bot(private)
    old = private.id
    new = private.becomes_private_id()
    assert new.startswith("C")
    assert error_of(web, "conversations.info", channel=old) == "channel_not_found"
    assert web.conversations_info(channel=new)["channel"]["is_private"]


def test_files_have_no_subtype_in_history(web: WebClient, channel: Channel, naoko: Person) -> None:
    naoko.posts(channel, "写真です", files=["避難所.jpg"])
    shown = web.conversations_history(channel=channel.id, limit=1)["messages"][0]
    assert shown["files"][0]["name"] == "避難所.jpg"
    assert "subtype" not in shown
