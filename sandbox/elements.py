"""What Slack accepts inside blocks: text, options, buttons, menus, inputs, rich text.

https://docs.slack.dev/reference/block-kit/block-elements and …/composition-objects
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time

from sandbox.schema import (
    Check,
    Field,
    Problems,
    choice,
    every,
    flag,
    items,
    number,
    optional,
    required,
    text,
    thing,
    typed,
    url,
    whole,
)

MOST_IN_TEXT_OBJECT = 3000
TYPE = required(text())
ACTION_ID = text(255, least=1)


def plain(most: int = MOST_IN_TEXT_OBJECT) -> Check:
    """A plain_text object."""
    fields = {
        "type": TYPE,
        "text": required(text(most, least=1)),
        "emoji": optional(flag),
    }
    return typed({"plain_text": thing(fields)})


def prose(most: int = MOST_IN_TEXT_OBJECT) -> Check:
    """A plain_text or mrkdwn object."""
    shared: dict[str, Field] = {"type": TYPE, "text": required(text(most, least=1))}
    return typed(
        {
            "plain_text": thing(shared | {"emoji": optional(flag)}),
            "mrkdwn": thing(shared | {"verbatim": optional(flag)}),
        }
    )


def _one_source(value: object, pointer: str, problems: Problems) -> None:
    if isinstance(value, dict) and "id" in value and "url" in value:
        problems.add("only one of id and url is allowed", pointer)


SLACK_FILE = every(
    thing({"id": optional(text()), "url": optional(url())}, one_of=("id", "url")), _one_source
)

CONFIRM = thing(
    {
        "title": required(plain(100)),
        "text": required(prose(300)),
        "confirm": required(plain(30)),
        "deny": required(plain(30)),
        "style": optional(choice("primary", "danger")),
    }
)


def option(label: Check, description: Check, *, with_url: bool = False) -> Check:
    """An option of a menu or of a group of boxes; only overflow menus take a `url`."""
    fields: dict[str, Field] = {
        "text": required(label),
        "value": required(text(150, least=1)),
        "description": optional(description),
    }
    return thing(fields | ({"url": optional(url())} if with_url else {}))


PLAIN_OPTION = option(plain(75), plain(75))
OPTION_GROUP = thing(
    {"label": required(plain(75)), "options": required(items(PLAIN_OPTION, least=1, most=100))}
)
DISPATCH = thing(
    {
        "trigger_actions_on": required(
            items(choice("on_enter_pressed", "on_character_entered"), least=1, most=2)
        )
    }
)
CONVERSATION_FILTER = thing(
    {
        "include": optional(items(choice("im", "mpim", "private", "public"), least=1)),
        "exclude_external_shared_channels": optional(flag),
        "exclude_bot_users": optional(flag),
    }
)


def _pattern(pattern: str) -> Check:
    def check(value: object, pointer: str, problems: Problems) -> None:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            problems.add("must match the expected format", pointer)

    return check


def _read_by(read: Callable[[str], object], pattern: str) -> Check:
    def check(value: object, pointer: str, problems: Problems) -> None:
        try:
            if isinstance(value, str) and re.fullmatch(pattern, value):
                read(value)
                return
        except ValueError:
            pass
        problems.add("must match the expected format", pointer)

    return check


DATE = _read_by(date.fromisoformat, r"\d{4}-\d{2}-\d{2}")
TIME = _read_by(time.fromisoformat, r"\d{2}:\d{2}")
NUMBER_TEXT = _pattern(r"-?\d+(\.\d+)?")
INTERACTIVE: dict[str, Field] = {"type": TYPE, "action_id": optional(ACTION_ID)}
MENU = INTERACTIVE | {
    "placeholder": optional(plain(150)),
    "confirm": optional(CONFIRM),
    "focus_on_load": optional(flag),
}
STATIC = MENU | {
    "options": optional(items(PLAIN_OPTION, least=1, most=100)),
    "option_groups": optional(items(OPTION_GROUP, least=1, most=100)),
}
MULTI: dict[str, Field] = {"max_selected_items": optional(whole(1))}
INPUT = INTERACTIVE | {
    "placeholder": optional(plain(150)),
    "focus_on_load": optional(flag),
    "dispatch_action_config": optional(DISPATCH),
}
BOX_OPTION = option(prose(75), prose(75))
BOXES = INTERACTIVE | {
    "options": required(items(BOX_OPTION, least=1, most=10)),
    "confirm": optional(CONFIRM),
    "focus_on_load": optional(flag),
}
IMAGE_FIELDS: dict[str, Field] = {
    "type": TYPE,
    "image_url": optional(url()),
    "slack_file": optional(SLACK_FILE),
    "alt_text": required(text(2000)),
}
IMAGE = thing(IMAGE_FIELDS, one_of=("image_url", "slack_file"))
BUTTON = thing(
    INTERACTIVE
    | {
        "text": required(plain(75)),
        "url": optional(url()),
        "value": optional(text(2000)),
        "style": optional(choice("primary", "danger")),
        "confirm": optional(CONFIRM),
        "accessibility_label": optional(text(75)),
    }
)
WORKFLOW_BUTTON = thing(
    INTERACTIVE
    | {
        "text": required(plain(75)),
        "workflow": required(thing({"trigger": required(lambda value, pointer, problems: None)})),
        "style": optional(choice("primary", "danger")),
        "accessibility_label": optional(text(75)),
    }
)
ID_LIST = items(text())

MENUS: dict[str, Check] = {
    "static_select": thing(
        STATIC | {"initial_option": optional(PLAIN_OPTION)}, one_of=("options", "option_groups")
    ),
    "multi_static_select": thing(
        STATIC | MULTI | {"initial_options": optional(items(PLAIN_OPTION, least=1))},
        one_of=("options", "option_groups"),
    ),
    "external_select": thing(
        MENU | {"initial_option": optional(PLAIN_OPTION), "min_query_length": optional(whole(0))}
    ),
    "multi_external_select": thing(
        MENU
        | MULTI
        | {"initial_options": optional(items(PLAIN_OPTION)), "min_query_length": optional(whole(0))}
    ),
    "users_select": thing(MENU | {"initial_user": optional(text())}),
    "multi_users_select": thing(MENU | MULTI | {"initial_users": optional(ID_LIST)}),
    "conversations_select": thing(
        MENU
        | {
            "initial_conversation": optional(text()),
            "default_to_current_conversation": optional(flag),
            "response_url_enabled": optional(flag),
            "filter": optional(CONVERSATION_FILTER),
        }
    ),
    "multi_conversations_select": thing(
        MENU
        | MULTI
        | {
            "initial_conversations": optional(ID_LIST),
            "default_to_current_conversation": optional(flag),
            "filter": optional(CONVERSATION_FILTER),
        }
    ),
    "channels_select": thing(
        MENU | {"initial_channel": optional(text()), "response_url_enabled": optional(flag)}
    ),
    "multi_channels_select": thing(MENU | MULTI | {"initial_channels": optional(ID_LIST)}),
    "datepicker": thing(MENU | {"initial_date": optional(DATE)}),
    "timepicker": thing(MENU | {"initial_time": optional(TIME), "timezone": optional(text())}),
    "datetimepicker": thing(
        INTERACTIVE
        | {
            "initial_date_time": optional(whole(0)),
            "confirm": optional(CONFIRM),
            "focus_on_load": optional(flag),
        }
    ),
    "checkboxes": thing(BOXES | {"initial_options": optional(items(BOX_OPTION, least=1))}),
    "radio_buttons": thing(BOXES | {"initial_option": optional(BOX_OPTION)}),
}
INPUTS: dict[str, Check] = {
    "plain_text_input": thing(
        INPUT
        | {
            "initial_value": optional(text(3000)),
            "multiline": optional(flag),
            "min_length": optional(whole(0, 3000)),
            "max_length": optional(whole(1, 3000)),
        }
    ),
    "number_input": thing(
        INPUT
        | {
            "is_decimal_allowed": required(flag),
            "initial_value": optional(NUMBER_TEXT),
            "min_value": optional(NUMBER_TEXT),
            "max_value": optional(NUMBER_TEXT),
        }
    ),
    "email_text_input": thing(INPUT | {"initial_value": optional(text())}),
    "url_text_input": thing(INPUT | {"initial_value": optional(text())}),
    "rich_text_input": thing(
        INPUT | {"initial_value": optional(lambda value, pointer, problems: None)}
    ),
    "file_input": thing(
        INTERACTIVE | {"filetypes": optional(ID_LIST), "max_files": optional(whole(1, 10))}
    ),
}
OVERFLOW = thing(
    INTERACTIVE
    | {
        "options": required(items(option(plain(75), plain(75), with_url=True), least=1, most=5)),
        "confirm": optional(CONFIRM),
    }
)
BUTTONS: dict[str, Check] = {
    "button": BUTTON,
    "workflow_button": WORKFLOW_BUTTON,
    "overflow": OVERFLOW,
}
FEEDBACK_BUTTON = thing(
    {
        "text": required(plain(75)),
        "value": required(text(2000)),
        "accessibility_label": optional(text(75)),
    }
)
CONTEXT_ACTIONS: dict[str, Check] = {
    "feedback_buttons": thing(
        INTERACTIVE
        | {
            "positive_button": required(FEEDBACK_BUTTON),
            "negative_button": required(FEEDBACK_BUTTON),
        }
    ),
    "icon_button": thing(
        INTERACTIVE
        | {
            "icon": required(choice("trash")),
            "text": required(plain(75)),
            "value": optional(text(2000)),
            "confirm": optional(CONFIRM),
            "accessibility_label": optional(text(75)),
            "visible_to_user_ids": optional(ID_LIST),
        }
    ),
}

RICH_STYLE = optional(
    thing(
        {
            name: optional(flag)
            for name in (
                "bold",
                "italic",
                "strike",
                "code",
                "underline",
                "highlight",
                "client_highlight",
                "unlink",
            )
        }
    )
)
RICH_INLINE = typed(
    {
        "text": thing({"type": TYPE, "text": required(text(least=1)), "style": RICH_STYLE}),
        "link": thing(
            {
                "type": TYPE,
                "url": required(text(3000, least=1)),
                "text": optional(text()),
                "unsafe": optional(flag),
                "style": RICH_STYLE,
            }
        ),
        "user": thing({"type": TYPE, "user_id": required(text(least=1)), "style": RICH_STYLE}),
        "usergroup": thing(
            {"type": TYPE, "usergroup_id": required(text(least=1)), "style": RICH_STYLE}
        ),
        "channel": thing(
            {"type": TYPE, "channel_id": required(text(least=1)), "style": RICH_STYLE}
        ),
        "broadcast": thing(
            {
                "type": TYPE,
                "range": required(choice("channel", "here", "everyone")),
                "style": RICH_STYLE,
            }
        ),
        "emoji": thing(
            {
                "type": TYPE,
                "name": required(text(least=1)),
                "unicode": optional(text()),
                "skin_tone": optional(whole(2, 6)),
                "style": RICH_STYLE,
            }
        ),
        "date": thing(
            {
                "type": TYPE,
                "timestamp": required(number),
                "format": required(text(least=1)),
                "url": optional(url()),
                "fallback": optional(text()),
                "style": RICH_STYLE,
            }
        ),
        "color": thing({"type": TYPE, "value": required(text(least=1)), "style": RICH_STYLE}),
    }
)
RICH_SECTION = thing({"type": TYPE, "elements": required(items(RICH_INLINE))})
RICH_BLOCKS = typed(
    {
        "rich_text_section": RICH_SECTION,
        "rich_text_quote": thing(
            {
                "type": TYPE,
                "elements": required(items(RICH_INLINE)),
                "border": optional(whole(0, 1)),
            }
        ),
        "rich_text_preformatted": thing(
            {
                "type": TYPE,
                "elements": required(items(RICH_INLINE)),
                "border": optional(whole(0, 1)),
                "language": optional(text()),
            }
        ),
        "rich_text_list": thing(
            {
                "type": TYPE,
                "style": required(choice("bullet", "ordered")),
                "elements": required(items(typed({"rich_text_section": RICH_SECTION}))),
                "indent": optional(whole(0, 8)),
                "offset": optional(whole(0)),
                "border": optional(whole(0, 1)),
            }
        ),
    }
)
