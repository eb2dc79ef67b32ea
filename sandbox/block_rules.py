"""What Slack refuses in blocks although each field by itself is right.

https://docs.slack.dev/reference/block-kit/block-elements,
https://docs.slack.dev/reference/block-kit/blocks/table-block
"""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.json_types import JsonObject, as_list, as_object, as_objects, as_text
from sandbox.schema import Problems

MOST_TABLE_CHARACTERS = 10_000
MOST_MARKDOWN_IN_MESSAGE = 12_000


def check_together(
    blocks: list[JsonObject], surface: str, pointer: str, problems: Problems
) -> None:
    """Note what is wrong with elements, IDs, tables and markdown taken together."""
    _check_ids(blocks, pointer, problems)
    focused: list[str] = []
    for element, where in _elements(blocks, pointer):
        _check_menu(element, where, problems)
        _check_bounds(element, where, problems)
        if "response_url_enabled" in element and not _answers(surface, where):
            problems.add("response_url_enabled works in the input blocks of modals", where)
        if element.get("focus_on_load") is True:
            focused.append(where)
    for where in focused[1:]:
        problems.add("only one element may have focus_on_load", where)
    for index, block in enumerate(blocks):
        _check_input(block, f"{pointer}/{index}", problems)
        _check_sources(block, f"{pointer}/{index}", problems)
    if surface == "message":
        _check_message(blocks, pointer, problems)


def _check_input(block: JsonObject, where: str, problems: Problems) -> None:
    """https://docs.slack.dev/reference/block-kit/blocks/input-block"""
    kind = as_object(block.get("element")).get("type")
    if block.get("dispatch_action") is True and kind == "file_input":
        problems.add("unsupported type: file_input with dispatch_action", f"{where}/element")


def _check_sources(value: object, where: str, problems: Problems) -> None:
    """An image comes from an address or from a file, not from both."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            _check_sources(item, f"{where}/{index}", problems)
    elif isinstance(value, dict):
        if "image_url" in value and "slack_file" in value:
            problems.add("only one of image_url and slack_file is allowed", where)
        for name, item in value.items():
            _check_sources(item, f"{where}/{name}", problems)


def _elements(value: object, pointer: str) -> Iterator[tuple[JsonObject, str]]:
    """Every element with its place."""
    for index, block in enumerate(as_list(value)):
        where = f"{pointer}/{index}"
        held = as_object(block)
        for name in ("element", "accessory"):
            if isinstance(held.get(name), dict):
                yield as_object(held[name]), f"{where}/{name}"
        if held.get("type") in ("actions", "context_actions"):
            for number, element in enumerate(as_list(held.get("elements"))):
                yield as_object(element), f"{where}/elements/{number}"
        yield from _elements(held.get("child_blocks"), f"{where}/child_blocks")


def _answers(surface: str, where: str) -> bool:
    return surface == "modal" and where.endswith("/element")


def _check_menu(element: JsonObject, where: str, problems: Problems) -> None:
    if "options" in element and "option_groups" in element:
        problems.add("only one of options and option_groups is allowed", where)
    if not {"options", "option_groups"} & set(element):
        return
    options = as_objects(element.get("options"))
    for group in as_objects(element.get("option_groups")):
        options += as_objects(group.get("options"))
    known = {_told_apart(option) for option in options}
    chosen = as_list(element.get("initial_options"))
    if "initial_option" in element:
        chosen.append(element["initial_option"])
    for option in chosen:
        if _told_apart(as_object(option)) not in known:
            problems.add("initial option must exactly match one of the options", where)


def _told_apart(option: JsonObject) -> tuple[str, str]:
    return as_text(option.get("value")), as_text(as_object(option.get("text")).get("text"))


def _check_bounds(element: JsonObject, where: str, problems: Problems) -> None:
    least, most = element.get("min_length"), element.get("max_length")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        problems.add("min_length must not be greater than max_length", where)
    at_most = element.get("max_selected_items")
    for name, value in element.items():
        several = name.startswith("initial_") and isinstance(value, list)
        if several and isinstance(at_most, int) and len(as_list(value)) > at_most:
            problems.add(f"{name} must hold no more than max_selected_items", where)


def _check_ids(blocks: list[JsonObject], pointer: str, problems: Problems) -> None:
    seen: set[object] = set()
    for index, block in enumerate(blocks):
        block_id = block.get("block_id")
        if block_id is not None and block_id in seen:
            problems.add(f'`block_id` "{block_id}" already exists', f"{pointer}/{index}/block_id")
        seen.add(block_id)
        _check_action_ids(block, f"{pointer}/{index}", problems)


def _check_action_ids(block: JsonObject, pointer: str, problems: Problems) -> None:
    """An action_id is unique among the elements of its block."""
    seen: set[str] = set()
    for index, element in enumerate(as_objects(block.get("elements"))):
        action_id = as_text(element.get("action_id"))
        if action_id and action_id in seen:
            where = f"{pointer}/elements/{index}/action_id"
            problems.add(f'`action_id` "{action_id}" already exists', where)
        seen.add(action_id)


def _check_message(blocks: list[JsonObject], pointer: str, problems: Problems) -> None:
    tables = [index for index, block in enumerate(blocks) if block.get("type") == "table"]
    for index in tables[1:]:
        problems.add("only one table allowed", f"{pointer}/{index}")
    for index in tables:
        if _characters(blocks[index].get("rows")) > MOST_TABLE_CHARACTERS:
            what = f"cells must be less than {MOST_TABLE_CHARACTERS + 1} characters in all"
            problems.add(what, f"{pointer}/{index}/rows")
    markdown = [as_text(block.get("text")) for block in blocks if block.get("type") == "markdown"]
    if len(markdown) > 1 and sum(map(len, markdown)) > MOST_MARKDOWN_IN_MESSAGE:
        what = f"markdown blocks must be less than {MOST_MARKDOWN_IN_MESSAGE + 1} characters in all"
        problems.add(what, pointer)


def _characters(value: object) -> int:
    """The characters that can be read in a table's cells."""
    if isinstance(value, list):
        return sum(map(_characters, value))
    if not isinstance(value, dict):
        return 0
    own = len(as_text(value.get("text")))
    return own + sum(map(_characters, value.values()))
