"""Block Kit in modals: each rule that Slack's pages give, broken once.

https://docs.slack.dev/reference/views
"""

from __future__ import annotations

import pytest

from sandbox.blocks import check_view
from tests.sandbox.block_builders import (
    Block,
    option,
    plain,
    question,
    select,
)


def modal(**more: object) -> Block:
    return {"type": "modal", "title": plain("登録"), "blocks": [{"type": "divider"}], **more}


NAME = question({"type": "plain_text_input", "action_id": "name"})
VIEWS: dict[str, tuple[Block, str]] = {
    "title too long": (
        modal(title=plain("題" * 25)),
        "must be less than 25 characters [json-pointer:/view/title/text]",
    ),
    "no title": (
        {"type": "modal", "blocks": []},
        "missing required field: title [json-pointer:/view]",
    ),
    "no blocks": (
        {"type": "modal", "title": plain("題")},
        "missing required field: blocks [json-pointer:/view]",
    ),
    "blocks that are no list": (
        modal(blocks={}),
        "must provide an array [json-pointer:/view/blocks]",
    ),
    "an input without submit": (
        modal(blocks=[NAME]),
        "missing required field: submit [json-pointer:/view]",
    ),
    "private_metadata too long": (
        modal(private_metadata="x" * 3001),
        "must be less than 3001 characters [json-pointer:/view/private_metadata]",
    ),
    "callback_id too long": (
        modal(callback_id="x" * 256),
        "must be less than 256 characters [json-pointer:/view/callback_id]",
    ),
    "submit too long": (
        modal(submit=plain("送" * 25)),
        "must be less than 25 characters [json-pointer:/view/submit/text]",
    ),
    "unknown field": (
        modal(colour="red"),
        "invalid additional property: colour [json-pointer:/view]",
    ),
    "a Home as a modal": (
        {"type": "home", "blocks": []},
        "unsupported type: home [json-pointer:/view/type]",
    ),
    "a bad block": (
        modal(blocks=[{"type": "header", "text": plain("題" * 151)}]),
        "must be less than 151 characters [json-pointer:/view/blocks/0/text/text]",
    ),
}


@pytest.mark.parametrize("name", VIEWS)
def test_what_slack_refuses_in_a_modal(name: str) -> None:
    view, error = VIEWS[name]
    assert check_view(view, "modal").errors == [error]


def test_a_modal_with_every_input() -> None:
    elements: list[Block] = [
        {"type": "plain_text_input", "action_id": "a", "multiline": True, "max_length": 3000},
        {"type": "number_input", "action_id": "a", "is_decimal_allowed": False, "min_value": "1"},
        {"type": "email_text_input", "action_id": "a"},
        {"type": "url_text_input", "action_id": "a"},
        {"type": "file_input", "action_id": "a", "max_files": 3},
        {"type": "multi_users_select", "action_id": "a", "max_selected_items": 5},
        {"type": "conversations_select", "action_id": "a", "filter": {"include": ["public"]}},
        {"type": "checkboxes", "action_id": "a", "options": [option()]},
        {"type": "timepicker", "action_id": "a", "initial_time": "16:00"},
        select(initial_option=option()),
    ]
    blocks = [question(element, optional=True) for element in elements]
    assert check_view(modal(submit=plain("送信"), blocks=blocks), "modal").errors == []
