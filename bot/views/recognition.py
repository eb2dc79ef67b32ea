"""Buttons with which people answer a post, wherever it is shown: in digests, lists, the Home."""

from __future__ import annotations

import re

from slack_sdk.models.blocks import ActionsBlock, ButtonElement, PlainTextObject

from bot.text import Language, Text

LIKE_ACTION = "recognise_like"
ASK_ACTION = "recognise_ask"
LINK_ACTION = "recognise_link"

_LIKE = Text(ja="👍 いいね!", en="👍 Like")
_LIKED = Text(ja="👍 いいね! を取り消す", en="👍 Take back")
_ASK = Text(ja="💬 教えて", en="💬 Ask")
_OPEN = Text(ja="開く", en="Open")

_VALUE = re.compile(r"([A-Z0-9]{1,64}):([0-9]{10}\.[0-9]{6})")


def post_buttons(
    channel_id: str, ts: str, language: Language, *, link: str, liked: bool = False
) -> ActionsBlock:
    """いいね!, 教えて and the way to the post, in a row.

    `link` is the post's address (`bot.core.permalinks`). `liked`, where one person alone sees the
    buttons: their own いいね! stands already.
    """
    return ActionsBlock(
        elements=[
            like_button(channel_id, ts, language, liked=liked),
            ask_button(channel_id, ts, language),
            link_button(link, language),
        ]
    )


def like_button(
    channel_id: str, ts: str, language: Language, *, liked: bool = False
) -> ButtonElement:
    """いいね!; pressed again it takes it back."""
    words = _LIKED if liked else _LIKE
    return _button(words, LIKE_ACTION, language, value=post_value(channel_id, ts))


def ask_button(channel_id: str, ts: str, language: Language) -> ButtonElement:
    """教えて: asks the people of the post."""
    return _button(_ASK, ASK_ACTION, language, value=post_value(channel_id, ts))


def link_button(link: str, language: Language) -> ButtonElement:
    """The way to the post. Slack sends the press as well (button elements with a `url`)."""
    return _button(_OPEN, LINK_ACTION, language, url=link)


def post_value(channel_id: str, ts: str) -> str:
    """What a button carries: which post it is about, and nothing else."""
    return f"{channel_id}:{ts}"


def post_of(value: str) -> tuple[str, str]:
    """(channel ID, ts) that `post_value` made. Raises ValueError for anything else."""
    found = _VALUE.fullmatch(value)
    if found is None:
        raise ValueError(f"not a post: {value[:80]!r}")
    return found[1], found[2]


def _button(
    words: Text,
    action_id: str,
    language: Language,
    *,
    value: str | None = None,
    url: str | None = None,
) -> ButtonElement:
    return ButtonElement(
        text=PlainTextObject(text=words.of(language), emoji=True),
        action_id=action_id,
        value=value,
        url=url,
    )
