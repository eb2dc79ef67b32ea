"""A digest as plain text, for the terminal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from bot.digest.compose import Message

_LINK = re.compile(r"<([^|>]*)\|([^>]*)>")
_STYLE = re.compile(r"(?<!\w)\*([^*\n]+)\*")


def as_text(messages: Sequence[Message]) -> str:
    """The messages one below the other; links as their words, tables with columns in line."""
    return "\n\n".join(
        "\n".join(line for block in message.blocks for line in _lines(block.to_dict()))
        for message in messages
    )


def _lines(block: Mapping[str, object]) -> Iterable[str]:
    kind = block.get("type")
    if kind == "divider":
        yield ""
    elif kind == "table":
        yield from _table(block)
    elif kind == "context":
        elements = block.get("elements")
        yield from map(_words, elements if isinstance(elements, list) else ())
    elif kind == "header":
        title = _words(block.get("text"))
        yield from (title, "=" * _width(title))
    elif kind == "section":
        yield _words(block.get("text"))


def _table(block: Mapping[str, object]) -> Iterable[str]:
    found = block.get("rows")
    rows = [[_words(cell) for cell in row] for row in found] if isinstance(found, list) else []
    if not rows:
        return
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        )
        yield "  ".join(cells).rstrip()


def _words(text: object) -> str:
    if not isinstance(text, Mapping):
        return ""
    words = str(text.get("text", ""))
    if text.get("type") != "mrkdwn":
        return words
    words = _STYLE.sub(r"\1", _LINK.sub(r"\2", words))
    words = re.sub(r"^>", "  ", words, flags=re.MULTILINE)
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _width(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
