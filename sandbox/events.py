"""Events in the shapes in which Slack sends them: https://docs.slack.dev/reference/events"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.json_types import JsonObject
from sandbox.objects import message_json, user_json
from sandbox.records import ChannelRecord, MessageRecord, PersonRecord

if TYPE_CHECKING:
    from sandbox.workspace import Workspace


def message_posted(
    workspace: Workspace, channel: ChannelRecord, message: MessageRecord
) -> JsonObject:
    """The event for a new message; a file shared in it gives it the subtype file_share."""
    body = message_json(workspace, message)
    if message.files and not message.subtype:
        body["subtype"] = "file_share"
    return body | _where(channel, message.ts)


def message_changed(
    workspace: Workspace, channel: ChannelRecord, message: MessageRecord, before: JsonObject
) -> JsonObject:
    """The event for an edit, and for a deleted thread root (inner subtype tombstone)."""
    ts = workspace.new_ts()
    body: JsonObject = {
        "type": "message",
        "subtype": "message_changed",
        "message": message_json(workspace, message) | {"source_team": message.team_id},
        "previous_message": before,
        "hidden": True,
        "ts": ts,
    }
    return body | _where(channel, ts)


def message_deleted(
    workspace: Workspace, channel: ChannelRecord, message: MessageRecord, before: JsonObject
) -> JsonObject:
    """The event for a deleted message."""
    ts = workspace.new_ts()
    body: JsonObject = {
        "type": "message",
        "subtype": "message_deleted",
        "previous_message": before,
        "deleted_ts": message.ts,
        "hidden": True,
        "ts": ts,
    }
    return body | _where(channel, ts)


def _where(channel: ChannelRecord, event_ts: str) -> JsonObject:
    return {"channel": channel.id, "event_ts": event_ts, "channel_type": channel.kind}


def reaction(
    workspace: Workspace, kind: str, message: MessageRecord, name: str, user: str
) -> JsonObject:
    """reaction_added or reaction_removed; what no user wrote has no `item_user`.

    https://docs.slack.dev/reference/events/reaction_added
    """
    body: JsonObject = {
        "type": kind,
        "user": user,
        "reaction": name,
        "item": {"type": "message", "channel": message.channel_id, "ts": message.ts},
        "event_ts": workspace.new_ts(),
    }
    return body if message.persona else body | {"item_user": message.user}


def member(
    workspace: Workspace, kind: str, channel: ChannelRecord, person: PersonRecord, inviter: str
) -> JsonObject:
    """member_joined_channel or member_left_channel."""
    body: JsonObject = {
        "type": kind,
        "user": person.id,
        "channel": channel.id,
        "channel_type": "G" if channel.is_private else "C",
        "team": person.team_id,
        "event_ts": workspace.new_ts(),
    }
    return body | {"inviter": inviter} if inviter else body


def channel_left(workspace: Workspace, channel: ChannelRecord, remover: str) -> JsonObject:
    """The bot itself is no longer in the channel."""
    return {
        "type": "group_left" if channel.is_private else "channel_left",
        "channel": channel.id,
        "actor_id": remover or workspace.bot.id,
        "event_ts": workspace.new_ts(),
    }


def channel_rename(workspace: Workspace, channel: ChannelRecord, old_name: str) -> JsonObject:
    """channel_rename or group_rename."""
    return {
        "type": "group_rename" if channel.is_private else "channel_rename",
        "channel": {
            "id": channel.id,
            "name": channel.name,
            "name_normalized": channel.name,
            "old_name": old_name,
            "created": channel.created,
            "is_channel": not channel.is_private,
            "is_mpim": False,
        },
        "event_ts": workspace.new_ts(),
    }


def channel_archive(
    workspace: Workspace, channel: ChannelRecord, word: str, by: PersonRecord
) -> JsonObject:
    """channel_archive, channel_unarchive, group_archive or group_unarchive."""
    prefix = "group" if channel.is_private else "channel"
    return {
        "type": f"{prefix}_{word}",
        "channel": channel.id,
        "user": by.id,
        "is_moved": 0,
        "event_ts": workspace.new_ts(),
    }


def channel_created(workspace: Workspace, channel: ChannelRecord) -> JsonObject:
    """A public channel was made."""
    return {
        "type": "channel_created",
        "channel": {
            "id": channel.id,
            "name": channel.name,
            "name_normalized": channel.name,
            "created": channel.created,
            "creator": channel.creator,
            "is_channel": True,
            "is_shared": bool(channel.shared_with),
            "is_org_shared": False,
            "context_team_id": workspace.team_id,
        },
        "event_ts": workspace.new_ts(),
    }


def channel_id_changed(workspace: Workspace, old: str, new: str) -> JsonObject:
    """https://docs.slack.dev/reference/events/channel_id_changed"""
    return {
        "type": "channel_id_changed",
        "old_channel_id": old,
        "new_channel_id": new,
        "event_ts": workspace.new_ts(),
    }


def user_change(workspace: Workspace, person: PersonRecord) -> JsonObject:
    """A person's name, title, role or account changed."""
    return {
        "type": "user_change",
        "user": user_json(workspace, person, with_locale=True),
        "cache_ts": person.updated,
        "event_ts": workspace.new_ts(),
    }


def team_join(workspace: Workspace, person: PersonRecord) -> JsonObject:
    """A new person joined the workspace."""
    return {
        "type": "team_join",
        "user": user_json(workspace, person, with_locale=True),
        "cache_ts": person.updated,
        "event_ts": workspace.new_ts(),
    }


def app_home_opened(workspace: Workspace, person: PersonRecord, tab: str) -> JsonObject:
    """A person opened the app's Home (or Messages) tab."""
    body: JsonObject = {
        "type": "app_home_opened",
        "user": person.id,
        "channel": workspace.dm(person.id).id,
        "tab": tab,
        "event_ts": workspace.new_ts(),
    }
    home = workspace.homes.get(person.id)
    if home is not None and tab == "home":
        from sandbox.views import view_json  # views need events for the objects below

        body["view"] = view_json(workspace, workspace.views[home])
    return body


def envelope(
    workspace: Workspace, event: JsonObject, *, event_id: str, shared: bool, event_time: int
) -> JsonObject:
    """The outer event that Slack puts around each inner one."""
    return {
        "token": "sandbox-verification-token",
        "team_id": workspace.team_id,
        "context_team_id": workspace.team_id,
        "context_enterprise_id": None,
        "api_app_id": workspace.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": event_time,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": workspace.team_id,
                "user_id": workspace.bot.id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": shared,
        "event_context": f"4-{event_id}",
    }
