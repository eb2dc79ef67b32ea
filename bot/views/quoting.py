"""Quoting what people wrote, so that a quotation notifies nobody and changes nothing.

What Slack sends and reads is described in docs.slack.dev/messaging/formatting-message-text:
`<@U…>`, `<#C…>`, `<!subteam^…>`, `<!here>` and their like in angle brackets, `&amp; &lt; &gt;`
for these three characters, and `* _ ~ `` ` as marks of style.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from bot.text import Language, Text

ELLIPSIS = "…"

_AT = "＠"  # looks like the sign, mentions nobody
_SOMEONE = Text(ja="メンバー", en="someone")
_GROUP = Text(ja="グループ", en="group")
_CHANNEL = Text(ja="チャンネル", en="channel")

_NO_NAMES: Mapping[str, str] = {}

_BRACKETS = re.compile(r"<([^<>]*)>")
_QUOTE_MARK = re.compile(r"^[ \t　]*>+[ \t　]*", re.MULTILINE)
# Between Japanese characters a star or a backtick is a mark of style, as Slack's editor writes it;
# an underscore or a tilde may well belong to a file name or a span of time.
_STYLES = tuple(
    re.compile(rf"(?<![{beside}{mark}]){mark}+(?=\S)([^{mark}\n]*[^{mark}\s]){mark}+(?![{beside}])")
    for mark, beside in (("`", "A-Za-z0-9"), (r"\*", "A-Za-z0-9"), ("_", r"\w"), ("~", r"\w"))
)
_AT_SIGN = re.compile(r"(?<![A-Za-z0-9._+-])@")  # not that of an e-mail address
_WIDE_MARKS = {"*": "＊", "_": "＿", "~": "～", "`": "｀"}
_MARK = re.compile(r"[*_~`]")
_SPACES = re.compile(r"\s+")
# Letters and digits of any script, and the signs that names of emoji have
_EMOJI = re.compile(r"[\w'+-]+")
_EMOJI_SHOWN = 40
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_KEPT_FORMAT_CHARACTERS = {"\u200d"}  # joins emoji into one

_EXTENDER = (
    r"[\u0300-\u036f\u20d0-\u20ff\u3099\u309a\ufe00-\ufe0f\uff9e\uff9f"
    r"\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]"
)
# What must not be cut apart: an emoji's name with its skin tone, a flag, a character with
# everything that is drawn on it or joined to it
_UNIT = re.compile(
    r":[a-z0-9_+'-]{1,100}:(?::skin-tone-[2-6]:)?"
    r"|[\U0001f1e6-\U0001f1ff]{2}"
    rf"|.(?:{_EXTENDER}|\u200d.)*",
    re.DOTALL,
)


def escape(text: str) -> str:
    """The text with the three characters that Slack reads as its own written out."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def excerpt(
    text: str, limit: int, *, names: Mapping[str, str] = _NO_NAMES, language: Language = "ja"
) -> str:
    """The beginning of what a person wrote, as harmless mrkdwn in a single paragraph.

    `text` is as Slack sends it; the result has at most `limit` characters, with its entities and
    the ellipsis. Mentions, `@channel` and the like become words; `names` has people's names by
    user ID. A link shows its label, or the host that it leads to.
    """
    readable = _without_styles(_readable(text, names, language))
    return _cut((escape(unit) for unit in _units(_without_marks(readable))), limit)


def plain(
    text: str, limit: int, *, names: Mapping[str, str] = _NO_NAMES, language: Language = "ja"
) -> str:
    """The same as `excerpt`, for `plain_text` and table cells, where nothing is escaped."""
    readable = _without_styles(_readable(text, names, language))
    return _cut(_units(readable), limit)


def label(text: str, limit: int) -> str:
    """A name that people typed into a form (not Slack's markup), as harmless mrkdwn."""
    return _cut((escape(unit) for unit in _units(_without_marks(_tidy(text)))), limit)


def plain_label(text: str, limit: int) -> str:
    """A name that people typed into a form, for `plain_text` and table cells."""
    return _cut(_units(_tidy(text)), limit)


def emoji(name: str) -> str:
    """An emoji as Slack draws it; under a name that none can have, the name as harmless words."""
    return f":{name}:" if _EMOJI.fullmatch(name) else label(name, _EMOJI_SHOWN)


def _readable(text: str, names: Mapping[str, str], language: Language) -> str:
    parts = []
    end = 0
    for match in _BRACKETS.finditer(text):
        parts.append(_unescape(text[end : match.start()]))
        parts.append(_in_words(match.group(1), names, language))
        end = match.end()
    parts.append(_unescape(text[end:]))
    return _tidy(_QUOTE_MARK.sub("", "".join(parts)))


def _in_words(inside: str, names: Mapping[str, str], language: Language) -> str:
    """What stands between angle brackets, as a person would read it."""
    target, _, shown = inside.partition("|")
    shown = _unescape(shown)
    if target.startswith("@"):
        return _AT + (names.get(target[1:]) or shown.removeprefix("@") or _SOMEONE.of(language))
    if target.startswith("#"):
        return "#" + (shown.removeprefix("#") or _CHANNEL.of(language))
    if target.startswith("!"):
        return _special_in_words(target[1:], shown, language)
    return _link_in_words(_unescape(target), shown)


def _special_in_words(target: str, shown: str, language: Language) -> str:
    command = target.partition("^")[0]
    if command == "date":
        return shown
    if command == "subteam":
        return _AT + (shown.removeprefix("@") or _GROUP.of(language))
    return _AT + (shown.removeprefix("@") or command)


def _link_in_words(target: str, shown: str) -> str:
    words = shown or target.removeprefix("mailto:").removeprefix("tel:")
    if words.startswith(("http://", "https://")):
        try:
            return urlsplit(words).hostname or words
        except ValueError:
            return words
    return words


def _unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _tidy(text: str) -> str:
    """One paragraph without invisible characters; an @ that could mention someone can't any more.

    Control characters, lone surrogates and those that turn the direction of writing go: they
    could make a quotation look like something else.
    """
    text = _SPACES.sub(" ", _SURROGATE.sub("", text))
    shown = "".join(
        character
        for character in text
        if character in _KEPT_FORMAT_CHARACTERS or unicodedata.category(character) not in _HIDDEN
    )
    return _AT_SIGN.sub(_AT, shown).strip()


_HIDDEN = ("Cc", "Cf", "Co", "Zl", "Zp")


def _without_styles(text: str) -> str:
    """`*bold*` as bold: in a quotation the marks are noise."""
    for style in _STYLES:
        text = style.sub(r"\1", text)
    return text


def _without_marks(text: str) -> str:
    """Marks that Slack could still read as style in their wide form, which it does not read.

    One between two ASCII letters or digits (file_name, 10~20) means nothing to Slack.
    """

    def harmless(match: re.Match[str]) -> str:
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        inside = before.isascii() and before.isalnum() and after.isascii() and after.isalnum()
        return match.group() if inside and match.group() != "`" else _WIDE_MARKS[match.group()]

    text = re.sub(r"^>", "＞", text)
    return _MARK.sub(harmless, text)


def _units(text: str) -> Iterator[str]:
    return (match.group() for match in _UNIT.finditer(text))


def _cut(units: Iterator[str], limit: int) -> str:
    """As many units as fit into `limit` characters, with an ellipsis if some had to go."""
    kept: list[str] = []
    length = 0
    fits_with_ellipsis = 0
    for unit in units:
        length += len(unit)
        if length > limit:
            return "".join(kept[:fits_with_ellipsis]).rstrip() + ELLIPSIS
        kept.append(unit)
        if length < limit:
            fits_with_ellipsis = len(kept)
    return "".join(kept)
