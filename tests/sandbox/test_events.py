"""Events in Slack's shapes: https://docs.slack.dev/reference/events"""

from __future__ import annotations

from datetime import timedelta

from slack_sdk import WebClient

from sandbox import Channel, Person, Sandbox
from tests.sandbox.listening import ListeningApp, Payload


def last(slack: Sandbox, app: ListeningApp) -> Payload:
    """The newest inner event, once everything has arrived."""
    slack.settle()
    return app.events[-1]


def part(event: Payload, name: str) -> Payload:
    found = event[name]
    assert isinstance(found, dict)
    return found


def test_the_envelope(slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person) -> None:
    message = naoko.posts(channel, "進みました")
    slack.settle()
    request = app.requests[-1]
    payload = request.payload
    assert request.type == "events_api"
    assert request.retry_attempt == 0
    assert payload["type"] == "event_callback"
    assert payload["team_id"] == payload["context_team_id"] == slack.team_id
    assert payload["api_app_id"] == slack.app_id
    assert payload["event_id"].startswith("Ev")
    assert payload["event_time"] == int(float(message.ts))
    assert payload["is_ext_shared_channel"] is False
    assert payload["authorizations"] == [
        {
            "enterprise_id": None,
            "team_id": slack.team_id,
            "user_id": slack.bot_user_id,
            "is_bot": True,
            "is_enterprise_install": False,
        }
    ]


def test_a_message(slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person) -> None:
    message = naoko.posts(channel, "進みました <!channel> 5 < 6 & https://example.com/")
    event = last(slack, app)
    assert event["type"] == "message"
    assert "subtype" not in event
    assert event["channel"] == channel.id
    assert event["channel_type"] == "channel"
    assert event["user"] == naoko.id
    assert event["ts"] == event["event_ts"] == message.ts
    assert event["team"] == slack.team_id
    assert event["client_msg_id"]
    assert event["text"] == "進みました <!channel> 5 &lt; 6 &amp; <https://example.com/>"
    blocks = event["blocks"]
    assert isinstance(blocks, list)
    assert blocks[0]["elements"][0]["elements"] == [
        {"type": "text", "text": "進みました "},
        {"type": "broadcast", "range": "channel"},
        {"type": "text", "text": " 5 < 6 & "},
        {"type": "link", "url": "https://example.com/"},
    ]


def test_time_stamps_are_unique_and_in_order(channel: Channel, naoko: Person) -> None:
    stamps = [naoko.posts(channel, str(number)).ts for number in range(50)]
    assert len(set(stamps)) == 50
    assert stamps == sorted(stamps)


def test_an_edit(slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person) -> None:
    message = naoko.posts(channel, "まえ")
    slack.clock.advance(timedelta(seconds=90))
    naoko.edits(message, "あと")
    event = last(slack, app)
    assert event["subtype"] == "message_changed"
    assert event["hidden"] is True
    assert event["ts"] == event["event_ts"] != message.ts
    after, before = part(event, "message"), part(event, "previous_message")
    assert after["ts"] == before["ts"] == message.ts
    assert (before["text"], after["text"]) == ("まえ", "あと")
    assert "edited" not in before
    edited = after["edited"]
    assert isinstance(edited, dict)
    assert edited == {"user": naoko.id, "ts": message.edited}
    assert message.edited.endswith(".000000")


def test_two_edits_are_never_of_the_same_second(channel: Channel, naoko: Person) -> None:
    message = naoko.posts(channel, "まえ")
    stamps = []
    for text in ("一", "二", "三"):
        naoko.edits(message, text)
        stamps.append(message.edited)
    assert len(set(stamps)) == 3
    assert stamps == sorted(stamps)


def test_slack_changes_a_message_that_nobody_edited(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person
) -> None:
    message = naoko.posts(channel, "https://example.com/")
    slack.unfurls(message)
    event = last(slack, app)
    assert event["subtype"] == "message_changed"
    assert "edited" not in part(event, "message")
    assert part(event, "message")["attachments"]
    assert message.edited == ""


def test_half_a_character_arrives_as_it_was_sent(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person
) -> None:
    naoko.posts(channel, "NUL \x00 と \ud83d")
    assert last(slack, app)["text"] == "NUL \x00 と \ud83d"


def test_a_deletion(slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person) -> None:
    message = naoko.posts(channel, "消します")
    naoko.deletes(message)
    event = last(slack, app)
    assert event["subtype"] == "message_deleted"
    assert event["deleted_ts"] == message.ts
    assert event["hidden"] is True
    assert part(event, "previous_message")["text"] == "消します"


def test_a_deleted_root_with_replies(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person, jun: Person
) -> None:
    root = naoko.posts(channel, "消します")
    jun.replies(root, "返事")
    naoko.deletes(root)
    event = last(slack, app)
    assert event["subtype"] == "message_changed"
    tombstone = part(event, "message")
    assert tombstone["subtype"] == "tombstone"
    assert tombstone["ts"] == root.ts
    assert tombstone["user"] == "USLACKBOT"
    assert part(event, "previous_message")["text"] == "消します"


def test_replies(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person, jun: Person
) -> None:
    root = naoko.posts(channel, "進みました")
    jun.replies(root, "返事")
    reply = last(slack, app)
    assert "subtype" not in reply
    assert reply["thread_ts"] == root.ts
    assert reply["parent_user_id"] == naoko.id
    jun.replies(root, "皆さんへ", broadcast=True)
    shown = last(slack, app)
    assert shown["subtype"] == "thread_broadcast"
    assert part(shown, "root")["ts"] == root.ts


def test_files_and_other_kinds(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person
) -> None:
    naoko.posts(channel, "", files=["計画.pdf"])
    shared = last(slack, app)
    assert shared["subtype"] == "file_share"
    files = shared["files"]
    assert isinstance(files, list)
    assert files[0]["name"] == "計画.pdf"
    naoko.posts(channel, "走っています", subtype="me_message")
    assert last(slack, app)["subtype"] == "me_message"
    naoko.posts(channel, "話そう", subtype="huddle_thread", extra={"room": {"id": "R1"}})
    assert last(slack, app)["room"] == {"id": "R1"}


def test_reactions(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person, jun: Person
) -> None:
    message = naoko.posts(channel, "進みました")
    jun.reacts(message, "+1::skin-tone-2")
    added = last(slack, app)
    assert added | {"event_ts": ""} == {
        "type": "reaction_added",
        "user": jun.id,
        "reaction": "+1::skin-tone-2",
        "item": {"type": "message", "channel": channel.id, "ts": message.ts},
        "item_user": naoko.id,
        "event_ts": "",
    }
    jun.unreacts(message, "+1::skin-tone-2")
    removed = last(slack, app)
    assert removed["type"] == "reaction_removed"
    assert str(removed["event_ts"]) > str(added["event_ts"])


def test_the_bot_hears_itself(
    slack: Sandbox, app: ListeningApp, web: WebClient, channel: Channel, naoko: Person
) -> None:
    message = naoko.posts(channel, "進みました")
    web.chat_postMessage(channel=channel.id, text="記録します")
    own = last(slack, app)
    assert own["user"] == slack.bot_user_id
    assert own["bot_id"] == slack.bot_id
    assert own["app_id"] == slack.app_id
    assert isinstance(own["bot_profile"], dict)
    assert "subtype" not in own
    web.reactions_add(channel=channel.id, timestamp=message.ts, name="memo")
    assert last(slack, app)["user"] == slack.bot_user_id


def test_other_bots(slack: Sandbox, app: ListeningApp, channel: Channel) -> None:
    bot = slack.person("天気", bot=True)
    channel.invites(bot)
    bot.posts(channel, "晴れ")
    event = last(slack, app)
    assert event["bot_id"]
    assert event["bot_id"] != slack.bot_id


def test_joining_and_leaving(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person
) -> None:
    new = slack.person("新人")
    channel.invites(new)
    slack.settle()
    joined = app.events_of("member_joined_channel")[-1]
    assert (joined["user"], joined["channel"]) == (new.id, channel.id)
    assert joined["inviter"] == naoko.id
    assert any(event.get("subtype") == "channel_join" for event in app.events)
    new.leaves(channel)
    slack.settle()
    assert app.events_of("member_left_channel")[-1]["user"] == new.id


def test_the_bot_is_taken_out_and_brought_back(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person
) -> None:
    channel.removes(slack.bot)
    assert last(slack, app)["type"] == "channel_left"
    heard = len(app.events)
    naoko.posts(channel, "聞こえない")
    slack.settle()
    assert len(app.events) == heard
    channel.invites(slack.bot)
    assert last(slack, app)["type"] == "member_joined_channel"


def test_what_happens_to_a_channel(slack: Sandbox, app: ListeningApp, channel: Channel) -> None:
    channel.renames("防災とdx")
    slack.settle()
    renamed = part(app.events_of("channel_rename")[-1], "channel")
    assert (renamed["id"], renamed["name"]) == (channel.id, "防災とdx")
    channel.archives()
    channel.unarchives()
    slack.settle()
    assert app.events_of("channel_archive")[-1]["channel"] == channel.id
    assert app.events_of("channel_unarchive")[-1]["channel"] == channel.id


def test_private_channels_have_events_of_their_own(slack: Sandbox, app: ListeningApp) -> None:
    private = slack.channel("人事", private=True)
    slack.invite_bot(private)
    old = private.id
    private.renames("人事課")
    slack.settle()
    assert app.events_of("group_rename")
    assert app.events[-2]["channel_type"] == "group"
    new = private.becomes_private_id()
    changed = last(slack, app)
    assert changed["type"] == "channel_id_changed"
    assert (changed["old_channel_id"], changed["new_channel_id"]) == (old, new)
    private.removes(slack.bot)
    assert last(slack, app)["type"] == "group_left"


def test_what_happens_to_people(slack: Sandbox, app: ListeningApp, naoko: Person) -> None:
    naoko.renames("髙橋")
    assert part(part(last(slack, app), "user"), "profile")["display_name"] == "髙橋"
    naoko.changes_title("企画課")
    assert part(part(last(slack, app), "user"), "profile")["title"] == "企画課"
    naoko.is_deactivated()
    event = last(slack, app)
    assert event["type"] == "user_change"
    assert part(event, "user")["deleted"] is True


def test_new_people_and_channels_when_announced(slack: Sandbox, app: ListeningApp) -> None:
    slack.person("新人", announced=True)
    assert last(slack, app)["type"] == "team_join"
    slack.channel("新しい", announced=True)
    assert last(slack, app)["type"] == "channel_created"
    slack.person("前からいる人")
    slack.settle()
    assert len(app.events) == 2


def test_outside_people_are_marked(slack: Sandbox, app: ListeningApp) -> None:
    partner = slack.person("商工会の人", external_team="商工会議所")
    shared = slack.channel("商工会", members=[partner], shared_with="商工会議所")
    slack.invite_bot(shared)
    partner.posts(shared, "よろしくお願いします")
    event = last(slack, app)
    assert event["team"] == event["user_team"] == event["source_team"] == partner.record.team_id
    assert app.requests[-1].payload["is_ext_shared_channel"] is True
    assert app.requests[-1].payload["team_id"] == slack.team_id


def test_a_dm_with_the_app(slack: Sandbox, app: ListeningApp, naoko: Person) -> None:
    naoko.posts(naoko.dm(), "ヘルプ")
    event = last(slack, app)
    assert event["channel_type"] == "im"
    assert event["channel"] == naoko.dm().id


def test_a_mention_of_the_app(
    slack: Sandbox, app: ListeningApp, channel: Channel, naoko: Person
) -> None:
    naoko.posts(channel, f"<@{slack.bot_user_id}> ヘルプ")
    slack.settle()
    assert [event["type"] for event in app.events[-2:]] == ["message", "app_mention"]


def test_channels_without_the_bot_are_silent(
    slack: Sandbox, app: ListeningApp, naoko: Person
) -> None:
    elsewhere = slack.channel("別の課", members=[naoko])
    message = naoko.posts(elsewhere, "聞こえない")
    naoko.reacts(message, "+1")
    slack.settle()
    assert app.events == []
    assert slack.deliveries == []
