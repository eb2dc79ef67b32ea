"""Which blocks Slack accepts where, and how big they may be.

https://docs.slack.dev/reference/block-kit/blocks. Where a table on those pages and the schema
that Slack's own builder uses differ, the stricter one counts.
"""

from __future__ import annotations

from sandbox.block_rules import MOST_MARKDOWN_IN_MESSAGE, check_together
from sandbox.elements import (
    BUTTON,
    BUTTONS,
    CONTEXT_ACTIONS,
    IMAGE,
    IMAGE_FIELDS,
    INPUTS,
    MENUS,
    OPTION_GROUP,
    PLAIN_OPTION,
    RICH_BLOCKS,
    TYPE,
    plain,
    prose,
)
from sandbox.json_types import JsonObject, as_objects
from sandbox.schema import (
    Check,
    Field,
    Problems,
    choice,
    flag,
    items,
    nullable,
    number,
    optional,
    required,
    text,
    thing,
    typed,
    url,
)

MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
MOST_TABLE_ROWS = 100
MOST_TABLE_COLUMNS = 20
BLOCK: dict[str, Field] = {"type": TYPE, "block_id": optional(text(255, least=1))}
SECTION_TEXT = prose(3000)
SECTION_FIELD = prose(2000)
RICH_TEXT = thing(BLOCK | {"elements": required(items(RICH_BLOCKS))})
CELL = typed(
    {
        "raw_text": thing({"type": TYPE, "text": required(text(least=1))}),
        "raw_number": thing(
            {"type": TYPE, "value": required(number), "text": optional(text(least=1))}
        ),
        "rich_text": RICH_TEXT,
    }
)
COLUMN = nullable(
    thing(
        {"align": optional(choice("left", "center", "right")), "is_wrapped": optional(flag)},
    )
)
ROWS = items(items(CELL, least=1, most=MOST_TABLE_COLUMNS), least=1, most=MOST_TABLE_ROWS)
TABLE = thing(
    BLOCK
    | {
        "rows": required(ROWS),
        "column_settings": optional(items(COLUMN, most=MOST_TABLE_COLUMNS)),
    }
)
ACTION_ELEMENTS = typed(BUTTONS | MENUS)
CARD = thing(
    BLOCK
    | {
        "hero_image": optional(IMAGE),
        "icon": optional(IMAGE),
        "title": optional(prose(150)),
        "subtitle": optional(prose(150)),
        "body": optional(prose(200)),
        "actions": optional(items(typed({"button": BUTTON}), most=3)),
    },
    one_of=("hero_image", "title", "body", "actions"),
)
VIDEO = thing(
    BLOCK
    | {
        "alt_text": required(text(2000)),
        "title": required(plain(199)),
        "thumbnail_url": required(url()),
        "video_url": required(url()),
        "title_url": optional(url()),
        "author_name": optional(text(49)),
        "description": optional(plain(200)),
        "provider_icon_url": optional(url()),
        "provider_name": optional(text(50)),
    }
)
BESIDE_TEXT: dict[str, Check] = BUTTONS | MENUS | {"image": IMAGE}
del BESIDE_TEXT["datetimepicker"]
EVERYWHERE: dict[str, Check] = {
    "actions": thing(BLOCK | {"elements": required(items(ACTION_ELEMENTS, least=1, most=25))}),
    "context": thing(
        BLOCK
        | {
            "elements": required(
                items(
                    typed({"image": IMAGE, "plain_text": prose(), "mrkdwn": prose()}),
                    least=1,
                    most=10,
                )
            )
        }
    ),
    "divider": thing(BLOCK),
    "header": thing(BLOCK | {"text": required(plain(150))}),
    "image": thing(
        BLOCK | IMAGE_FIELDS | {"title": optional(plain(2000))}, one_of=("image_url", "slack_file")
    ),
    "rich_text": RICH_TEXT,
    "section": thing(
        BLOCK
        | {
            "text": optional(SECTION_TEXT),
            "fields": optional(items(SECTION_FIELD, least=1, most=10)),
            "accessory": optional(typed(BESIDE_TEXT)),
            "expand": optional(flag),
        },
        one_of=("text", "fields"),
    ),
    "video": VIDEO,
}


def _input(*without: str) -> Check:
    kinds = {name: check for name, check in (MENUS | INPUTS).items() if name not in without}
    return thing(
        BLOCK
        | {
            "label": required(plain(2000)),
            "element": required(typed(kinds)),
            "dispatch_action": optional(flag),
            "hint": optional(plain(2000)),
            "optional": optional(flag),
        }
    )


IN_MESSAGES: dict[str, Check] = EVERYWHERE | {
    "input": _input("file_input"),
    "markdown": thing(BLOCK | {"text": required(text(MOST_MARKDOWN_IN_MESSAGE, least=1))}),
    "table": TABLE,
    "card": CARD,
    "carousel": thing(
        BLOCK | {"elements": required(items(typed({"card": CARD}), least=1, most=10))}
    ),
    "context_actions": thing(
        BLOCK | {"elements": required(items(typed(CONTEXT_ACTIONS), least=1, most=5))}
    ),
}
IN_MESSAGES["container"] = thing(
    BLOCK
    | {
        "title": optional(plain(150)),
        "subtitle": optional(plain(150)),
        "child_blocks": required(items(typed(dict(IN_MESSAGES)), least=1, most=10)),
        "width": optional(choice("narrow", "standard", "wide", "full")),
        "icon": optional(IMAGE),
        "is_collapsible": optional(flag),
        "default_collapsed": optional(flag),
        "has_header_divider": optional(flag),
    },
    one_of=("title",),
)
ALERT = thing(
    BLOCK
    | {
        "text": required(prose()),
        "level": optional(choice("default", "info", "success", "warning", "error")),
    }
)
BY_SURFACE: dict[str, Check] = {
    "message": typed(IN_MESSAGES),
    "modal": typed(EVERYWHERE | {"input": _input(), "alert": ALERT}),
    "home": typed(EVERYWHERE | {"input": _input("file_input"), "alert": ALERT}),
}


def check_blocks(value: object, surface: str, pointer: str = "/blocks") -> Problems:
    """What Slack would refuse in the blocks of a message, a modal or a home view."""
    problems = Problems()
    if not isinstance(value, list):
        problems.add("must provide an array", pointer)
        return problems
    if len(value) > MOST_BLOCKS[surface]:
        problems.add(f"no more than {MOST_BLOCKS[surface]} items allowed", pointer)
    each = BY_SURFACE[surface]
    for index, block in enumerate(value):
        each(block, f"{pointer}/{index}", problems)
    if all(isinstance(block, dict) for block in value):
        check_together(value, surface, pointer, problems)
    return problems


OPTIONS_ANSWER = thing(
    {
        "options": optional(items(PLAIN_OPTION, most=100)),
        "option_groups": optional(items(OPTION_GROUP, most=100)),
    },
    one_of=("options", "option_groups"),
)


def check_options(answer: JsonObject) -> Problems:
    """What Slack would refuse in the answer to block_suggestion."""
    problems = Problems()
    OPTIONS_ANSWER(answer, "", problems)
    return problems


VIEW_FIELDS: dict[str, Field] = {
    "type": TYPE,
    "blocks": required(lambda value, pointer, problems: None),
    "private_metadata": optional(text(3000)),
    "callback_id": optional(text(255)),
    "external_id": optional(text(255)),
}
MODAL = thing(
    VIEW_FIELDS
    | {
        "title": required(plain(24)),
        "submit": optional(plain(24)),
        "close": optional(plain(24)),
        "clear_on_close": optional(flag),
        "notify_on_close": optional(flag),
        "submit_disabled": optional(flag),
    }
)
HOME = thing(VIEW_FIELDS)


def check_view(value: object, surface: str) -> Problems:
    """What Slack would refuse in a view: https://docs.slack.dev/reference/views"""
    problems = Problems()
    typed({surface: MODAL if surface == "modal" else HOME})(value, "/view", problems)
    if isinstance(value, dict) and isinstance(value.get("blocks"), list):
        blocks = value["blocks"]
        problems.found += check_blocks(blocks, surface, "/view/blocks").found
        has_input = any(block.get("type") == "input" for block in as_objects(blocks))
        if surface == "modal" and has_input and "submit" not in value:
            problems.add("missing required field: submit", "/view")
    elif isinstance(value, dict) and "blocks" in value:
        problems.add("must provide an array", "/view/blocks")
    return problems
