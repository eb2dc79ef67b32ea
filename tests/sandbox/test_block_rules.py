"""Block Kit: what is wrong although each field by itself is right."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sandbox.blocks import check_view
from tests.sandbox.block_builders import Block, actions, errors, option, plain, question, section


def menu(**more: object) -> Block:
    return {"type": "static_select", "action_id": "s", "options": [option("a"), option("b")]} | more


def boxes(**more: object) -> Block:
    return {"type": "checkboxes", "action_id": "c", "options": [option("a"), option("b")]} | more


def typed(**more: object) -> Block:
    return {"type": "plain_text_input", "action_id": "t", **more}


def table(characters: int) -> Block:
    cell = {"type": "raw_text", "text": "字" * 1000}
    last = {"type": "raw_text", "text": "字" * (characters - 9000)}
    return {"type": "table", "rows": [[cell] * 9, [last]]}


GROUP = {"label": plain("組"), "options": [option("a")]}

ACCEPTED: dict[str, Callable[[], Block]] = {
    "an initial option": lambda: actions(menu(initial_option=option("b"))),
    "an initial option of a group": lambda: actions(
        {"type": "static_select", "option_groups": [GROUP], "initial_option": option("a")}
    ),
    "initial options": lambda: actions(boxes(initial_options=[option("a"), option("b")])),
    "a table of 10,000 characters": lambda: table(10_000),
    "one focus": lambda: question(typed(focus_on_load=True)),
    "bounds": lambda: question(typed(min_length=3, max_length=3)),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_slack_accepts(name: str) -> None:
    assert errors(ACCEPTED[name]()) == []


REFUSED: dict[str, tuple[Callable[[], Block], str]] = {
    "an initial option that is none": (
        lambda: actions(menu(initial_option=option("z"))),
        "initial option must exactly match one of the options [json-pointer:/blocks/0/elements/0]",
    ),
    "an initial option with other words": (
        lambda: section(text=plain("文"), accessory=menu(initial_option=option("a", "別の言葉"))),
        "initial option must exactly match one of the options [json-pointer:/blocks/0/accessory]",
    ),
    "boxes ticked that are none": (
        lambda: question(boxes(initial_options=[option("a"), option("z")])),
        "initial option must exactly match one of the options [json-pointer:/blocks/0/element]",
    ),
    "options and groups": (
        lambda: actions(menu(option_groups=[GROUP])),
        "only one of options and option_groups is allowed [json-pointer:/blocks/0/elements/0]",
    ),
    "bounds the wrong way round": (
        lambda: question(typed(min_length=4, max_length=3)),
        "min_length must not be greater than max_length [json-pointer:/blocks/0/element]",
    ),
    "more people than may be chosen": (
        lambda: question(
            {"type": "multi_users_select", "initial_users": ["U1", "U2"], "max_selected_items": 1}
        ),
        "initial_users must hold no more than max_selected_items [json-pointer:/blocks/0/element]",
    ),
    "a table of 10,001 characters": (
        lambda: table(10_001),
        "cells must be less than 10001 characters in all [json-pointer:/blocks/0/rows]",
    ),
    "a moment beside a text": (
        lambda: section(text=plain("文"), accessory={"type": "datetimepicker"}),
        "unsupported type: datetimepicker [json-pointer:/blocks/0/accessory/type]",
    ),
    "a day that there is not": (
        lambda: actions({"type": "datepicker", "initial_date": "2026-02-30"}),
        "must match the expected format [json-pointer:/blocks/0/elements/0/initial_date]",
    ),
    "an address and a file": (
        lambda: {
            "type": "image",
            "alt_text": "写真",
            "image_url": "https://example.jp/a.png",
            "slack_file": {"id": "F1"},
        },
        "only one of image_url and slack_file is allowed [json-pointer:/blocks/0]",
    ),
    "an answer outside of a modal": (
        lambda: actions({"type": "conversations_select", "response_url_enabled": True}),
        "response_url_enabled works in the input blocks of modals "
        "[json-pointer:/blocks/0/elements/0]",
    ),
    "marks in the description of an option": (
        lambda: actions(
            menu(
                options=[
                    option("a") | {"description": {"type": "mrkdwn", "text": "*太*"}},
                ]
            )
        ),
        "unsupported type: mrkdwn [json-pointer:/blocks/0/elements/0/options/0/description/type]",
    ),
    "two sources of a picture": (
        lambda: {
            "type": "image",
            "alt_text": "写真",
            "slack_file": {"id": "F1", "url": "https://example.jp/a.png"},
        },
        "only one of id and url is allowed [json-pointer:/blocks/0/slack_file]",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_slack_refuses(name: str) -> None:
    block, error = REFUSED[name]
    assert errors(block()) == [error]


def test_one_focus_in_a_view() -> None:
    view: Block = {
        "type": "modal",
        "title": plain("登録"),
        "submit": plain("送る"),
        "blocks": [question(typed(focus_on_load=True)), question(typed(focus_on_load=True))],
    }
    assert check_view(view, "modal").errors == [
        "only one element may have focus_on_load [json-pointer:/view/blocks/1/element]"
    ]


def test_files_are_not_dispatched() -> None:
    asked = question({"type": "file_input", "action_id": "f"}, dispatch_action=True)
    assert errors(asked, surface="modal") == [
        "unsupported type: file_input with dispatch_action [json-pointer:/blocks/0/element]"
    ]
