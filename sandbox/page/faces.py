"""The coloured squares that stand for people's pictures: the page loads none from outside."""

from __future__ import annotations

import re

from sandbox.objects import AVATARS
from sandbox.page.markup import Html, tag, words

_COLOURS = 8
_AVATAR = re.compile(re.escape(AVATARS) + r"(?P<user>[UW][A-Z0-9]+)_\d+\.png\Z")


def face(name: str, key: str, class_: str = "avatar") -> Html:
    """The first letter of a name on a square whose colour follows from `key`."""
    colour = sum(map(ord, key)) % _COLOURS
    letter = words(name.lstrip("@ ")[:1].upper() or "?")
    return tag("div", letter, class_=f"{class_} colour-{colour}", title=name, aria_hidden="true")


def pictured(url: str) -> str:
    """The ID of the person whose picture is at this address, or an empty string."""
    found = _AVATAR.match(url)
    return found["user"] if found else ""
