"""HTML that cannot be broken out of.

`Html` is a string that is known to be safe. Plain strings become `Html` only through `words`,
which escapes them, so that the type checker finds every place where a person's text would reach
the page as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import NewType

Html = NewType("Html", str)

NOTHING = Html("")
_VOID = frozenset({"br", "hr", "img", "input", "meta", "rect"})


def words(text: str) -> Html:
    """Text as HTML: escaped, also for use inside quoted attributes."""
    return Html(escape(text, quote=True))


def lines(text: str) -> Html:
    """Text as HTML with its line breaks kept."""
    return Html("<br>".join(escape(line, quote=True) for line in text.split("\n")))


def joined(parts: Iterable[Html], between: Html = NOTHING) -> Html:
    """Several pieces of HTML in a row."""
    return Html(between.join(parts))


def tag(name: str, /, *children: Html, **attributes: str | bool | None) -> Html:
    """One element. Attribute values are escaped; None and False leave the attribute out.

    An underscore at the end of an attribute's name is dropped (`class_`, `for_`), one inside
    becomes a hyphen (`aria_label`). Names come from our code only, never from a message.
    """
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{words(value)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in _VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{''.join(children)}</{name}>")
