"""chat.*: saying something, changing and deleting it."""

from __future__ import annotations

import json
import re

from sandbox import objects
from sandbox.api.base import ApiCall, Method, Refused, invalid_arguments, kinds
from sandbox.api.reactions import known_emoji
from sandbox.blocks import check_blocks
from sandbox.files import check_files
from sandbox.json_types import JsonObject, as_objects
from sandbox.records import ChannelRecord, MessageRecord, Persona

MOST_CHARACTERS = 40_000
MOST_CHARACTERS_IN_UPDATE = 4_000
MOST_ATTACHMENTS = 100
MOST_METADATA_BYTES = 16_384
MOST_MARKDOWN = 12_000


def _blocks(call: ApiCall) -> list[JsonObject]:
    value = call.args.get("blocks")
    if value in (None, ""):
        return []
    if not isinstance(value, list):
        raise Refused("invalid_blocks_format")
    problems = check_blocks(value, "message")
    check_files(call.workspace, value, "/blocks", problems)
    if problems:
        raise Refused(
            "invalid_blocks",
            errors=problems.errors,
            response_metadata={"messages": problems.messages},
        )
    return as_objects(value)


def _attachments(call: ApiCall) -> list[JsonObject]:
    value = call.args.get("attachments")
    if value in (None, ""):
        return []
    if not isinstance(value, list):
        raise Refused("invalid_attachments")
    if len(value) > MOST_ATTACHMENTS:
        raise Refused("too_many_attachments")
    return as_objects(value)


def _metadata(call: ApiCall, *, clears: bool = False) -> JsonObject | None:
    """Message metadata: https://docs.slack.dev/messaging/message-metadata

    `clears`: an empty object is allowed and takes earlier metadata away.
    """
    value = call.args.get("metadata")
    if value is None or (value == {} and clears):
        return value
    if not isinstance(value, dict):
        raise Refused("invalid_metadata_format")
    if set(value) - {"event_type", "event_payload"}:
        raise Refused("invalid_metadata_schema")
    if not isinstance(value.get("event_type"), str) or not value["event_type"]:
        raise Refused("invalid_metadata_schema")
    if not isinstance(value.get("event_payload"), dict):
        raise Refused("invalid_metadata_schema")
    if len(json.dumps(value).encode()) > MOST_METADATA_BYTES:
        raise Refused("metadata_too_large")
    return value


def _content(call: ApiCall) -> tuple[str, list[JsonObject], list[JsonObject]]:
    text, blocks, attachments = call.text("text"), _blocks(call), _attachments(call)
    if call.has("markdown_text"):
        if text or blocks:
            raise Refused("markdown_text_conflict")
        markdown = call.text("markdown_text")
        if len(markdown) > MOST_MARKDOWN:
            raise Refused("msg_too_long")
        return markdown, [{"type": "markdown", "text": markdown}], attachments
    if not text and not blocks and not attachments:
        raise Refused("no_text")
    if len(text) > MOST_CHARACTERS:
        raise Refused("msg_too_long")
    return text, blocks, attachments


def _persona(call: ApiCall) -> Persona | None:
    """The name and picture instead of the app's own, and the scope that this takes."""
    if not any(call.has(name) for name in ("username", "icon_emoji", "icon_url")):
        return None
    call.need_scope("chat:write.customize")
    emoji, url = call.text("icon_emoji"), call.text("icon_url")
    if emoji and not (
        re.fullmatch(r":[^:\s]+(::skin-tone-[2-6])?:", emoji)
        and known_emoji(call.workspace, emoji[1:-1])
    ):
        raise invalid_arguments("there is no such emoji [json-pointer:/icon_emoji]")
    if url and not url.startswith(("https://", "http://")):
        raise invalid_arguments("must provide a valid url [json-pointer:/icon_url]")
    return Persona(call.text("username") or call.workspace.bot.shown_name, emoji, url)


def _target(call: ApiCall) -> ChannelRecord:
    """Where to post: a channel's ID, its name (public only), or a person's ID for their DM."""
    channel = _addressed(call)
    if channel.is_im and not call.installation.messages_tab:
        raise Refused("messages_tab_disabled")
    return channel


def _addressed(call: ApiCall) -> ChannelRecord:
    workspace = call.workspace
    target = call.needed("channel")
    if target in workspace.people:
        person = workspace.people[target]
        if person.deleted or target == workspace.bot.id:
            raise Refused("channel_not_found" if person.deleted else "cannot_dm_bot")
        return workspace.dm(target)
    if target not in workspace.channels:
        for channel in workspace.channels.values():
            if channel.kind == "channel" and channel.name == target.removeprefix("#"):
                return channel
    return call.channel()


def _writable(call: ApiCall, channel: ChannelRecord) -> None:
    if channel.archived:
        raise Refused("is_archived")
    if call.workspace.bot.id in channel.members:
        return
    if "chat:write.public" not in call.installation.scopes:
        raise Refused("not_in_channel")


def _thread(call: ApiCall, channel: ChannelRecord) -> str:
    thread_ts = call.text("thread_ts")
    if not thread_ts:
        return ""
    root = channel.messages.get(thread_ts)
    if root is None:
        raise Refused("thread_not_found")
    return root.thread_ts or root.ts


def _with_metadata(body: JsonObject, message: MessageRecord) -> JsonObject:
    return body | {"metadata": message.metadata} if message.metadata else body


def post_message(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/chat.postMessage

    A reply that is broadcast shows the app's own name: the other one gets lost there, as
    https://github.com/slackapi/bolt-js/issues/2445 reports.
    """
    persona = _persona(call)
    if call.flag("as_user"):
        raise Refused("as_user_not_supported")
    channel = _target(call)
    _writable(call, channel)
    text, blocks, attachments = _content(call)
    thread_ts = _thread(call, channel)
    broadcast = bool(thread_ts) and call.flag("reply_broadcast")
    message = call.workspace.post(
        channel,
        call.workspace.bot,
        text,
        blocks=blocks,
        attachments=attachments,
        thread_ts=thread_ts,
        subtype="thread_broadcast" if broadcast else "",
        metadata=_metadata(call),
        persona=None if broadcast else persona,
        typed_mentions=call.flag("link_names") or call.text("parse") == "full",
    )
    body = _with_metadata(objects.message_json(call.workspace, message), message)
    return {"channel": channel.id, "ts": message.ts, "message": body}


def post_ephemeral(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/chat.postEphemeral"""
    channel = call.joined_channel()
    if channel.archived:
        raise Refused("is_archived")
    user = call.needed("user")
    if user not in channel.members:
        raise Refused("user_not_in_channel")
    persona = _persona(call)
    text, blocks, attachments = _content(call)
    message = call.workspace.whisper(
        channel,
        text,
        user,
        blocks=blocks,
        attachments=attachments,
        thread_ts=_thread(call, channel),
        persona=persona,
    )
    return {"message_ts": message.ts}


def update(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/chat.update

    Blocks stay when neither blocks nor text are given; with blocks there is no (edited) sign.
    What is ephemeral is in no channel's messages, so that it is message_not_found.
    """
    channel = call.channel()
    message = call.message(channel, "ts")
    if message.user != call.workspace.bot.id:
        raise Refused("cant_update_message")
    if channel.archived:
        raise Refused("is_inactive")
    if not call.workspace.may_edit(message):
        raise Refused("edit_window_closed")
    text, blocks, attachments = _content(call)
    if len(text) > MOST_CHARACTERS_IN_UPDATE and not call.has("markdown_text"):
        raise Refused("msg_too_long")
    kept = message.blocks if not text and call.args.get("blocks") is None else []
    call.workspace.edit(
        message,
        call.workspace.bot.id,
        text or (message.text if kept else ""),
        blocks=blocks or kept,
        attachments=attachments if call.args.get("attachments") is not None else None,
        metadata=_metadata(call, clears=True),
        mark=not blocks,
    )
    body = _with_metadata(objects.message_json(call.workspace, message), message)
    return {"channel": channel.id, "ts": message.ts, "text": text, "message": body}


def delete(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/chat.delete"""
    channel = call.channel()
    message = call.message(channel, "ts")
    if message.user != call.workspace.bot.id:
        raise Refused("cant_delete_message")
    call.workspace.delete(message)
    return {"channel": channel.id, "ts": message.ts}


def get_permalink(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/chat.getPermalink"""
    channel = call.channel()
    message = channel.messages.get(call.needed("message_ts"))
    if message is None:
        raise Refused("message_not_found")
    return {"channel": channel.id, "permalink": permalink(call.workspace.url, message)}


def permalink(workspace_url: str, message: MessageRecord) -> str:
    """The address of a message, with its thread when it is a reply."""
    address = f"{workspace_url}archives/{message.channel_id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        return f"{address}?thread_ts={message.thread_ts}&cid={message.channel_id}"
    return address


def me_message(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/chat.meMessage"""
    channel = call.joined_channel()
    if channel.archived:
        raise Refused("is_archived")
    text = call.text("text")
    if not text:
        raise Refused("no_text")
    message = call.workspace.post(channel, call.workspace.bot, text, subtype="me_message")
    return {"channel": channel.id, "ts": message.ts}


WRITE = ("chat:write",)
POSTED = kinds(
    text="channel text thread_ts username icon_emoji icon_url parse markdown_text",
    flag="as_user link_names mrkdwn reply_broadcast unfurl_links unfurl_media",
    json="attachments blocks metadata",
)
CHAT: dict[str, Method] = {
    "chat.postMessage": Method(post_message, POSTED, WRITE, 5, per_channel=True),
    "chat.postEphemeral": Method(
        post_ephemeral,
        kinds(
            text="channel user text thread_ts username icon_emoji icon_url parse markdown_text",
            flag="as_user link_names",
            json="attachments blocks",
        ),
        WRITE,
        4,
    ),
    "chat.update": Method(
        update,
        kinds(
            text="channel ts text parse markdown_text",
            flag="as_user link_names reply_broadcast",
            json="attachments blocks metadata file_ids",
        ),
        WRITE,
        3,
    ),
    "chat.delete": Method(delete, kinds(text="channel ts", flag="as_user"), WRITE, 3),
    "chat.getPermalink": Method(get_permalink, kinds(text="channel message_ts"), (), 5),
    "chat.meMessage": Method(me_message, kinds(text="channel text"), WRITE, 3),
}
