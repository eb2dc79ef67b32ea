"""views.*: opening, changing and stacking modals, and the Home."""

from __future__ import annotations

from sandbox import views
from sandbox.api.base import ApiCall, Method, Refused, invalid_arguments, kinds
from sandbox.blocks import check_view
from sandbox.files import check_files
from sandbox.json_types import JsonObject, as_object, as_objects
from sandbox.records import TriggerRecord, ViewRecord


def _body(call: ApiCall, surface: str, own: ViewRecord | None = None) -> JsonObject:
    """The view of a call. `own` is the view that it replaces, whose external_id it may keep."""
    value = call.args.get("view")
    if not isinstance(value, dict):
        raise invalid_arguments("missing required field: view")
    problems = check_view(value, surface)
    check_files(call.workspace, value.get("blocks"), "/view/blocks", problems)
    if _takes_files(value):
        call.need_scope("files:read")
    if problems:
        raise Refused("invalid_arguments", response_metadata={"messages": problems.messages})
    if views.too_large(value):
        raise Refused("view_too_large")
    external_id = value.get("external_id")
    if external_id:
        for view in call.workspace.views.values():
            if view is not own and view.open and view.body.get("external_id") == external_id:
                raise Refused("duplicate_external_id")
    return value


def _takes_files(body: JsonObject) -> bool:
    """https://docs.slack.dev/reference/block-kit/block-elements/file-input-element"""
    elements = [as_object(block.get("element")) for block in as_objects(body.get("blocks"))]
    return any(element.get("type") == "file_input" for element in elements)


def _trigger(call: ApiCall) -> TriggerRecord:
    """Use up a trigger_id: three seconds, once."""
    if not call.has("trigger_id"):
        raise invalid_arguments("missing required field: trigger_id")
    trigger = call.workspace.triggers.get(call.text("trigger_id"))
    if trigger is None:
        raise Refused("invalid_trigger_id")
    if call.workspace.clock.now() > trigger.expires:
        raise Refused("expired_trigger_id")
    if trigger.used:
        raise Refused("exchanged_trigger_id")
    return trigger


def open_(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/views.open"""
    trigger = _trigger(call)
    body = _body(call, "modal")
    trigger.used = True
    views.close_all(call.workspace, trigger.user)
    view = views.make_view(call.workspace, trigger.user, body, channel_id=trigger.channel_id)
    views.push(call.workspace, view)
    return {"view": views.view_json(call.workspace, view)}


def push(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/views.push"""
    trigger = _trigger(call)
    body = _body(call, "modal")
    stack = call.workspace.modals.get(trigger.user, [])
    if not stack or trigger.view_id not in stack:
        raise Refused("not_found")
    if len(stack) >= views.MOST_VIEWS_IN_STACK:
        raise Refused("push_limit_reached")
    trigger.used = True
    view = views.make_view(
        call.workspace, trigger.user, body, stack[-1], channel_id=trigger.channel_id
    )
    views.push(call.workspace, view)
    return {"view": views.view_json(call.workspace, view)}


def update(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/views.update"""
    view = _existing(call)
    body = _body(call, view.kind, view)
    if call.has("hash") and call.text("hash") != view.hash:
        raise Refused("hash_conflict")
    views.replace_view(call.workspace, view, body)
    return {"view": views.view_json(call.workspace, view)}


def _existing(call: ApiCall) -> ViewRecord:
    if call.has("view_id"):
        view = call.workspace.views.get(call.text("view_id"))
    elif call.has("external_id"):
        named = call.text("external_id")
        open_views = [one for one in call.workspace.views.values() if one.open]
        found = [one for one in open_views if one.body.get("external_id") == named]
        view = found[0] if found else None
    else:
        raise invalid_arguments("missing required field: view_id or external_id")
    if view is None or not view.open:
        raise Refused("not_found")
    return view


def publish(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/views.publish"""
    workspace = call.workspace
    if not call.installation.home_tab:
        raise Refused("not_enabled")
    user_id = call.needed("user_id")
    person = workspace.people.get(user_id)
    if person is None or person.deleted or person.team_id != workspace.team_id:
        raise Refused("user_not_found")
    existing = workspace.views.get(workspace.homes.get(user_id, ""))
    body = _body(call, "home", existing)
    if call.has("hash") and call.text("hash") != (existing.hash if existing else ""):
        raise Refused("hash_conflict")
    if existing is not None:
        views.replace_view(workspace, existing, body)
        view = existing
    else:
        view = views.make_view(workspace, user_id, body)
        workspace.homes[user_id] = view.id
        workspace.touch()
    return {"view": views.view_json(workspace, view)}


TRIGGERED = kinds(text="trigger_id interactivity_pointer", json="view")
VIEWS: dict[str, Method] = {
    "views.open": Method(open_, TRIGGERED, (), 4),
    "views.push": Method(push, TRIGGERED, (), 4),
    "views.update": Method(update, kinds(text="view_id external_id hash", json="view"), (), 4),
    "views.publish": Method(publish, kinds(text="user_id hash", json="view"), (), 4),
}
