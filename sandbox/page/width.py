"""How many columns a text takes in a terminal, where Japanese letters are two columns wide."""

from __future__ import annotations

import unicodedata

_EMOJI_SELECTOR = "\ufe0f"
_JOINER = "\u200d"
_TONES = range(0x1F3FB, 0x1F400)


def columns(text: str) -> int:
    """The width of one line, after Unicode's East Asian Width; joined emoji count as one."""
    total = 0
    previous = 0
    joined = False
    for character in text:
        if character == _EMOJI_SELECTOR:
            total += 1 if previous == 1 else 0
            previous = 2
            continue
        width = 0 if joined else _width(character)
        joined = character == _JOINER
        total += width
        previous = width or previous
    return total


def padded(text: str, width: int, align: str = "left") -> str:
    """The text filled up with spaces to `width` columns, at the side that `align` leaves free."""
    missing = max(0, width - columns(text))
    if align == "right":
        return " " * missing + text
    if align == "center":
        return " " * (missing // 2) + text + " " * (missing - missing // 2)
    return text + " " * missing


def _width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf", "Cc"):
        return 0
    if ord(character) in _TONES:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
