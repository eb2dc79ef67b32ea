"""Elements that a person finds in blocks, and what pressing or choosing adds to a payload.

https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
"""

from __future__ import annotations

from collections.abc import Iterable

from sandbox import markup
from sandbox.json_types import JsonObject, as_object, as_text

KEPT = ("placeholder", "confirm", "initial_option", "initial_date", "min_query_length")


class NotThereError(LookupError):
    """The person cannot see such an element or option."""


def find(
    blocks: Iterable[JsonObject], action_id: str, value: str | None
) -> tuple[JsonObject, JsonObject]:
    """The block and the element with an action_id (and a value, when there are several)."""
    seen: list[str] = []
    for block, element in markup.elements_of(blocks):
        seen.append(as_text(element.get("action_id")))
        if seen[-1] == action_id and value in (None, element.get("value")):
            return block, element
    raise NotThereError(f"no element {action_id!r} (value {value!r}); there are {seen}")


def inputs_of(blocks: Iterable[JsonObject]) -> dict[str, tuple[JsonObject, JsonObject]]:
    """Every input block with its element, by block_id."""
    return {
        as_text(block.get("block_id")): (block, as_object(block.get("element")))
        for block in blocks
        if block.get("type") == "input"
    }


def dispatches(block: JsonObject) -> bool:
    """Whether a choice in the block is sent at once, rather than with the modal's submission."""
    return block.get("type") != "input" or bool(block.get("dispatch_action"))


def pressed(block: JsonObject, element: JsonObject) -> JsonObject:
    """The action of a button."""
    kind = as_text(element.get("type"))
    if kind not in ("button", "workflow_button", "icon_button"):
        raise NotThereError(f"{element.get('action_id')!r} is a {kind}, not a button")
    action: JsonObject = {"type": kind}
    for name in ("action_id", "text", "value", "style", "url", "confirm"):
        if name in element:
            action[name] = element[name]
    return action | {"block_id": block.get("block_id")}


def chosen(block: JsonObject, element: JsonObject, state: JsonObject) -> JsonObject:
    """The action of a menu, of boxes, of a picker or of a text input."""
    action: JsonObject = {"action_id": element.get("action_id"), "block_id": block.get("block_id")}
    for name in KEPT:
        if name in element:
            action[name] = element[name]
    return action | state
