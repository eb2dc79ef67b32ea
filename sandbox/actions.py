"""What a press or a choice adds to a payload, by the type of the element.

https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol

from sandbox import markup
from sandbox.json_types import JsonObject, as_list, as_object, as_objects, as_text
from sandbox.views import LISTS, VALUE_FIELD


class HasId(Protocol):
    """A person or channel."""

    @property
    def id(self) -> str:
        """The ID."""
        ...


Single = str | int | date | HasId | None
Choice = Single | Sequence[Single]


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


def pressed(block: JsonObject, element: JsonObject) -> JsonObject:
    """The action of a button."""
    kind = as_text(element.get("type"))
    if kind not in ("button", "workflow_button", "icon_button"):
        raise NotThereError(f"{element.get('action_id')!r} is a {kind}, not a button")
    action: JsonObject = {"type": kind}
    for name in ("action_id", "text", "value", "style"):
        if name in element:
            action[name] = element[name]
    return action | {"block_id": block.get("block_id")}


def chosen(block: JsonObject, element: JsonObject, state: JsonObject) -> JsonObject:
    """The action of a menu, of boxes or of a picker."""
    action: JsonObject = {"action_id": element.get("action_id"), "block_id": block.get("block_id")}
    for name in ("placeholder", "initial_option", "initial_date"):
        if name in element:
            action[name] = element[name]
    return action | state


def state_value(element: JsonObject, value: Choice) -> JsonObject:
    """What `view.state.values` holds for an element once a person has chosen."""
    kind = as_text(element.get("type"))
    field = VALUE_FIELD.get(kind)
    if field is None:
        raise NotThereError(f"nothing can be chosen in a {kind}")
    if field in LISTS:
        several = [value] if isinstance(value, str) or not isinstance(value, Sequence) else value
        return {"type": kind, field: [_one(element, field, one) for one in several]}
    if isinstance(value, Sequence) and not isinstance(value, str):
        raise NotThereError(f"a {kind} holds one value")
    return {"type": kind, field: None if value is None else _one(element, field, value)}


def _one(element: JsonObject, field: str, value: Single) -> object:
    if field in ("selected_option", "selected_options"):
        return _option(element, str(value))
    if isinstance(value, date):
        return value.isoformat()
    if field == "selected_date_time":
        return value
    if isinstance(value, str | int) or value is None:
        return str(value)
    return value.id


def _option(element: JsonObject, value: str) -> JsonObject:
    options = as_objects(element.get("options"))
    for group in as_list(element.get("option_groups")):
        options += as_objects(as_object(group).get("options"))
    for option in options:
        if option.get("value") == value:
            return option
    values = [as_text(option.get("value")) for option in options]
    raise NotThereError(f"no option {value!r}; there are {values}")
