"""Commands, buttons, modals and shortcuts: what Slack sends, and what it does with the answer.

https://docs.slack.dev/reference/interaction-payloads,
https://docs.slack.dev/interactivity/implementing-slash-commands
"""

from __future__ import annotations

import copy
import secrets
import time
from collections.abc import Callable
from datetime import timedelta

from sandbox import escaping, inputs, objects, responses, views
from sandbox.blocks import check_view
from sandbox.delivery import Dispatcher, Parcel
from sandbox.files import check_files
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
REAL_WAIT = 5.0
"""Real seconds for which an acknowledgement of a command or an action is awaited at most."""

TIMED_OUT = "operation_timeout"


class Interactions:
    """Builds the payloads, sends them through the dispatcher and applies the answers."""

    def __init__(
        self, workspace: Workspace, dispatcher: Dispatcher, origin: Callable[[], str]
    ) -> None:
        self.workspace = workspace
        self.dispatcher = dispatcher
        self.origin = origin

    # --- what every payload carries -------------------------------------------------------

    def new_trigger(self, user: str, view_id: str = "", channel_id: str = "") -> str:
        """A trigger_id that opens one modal within three seconds."""
        workspace = self.workspace
        trigger_id = f"{workspace.new_ts().replace('.', '')}.{secrets.token_hex(8)}"
        expires = workspace.clock.now() + TRIGGER_LIFETIME
        workspace.triggers[trigger_id] = TriggerRecord(
            trigger_id, user, expires, view_id=view_id, channel_id=channel_id
        )
        return trigger_id

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

    def _place(self, target: MessageRecord | ViewRecord) -> JsonObject:
        """Where an element stands: its container, and the view or the channel and message."""
        workspace = self.workspace
        if isinstance(target, ViewRecord):
            return {
                "container": {"type": "view", "view_id": target.id},
                "view": views.view_json(workspace, target),
            }
        channel = workspace.channels[target.channel_id]
        container: JsonObject = {
            "type": "message",
            "message_ts": target.ts,
            "channel_id": channel.id,
            "is_ephemeral": bool(target.ephemeral_to),
        }
        if target.is_reply:
            container["thread_ts"] = target.thread_ts
        return {
            "container": container,
            "channel": self._channel(channel),
            "message": objects.message_json(workspace, target),
        }

    # --- commands -------------------------------------------------------------------------

    def command(
        self, person: PersonRecord, command: str, text: str, channel: ChannelRecord
    ) -> tuple[Parcel, ResponseUrlRecord]:
        """Send a slash command."""
        with self.workspace.changed:
            escapes = self.dispatcher.installation.commands.get(command, False)
            url = responses.new_url(self.workspace, "commands", person.id, channel)
            payload: JsonObject = {
                "token": "sandbox-verification-token",
                "team_id": self.workspace.team_id,
                "team_domain": self.workspace.domain,
                "channel_id": channel.id,
                "channel_name": self._channel(channel)["name"],
                "user_id": person.id,
                "user_name": person.username,
                "command": command,
                "text": escaping.command_text(self.workspace, text, names=escapes).strip(),
                "api_app_id": self.workspace.app_id,
                "is_enterprise_install": "false",
                "response_url": self.origin() + url.path,
                "trigger_id": self.new_trigger(person.id, channel_id=channel.id),
            }
            return self.dispatcher.ask("slash_commands", payload), url

    # --- buttons, menus and shortcuts -----------------------------------------------------

    def act_on_message(
        self, person: PersonRecord, message: MessageRecord, action: JsonObject
    ) -> tuple[Parcel, ResponseUrlRecord]:
        """Send block_actions for an element of a message."""
        workspace = self.workspace
        with workspace.changed:
            channel = workspace.channels[message.channel_id]
            url = responses.new_url(workspace, "actions", person.id, channel, message)
            payload = self._common("block_actions", person) | self._place(message)
            payload |= {
                "trigger_id": self.new_trigger(person.id, channel_id=channel.id),
                "state": {"values": _chosen_so_far(message, person.id)},
                "response_url": self.origin() + url.path,
                "actions": [action | {"action_ts": workspace.new_ts()}],
            }
            return self.dispatcher.ask("interactive", payload), url

    def act_on_view(self, person: PersonRecord, view: ViewRecord, action: JsonObject) -> Parcel:
        """Send block_actions for an element of a modal or of the Home."""
        workspace = self.workspace
        with workspace.changed:
            payload = self._common("block_actions", person) | self._place(view)
            payload |= {
                "trigger_id": self.new_trigger(person.id, view.id, view.channel_id),
                "actions": [action | {"action_ts": workspace.new_ts()}],
            }
            return self.dispatcher.ask("interactive", payload)

    def suggest(
        self,
        person: PersonRecord,
        target: MessageRecord | ViewRecord,
        block: JsonObject,
        element: JsonObject,
        query: str,
    ) -> Parcel:
        """Ask for the options of an external menu.

        https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload
        """
        with self.workspace.changed:
            payload = self._common("block_suggestion", person) | self._place(target)
            payload |= {
                "action_id": element.get("action_id"),
                "block_id": block.get("block_id"),
                "value": query,
            }
            return self.dispatcher.ask("interactive", payload)

    def shortcut(
        self,
        person: PersonRecord,
        callback_id: str,
        message: MessageRecord | None,
        viewing: ChannelRecord | None = None,
    ) -> tuple[Parcel, ResponseUrlRecord | None]:
        """Send a global shortcut, or a message shortcut when there is a message.

        https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload
        A global one says nothing of the conversation that the person is `viewing`.
        """
        workspace = self.workspace
        with workspace.changed:
            place = viewing if message is None else workspace.channels[message.channel_id]
            payload = self._common("message_action" if message else "shortcut", person) | {
                "callback_id": callback_id,
                "action_ts": workspace.new_ts(),
                "trigger_id": self.new_trigger(person.id, channel_id=place.id if place else ""),
            }
            url = None
            if message is not None and place is not None:
                url = responses.new_url(workspace, "actions", person.id, place, message)
                payload |= {
                    "channel": self._channel(place),
                    "message": objects.message_json(workspace, message),
                    "message_ts": message.ts,
                    "response_url": self.origin() + url.path,
                }
            return self.dispatcher.ask("interactive", payload), url

    # --- modals ---------------------------------------------------------------------------

    def submit(self, person: PersonRecord, view: ViewRecord) -> Parcel:
        """Send view_submission. Files in it belong to the app's sight from now on."""
        with self.workspace.changed:
            _hand_files_over(self.workspace, view)
            payload = self._common("view_submission", person) | {
                "trigger_id": self.new_trigger(person.id, view.id, view.channel_id),
                "view": views.view_json(self.workspace, view),
                "response_urls": self._response_urls(view),
            }
            return self.dispatcher.ask("interactive", payload)

    def _response_urls(self, view: ViewRecord) -> list[JsonObject]:
        """One for each menu with response_url_enabled in which a conversation is chosen."""
        found: list[JsonObject] = []
        for block in as_objects(view.body.get("blocks")):
            element = as_object(block.get("element"))
            if not element.get("response_url_enabled"):
                continue
            block_id, action_id = as_text(block.get("block_id")), as_text(element.get("action_id"))
            held = view.state.get(block_id, {}).get(action_id, {})
            chosen = as_text(held.get("selected_conversation") or held.get("selected_channel"))
            channel = self.workspace.channels.get(chosen)
            if channel is not None:
                url = responses.new_url(self.workspace, "actions", view.user, channel)
                found.append(
                    {
                        "block_id": block_id,
                        "action_id": action_id,
                        "channel_id": channel.id,
                        "response_url": self.origin() + url.path,
                    }
                )
        return found

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
        check_files(self.workspace, body.get("blocks"), "/view/blocks", problems)
        if problems:
            raise ValueError(f"the view in the answer is invalid: {problems.messages}")
        if views.too_large(body):
            raise ValueError("view_too_large")
        if action == "update":
            views.replace_view(self.workspace, view, body)
            return
        if len(self.workspace.modals[view.user]) >= views.MOST_VIEWS_IN_STACK:
            raise ValueError("push_limit_reached")
        pushed = views.make_view(self.workspace, view.user, body, view.id, view.channel_id)
        views.push(self.workspace, pushed)

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
        return responses.respond(self.workspace, url, body)


def _chosen_so_far(message: MessageRecord, user: str) -> inputs.State:
    state = inputs.initial_state(message.blocks)
    for block_id, actions in message.choices.get(user, {}).items():
        state.setdefault(block_id, {}).update(copy.deepcopy(actions))
    return state


def _hand_files_over(workspace: Workspace, view: ViewRecord) -> None:
    for actions in view.state.values():
        for held in actions.values():
            for described in as_objects(held.get("files")):
                file = workspace.files.get(as_text(described.get("id")))
                if file is not None:
                    file.handed_over = True


def _submission_errors(view: ViewRecord, errors: JsonObject) -> dict[str, str]:
    unknown = sorted(set(errors) - inputs.input_block_ids(view))
    if unknown or not errors:
        raise ValueError(f"errors for blocks that are no inputs of the view: {unknown}")
    return {block_id: as_text(error) for block_id, error in errors.items()}
