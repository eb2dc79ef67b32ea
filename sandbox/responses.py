"""What an app says through a response_url or in its acknowledgement.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from sandbox.blocks import check_blocks
from sandbox.files import check_files
from sandbox.json_types import JsonObject, as_objects, as_text
from sandbox.records import ChannelRecord, MessageRecord, ResponseUrlRecord
from sandbox.workspace import Workspace

LIFETIME = timedelta(minutes=30)
USES = 5
MOST_CHARACTERS = 40_000
FIELDS = frozenset(
    {
        "text",
        "blocks",
        "attachments",
        "response_type",
        "replace_original",
        "delete_original",
        "thread_ts",
        "unfurl_links",
        "unfurl_media",
        "metadata",
        "mrkdwn",
        "parse",
        "link_names",
    }
)


def new_url(
    workspace: Workspace,
    kind: str,
    user: str,
    channel: ChannelRecord,
    message: MessageRecord | None = None,
) -> ResponseUrlRecord:
    """A response_url: five answers within thirty minutes."""
    path = f"/{kind}/{workspace.team_id}/{workspace.new_id('R')}/{secrets.token_urlsafe(12)}"
    record = ResponseUrlRecord(
        path,
        user,
        channel.id,
        workspace.clock.now() + LIFETIME,
        message_ts=message.ts if message else "",
        is_ephemeral=bool(message and message.ephemeral_to),
        thread_ts=message.thread_ts if message else "",
    )
    workspace.response_urls[path] = record
    return record


def respond(workspace: Workspace, url: ResponseUrlRecord, body: JsonObject) -> str:
    """Say something; returns an error or an empty string."""
    unknown = sorted(set(body) - FIELDS)
    if unknown or body.get("response_type", "ephemeral") not in ("ephemeral", "in_channel"):
        return "invalid_arguments"
    blocks = as_objects(body.get("blocks"))
    if "blocks" in body and _malformed(workspace, body["blocks"]):
        return "invalid_blocks"
    text = as_text(body.get("text"))
    if body.get("delete_original"):
        return _delete_original(workspace, url)
    if not text and not blocks and not body.get("attachments"):
        return "no_text"
    if len(text) > MOST_CHARACTERS:
        return "msg_too_long"
    original = _original(workspace, url)
    if body.get("replace_original") and original is not None:
        _replace(workspace, original, text, blocks, body)
    else:
        url.said.append(_say(workspace, url, body, text, blocks))
    return ""


def _malformed(workspace: Workspace, blocks: object) -> bool:
    problems = check_blocks(blocks, "message")
    check_files(workspace, blocks, "/blocks", problems)
    return bool(problems)


def _say(
    workspace: Workspace,
    url: ResponseUrlRecord,
    body: JsonObject,
    text: str,
    blocks: list[JsonObject],
) -> MessageRecord:
    channel = workspace.channels[url.channel_id]
    thread_ts = as_text(body.get("thread_ts")) or (url.thread_ts if url.message_ts else "")
    attachments = as_objects(body.get("attachments"))
    if body.get("response_type") == "in_channel":
        return workspace.post(
            channel,
            workspace.bot,
            text,
            blocks=blocks,
            thread_ts=thread_ts,
            attachments=attachments,
        )
    return workspace.whisper(
        channel, text, url.user, blocks=blocks, thread_ts=thread_ts, attachments=attachments
    )


def _original(workspace: Workspace, url: ResponseUrlRecord) -> MessageRecord | None:
    channel = workspace.channels[url.channel_id]
    if url.is_ephemeral:
        found = [one for one in channel.ephemerals if one.ts == url.message_ts]
        return found[0] if found else None
    message = channel.messages.get(url.message_ts)
    own = message is not None and message.user == workspace.bot.id
    return message if own else None


def _delete_original(workspace: Workspace, url: ResponseUrlRecord) -> str:
    message = _original(workspace, url)
    if message is None:
        return "message_not_found"
    if message.ephemeral_to:
        workspace.channels[url.channel_id].ephemerals.remove(message)
        workspace.touch()
    else:
        workspace.delete(message)
    return ""


def _replace(
    workspace: Workspace,
    message: MessageRecord,
    text: str,
    blocks: list[JsonObject],
    body: JsonObject,
) -> None:
    attachments = as_objects(body.get("attachments"))
    if not message.ephemeral_to:
        workspace.edit(
            message, message.user, text, blocks=blocks, attachments=attachments, mark=False
        )
        return
    channel = workspace.channels[message.channel_id]
    fresh = workspace.draft(channel, workspace.bot, text, blocks, attachments=attachments)
    message.text, message.blocks = text, fresh.blocks
    message.attachments, message.notifies = fresh.attachments, fresh.notifies
    message.choices = {}
    workspace.touch()
