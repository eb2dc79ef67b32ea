"""People, channels and messages in the shapes in which Slack shows them.

https://docs.slack.dev/reference/objects. Fields that a message has in one place only (reactions
in the history, channel and event_ts in an event) are added by the callers.
"""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING

from sandbox.json_types import JsonObject
from sandbox.records import SLACKBOT, ChannelRecord, FileRecord, MessageRecord, PersonRecord

if TYPE_CHECKING:
    from sandbox.directory import Directory
    from sandbox.workspace import Workspace

REPLY_USERS_SHOWN = 5
AVATAR_SIZES = (24, 32, 48, 72, 192, 512)
FILES = "https://files.slack.com/files-pri/"
AVATARS = "https://avatars.slack-edge.com/sandbox/"


def avatar_url(user_id: str, size: int) -> str:
    """The address of a person's picture, `size` pixels wide. Nothing can be fetched from it."""
    return f"{AVATARS}{user_id}_{size}.png"


def message_json(workspace: Workspace, message: MessageRecord) -> JsonObject:
    """A message as it stands inside events and in a channel's history."""
    if message.deleted and message.replies:
        return _tombstone(workspace, message)
    person = workspace.people[message.user]
    body: JsonObject = {"type": "message", "ts": message.ts, "text": message.text}
    if message.subtype:
        body["subtype"] = message.subtype
    if message.client_msg_id:
        body["client_msg_id"] = message.client_msg_id
    if message.blocks:
        body["blocks"] = message.blocks
    if message.attachments:
        body["attachments"] = message.attachments
    body |= _authorship(message, person)
    if message.team_id != workspace.team_id:
        body |= {"user_team": message.team_id, "source_team": message.team_id}
        body["user_profile"] = profile_json(person)
    if message.files:
        body["files"] = [file_json(workspace, file) for file in message.files]
        body |= {"upload": False, "display_as_bot": False}
    if message.edited:
        body["edited"] = {"user": message.edited_by, "ts": message.edited}
    body |= _threading(workspace, message)
    return body | message.extra


def _authorship(message: MessageRecord, person: PersonRecord) -> JsonObject:
    """Who wrote it. A bot that shows another name is no `user` at all.

    https://docs.slack.dev/reference/events/message/bot_message
    """
    app: JsonObject = {"bot_id": message.bot_id, "app_id": message.app_id}
    if message.persona:
        return app | {"username": message.persona.username, "icons": message.persona.icons}
    body: JsonObject = {"user": message.user, "team": message.team_id}
    if message.bot_id:
        body |= app | {"bot_profile": bot_profile(person)}
    return body


def writer_id(message: MessageRecord) -> str:
    """Whose ID stands for the author: a bot under another name is known by its bot_id only."""
    return message.bot_id if message.persona else message.user


def _threading(workspace: Workspace, message: MessageRecord) -> JsonObject:
    if message.is_reply:
        body: JsonObject = {"thread_ts": message.thread_ts}
        root = workspace.channels[message.channel_id].messages.get(message.thread_ts)
        if root is not None:
            if root.deleted or not root.persona:
                body["parent_user_id"] = SLACKBOT if root.deleted else root.user
            if message.subtype == "thread_broadcast":
                body["root"] = message_json(workspace, root)
        return body
    return reply_summary(workspace, message) if message.replies else {}


def reply_summary(workspace: Workspace, message: MessageRecord) -> JsonObject:
    """What a thread root says about its replies."""
    channel = workspace.channels[message.channel_id]
    writers = dict.fromkeys(writer_id(channel.messages[ts]) for ts in message.replies)
    return {
        "thread_ts": message.ts,
        "reply_count": len(message.replies),
        "reply_users_count": len(writers),
        "latest_reply": message.replies[-1],
        "reply_users": list(writers)[:REPLY_USERS_SHOWN],
        "is_locked": False,
        "subscribed": False,
    }


def _tombstone(workspace: Workspace, message: MessageRecord) -> JsonObject:
    body: JsonObject = {
        "type": "message",
        "subtype": "tombstone",
        "text": "This message was deleted.",
        "user": SLACKBOT,
        "hidden": True,
        "ts": message.ts,
    }
    return body | reply_summary(workspace, message)


def reactions_json(
    directory: Directory, message: MessageRecord, *, full: bool = False
) -> list[JsonObject]:
    """The reactions on a message; without `full` the list of users may be cut short."""
    return [
        {
            "name": name,
            "users": users if full else users[: directory.reaction_users_shown],
            "count": len(users),
        }
        for name, users in message.reactions.items()
    ]


def profile_json(person: PersonRecord) -> JsonObject:
    """https://docs.slack.dev/reference/objects/user-object#profile"""
    body: JsonObject = {
        "title": person.title,
        "phone": "",
        "skype": "",
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": person.display_name,
        "display_name_normalized": person.display_name,
        "fields": {},
        "status_text": "",
        "status_emoji": "",
        "status_expiration": 0,
        "avatar_hash": "sbx",
        **{f"image_{size}": avatar_url(person.id, size) for size in AVATAR_SIZES},
        "team": person.team_id,
    }
    if person.is_bot:
        return body | {"bot_id": person.bot_id, "api_app_id": person.app_id, "always_active": True}
    return body


def user_json(
    workspace: Workspace, person: PersonRecord, *, with_locale: bool = False
) -> JsonObject:
    """https://docs.slack.dev/reference/objects/user-object"""
    body: JsonObject = {
        "id": person.id,
        "team_id": person.team_id,
        "name": person.username,
        "deleted": person.deleted,
        "profile": profile_json(person),
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": person.updated,
    }
    if person.team_id != workspace.team_id:
        body["is_stranger"] = not any(
            person.id in channel.members for channel in workspace.channels.values()
        )
    if not person.deleted:
        body |= {
            "real_name": person.real_name,
            "tz": person.tz,
            "tz_label": "Japan Standard Time" if person.tz == "Asia/Tokyo" else person.tz,
            "tz_offset": 32400 if person.tz == "Asia/Tokyo" else 0,
            "is_admin": person.is_admin or person.is_owner,
            "is_owner": person.is_owner,
            "is_primary_owner": False,
            "is_restricted": person.is_guest,
            "is_ultra_restricted": False,
        }
    return body | {"locale": person.locale} if with_locale else body


def bot_profile(person: PersonRecord) -> JsonObject:
    """The bot that a message comes from, as it stands in the message."""
    return {
        "id": person.bot_id,
        "deleted": person.deleted,
        "name": person.real_name,
        "updated": person.updated,
        "app_id": person.app_id,
        "user_id": person.id,
        "icons": {f"image_{size}": avatar_url(person.id, size) for size in (36, 48, 72)},
        "team_id": person.team_id,
    }


def private_address(directory: Directory, file: FileRecord) -> str:
    """Where the file can be fetched with a token."""
    return f"{FILES}{directory.team_id}-{file.id}/{file.name}"


def permalink(directory: Directory, file: FileRecord) -> str:
    """Where people look at the file."""
    return f"{directory.url}files/{file.user}/{file.id}/{file.name}"


def file_json(workspace: Workspace, file: FileRecord) -> JsonObject:
    """https://docs.slack.dev/reference/objects/file-object"""
    shared = [workspace.channels[one] for one in file.shared if one in workspace.channels]
    kind = file.kind
    private = private_address(workspace, file)
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.name,
        "mimetype": mimetypes.guess_type(file.name)[0] or "application/octet-stream",
        "filetype": kind,
        "pretty_type": kind.upper(),
        "user": file.user,
        "user_team": workspace.team_id,
        "editable": False,
        "size": file.size,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": any(channel.kind == "channel" for channel in shared),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": private,
        "url_private_download": private.replace(file.id, f"{file.id}/download", 1),
        "permalink": permalink(workspace, file),
        "channels": [channel.id for channel in shared if channel.kind == "channel"],
        "groups": [channel.id for channel in shared if channel.kind in ("group", "mpim")],
        "ims": [channel.id for channel in shared if channel.kind == "im"],
        "file_access": "visible",
    }


def channel_json(workspace: Workspace, channel: ChannelRecord) -> JsonObject:
    """https://docs.slack.dev/reference/objects/conversation-object"""
    if channel.is_im:
        return _im_json(workspace, channel)
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private and not channel.is_mpim,
        "is_im": False,
        "is_mpim": channel.is_mpim,
        "is_private": channel.is_private,
        "is_archived": channel.archived,
        "is_general": False,
        "created": channel.created,
        "updated": channel.created * 1000,
        "creator": channel.creator,
        "unlinked": 0,
        "is_shared": bool(channel.shared_with),
        "is_ext_shared": bool(channel.shared_with),
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "shared_team_ids": [
            workspace.team_id,
            *([channel.shared_with] * bool(channel.shared_with)),
        ],
        "context_team_id": workspace.team_id,
        "parent_conversation": None,
        "is_member": workspace.bot.id in channel.members,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": channel.purpose, "creator": "", "last_set": 0},
        "previous_names": channel.previous_names,
    }


def _im_json(workspace: Workspace, channel: ChannelRecord) -> JsonObject:
    other = next(user for user in channel.members if user != workspace.bot.id)
    return {
        "id": channel.id,
        "created": channel.created,
        "is_archived": False,
        "is_im": True,
        "is_org_shared": False,
        "context_team_id": workspace.team_id,
        "user": other,
        "is_user_deleted": workspace.people[other].deleted,
        "priority": 0,
    }
