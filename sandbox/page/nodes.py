"""What formatted text means, whichever way it was written.

`mrkdwn` and `rich_text` both become these nodes; the page and the terminal both read them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Style = Literal["bold", "italic", "strike", "code", "underline"]


@dataclass(frozen=True, slots=True)
class Words:
    """Plain text, with `\\n` for a line break."""

    text: str


@dataclass(frozen=True, slots=True)
class Styled:
    """Text in one style."""

    style: Style
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A link; without children its address is shown."""

    url: str
    children: tuple[Inline, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonMention:
    """A person named by id."""

    user_id: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class ChannelMention:
    """A channel named by id."""

    channel_id: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class GroupMention:
    """A user group named by id."""

    group_id: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A mention that notifies many: `channel`, `here` or `everyone`."""

    audience: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A time, in Unix seconds, shown in the reader's zone by a pattern such as `{date} {time}`."""

    timestamp: int
    pattern: str
    fallback: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Emoji:
    """An emoji by its short name, without colons; `character` where it is a standard one."""

    name: str
    character: str | None


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour as `#rrggbb`."""

    value: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something this page does not know, named so that it is seen."""

    what: str


Inline = (
    Words
    | Styled
    | Link
    | PersonMention
    | ChannelMention
    | GroupMention
    | Broadcast
    | Moment
    | Emoji
    | Colour
    | Unknown
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """Text with a bar on its left."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Preformatted:
    """A code block."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class ItemList:
    """A list; `offset` is added to the first number of an ordered one."""

    items: tuple[tuple[Inline, ...], ...]
    ordered: bool
    indent: int = 0
    offset: int = 0
    bordered: bool = False


Passage = Paragraph | Quote | Preformatted | ItemList
