"""The `rich_text` block (docs.slack.dev/reference/block-kit/blocks/rich-text-block)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sandbox.page.emoji import emoji_of
from sandbox.page.nodes import (
    Broadcast,
    ChannelMention,
    Colour,
    Emoji,
    GroupMention,
    Inline,
    ItemList,
    Link,
    Moment,
    Paragraph,
    Passage,
    PersonMention,
    Preformatted,
    Quote,
    Style,
    Styled,
    Unknown,
    Words,
)
from sandbox.page.payload import Payload, flag_at, number_at, object_at, objects_at, text_at

_STYLES: tuple[Style, ...] = ("code", "underline", "strike", "italic", "bold")
_DEEPEST_INDENT = 8
_CODE_POINTS = re.compile(r"[0-9a-fA-F]{2,6}(?:-[0-9a-fA-F]{2,6}){0,9}\Z")
_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})\Z")
_LAST_CODE_POINT = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


def passages(block: Payload) -> tuple[Passage, ...]:
    """The passages of a `rich_text` block; unknown parts are named, never dropped."""
    return tuple(_passage(part) for part in objects_at(block, "elements"))


def _passage(part: Payload) -> Passage:
    kind = text_at(part, "type")
    elements = objects_at(part, "elements")
    match kind:
        case "rich_text_section":
            return Paragraph(_inlines(elements))
        case "rich_text_quote":
            return Quote(_inlines(elements))
        case "rich_text_preformatted":
            return Preformatted(_inlines(elements))
        case "rich_text_list":
            return ItemList(
                tuple(_inlines(objects_at(item, "elements")) for item in elements),
                ordered=text_at(part, "style") == "ordered",
                indent=max(0, min(number_at(part, "indent"), _DEEPEST_INDENT)),
                offset=max(0, number_at(part, "offset")),
                bordered=number_at(part, "border") > 0,
            )
    return Paragraph((Unknown(kind or "?"),))


def _inlines(elements: Iterable[Payload]) -> tuple[Inline, ...]:
    return tuple(_with_style(_inline(element), object_at(element, "style")) for element in elements)


def _with_style(node: Inline, style: Payload) -> Inline:
    for name in _STYLES:
        if flag_at(style, name):
            node = Styled(name, (node,))
    return node


def _inline(element: Payload) -> Inline:
    kind = text_at(element, "type")
    match kind:
        case "text":
            return Words(text_at(element, "text"))
        case "link":
            label = text_at(element, "text")
            return Link(text_at(element, "url"), (Words(label),) if label else ())
        case "user":
            return PersonMention(text_at(element, "user_id"))
        case "channel":
            return ChannelMention(text_at(element, "channel_id"))
        case "usergroup":
            return GroupMention(text_at(element, "usergroup_id"))
        case "team":
            return Words(f"@{text_at(element, 'team_id')}")
        case "broadcast":
            return Broadcast(text_at(element, "range"))
        case "emoji":
            return _emoji(element)
        case "date":
            return Moment(
                number_at(element, "timestamp", -1),
                text_at(element, "format"),
                text_at(element, "fallback"),
                text_at(element, "url"),
            )
        case "color" if _COLOUR.match(text_at(element, "value")):
            return Colour(text_at(element, "value"))
    return Unknown(kind or "?")


def _emoji(element: Payload) -> Emoji:
    """`unicode` holds the code points in hexadecimal, joined by hyphens."""
    name = text_at(element, "name")
    tone = number_at(element, "skin_tone")
    named = emoji_of(f"{name}::skin-tone-{tone}" if tone else name)
    points = text_at(element, "unicode")
    if named.character is None and _CODE_POINTS.match(points):
        numbers = [int(point, 16) for point in points.split("-")]
        if all(n <= _LAST_CODE_POINT and n not in _SURROGATES for n in numbers):
            return Emoji(name, "".join(map(chr, numbers)))
    return named
