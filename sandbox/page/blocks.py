"""Blocks as HTML (docs.slack.dev/reference/block-kit/blocks). Pure: JSON in, HTML out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sandbox.page.elements import element_html, placeholder, plain_html, text_html
from sandbox.page.inline import passages_html
from sandbox.page.markup import NOTHING, Html, joined, tag, words
from sandbox.page.names import Lookup
from sandbox.page.payload import (
    Payload,
    as_object,
    flag_at,
    list_at,
    object_at,
    objects_at,
    text_at,
)
from sandbox.page.pictures import picture
from sandbox.page.rich_text import passages as rich_text_passages

_ALIGNMENTS = ("left", "center", "right")
_IMAGE_TITLE_MARK = "▾"


def blocks_html(
    blocks: Sequence[Payload], lookup: Lookup, errors: Mapping[str, str] | None = None
) -> Html:
    """All blocks of a message or a view. `errors`: said under inputs, by block id."""
    shown = [_block(block, lookup, errors or {}) for block in blocks]
    return tag("div", *shown, class_="blocks")


def _block(block: Payload, lookup: Lookup, errors: Mapping[str, str]) -> Html:
    kind = text_at(block, "type")
    if kind == "input":
        return _input(block, lookup, errors.get(text_at(block, "block_id"), ""))
    render = _BLOCKS.get(kind)
    return render(block, lookup) if render else tag("div", placeholder(kind), class_="block")


def _header(block: Payload, lookup: Lookup) -> Html:
    return tag("h3", plain_html(object_at(block, "text"), lookup), class_="block header")


def _section(block: Payload, lookup: Lookup) -> Html:
    text, accessory = object_at(block, "text"), object_at(block, "accessory")
    fields = [
        tag("div", text_html(field, lookup), class_="one-field")
        for field in objects_at(block, "fields")
    ]
    body = tag(
        "div",
        text_html(text, lookup) if text else NOTHING,
        tag("div", *fields, class_="fields") if fields else NOTHING,
        class_="section-body",
    )
    beside = (
        tag("div", element_html(accessory, lookup), class_="accessory") if accessory else NOTHING
    )
    return tag("div", body, beside, class_="block section")


def _context(block: Payload, lookup: Lookup) -> Html:
    parts = []
    for element in objects_at(block, "elements"):
        kind = text_at(element, "type")
        if kind == "image":
            parts.append(picture(element, lookup, "context-image"))
        elif kind in ("mrkdwn", "plain_text"):
            parts.append(tag("div", text_html(element, lookup), class_="context-text"))
        else:
            parts.append(placeholder(kind))
    return tag("div", *parts, class_="block context")


def _divider(_block: Payload, _lookup: Lookup) -> Html:
    return tag("hr", class_="block")


def _actions(block: Payload, lookup: Lookup) -> Html:
    shown = [element_html(element, lookup) for element in objects_at(block, "elements")]
    return tag("div", *shown, class_="block actions")


def _image(block: Payload, lookup: Lookup) -> Html:
    title = object_at(block, "title")
    mark = words(f" {_IMAGE_TITLE_MARK}")
    named = (
        tag("figcaption", plain_html(title, lookup), mark, class_="image-title")
        if title
        else NOTHING
    )
    shown = picture(block, lookup, "picture")
    return tag("figure", named, shown, class_="block")


def _rich_text(block: Payload, lookup: Lookup) -> Html:
    shown = passages_html(rich_text_passages(block), lookup)
    return tag("div", shown, class_="block rich-text")


def _input(block: Payload, lookup: Lookup, error: str) -> Html:
    optional = tag("span", words("(任意)"), class_="optional")
    hint = object_at(block, "hint")
    return tag(
        "div",
        tag(
            "div",
            plain_html(object_at(block, "label"), lookup),
            optional if flag_at(block, "optional") else NOTHING,
            class_="label",
        ),
        element_html(object_at(block, "element"), lookup),
        tag("div", words(error), class_="error", role="alert") if error else NOTHING,
        tag("div", plain_html(hint, lookup), class_="hint") if hint else NOTHING,
        class_="block input failed" if error else "block input",
    )


def _table(block: Payload, lookup: Lookup) -> Html:
    """The first row reads as the header; the table scrolls sideways inside its own box."""
    settings = [as_object(one) for one in list_at(block, "column_settings")]
    rows = [row for row in list_at(block, "rows") if isinstance(row, list | tuple)]
    written: list[Html] = []
    for row in rows:
        name = "td" if written else "th"
        cells = []
        for column, cell in enumerate(row):
            setting = settings[column] if column < len(settings) else as_object(None)
            cells.append(tag(name, _cell(as_object(cell), lookup), class_=_cell_class(setting)))
        written.append(tag("tr", *cells))
    body = joined([tag("thead", *written[:1]), tag("tbody", *written[1:])])
    table = tag("table", body)
    return tag("div", table, class_="block table", tabindex="0", role="region", aria_label="表")


def _cell(cell: Payload, lookup: Lookup) -> Html:
    match text_at(cell, "type"):
        case "rich_text":
            return passages_html(rich_text_passages(cell), lookup)
        case "raw_text":
            return plain_html(cell, lookup)
        case "raw_number":
            value = cell.get("value")
            return words(text_at(cell, "text") or ("" if value is None else str(value)))
        case kind:
            return placeholder(kind)


def _cell_class(setting: Payload) -> str | None:
    align = text_at(setting, "align")
    names = [f"align-{align}"] if align in _ALIGNMENTS[1:] else []
    if flag_at(setting, "is_wrapped"):
        names.append("wrapped")
    return " ".join(names) or None


_BLOCKS: Mapping[str, Callable[[Payload, Lookup], Html]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "divider": _divider,
    "actions": _actions,
    "image": _image,
    "rich_text": _rich_text,
    "table": _table,
}
