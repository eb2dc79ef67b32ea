"""Formatted text as HTML."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.page.dates import moment_words
from sandbox.page.markup import Html, joined, lines, tag, words
from sandbox.page.names import Lookup
from sandbox.page.nodes import (
    Broadcast,
    ChannelMention,
    Colour,
    Emoji,
    GroupMention,
    Inline,
    ItemList,
    Link,
    Moment,
    Paragraph,
    Passage,
    PersonMention,
    Preformatted,
    Quote,
    Styled,
    Words,
)

_TAGS = {"bold": "b", "italic": "i", "strike": "s", "code": "code", "underline": "u"}
_SAFE_SCHEMES = ("https://", "http://", "mailto:", "tel:")
_BULLETS = "•◦▪"


def passages_html(passages: Iterable[Passage], lookup: Lookup) -> Html:
    """Paragraphs, quotes, code blocks and lists."""
    return joined(_passage(passage, lookup) for passage in passages)


def inlines_html(children: Iterable[Inline], lookup: Lookup) -> Html:
    """A run of text."""
    return joined(_inline(child, lookup) for child in children)


def safe_address(url: str) -> str | None:
    """The address if following it can do no harm (no `javascript:`), otherwise None."""
    return url if url.lower().startswith(_SAFE_SCHEMES) else None


def _passage(passage: Passage, lookup: Lookup) -> Html:
    match passage:
        case Paragraph(children):
            return tag("p", inlines_html(children, lookup))
        case Quote(children):
            return tag("blockquote", inlines_html(children, lookup))
        case Preformatted(children):
            return tag("pre", tag("code", inlines_html(children, lookup)))
        case ItemList():
            return _list(passage, lookup)


def _list(passage: ItemList, lookup: Lookup) -> Html:
    items = [
        tag(
            "li",
            tag("span", words(_bullet(passage, number)), class_="bullet"),
            tag("div", inlines_html(item, lookup)),
        )
        for number, item in enumerate(passage.items, start=1 + passage.offset)
    ]
    border = " bordered" if passage.bordered else ""
    name = "ol" if passage.ordered else "ul"
    return tag(name, *items, class_=f"list indent-{passage.indent}{border}")


def _bullet(passage: ItemList, number: int) -> str:
    """Numbers, then letters, then Roman numerals, as the levels go down; likewise the dots."""
    if not passage.ordered:
        return _BULLETS[passage.indent % 3]
    if passage.indent % 3 == 1 and number <= 26:
        return f"{chr(ord('a') + number - 1)}."
    return f"{number}."


def _inline(node: Inline, lookup: Lookup) -> Html:
    match node:
        case Words(text):
            return lines(text)
        case Styled(style, children):
            return tag(_TAGS[style], inlines_html(children, lookup))
        case Link(url, children):
            shown = inlines_html(children, lookup) if children else words(shown_address(url))
            return _anchor(url, shown, lookup)
        case PersonMention(user_id, label):
            name = lookup.person_name(user_id) or label or user_id
            return _mention(f"@{name}")
        case ChannelMention(channel_id, label):
            name = lookup.channel_name(channel_id) or label or channel_id
            shown = _mention(f"#{name}")
            address = lookup.channel_address(channel_id)
            return tag("a", shown, href=address) if address else shown
        case GroupMention(group_id, label):
            return _mention(f"@{lookup.group_name(group_id) or label or group_id}")
        case Broadcast(audience):
            return _mention(f"@{audience}", "mention broadcast")
        case Moment():
            said = words(moment_words(node, lookup))
            return (
                _anchor(node.url, said, lookup) if node.url else tag("span", said, class_="moment")
            )
        case Emoji():
            return emoji_html(node)
        case Colour(value):
            rect = tag("rect", width="12", height="12", rx="2", fill=value)
            swatch = tag("svg", rect, class_="swatch", width="12", height="12")
            return tag("span", words(value), swatch, class_="colour")
    return tag("span", words(f"［{node.what}］"), class_="unknown")


def emoji_html(node: Emoji) -> Html:
    """An emoji with its name for those who point at it; one without a character shows its name."""
    if node.character is None:
        return words(f":{node.name}:")
    return tag("span", words(node.character), class_="emoji", title=f":{node.name}:")


def shown_address(url: str) -> str:
    """An address as a label: mail and telephone links without their scheme."""
    return url.removeprefix("mailto:").removeprefix("tel:")


def _anchor(url: str, shown: Html, lookup: Lookup) -> Html:
    safe = safe_address(url)
    if safe is None:
        return tag("span", shown, class_="dead-link", title=url)
    address = lookup.address(safe)
    if address != safe:
        return tag("a", shown, href=address)
    return tag("a", shown, href=address, target="_blank", rel="noopener noreferrer nofollow")


def _mention(name: str, class_: str = "mention") -> Html:
    return tag("span", words(name), class_=class_)
