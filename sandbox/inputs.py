"""What `view.state.values` holds for each kind of element, and what may be left in it.

https://docs.slack.dev/reference/views#view-objects and the page of each element under
https://docs.slack.dev/reference/block-kit/block-elements
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from sandbox import markup
from sandbox.directory import Directory
from sandbox.json_types import JsonObject, as_list, as_object, as_objects, as_text
from sandbox.records import ChannelRecord, PersonRecord, ViewRecord

State = dict[str, dict[str, JsonObject]]

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
    "rich_text_input": "rich_text_value",
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
    "file_input": "files",
}
LISTS = frozenset(
    {"selected_options", "selected_users", "selected_channels", "selected_conversations", "files"}
)
FAMILIES = {"channel": "public", "group": "private", "im": "im", "mpim": "mpim"}
REQUIRED = "Please complete this required field."
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def initial_state(
    blocks: object, conversation: ChannelRecord | None = None, directory: Directory | None = None
) -> State:
    """The values of inputs and menus before anybody touches them.

    `conversation` is where the person was when the modal opened, for menus that begin with it.
    """
    state: State = {}
    for block, element in markup.elements_of(as_objects(blocks)):
        kind = as_text(element.get("type"))
        field = VALUE_FIELD.get(kind)
        if field is None or kind == "overflow":
            continue
        value = _initial(element, field)
        if value in (None, []) and element.get("default_to_current_conversation"):
            value = _current(element, field, conversation, directory)
        block_id, action_id = as_text(block.get("block_id")), as_text(element.get("action_id"))
        state.setdefault(block_id, {})[action_id] = {"type": kind, field: value}
    return state


def _initial(element: JsonObject, field: str) -> object:
    names = [name for name, target in INITIAL.items() if target == field]
    if field == "rich_text_value":
        names = ["initial_value"]
    for name in names:
        if name in element:
            return element[name]
    return [] if field in LISTS else None


def _current(
    element: JsonObject,
    field: str,
    conversation: ChannelRecord | None,
    directory: Directory | None,
) -> object:
    """https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element"""
    several = field in LISTS
    fits = (
        conversation is not None
        and directory is not None
        and passes_filter(directory, element, conversation)
    )
    if conversation is None or not fits:
        return [] if several else None
    return [conversation.id] if several else conversation.id


def passes_filter(directory: Directory, element: JsonObject, channel: ChannelRecord) -> bool:
    """Whether a menu of conversations offers this one.

    https://docs.slack.dev/reference/block-kit/composition-objects/conversation-filter-object
    """
    wanted = as_object(element.get("filter"))
    include = as_list(wanted.get("include"))
    if include and FAMILIES[channel.kind] not in include:
        return False
    if wanted.get("exclude_external_shared_channels") and channel.shared_with:
        return False
    if wanted.get("exclude_bot_users") and channel.is_im:
        return not any(directory.people[user].is_bot for user in channel.members)
    return True


def visible(person: PersonRecord, channel: ChannelRecord) -> bool:
    """Whether the person's menus list this conversation at all."""
    if channel.archived:
        return False
    return channel.kind == "channel" or person.id in channel.members


# --- what Slack's own client asks for before it sends a modal off ------------------------


def complaints(view: ViewRecord) -> dict[str, str]:
    """What is wrong with the inputs of a modal, by block_id."""
    errors: dict[str, str] = {}
    for block in as_objects(view.body.get("blocks")):
        if block.get("type") != "input":
            continue
        block_id = as_text(block.get("block_id"))
        element = as_object(block.get("element"))
        kind = as_text(element.get("type"))
        held = view.state.get(block_id, {}).get(as_text(element.get("action_id")), {})
        value = held.get(VALUE_FIELD.get(kind, "value"))
        if value in (None, "", []):
            problem = "" if block.get("optional") else REQUIRED
        else:
            problem = _complaint(kind, element, value)
        if problem:
            errors[block_id] = problem
    return errors


def _complaint(kind: str, element: JsonObject, value: object) -> str:
    if not isinstance(value, str):
        return ""
    if kind == "plain_text_input":
        return _length(element, value)
    if kind == "number_input":
        return _number(element, value)
    if kind == "email_text_input" and not EMAIL.fullmatch(value):
        return "Please enter a valid email address."
    if kind == "url_text_input" and not value.startswith(("https://", "http://")):
        return "Please enter a valid URL."
    return ""


def _length(element: JsonObject, value: str) -> str:
    least, most = element.get("min_length"), element.get("max_length")
    if isinstance(least, int) and len(value) < least:
        return f"Please enter at least {least} characters."
    if isinstance(most, int) and len(value) > most:
        return f"Please enter no more than {most} characters."
    return "" if len(value) <= MOST_TYPED else f"Please enter no more than {MOST_TYPED} characters."


MOST_TYPED = 3000
"""Characters that a plain text input takes at most."""


def _number(element: JsonObject, value: str) -> str:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return "Please enter a valid number."
    if not element.get("is_decimal_allowed") and number != number.to_integral_value():
        return "Please enter a whole number."
    least, most = as_text(element.get("min_value")), as_text(element.get("max_value"))
    if least and number < Decimal(least):
        return f"Please enter a number of at least {least}."
    if most and number > Decimal(most):
        return f"Please enter a number of at most {most}."
    return ""


def input_block_ids(view: ViewRecord) -> set[str]:
    """The block_ids to which a submission's errors may be attached."""
    blocks = as_objects(view.body.get("blocks"))
    return {as_text(block.get("block_id")) for block in blocks if block.get("type") == "input"}
