"""Commands, buttons, modals and shortcuts: what Slack sends, and what it does with the answer.

https://docs.slack.dev/reference/interaction-payloads,
https://docs.slack.dev/interactivity/implementing-slash-commands
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from datetime import timedelta

from sandbox import markup, objects, views
from sandbox.blocks import check_blocks, check_view
from sandbox.delivery import Dispatcher, Parcel
from sandbox.json_types import JsonObject, as_object, as_objects, as_text
from sandbox.records import (
    ChannelRecord,
    MessageRecord,
    PersonRecord,
    ResponseUrlRecord,
    TriggerRecord,
    ViewRecord,
)
from sandbox.workspace import Workspace

TRIGGER_LIFETIME = timedelta(seconds=3)
RESPONSE_URL_LIFETIME = timedelta(minutes=30)
RESPONSE_URL_USES = 5
REAL_WAIT = 5.0
"""Real seconds for which an acknowledgement of a command or an action is awaited at most."""

TIMED_OUT = "operation_timeout"
RESPONSE_FIELDS = frozenset(
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


class Interactions:
    """Builds the payloads, sends them through the dispatcher and applies the answers."""

    def __init__(
        self, workspace: Workspace, dispatcher: Dispatcher, origin: Callable[[], str]
    ) -> None:
        self.workspace = workspace
        self.dispatcher = dispatcher
        self.origin = origin

    # --- what every payload carries -------------------------------------------------------

    def new_trigger(self, user: str, view_id: str = "") -> str:
        """A trigger_id that opens one modal within three seconds."""
        workspace = self.workspace
        trigger_id = f"{workspace.new_ts().replace('.', '')}.{secrets.token_hex(8)}"
        expires = workspace.clock.now() + TRIGGER_LIFETIME
        workspace.triggers[trigger_id] = TriggerRecord(trigger_id, user, expires, view_id=view_id)
        return trigger_id

    def new_response_url(
        self, kind: str, user: str, channel: ChannelRecord, message: MessageRecord | None = None
    ) -> ResponseUrlRecord:
        """A response_url: five answers within thirty minutes."""
        workspace = self.workspace
        path = f"/{kind}/{workspace.team_id}/{workspace.new_id('R')}/{secrets.token_urlsafe(12)}"
        record = ResponseUrlRecord(
            path,
            user,
            channel.id,
            workspace.clock.now() + RESPONSE_URL_LIFETIME,
            message_ts=message.ts if message else "",
            is_ephemeral=bool(message and message.ephemeral_to),
            thread_ts=message.thread_ts if message else "",
        )
        workspace.response_urls[path] = record
        return record

    def _common(self, kind: str, person: PersonRecord) -> JsonObject:
        return {
            "type": kind,
            "team": {"id": self.workspace.team_id, "domain": self.workspace.domain},
            "user": {
                "id": person.id,
                "username": person.username,
                "name": person.username,
                "team_id": person.team_id,
            },
            "api_app_id": self.workspace.app_id,
            "token": "sandbox-verification-token",
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _channel(self, channel: ChannelRecord) -> JsonObject:
        names = {"im": "directmessage", "group": "privategroup"}
        return {"id": channel.id, "name": names.get(channel.kind, channel.name)}

    # --- commands -------------------------------------------------------------------------

    def command(
        self, person: PersonRecord, command: str, text: str, channel: ChannelRecord
    ) -> tuple[Parcel, ResponseUrlRecord]:
        """Send a slash command."""
        with self.workspace.changed:
            text = markup.escape(text)
            if self.dispatcher.installation.commands.get(command):
                text = markup.escape_command(text, people=self._user, channels=self._channel_id)
            url = self.new_response_url("commands", person.id, channel)
            payload: JsonObject = {
                "token": "sandbox-verification-token",
                "team_id": self.workspace.team_id,
                "team_domain": self.workspace.domain,
                "channel_id": channel.id,
                "channel_name": self._channel(channel)["name"],
                "user_id": person.id,
                "user_name": person.username,
                "command": command,
                "text": text.strip(),
                "api_app_id": self.workspace.app_id,
                "is_enterprise_install": "false",
                "response_url": self.origin() + url.path,
                "trigger_id": self.new_trigger(person.id),
            }
            return self.dispatcher.ask("slash_commands", payload), url

    def _user(self, name: str) -> str:
        for person in self.workspace.people.values():
            if name in (person.username, person.display_name, person.real_name):
                return f"{person.id}|{person.username}"
        return ""

    def _channel_id(self, name: str) -> str:
        for channel in self.workspace.channels.values():
            if name == channel.name:
                return f"{channel.id}|{channel.name}"
        return ""

    # --- buttons, menus and shortcuts -----------------------------------------------------

    def act_on_message(
        self, person: PersonRecord, message: MessageRecord, action: JsonObject
    ) -> tuple[Parcel, ResponseUrlRecord]:
        """Send block_actions for an element of a message."""
        workspace = self.workspace
        with workspace.changed:
            channel = workspace.channels[message.channel_id]
            url = self.new_response_url("actions", person.id, channel, message)
            container: JsonObject = {
                "type": "message",
                "message_ts": message.ts,
                "channel_id": channel.id,
                "is_ephemeral": bool(message.ephemeral_to),
            }
            if message.is_reply:
                container["thread_ts"] = message.thread_ts
            payload = self._common("block_actions", person) | {
                "container": container,
                "trigger_id": self.new_trigger(person.id),
                "channel": self._channel(channel),
                "message": objects.message_json(workspace, message),
                "state": {"values": views.initial_state({"blocks": message.blocks})},
                "response_url": self.origin() + url.path,
                "actions": [action | {"action_ts": workspace.new_ts()}],
            }
            return self.dispatcher.ask("interactive", payload), url

    def act_on_view(self, person: PersonRecord, view: ViewRecord, action: JsonObject) -> Parcel:
        """Send block_actions for an element of a modal or of the Home."""
        workspace = self.workspace
        with workspace.changed:
            payload = self._common("block_actions", person) | {
                "container": {"type": "view", "view_id": view.id},
                "trigger_id": self.new_trigger(person.id, view.id),
                "view": views.view_json(workspace, view),
                "actions": [action | {"action_ts": workspace.new_ts()}],
            }
            return self.dispatcher.ask("interactive", payload)

    def shortcut(
        self, person: PersonRecord, callback_id: str, message: MessageRecord | None
    ) -> tuple[Parcel, ResponseUrlRecord | None]:
        """Send a global shortcut, or a message shortcut when there is a message."""
        workspace = self.workspace
        with workspace.changed:
            payload = self._common("message_action" if message else "shortcut", person) | {
                "callback_id": callback_id,
                "action_ts": workspace.new_ts(),
                "trigger_id": self.new_trigger(person.id),
            }
            url = None
            if message is not None:
                channel = workspace.channels[message.channel_id]
                url = self.new_response_url("actions", person.id, channel, message)
                payload |= {
                    "channel": self._channel(channel),
                    "message": objects.message_json(workspace, message),
                    "message_ts": message.ts,
                    "response_url": self.origin() + url.path,
                }
            return self.dispatcher.ask("interactive", payload), url

    # --- modals ---------------------------------------------------------------------------

    def submit(self, person: PersonRecord, view: ViewRecord) -> Parcel:
        """Send view_submission."""
        with self.workspace.changed:
            payload = self._common("view_submission", person) | {
                "trigger_id": self.new_trigger(person.id, view.id),
                "view": views.view_json(self.workspace, view),
                "response_urls": [],
            }
            return self.dispatcher.ask("interactive", payload)

    def closed(self, person: PersonRecord, view: ViewRecord, *, cleared: bool) -> Parcel:
        """Send view_closed."""
        with self.workspace.changed:
            payload = self._common("view_closed", person) | {
                "view": views.view_json(self.workspace, view),
                "is_cleared": cleared,
            }
            return self.dispatcher.ask("interactive", payload)

    def take_answer(self, view: ViewRecord, answer: JsonObject) -> dict[str, str]:
        """Do what the answer to a view_submission says; returns errors by block_id.

        https://docs.slack.dev/surfaces/modals#updating_views. Raises ValueError for an answer
        with which Slack would show "We had some trouble connecting".
        """
        workspace = self.workspace
        action = as_text(answer.get("response_action"))
        with workspace.changed:
            if not answer:
                views.close_top(workspace, view.user)
            elif action == "clear":
                views.close_all(workspace, view.user)
            elif action == "errors":
                return _submission_errors(view, as_object(answer.get("errors")))
            elif action in ("update", "push"):
                self._show(view, action, as_object(answer.get("view")))
            else:
                raise ValueError(f"there is no response_action {action!r}")
        return {}

    def _show(self, view: ViewRecord, action: str, body: JsonObject) -> None:
        problems = check_view(body, "modal")
        if problems:
            raise ValueError(f"the view in the answer is invalid: {problems.messages}")
        if action == "update":
            views.replace_view(self.workspace, view, body)
            return
        if len(self.workspace.modals[view.user]) >= views.MOST_VIEWS_IN_STACK:
            raise ValueError("push_limit_reached")
        views.push(self.workspace, views.make_view(self.workspace, view.user, body, view.id))

    # --- answers --------------------------------------------------------------------------

    def wait(self, parcel: Parcel) -> str:
        """Wait for the acknowledgement; returns the error that Slack would show, or nothing."""
        until = time.monotonic() + REAL_WAIT
        while not parcel.over and (left := until - time.monotonic()) > 0:
            seen = self.workspace.revision
            if not parcel.over:
                self.workspace.wait_for_change(seen, left)
        if not parcel.acked:
            self.dispatcher.failed(parcel.envelope_id, TIMED_OUT)
        return "" if parcel.acked else TIMED_OUT

    def respond(self, url: ResponseUrlRecord, body: JsonObject) -> str:
        """Say something through a response_url or an acknowledgement; returns an error or ""."""
        unknown = sorted(set(body) - RESPONSE_FIELDS)
        if unknown:
            return "invalid_arguments"
        blocks = as_objects(body.get("blocks"))
        if "blocks" in body and check_blocks(body["blocks"], "message"):
            return "invalid_blocks"
        text = as_text(body.get("text"))
        if body.get("delete_original"):
            return self._delete_original(url)
        if not text and not blocks and not body.get("attachments"):
            return "no_text"
        if len(text) > 40_000:
            return "msg_too_long"
        if body.get("replace_original") and self._original(url) is not None:
            return self._replace_original(url, text, blocks)
        url.said.append(self._say(url, body, text, blocks))
        return ""

    def _say(
        self, url: ResponseUrlRecord, body: JsonObject, text: str, blocks: list[JsonObject]
    ) -> MessageRecord:
        workspace = self.workspace
        channel = workspace.channels[url.channel_id]
        thread_ts = as_text(body.get("thread_ts")) or (url.thread_ts if url.message_ts else "")
        if body.get("response_type") == "in_channel":
            bot = workspace.bot
            return workspace.post(channel, bot, text, blocks=blocks, thread_ts=thread_ts)
        return workspace.whisper(channel, text, url.user, blocks=blocks, thread_ts=thread_ts)

    def _original(self, url: ResponseUrlRecord) -> MessageRecord | None:
        channel = self.workspace.channels[url.channel_id]
        if url.is_ephemeral:
            found = [one for one in channel.ephemerals if one.ts == url.message_ts]
            return found[0] if found else None
        return channel.messages.get(url.message_ts)

    def _delete_original(self, url: ResponseUrlRecord) -> str:
        message = self._original(url)
        if message is None:
            return "message_not_found"
        if message.ephemeral_to:
            self.workspace.channels[url.channel_id].ephemerals.remove(message)
            self.workspace.touch()
        else:
            self.workspace.delete(message)
        return ""

    def _replace_original(self, url: ResponseUrlRecord, text: str, blocks: list[JsonObject]) -> str:
        message = self._original(url)
        if message is None:
            return "message_not_found"
        if message.ephemeral_to:
            channel = self.workspace.channels[url.channel_id]
            fresh = self.workspace.draft(channel, self.workspace.bot, text, blocks)
            message.text, message.blocks = text, fresh.blocks
            message.notifies = fresh.notifies
            self.workspace.touch()
        else:
            self.workspace.edit(message, message.user, text, blocks=blocks, mark=False)
        return ""


def _submission_errors(view: ViewRecord, errors: JsonObject) -> dict[str, str]:
    unknown = sorted(set(errors) - views.input_block_ids(view))
    if unknown or not errors:
        raise ValueError(f"errors for blocks that are no inputs of the view: {unknown}")
    return {block_id: as_text(error) for block_id, error in errors.items()}
