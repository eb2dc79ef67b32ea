"""A message in Block Kit as text for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import zip_longest

from sandbox.page import mrkdwn
from sandbox.page.dates import moment_words
from sandbox.page.inline import shown_address
from sandbox.page.names import Lookup
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
    Passage,
    PersonMention,
    Preformatted,
    Quote,
    Styled,
    Words,
)
from sandbox.page.payload import (
    Payload,
    as_object,
    flag_at,
    list_at,
    object_at,
    objects_at,
    text_at,
)
from sandbox.page.rich_text import passages as rich_text_passages
from sandbox.page.width import columns, padded

_WIDTH = 72
_GAP = "  "


def as_text(message_blocks: Sequence[Payload], lookup: Lookup) -> str:
    """The blocks as lines of text: headers underlined, tables aligned, links by their label.

    Ids are replaced by the names that `lookup` knows. No line ends in a space, and the text ends
    without a line break.
    """
    parts: list[str] = []
    for block in message_blocks:
        render = _BLOCKS.get(text_at(block, "type"))
        shown = render(block, lookup) if render else f"［{text_at(block, 'type') or '?'}］"
        if shown.strip():
            parts.append(_tidy(shown))
    return "\n\n".join(parts)


def mrkdwn_as_text(text: str, lookup: Lookup) -> str:
    """A message that has no blocks: its `mrkdwn` text."""
    return _tidy(_passages(mrkdwn.passages(text), lookup))


def _tidy(text: str) -> str:
    without_marks = text.replace("\u200b", "")
    return "\n".join(line.rstrip() for line in without_marks.split("\n")).strip("\n")


def _header(block: Payload, lookup: Lookup) -> str:
    title = _plain(object_at(block, "text"), lookup)
    return f"{title}\n{'═' * columns(title)}"


def _section(block: Payload, lookup: Lookup) -> str:
    text, accessory = object_at(block, "text"), object_at(block, "accessory")
    parts = [_text(text, lookup)] if text else []
    fields = [_text(field, lookup) for field in objects_at(block, "fields")]
    if fields:
        parts.append(_two_columns(fields))
    if accessory:
        parts.append(_element(accessory, lookup))
    return "\n".join(part for part in parts if part)


def _two_columns(fields: Sequence[str]) -> str:
    """Fields in pairs, side by side, the lines of each pair beside each other."""
    left_width = max(columns(line) for field in fields[::2] for line in field.split("\n"))
    if left_width > _WIDTH // 2:
        return "\n".join(fields)
    rows = []
    for left, right in zip_longest(fields[::2], fields[1::2], fillvalue=""):
        for one, other in zip_longest(left.split("\n"), right.split("\n"), fillvalue=""):
            rows.append(f"{padded(one, left_width)}{_GAP}{_GAP}{other}")
    return "\n".join(rows)


def _context(block: Payload, lookup: Lookup) -> str:
    return _GAP.join(_element(element, lookup) for element in objects_at(block, "elements"))


def _divider(_block: Payload, _lookup: Lookup) -> str:
    return "─" * _WIDTH


def _image(block: Payload, _lookup: Lookup) -> str:
    return f"［画像: {text_at(block, 'alt_text')}］"


def _rich_text(block: Payload, lookup: Lookup) -> str:
    return _passages(rich_text_passages(block), lookup)


def _input(block: Payload, lookup: Lookup) -> str:
    optional = " (任意)" if flag_at(block, "optional") else ""
    label = _plain(object_at(block, "label"), lookup)
    return f"{label}{optional}: {_element(object_at(block, 'element'), lookup)}"


def _table(block: Payload, lookup: Lookup) -> str:
    """Columns as wide as their widest cell; a rule under the first row."""
    rows = [
        [_cell(as_object(cell), lookup) for cell in row]
        for row in list_at(block, "rows")
        if isinstance(row, list | tuple)
    ]
    if not rows:
        return ""
    count = max(map(len, rows))
    for row in rows:
        row.extend([""] * (count - len(row)))
    widths = [max(columns(row[column]) for row in rows) for column in range(count)]
    aligns = [text_at(as_object(one), "align") for one in list_at(block, "column_settings")]
    aligns.extend([""] * (count - len(aligns)))
    written = [_GAP.join(map(padded, row, widths, aligns[:count])) for row in rows]
    rule = _GAP.join("─" * width for width in widths)
    return "\n".join([written[0], rule, *written[1:]])


def _cell(cell: Payload, lookup: Lookup) -> str:
    if text_at(cell, "type") == "rich_text":
        return _passages(rich_text_passages(cell), lookup).replace("\n", " / ")
    value = cell.get("value")
    written = text_at(cell, "text") or ("" if value is None else str(value))
    return _inlines(mrkdwn.plain(written), lookup).replace("\n", " / ")


def _element(element: Payload, lookup: Lookup) -> str:
    kind = text_at(element, "type")
    if kind in ("mrkdwn", "plain_text"):
        return _text(element, lookup)
    if kind == "image":
        return f"［画像: {text_at(element, 'alt_text')}］"
    if kind == "overflow":
        return "[…]"
    label = object_at(element, "text") or object_at(element, "placeholder")
    return f"[{_plain(label, lookup) or kind}]"


def _text(text: Payload, lookup: Lookup) -> str:
    if text_at(text, "type") == "mrkdwn":
        return _passages(mrkdwn.passages(text_at(text, "text")), lookup)
    return _plain(text, lookup)


def _plain(text: Payload, lookup: Lookup) -> str:
    parsed = mrkdwn.plain(text_at(text, "text"), emoji=flag_at(text, "emoji", True))
    return _inlines(parsed, lookup)


def _passages(passages: Iterable[Passage], lookup: Lookup) -> str:
    return "\n".join(_passage(passage, lookup) for passage in passages)


def _passage(passage: Passage, lookup: Lookup) -> str:
    match passage:
        case Quote(children):
            return _before_lines("│ ", _inlines(children, lookup))
        case Preformatted(children):
            return _before_lines("    ", _inlines(children, lookup))
        case ItemList():
            return _list(passage, lookup)
    return _inlines(passage.children, lookup).rstrip("\n")


def _before_lines(mark: str, text: str) -> str:
    return "\n".join(mark + line for line in text.rstrip("\n").split("\n"))


def _list(passage: ItemList, lookup: Lookup) -> str:
    rows = []
    for number, item in enumerate(passage.items, start=1 + passage.offset):
        bullet = f"{number}. " if passage.ordered else "・"
        first, *rest = _inlines(item, lookup).split("\n")
        rows.append(bullet + first)
        rows.extend(" " * columns(bullet) + line for line in rest)
    mark = "│ " if passage.bordered else ""
    return _before_lines(mark + _GAP * passage.indent, "\n".join(rows))


def _inlines(children: Iterable[Inline], lookup: Lookup) -> str:
    return "".join(_inline(child, lookup) for child in children)


def _inline(node: Inline, lookup: Lookup) -> str:
    match node:
        case Words(text):
            return text
        case Styled(_, children):
            return _inlines(children, lookup)
        case Link(url, children):
            return _inlines(children, lookup) if children else shown_address(url)
        case PersonMention(user_id, label):
            return f"@{lookup.person_name(user_id) or label or user_id}"
        case ChannelMention(channel_id, label):
            return f"#{lookup.channel_name(channel_id) or label or channel_id}"
        case GroupMention(group_id, label):
            return f"@{lookup.group_name(group_id) or label or group_id}"
        case Broadcast(audience):
            return f"@{audience}"
        case Moment():
            return moment_words(node, lookup)
        case Emoji(name, character):
            return character or f":{name}:"
        case Colour(value):
            return value
    return f"［{node.what}］"


def _actions(block: Payload, lookup: Lookup) -> str:
    return _GAP.join(_element(element, lookup) for element in objects_at(block, "elements"))


_BLOCKS: Mapping[str, Callable[[Payload, Lookup], str]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "divider": _divider,
    "actions": _actions,
    "image": _image,
    "rich_text": _rich_text,
    "input": _input,
    "table": _table,
}
