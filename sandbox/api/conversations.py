"""conversations.*: channels, their members and their history."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox import objects
from sandbox.api.base import PAGED, ApiCall, Method, Page, Refused, invalid_arguments, kinds
from sandbox.installation import CONVERSATION_FAMILIES
from sandbox.json_types import JsonObject
from sandbox.records import ChannelRecord, MessageRecord

TYPES = {"channel": "public_channel", "group": "private_channel", "im": "im", "mpim": "mpim"}
READ = tuple(f"{name}:read" for name in ("channels", "groups", "im", "mpim"))
HISTORY = tuple(f"{name}:history" for name in ("channels", "groups", "im", "mpim"))
MOST_PEOPLE_IN_GROUP_DM = 8
THROTTLED_PAGE = 15
"""What apps outside the Marketplace that are distributed commercially get at a time, once a minute:
https://docs.slack.dev/reference/methods/conversations.history"""


def info(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/conversations.info"""
    channel = call.channel()
    call.need_channel_scope(channel, "read")
    body = objects.channel_json(call.workspace, channel)
    if call.flag("include_num_members") and not channel.is_im:
        body["num_members"] = len(channel.members)
    return {"channel": body}


def list_(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/conversations.list"""
    wanted = {one.strip() for one in call.text("types", "public_channel").split(",")}
    if wanted - set(TYPES.values()):
        raise Refused("invalid_types")
    for kind, name in TYPES.items():
        if name in wanted:
            call.need_scope(f"{CONVERSATION_FAMILIES[kind]}:read")
    bot = call.workspace.bot.id
    found = [
        objects.channel_json(call.workspace, channel)
        | ({} if channel.is_im else {"num_members": len(channel.members)})
        for channel in call.workspace.channels.values()
        if TYPES[channel.kind] in wanted
        and (channel.kind == "channel" or bot in channel.members)
        and not (call.flag("exclude_archived") and channel.archived)
    ]
    page = call.page(found, default=100, most=1000)
    return {"channels": page.items, "response_metadata": page.metadata}


def members(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/conversations.members"""
    channel = call.channel()
    call.need_channel_scope(channel, "read")
    page = call.page(list(channel.members), default=100, most=1000)
    return {"members": page.items, "response_metadata": page.metadata}


def join(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/conversations.join"""
    channel = call.channel()
    if channel.kind != "channel":
        raise Refused("method_not_supported_for_channel_type")
    if channel.archived:
        raise Refused("is_archived")
    bot = call.workspace.bot
    if bot.id in channel.members:
        return {
            "channel": objects.channel_json(call.workspace, channel),
            "warning": "already_in_channel",
            "response_metadata": {"warnings": ["already_in_channel"]},
        }
    call.workspace.join(channel, bot)
    return {"channel": objects.channel_json(call.workspace, channel)}


def leave(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/conversations.leave"""
    channel = call.channel()
    if channel.is_im or channel.is_mpim:
        raise Refused("method_not_supported_for_channel_type")
    call.need_scope("groups:write" if channel.is_private else "channels:manage")
    if call.workspace.bot.id not in channel.members:
        return {"not_in_channel": True}
    if channel.archived:
        raise Refused("is_archived")
    call.workspace.leave(channel, call.workspace.bot)
    return {}


def open_(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/conversations.open"""
    workspace = call.workspace
    if call.has("channel"):
        channel = call.channel()
        if not channel.is_im and not channel.is_mpim:
            raise Refused("channel_not_found")
        return {"channel": {"id": channel.id}, "no_op": True, "already_open": True}
    users = [one.strip() for one in call.text("users").split(",") if one.strip()]
    if not users:
        raise Refused("users_list_not_supplied")
    if len(users) > MOST_PEOPLE_IN_GROUP_DM:
        raise Refused("too_many_users")
    call.need_scope("im:write" if len(users) == 1 else "mpim:write")
    for user in users:
        person = workspace.people.get(user)
        if person is None:
            raise Refused("user_not_found")
        if person.deleted:
            raise Refused("user_disabled")
        if person.is_bot:
            raise Refused("cannot_dm_bot")
    existing = _conversation_with(call, users)
    channel = existing or workspace.add_conversation(users)
    body: JsonObject = {"id": channel.id}
    if call.flag("return_im"):
        body = objects.channel_json(workspace, channel)
    return {"channel": body} | ({"no_op": True, "already_open": True} if existing else {})


def _conversation_with(call: ApiCall, users: Iterable[str]) -> ChannelRecord | None:
    people = {*users, call.workspace.bot.id}
    for channel in call.workspace.channels.values():
        if (channel.is_im or channel.is_mpim) and set(channel.members) == people:
            return channel
    return None


def history(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/conversations.history

    The newest come first. Which ones are on the first page if only `oldest` is given, Slack's pages
    tell in two ways: the newest, as without it, or “those closest to `oldest`, allowing you to page
    forward” (as it read for years, also for channels.history). The latter loses more.
    """
    channel = call.joined_channel()
    call.need_channel_scope(channel, "history")
    hidden_before = call.workspace.hidden_before
    found = [
        one
        for one in _between(call, channel.messages.values())
        if one.in_channel and one.ts >= hidden_before
    ]
    goes_forward = call.has("oldest") and not call.has("latest")
    page = _page(call, found if goes_forward else found[::-1], default=100, most=999)
    shown = page.items[::-1] if goes_forward else page.items
    return {
        "messages": [_shown(call, message) for message in shown],
        "has_more": bool(page.cursor),
        "pin_count": 0,
        "response_metadata": page.metadata,
    } | ({"is_limited": True} if hidden_before else {})


def replies(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/conversations.replies"""
    channel = call.joined_channel()
    call.need_channel_scope(channel, "history")
    message = channel.messages.get(call.needed("ts"))
    if message is None:
        raise Refused("thread_not_found")
    root = channel.messages.get(message.thread_ts or message.ts, message)
    below = _between(call, (channel.messages[ts] for ts in root.replies))
    page = _page(call, [root, *below], default=1000, most=1000)
    return {
        "messages": [_shown(call, message) for message in page.items],
        "has_more": bool(page.cursor),
        "response_metadata": page.metadata,
    }


def _page(
    call: ApiCall, messages: list[MessageRecord], *, default: int, most: int
) -> Page[MessageRecord]:
    """A page; of an app that is throttled no more than THROTTLED_PAGE, whatever it asks for."""
    if call.workspace.throttled:
        wanted = call.number("limit", THROTTLED_PAGE)
        call.args["limit"] = min(wanted, THROTTLED_PAGE)
        default = THROTTLED_PAGE
    return call.page(messages, default=default, most=most)


def _between(call: ApiCall, messages: Iterable[MessageRecord]) -> list[MessageRecord]:
    """Messages between `oldest` and `latest`; the bounds themselves only if `inclusive`."""
    inclusive = call.flag("inclusive")
    oldest, latest = _moment(call, "oldest"), _moment(call, "latest")
    return [
        message
        for message in messages
        if (not oldest or _key(message.ts) > oldest or (inclusive and _key(message.ts) == oldest))
        and (not latest or _key(message.ts) < latest or (inclusive and _key(message.ts) == latest))
    ]


def _moment(call: ApiCall, name: str) -> tuple[int, int] | None:
    value = call.text(name)
    if value in ("", "0"):
        return None
    try:
        return _key(value)
    except ValueError as error:
        raise Refused(f"invalid_ts_{name}") from error


def _key(ts: str) -> tuple[int, int]:
    seconds, _, rest = ts.partition(".")
    return int(seconds), int((rest or "0").ljust(6, "0")[:6])


def _shown(call: ApiCall, message: MessageRecord) -> JsonObject:
    body = objects.message_json(call.workspace, message)
    if message.reactions:
        body["reactions"] = objects.reactions_json(call.workspace, message)
    if message.metadata and call.flag("include_all_metadata"):
        body["metadata"] = message.metadata
    return body


def set_topic(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/conversations.setTopic"""
    channel = call.joined_channel()
    if channel.archived:
        raise Refused("is_archived")
    topic = call.needed("topic")
    if len(topic) > 250:
        raise invalid_arguments("must be less than 251 characters [json-pointer:/topic]")
    channel.topic = topic
    text = f"set the channel topic: {topic}"
    call.workspace.post(
        channel, call.workspace.bot, text, subtype=f"{channel.kind}_topic", extra={"topic": topic}
    )
    return {"channel": objects.channel_json(call.workspace, channel)}


WINDOW = PAGED | kinds(text="channel latest oldest", flag="inclusive include_all_metadata")
CONVERSATIONS: dict[str, Method] = {
    "conversations.info": Method(
        info, kinds(text="channel", flag="include_locale include_num_members"), READ, 3
    ),
    "conversations.list": Method(
        list_, PAGED | kinds(text="types team_id", flag="exclude_archived"), READ, 2
    ),
    "conversations.members": Method(members, PAGED | kinds(text="channel"), READ, 4),
    "conversations.join": Method(join, kinds(text="channel"), ("channels:join",), 3),
    "conversations.leave": Method(
        leave, kinds(text="channel"), ("channels:manage", "groups:write"), 3
    ),
    "conversations.open": Method(
        open_,
        kinds(text="channel users", flag="return_im prevent_creation"),
        ("im:write", "mpim:write"),
        3,
    ),
    "conversations.history": Method(history, WINDOW, HISTORY, 3),
    "conversations.replies": Method(replies, WINDOW | kinds(text="ts"), HISTORY, 3),
    "conversations.setTopic": Method(
        set_topic, kinds(text="channel topic"), ("channels:manage", "groups:write"), 2
    ),
}
