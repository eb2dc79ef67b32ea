"""Modals and Home tabs: https://docs.slack.dev/surfaces/modals"""

from __future__ import annotations

import copy
import json
from dataclasses import replace

from sandbox import markup
from sandbox.inputs import State, initial_state
from sandbox.json_types import JsonObject, as_object, as_objects, as_text
from sandbox.records import ViewRecord
from sandbox.workspace import Workspace

MOST_VIEWS_IN_STACK = 3
MOST_VIEW_BYTES = 250_000
MOST_REMEMBERED = 30


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


def make_view(
    workspace: Workspace, user: str, body: JsonObject, previous: str = "", channel_id: str = ""
) -> ViewRecord:
    """Keep a new view.

    `previous` is the view below it in a stack of modals, `channel_id` the conversation in
    which the person was.
    """
    view_id = workspace.new_id("V")
    filled = with_ids(workspace, body)
    view = ViewRecord(
        id=view_id,
        user=user,
        kind=as_text(body.get("type")),
        body=filled,
        hash=new_hash(workspace),
        root_id=workspace.views[previous].root_id if previous else view_id,
        previous_id=previous,
        channel_id=channel_id,
        state=_begun(workspace, filled, channel_id),
    )
    workspace.views[view_id] = view
    return view


def _begun(workspace: Workspace, body: JsonObject, channel_id: str) -> State:
    conversation = workspace.channels.get(channel_id)
    return initial_state(body.get("blocks"), conversation, workspace)


def replace_view(workspace: Workspace, view: ViewRecord, body: JsonObject) -> None:
    """Put another body into a view; what was filled in stays where block and action IDs stay."""
    remember(workspace, view)
    view.body = with_ids(workspace, body)
    view.hash = new_hash(workspace)
    view.errors = {}
    kept = _begun(workspace, view.body, view.channel_id)
    for block_id, actions in kept.items():
        for action_id, fresh in actions.items():
            earlier = view.state.get(block_id, {}).get(action_id)
            if earlier is not None and earlier.get("type") == fresh.get("type"):
                actions[action_id] = earlier
    view.state = kept
    workspace.touch()


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
        "state": {"values": copy.deepcopy(view.state)},
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
    remember(workspace, view)
    workspace.touch()
    return view


def close_all(workspace: Workspace, user: str) -> None:
    """Close all of a person's modals."""
    while close_top(workspace, user) is not None:
        pass


def remember(workspace: Workspace, view: ViewRecord) -> None:
    """Keep a modal as it looked last, by its callback_id, for whoever looks on later."""
    if view.kind != "modal":
        return
    looked = replace(view, state=copy.deepcopy(view.state), errors=dict(view.errors), open=False)
    kept = workspace.past_modals.setdefault(view.user, {})
    name = as_text(view.body.get("callback_id")) or view.id
    kept.pop(name, None)
    kept[name] = looked
    for oldest in list(kept)[:-MOST_REMEMBERED]:
        del kept[oldest]
