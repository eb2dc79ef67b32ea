"""What a person typed, out of what Slack makes of it on the way to us."""

from __future__ import annotations

import html
import re
import unicodedata

# docs.slack.dev/messaging/formatting-message-text: <@U…|name>, <#C…|name>, <!subteam^S…|@name>,
# <!here>, <https://…|label>. Commands carry them because the manifest asks for `should_escape`.
_MARKUP = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_CHANNEL = re.compile(r"<#([CG][A-Z0-9]+)(?:\|[^<>]*)?>")
_SPACES = re.compile(r"\s+")
# They turn the direction of everything that follows
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")

# Wide forms, which Slack reads neither as a style nor as a mention
_HARMLESS = str.maketrans({"*": "＊", "~": "～", "`": "｀", "@": "＠"})


def plain(text: str) -> str:
    """The text as its author sees it, in one line: no markup, no escapes, no control characters."""
    words = html.unescape(_MARKUP.sub(_label, text))
    words = _DIRECTION.sub("", words)
    words = "".join(_printable(char) for char in words)
    return _SPACES.sub(" ", words).strip()


def printable_lines(text: str) -> str:
    """What was typed into a field of several lines, without control characters."""
    words = _DIRECTION.sub("", text.replace("\r\n", "\n"))
    return "".join(char if char == "\n" else _printable(char) for char in words).strip()


def fold(text: str) -> str:
    """The text as words are compared: full-width and half-width, upper and lower case alike."""
    return unicodedata.normalize("NFKC", text).casefold()


def folded_key(text: str) -> str:
    """The text as names are compared: folded, and without spaces and invisible characters."""
    return "".join(
        char for char in fold(text) if not char.isspace() and unicodedata.category(char) != "Cf"
    )


def safe(words: str, limit: int = 80) -> str:
    """Words that someone typed, for a sentence that goes to Slack: short, and none of it markup."""
    shown = words if len(words) <= limit else words[: limit - 1] + "…"
    return html.escape(shown, quote=False).translate(_HARMLESS)


def split_person(text: str) -> tuple[str, str | None, str]:
    """The text before the first person, that person's ID (None if there is none), the rest."""
    return _split(_PERSON, text)


def split_channel(text: str) -> tuple[str, str | None, str]:
    """The text before the first channel, that channel's ID (None if there is none), the rest."""
    return _split(_CHANNEL, text)


def split_word(text: str) -> tuple[str, str]:
    """The first word and the rest. A full-width space separates words as well."""
    parts = text.split(maxsplit=1)
    return (parts[0] if parts else "", parts[1].strip() if len(parts) > 1 else "")


def _split(pattern: re.Pattern[str], text: str) -> tuple[str, str | None, str]:
    found = pattern.search(text)
    if found is None:
        return text.strip(), None, ""
    return text[: found.start()].strip(), found[1], text[found.end() :].strip()


def _label(found: re.Match[str]) -> str:
    sign, target, label = found[1], found[2], found[3]
    if sign in ("@", "#"):
        return f"{sign}{label or target}"
    if sign == "!":
        return label or f"@{target.split('^')[0]}"
    return label or target


def _printable(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Cs":  # half of a pair: no database takes it
        return "\ufffd"
    return " " if category == "Cc" else char
