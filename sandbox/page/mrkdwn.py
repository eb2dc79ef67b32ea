"""Slack's `mrkdwn`, read as Slack reads it (docs.slack.dev/messaging/formatting-message-text).

Strict where Slack is strict: `*`, `_`, `~` and backticks format only where white space, the edge
of the text or a half-width sign stands outside them. Right beside Japanese letters or full-width
signs they stay as they were typed; people who met this in real workspaces report it in
seratch/ChatGPT-in-Slack#61 and openclaw/openclaw#111575. A zero width space helps.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from sandbox.page.emoji import emoji_of
from sandbox.page.nodes import (
    Broadcast,
    ChannelMention,
    GroupMention,
    Inline,
    Link,
    Moment,
    Paragraph,
    Passage,
    PersonMention,
    Preformatted,
    Quote,
    Style,
    Styled,
    Words,
)

_STYLES: Final[dict[str, Style]] = {"*": "bold", "_": "italic", "~": "strike", "`": "code"}
_DEEPEST = 6
_FENCE = re.compile(r"```\n?(.+?)```\n?", re.DOTALL)
_QUOTED = re.compile(r"(?:&gt;|>) ?(.*)\Z", re.DOTALL)
_QUOTED_TO_THE_END = re.compile(r"(?:&gt;|>){3} ?(.*)\Z", re.DOTALL)
_SKIPPED_OR_MARK = re.compile(r"<[^<>\n]+>|`[^`\n]+`|[*_~\n]")
_TOKEN = re.compile(r"<([^<>\n]+)>")
_EMOJI = re.compile(r":([a-z0-9_+'\-]+(?:::skin-tone-[2-6])?):")
_ADDRESS = re.compile(r"https?://[^\s<>|`\u3000-\u303f\uff00-\uffef]+")
_DATE = re.compile(r"date\^(\d{1,12})\^([^^|]+)(?:\^([^|]+))?\Z")
_SPECIAL = re.compile(r"[*_~`<:h]")
_ENTITY = re.compile(r"&(amp|lt|gt);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}


def unescaped(text: str) -> str:
    """The text with the three entities that Slack knows put back, each once."""
    return _ENTITY.sub(lambda found: _ENTITIES[found[1]], text)


def passages(text: str) -> tuple[Passage, ...]:
    """The paragraphs, quotes and code blocks of a `mrkdwn` text."""
    found: list[Passage] = []
    position = 0
    for fence in _FENCE.finditer(text):
        found.extend(_flowing(text[position : fence.start()]))
        found.append(Preformatted((Words(_as_typed(fence[1].rstrip("\n"))),)))
        position = fence.end()
    found.extend(_flowing(text[position:]))
    return tuple(found)


def plain(text: str, *, emoji: bool = True) -> tuple[Inline, ...]:
    """A `plain_text` object's text: emoji by name, and nothing else, is given a meaning."""
    if not emoji:
        return (Words(unescaped(text)),)
    return _Reader(text, emoji_only=True).read()


def inline(text: str) -> tuple[Inline, ...]:
    """One run of `mrkdwn` without quotes and code blocks."""
    return _Reader(text).read()


def _flowing(text: str) -> list[Passage]:
    """Lines as paragraphs and quotes; neighbouring lines of the same kind are one passage."""
    found: list[Passage] = []
    quoted: list[str] = []
    plainly: list[str] = []

    def finish() -> None:
        if quoted:
            found.append(Quote(inline("\n".join(quoted))))
        elif plainly and "".join(plainly).strip():
            found.append(Paragraph(inline("\n".join(plainly))))
        quoted.clear()
        plainly.clear()

    rows = text.split("\n")
    if rows and not rows[-1]:
        rows.pop()
    for number, row in enumerate(rows):
        if to_the_end := _QUOTED_TO_THE_END.match(row):
            if plainly:
                finish()
            quoted.extend([to_the_end[1], *rows[number + 1 :]])
            break
        line = _QUOTED.match(row)
        kind, other = (quoted, plainly) if line else (plainly, quoted)
        if other:
            finish()
        kind.append(line[1] if line else row)
    finish()
    return found


def _as_typed(text: str) -> str:
    """What a code span shows: tokens by their label or address, nothing formatted."""
    return unescaped(_TOKEN.sub(lambda found: found[1].rpartition("|")[2], text))


def _is_boundary(character: str) -> bool:
    """Whether a formatting sign may have `character` on its outer side."""
    if not character or character.isspace() or character == "\u200b":
        return True
    if unicodedata.east_asian_width(character) in "WF" or character.isalnum():
        return False
    return character.isascii() or unicodedata.category(character) in ("Pi", "Pf", "Pd", "Po")


@dataclass
class _Reader:
    """One pass over a text. Depth is bounded; each level looks at each character a few times."""

    text: str
    depth: int = 0
    emoji_only: bool = False

    def __post_init__(self) -> None:
        self.found: list[Inline] = []
        self.pending: list[str] = []
        self.hopeless: dict[str, int] = {}

    def read(self) -> tuple[Inline, ...]:
        position = 0
        while special := _SPECIAL.search(self.text, position):
            self.pending.append(self.text[position : special.start()])
            position = self._at(special.start())
        self.pending.append(self.text[position:])
        self._flush()
        return tuple(self.found)

    def _at(self, start: int) -> int:
        """Reads what begins at `start` and says where to go on."""
        sign = self.text[start]
        end: int | None = None
        if sign == ":":
            end = self._emoji(start)
        elif self.emoji_only:
            end = None
        elif sign == "<":
            end = self._token(start)
        elif sign == "h":
            end = self._address(start)
        else:
            end = self._styled(start, sign)
        if end is None:
            self.pending.append(sign)
            return start + 1
        return end

    def _add(self, node: Inline) -> None:
        self._flush()
        self.found.append(node)

    def _flush(self) -> None:
        text = unescaped("".join(self.pending))
        self.pending.clear()
        if text:
            self.found.append(Words(text))

    def _emoji(self, start: int) -> int | None:
        match = _EMOJI.match(self.text, start)
        if not match:
            return None
        node = emoji_of(match[1])
        if node.character is None:
            return None
        self._add(node)
        return match.end()

    def _token(self, start: int) -> int | None:
        match = _TOKEN.match(self.text, start)
        if not match:
            return None
        self._add(_token_node(match[1]))
        return match.end()

    def _address(self, start: int) -> int | None:
        match = _ADDRESS.match(self.text, start)
        if not match:
            return None
        address = match[0].rstrip(".,;:!?)'\"*_~")
        self._add(Link(unescaped(address)))
        return start + len(address)

    def _styled(self, start: int, sign: str) -> int | None:
        before = self.text[start - 1] if start else ""
        if self.depth >= _DEEPEST or not _is_boundary(before):
            return None
        end = self._closing(start, sign)
        if end is None:
            return None
        inside = self.text[start + 1 : end]
        if sign == "`":
            self._add(Styled("code", (Words(_as_typed(inside)),)))
        else:
            self._add(Styled(_STYLES[sign], _Reader(inside, self.depth + 1).read()))
        return end + 1

    def _closing(self, start: int, sign: str) -> int | None:
        """Where the style opened at `start` ends. What failed once on a line is not tried again."""
        if start < self.hopeless.get(sign, -1) or self.text[start + 1 : start + 2].isspace():
            return None
        if sign == "`":
            end = self.text.find("`", start + 1)
            crosses = "\n" in self.text[start + 1 : end]
            fits = end > start + 1 and not crosses and self._may_close(end)
            return end if fits else None
        for match in _SKIPPED_OR_MARK.finditer(self.text, start + 1):
            if match[0] == "\n":
                self.hopeless[sign] = match.start()
                return None
            if match[0] == sign and match.start() > start + 1 and self._may_close(match.start()):
                return match.start()
        self.hopeless[sign] = len(self.text)
        return None

    def _may_close(self, end: int) -> bool:
        return not self.text[end - 1].isspace() and _is_boundary(self.text[end + 1 : end + 2])


def _token_node(content: str) -> Inline:
    """What stands between `<` and `>`."""
    target, bar, label = content.partition("|")
    label = unescaped(label)
    if target.startswith("@"):
        return PersonMention(target[1:], label)
    if target.startswith("#"):
        return ChannelMention(target[1:], label)
    if target.startswith("!"):
        return _special_node(target[1:], label)
    shown: tuple[Inline, ...] = _Reader(content[len(target) + 1 :], emoji_only=True).read()
    return Link(unescaped(target), shown if bar else ())


def _special_node(command: str, label: str) -> Inline:
    if command in ("channel", "here", "everyone"):
        return Broadcast(command)
    if command.startswith("subteam^"):
        return GroupMention(command.removeprefix("subteam^"), label.removeprefix("@"))
    date = _DATE.match(command)
    if date:
        return Moment(int(date[1]), unescaped(date[2]), label, unescaped(date[3] or ""))
    return Words(label or f"<{unescaped(command)}>")
