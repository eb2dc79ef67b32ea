"""Blocks with what a person has filled in or chosen so far as their initial values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sandbox.page.payload import Payload, object_at, objects_at, text_at
from sandbox.records import MessageRecord, ViewRecord

State = Mapping[str, Mapping[str, Mapping[str, object]]]
_SAME_NAME = ("files",)


def filled_view(view: ViewRecord) -> list[Payload]:
    """The blocks of a modal or Home as its owner sees them now."""
    return _filled_all(objects_at(view.body, "blocks"), view.state)


def filled_message(message: MessageRecord, viewer_id: str) -> list[Payload]:
    """The blocks of a message with the viewer's choices in them."""
    return _filled_all(message.blocks, message.choices.get(viewer_id, {}))


def _filled_all(blocks: Sequence[Payload], state: State) -> list[Payload]:
    return [_filled(block, state.get(text_at(block, "block_id"), {})) for block in blocks]


def _filled(block: Payload, state: Mapping[str, Mapping[str, object]]) -> Payload:
    if not state:
        return block
    changed: dict[str, object] = {}
    for holder in ("element", "accessory"):
        if object_at(block, holder):
            changed[holder] = _with_value(object_at(block, holder), state)
    if text_at(block, "type") == "actions":
        changed["elements"] = [_with_value(one, state) for one in objects_at(block, "elements")]
    return {**block, **changed}


def _with_value(element: Payload, state: Mapping[str, Mapping[str, object]]) -> Payload:
    given = state.get(text_at(element, "action_id"))
    if given is None:
        return element
    return {**element, **{_initial(key): value for key, value in given.items() if key != "type"}}


def _initial(key: str) -> str:
    if key in _SAME_NAME:
        return key
    if key == "rich_text_value":
        return "initial_value"
    return f"initial_{key.removeprefix('selected_')}"
