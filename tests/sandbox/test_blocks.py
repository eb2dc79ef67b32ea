"""Block Kit in messages: each rule that Slack's pages give, broken once.

https://docs.slack.dev/reference/block-kit
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from slack_sdk.models.blocks import (
    ActionsBlock,
    ButtonElement,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    ImageBlock,
    MarkdownTextObject,
    SectionBlock,
)

from tests.sandbox.block_builders import (
    Block,
    actions,
    button,
    errors,
    mrkdwn,
    option,
    plain,
    question,
    rich,
    section,
    select,
    table,
)

ACCEPTED: dict[str, Callable[[], Block]] = {
    "header at its limit": lambda: {"type": "header", "text": plain("題" * 150)},
    "section with text": lambda: section(text=mrkdwn("文" * 3000)),
    "section with ten fields": lambda: section(fields=[mrkdwn("文" * 2000)] * 10),
    "section with a button": lambda: section(text=plain("文"), accessory=button()),
    "section with a menu": lambda: section(text=plain("文"), accessory=select()),
    "divider": lambda: {"type": "divider", "block_id": "線"},
    "context": lambda: {"type": "context", "elements": [mrkdwn("小さく")] * 10},
    "25 buttons": lambda: actions(*(button(number) for number in range(25))),
    "a button with everything": lambda: actions(
        button(
            value="v" * 2000,
            url="https://example.com/",
            style="primary",
            accessibility_label="説明",
            confirm={
                "title": plain("確認"),
                "text": mrkdwn("よいですか"),
                "confirm": plain("はい"),
                "deny": plain("いいえ"),
            },
        )
    ),
    "image": lambda: {
        "type": "image",
        "image_url": "https://example.com/a.png",
        "alt_text": "写真",
        "title": plain("写真"),
    },
    "table": lambda: table(100, 20),
    "table with settings": lambda: table(
        column_settings=[{"align": "right", "is_wrapped": True}, None]
    ),
    "table of rich text and numbers": lambda: {
        "type": "table",
        "rows": [[rich({"type": "text", "text": "太字"}), {"type": "raw_number", "value": 3}]],
    },
    "rich text": lambda: rich(
        {"type": "text", "text": "太字", "style": {"bold": True}},
        {"type": "user", "user_id": "U1"},
        {"type": "link", "url": "https://example.com/"},
        {"type": "emoji", "name": "tada"},
        {"type": "date", "timestamp": 1, "format": "{date}"},
    ),
    "markdown": lambda: {"type": "markdown", "text": "**太字**"},
    "overflow": lambda: actions({"type": "overflow", "action_id": "o", "options": [option()] * 5}),
    "datepicker": lambda: actions(
        {"type": "datepicker", "action_id": "d", "initial_date": "2026-04-01"}
    ),
    "radio buttons": lambda: actions(
        {"type": "radio_buttons", "action_id": "r", "options": [option()]}
    ),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_slack_accepts_in_a_message(name: str) -> None:
    assert errors(ACCEPTED[name]()) == []


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "header too long": (
        lambda: {"type": "header", "text": plain("題" * 151)},
        "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ),
    "header in mrkdwn": (
        lambda: {"type": "header", "text": mrkdwn("題")},
        "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
    ),
    "section too long": (
        lambda: section(text=mrkdwn("文" * 3001)),
        "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ),
    "section without anything": (
        lambda: section(),
        "missing required field: text or fields [json-pointer:/blocks/0]",
    ),
    "empty text": (
        lambda: section(text=mrkdwn("")),
        "must be more than 0 characters [json-pointer:/blocks/0/text/text]",
    ),
    "text that is a bare string": (
        lambda: section(text="文"),
        "must provide an object [json-pointer:/blocks/0/text]",
    ),
    "text that is a number": (
        lambda: section(text={"type": "mrkdwn", "text": 3}),
        "must provide a string [json-pointer:/blocks/0/text/text]",
    ),
    "eleven fields": (
        lambda: section(fields=[mrkdwn("文")] * 11),
        "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
    ),
    "field too long": (
        lambda: section(fields=[mrkdwn("文" * 2001)]),
        "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
    ),
    "unknown field": (
        lambda: section(text=plain("文"), colour="red"),
        "invalid additional property: colour [json-pointer:/blocks/0]",
    ),
    "emoji in mrkdwn": (
        lambda: section(text={"type": "mrkdwn", "text": "文", "emoji": True}),
        "invalid additional property: emoji [json-pointer:/blocks/0/text]",
    ),
    "unknown block": (
        lambda: {"type": "poem"},
        "unsupported type: poem [json-pointer:/blocks/0/type]",
    ),
    "block without a type": (
        lambda: {"text": plain("文")},
        "missing required field: type [json-pointer:/blocks/0]",
    ),
    "block that is no object": (
        lambda: "section",
        "must provide an object [json-pointer:/blocks/0]",
    ),
    "alert in a message": (
        lambda: {"type": "alert", "text": plain("注意")},
        "unsupported type: alert [json-pointer:/blocks/0/type]",
    ),
    "block_id too long": (
        lambda: {"type": "divider", "block_id": "b" * 256},
        "must be less than 256 characters [json-pointer:/blocks/0/block_id]",
    ),
    "26 buttons": (
        lambda: actions(*(button(number) for number in range(26))),
        "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
    ),
    "no buttons": (
        lambda: actions(),
        "no less than 1 items allowed [json-pointer:/blocks/0/elements]",
    ),
    "unknown element": (
        lambda: actions({"type": "lever", "action_id": "a"}),
        "unsupported type: lever [json-pointer:/blocks/0/elements/0/type]",
    ),
    "an input among actions": (
        lambda: actions({"type": "plain_text_input", "action_id": "a"}),
        "unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]",
    ),
    "the same action_id twice": (
        lambda: actions(button(1), button(1)),
        '`action_id` "a1" already exists [json-pointer:/blocks/0/elements/1/action_id]',
    ),
    "action_id too long": (
        lambda: actions(button() | {"action_id": "a" * 256}),
        "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]",
    ),
    "button label too long": (
        lambda: actions(button() | {"text": plain("は" * 76)}),
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
    ),
    "button label in mrkdwn": (
        lambda: actions(button() | {"text": mrkdwn("はい")}),
        "unsupported type: mrkdwn [json-pointer:/blocks/0/elements/0/text/type]",
    ),
    "button value too long": (
        lambda: actions(button(value="v" * 2001)),
        "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
    ),
    "button style": (
        lambda: actions(button(style="loud")),
        "must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]",
    ),
    "button url": (
        lambda: actions(button(url="example.com")),
        "must provide a valid url [json-pointer:/blocks/0/elements/0/url]",
    ),
    "confirm without deny": (
        lambda: actions(
            button(confirm={"title": plain("?"), "text": plain("?"), "confirm": plain("!")})
        ),
        "missing required field: deny [json-pointer:/blocks/0/elements/0/confirm]",
    ),
    "menu without options": (
        lambda: actions({"type": "static_select", "action_id": "s"}),
        "missing required field: options or option_groups [json-pointer:/blocks/0/elements/0]",
    ),
    "menu with 101 options": (
        lambda: actions(select(options=[option()] * 101)),
        "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    "option value too long": (
        lambda: actions(select(options=[option("v" * 151)])),
        "must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]",
    ),
    "option label too long": (
        lambda: actions(select(options=[option(text="選" * 76)])),
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/text/text]",
    ),
    "six options in an overflow menu": (
        lambda: actions({"type": "overflow", "action_id": "o", "options": [option()] * 6}),
        "no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    "a date that is none": (
        lambda: actions({"type": "datepicker", "action_id": "d", "initial_date": "4月1日"}),
        "must match the expected format [json-pointer:/blocks/0/elements/0/initial_date]",
    ),
    "eleven in a context": (
        lambda: {"type": "context", "elements": [mrkdwn("小")] * 11},
        "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
    ),
    "a button in a context": (
        lambda: {"type": "context", "elements": [button()]},
        "unsupported type: button [json-pointer:/blocks/0/elements/0/type]",
    ),
    "image without alt_text": (
        lambda: {"type": "image", "image_url": "https://example.com/a.png"},
        "missing required field: alt_text [json-pointer:/blocks/0]",
    ),
    "image without a source": (
        lambda: {"type": "image", "alt_text": "写真"},
        "missing required field: image_url or slack_file [json-pointer:/blocks/0]",
    ),
    "101 rows": (
        lambda: table(rows=101),
        "no more than 100 items allowed [json-pointer:/blocks/0/rows]",
    ),
    "21 columns": (
        lambda: table(rows=1, columns=21),
        "no more than 20 items allowed [json-pointer:/blocks/0/rows/0]",
    ),
    "no rows": (
        lambda: table(rows=0),
        "no less than 1 items allowed [json-pointer:/blocks/0/rows]",
    ),
    "a cell in mrkdwn": (
        lambda: {"type": "table", "rows": [[mrkdwn("一")]]},
        "unsupported type: mrkdwn [json-pointer:/blocks/0/rows/0/0/type]",
    ),
    "an empty cell": (
        lambda: {"type": "table", "rows": [[{"type": "raw_text", "text": ""}]]},
        "must be more than 0 characters [json-pointer:/blocks/0/rows/0/0/text]",
    ),
    "alignment": (
        lambda: table(column_settings=[{"align": "middle"}]),
        "must be one of: left, center, right [json-pointer:/blocks/0/column_settings/0/align]",
    ),
    "unknown rich text": (
        lambda: rich({"type": "poem"}),
        "unsupported type: poem [json-pointer:/blocks/0/elements/0/elements/0/type]",
    ),
    "rich text straight in the block": (
        lambda: {"type": "rich_text", "elements": [{"type": "text", "text": "文"}]},
        "unsupported type: text [json-pointer:/blocks/0/elements/0/type]",
    ),
    "empty rich text": (
        lambda: rich({"type": "text", "text": ""}),
        "must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]",
    ),
    "markdown too long": (
        lambda: {"type": "markdown", "text": "文" * 12_001},
        "must be less than 12001 characters [json-pointer:/blocks/0/text]",
    ),
    "a file to upload in a message": (
        lambda: question({"type": "file_input", "action_id": "f"}),
        "unsupported type: file_input [json-pointer:/blocks/0/element/type]",
    ),
    "a button as an input": (
        lambda: question(button()),
        "unsupported type: button [json-pointer:/blocks/0/element/type]",
    ),
    "input without a label": (
        lambda: {"type": "input", "element": {"type": "plain_text_input", "action_id": "a"}},
        "missing required field: label [json-pointer:/blocks/0]",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_slack_refuses_in_a_message(name: str) -> None:
    block, error = REFUSED[name]
    assert errors(block()) == [error]


def test_fifty_blocks_and_no_more() -> None:
    divider: Block = {"type": "divider"}
    assert errors(*[divider] * 50) == []
    assert errors(*[divider] * 51) == ["no more than 50 items allowed [json-pointer:/blocks]"]
    assert errors(*[divider] * 100, surface="modal") == []
    assert errors(*[divider] * 101, surface="home") == [
        "no more than 100 items allowed [json-pointer:/blocks]"
    ]


def test_one_table_a_message() -> None:
    assert errors(table(), table()) == ["only one table allowed [json-pointer:/blocks/1]"]


def test_markdown_counts_over_the_whole_message() -> None:
    half: Block = {"type": "markdown", "text": "文" * 6001}
    assert len(errors(half, half)) == 1


def test_a_block_id_stands_once() -> None:
    divider: Block = {"type": "divider", "block_id": "線"}
    assert errors(divider, divider) == [
        '`block_id` "線" already exists [json-pointer:/blocks/1/block_id]'
    ]


def test_the_same_action_id_may_stand_in_two_blocks() -> None:
    assert errors(actions(button(1)), actions(button(1))) == []


@pytest.mark.parametrize("kind", ["table", "markdown", "card", "carousel", "container"])
@pytest.mark.parametrize("surface", ["modal", "home"])
def test_blocks_for_messages_only(kind: str, surface: str) -> None:
    assert errors({"type": kind}, surface=surface) == [
        f"unsupported type: {kind} [json-pointer:/blocks/0/type]"
    ]


def test_what_slack_sdk_builds_is_accepted() -> None:
    built = [
        HeaderBlock(text="今週のまとめ"),
        SectionBlock(text=MarkdownTextObject(text="*防災DX*"), fields=["*投稿*\n3", "*反応*\n5"]),
        ContextBlock(elements=[MarkdownTextObject(text="数え方")]),
        DividerBlock(),
        ImageBlock(image_url="https://example.com/a.png", alt_text="写真"),
        ActionsBlock(elements=[ButtonElement(text="開く", action_id="open", value="1")]),
    ]
    assert errors(*(block.to_dict() for block in built)) == []
