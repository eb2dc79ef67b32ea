"""Which marks of style Slack would show as they were typed.

Slack reads `*bold*` and `code` only where white space, the edge of a line or a half-width sign
stands outside (docs.slack.dev/messaging/formatting-message-text says so for English; people who
write Japanese report it in seratch/ChatGPT-in-Slack#61). Whether U+3000 is white space to Slack
nobody says: here it is not.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

_MARKED = re.compile(r"`[^`\n]+`|\*[^*\n]+\*|[*`]")
_BESIDE = frozenset(string.punctuation + " \n\u200b")


def raw_marks(text: str) -> list[str]:
    """What is marked in this mrkdwn text and would be shown with its marks."""
    return [
        found.group()
        for found in _MARKED.finditer(text)
        if not (_is_a_pair(found.group()) and _is_free(text, found.start(), found.end()))
    ]


def mrkdwn(value: object) -> Iterator[str]:
    """Every text in a message's or a view's JSON that Slack reads for marks."""
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield str(value["text"])
        for inner in value.values():
            yield from mrkdwn(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from mrkdwn(inner)


def unformatted(value: object) -> Iterator[str]:
    """Every text in a message's or a view's JSON in which Slack formats nothing."""
    if isinstance(value, dict):
        if value.get("type") == "plain_text":
            yield str(value["text"])
        for inner in value.values():
            yield from unformatted(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from unformatted(inner)


def _is_a_pair(marked: str) -> bool:
    return len(marked) > 2 and not marked[1].isspace() and not marked[-2].isspace()


def _is_free(text: str, start: int, end: int) -> bool:
    before = text[start - 1] if start else "\n"
    after = text[end] if end < len(text) else "\n"
    return before in _BESIDE and after in _BESIDE
