"""Modals and Home tabs: https://docs.slack.dev/surfaces/modals"""

from __future__ import annotations

import json

from sandbox import markup
from sandbox.json_types import JsonObject, as_list, as_object, as_objects, as_text
from sandbox.records import ViewRecord
from sandbox.workspace import Workspace

MOST_VIEWS_IN_STACK = 3
MOST_VIEW_BYTES = 250_000
INITIAL = {
    "initial_value": "value",
    "initial_option": "selected_option",
    "initial_options": "selected_options",
    "initial_user": "selected_user",
    "initial_users": "selected_users",
    "initial_channel": "selected_channel",
    "initial_channels": "selected_channels",
    "initial_conversation": "selected_conversation",
    "initial_conversations": "selected_conversations",
    "initial_date": "selected_date",
    "initial_time": "selected_time",
    "initial_date_time": "selected_date_time",
}
VALUE_FIELD = {
    "plain_text_input": "value",
    "number_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
LISTS = frozenset(
    {"selected_options", "selected_users", "selected_channels", "selected_conversations"}
)


def new_hash(workspace: Workspace) -> str:
    """A hash that changes with every version of a view."""
    return f"{workspace.seconds()}.{workspace.new_id('h')[-8:]}"


def too_large(body: JsonObject) -> bool:
    """Whether a view is beyond the size that Slack takes (view_too_large)."""
    return len(json.dumps(body, ensure_ascii=False).encode()) > MOST_VIEW_BYTES


def with_ids(workspace: Workspace, body: JsonObject) -> JsonObject:
    """A view as Slack keeps it: every block and every element has an ID."""
    blocks = markup.with_defaults(as_objects(body.get("blocks")), workspace.new_block_id)
    for _, element in markup.elements_of(blocks):
        if element.get("type") != "image":
            element.setdefault("action_id", workspace.new_block_id())
    return as_object(markup.filled(body)) | {"blocks": blocks}


def make_view(workspace: Workspace, user: str, body: JsonObject, previous: str = "") -> ViewRecord:
    """Keep a new view. `previous` is the view below it in a stack of modals."""
    view_id = workspace.new_id("V")
    filled = with_ids(workspace, body)
    root = workspace.views[previous].root_id if previous else view_id
    view = ViewRecord(
        id=view_id,
        user=user,
        kind=as_text(body.get("type")),
        body=filled,
        hash=new_hash(workspace),
        root_id=root,
        previous_id=previous,
        state=initial_state(filled),
    )
    workspace.views[view_id] = view
    return view


def replace_view(workspace: Workspace, view: ViewRecord, body: JsonObject) -> None:
    """Put another body into a view; what was filled in stays where block and action IDs stay."""
    view.body = with_ids(workspace, body)
    view.hash = new_hash(workspace)
    kept = initial_state(view.body)
    for block_id, actions in kept.items():
        for action_id in actions:
            earlier = view.state.get(block_id, {}).get(action_id)
            if earlier is not None:
                actions[action_id] = earlier
    view.state = kept
    workspace.touch()


def initial_state(body: JsonObject) -> dict[str, dict[str, JsonObject]]:
    """The values of a view's inputs before anybody touches them."""
    state: dict[str, dict[str, JsonObject]] = {}
    for block, element in markup.elements_of(as_objects(body.get("blocks"))):
        kind = as_text(element.get("type"))
        field = VALUE_FIELD.get(kind)
        if field is None or kind == "overflow":
            continue
        value: object = [] if field in LISTS else None
        for initial, name in INITIAL.items():
            if initial in element and name == field:
                value = element[initial]
        block_id, action_id = as_text(block.get("block_id")), as_text(element.get("action_id"))
        state.setdefault(block_id, {})[action_id] = {"type": kind, field: value}
    return state


def view_json(workspace: Workspace, view: ViewRecord) -> JsonObject:
    """https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload"""
    body = view.body
    return {
        "id": view.id,
        "team_id": workspace.team_id,
        "type": view.kind,
        "blocks": body.get("blocks", []),
        "private_metadata": as_text(body.get("private_metadata")),
        "callback_id": as_text(body.get("callback_id")),
        "state": {"values": view.state},
        "hash": view.hash,
        "title": body.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
        "clear_on_close": bool(body.get("clear_on_close")),
        "notify_on_close": bool(body.get("notify_on_close")),
        "close": body.get("close"),
        "submit": body.get("submit"),
        "previous_view_id": view.previous_id or None,
        "root_view_id": view.root_id,
        "app_id": workspace.app_id,
        "external_id": as_text(body.get("external_id")),
        "app_installed_team_id": workspace.team_id,
        "bot_id": workspace.bot.bot_id,
    }


def push(workspace: Workspace, view: ViewRecord) -> None:
    """Show a modal on top of the person's stack."""
    workspace.modals.setdefault(view.user, []).append(view.id)
    workspace.touch()


def close_top(workspace: Workspace, user: str) -> ViewRecord | None:
    """Close the modal on top of the person's stack."""
    stack = workspace.modals.get(user, [])
    if not stack:
        return None
    view = workspace.views[stack.pop()]
    view.open = False
    workspace.touch()
    return view


def close_all(workspace: Workspace, user: str) -> None:
    """Close all of a person's modals."""
    while close_top(workspace, user) is not None:
        pass


def missing_inputs(view: ViewRecord) -> dict[str, str]:
    """What Slack's own client says about inputs before it sends a modal off, by block_id."""
    errors: dict[str, str] = {}
    for block in as_objects(view.body.get("blocks")):
        if block.get("type") != "input":
            continue
        block_id = as_text(block.get("block_id"))
        element = as_object(block.get("element"))
        held = view.state.get(block_id, {}).get(as_text(element.get("action_id")), {})
        value = held.get(VALUE_FIELD.get(as_text(element.get("type")), "value"))
        if value in (None, "", []):
            if not block.get("optional"):
                errors[block_id] = "Please complete this required field."
        elif isinstance(value, str):
            errors |= _length_error(block_id, element, value)
    return errors


def _length_error(block_id: str, element: JsonObject, value: str) -> dict[str, str]:
    least, most = element.get("min_length"), element.get("max_length")
    if isinstance(least, int) and len(value) < least:
        return {block_id: f"Please enter at least {least} characters."}
    if isinstance(most, int) and len(value) > most:
        return {block_id: f"Please enter no more than {most} characters."}
    return {}


def input_block_ids(view: ViewRecord) -> set[str]:
    """The block_ids to which a submission's errors may be attached."""
    blocks = as_objects(as_list(view.body.get("blocks")))
    return {as_text(block.get("block_id")) for block in blocks if block.get("type") == "input"}
