"""Slack's message syntax: what a person types, whom it notifies, how it looks as rich text.

https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from sandbox.json_types import JsonObject, as_list, as_object, as_objects, as_text

BROADCASTS = ("channel", "here", "everyone")
TOKEN = re.compile(r"<([@#!][^<>\n]*|https?://[^<>\s|]+(?:\|[^<>\n]*)?|mailto:[^<>\s]+)>")
ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")
BARE_URL = re.compile(r"(?<![<|\w])https?://[^\s<>|、。」）]+")
TYPED_BROADCAST = re.compile(r"(?<![\w<!@])@(channel|here|everyone)\b")
STYLED = re.compile(
    r"(?P<code>`[^`\n]+`)"
    r"|(?P<token><(?:[@#!][^<>\n]*|https?://[^<>\n]+|mailto:[^<>\n]+)>)"
    r"|(?P<emoji>:[a-z0-9_+\-']+(?:::skin-tone-[2-6])?:)"
    r"|(?P<bold>\*[^*\n]+\*)|(?P<italic>(?<!\w)_[^_\n]+_(?!\w))|(?P<strike>~[^~\n]+~)"
)


def escape(text: str) -> str:
    """Escape the three characters that Slack reserves; what is escaped already stays."""
    return ENTITY.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """The characters as a person reads them."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def compose(text: str) -> str:
    """What Slack stores for what a person sends.

    Mentions that are written in Slack's syntax stay, @channel and bare addresses become
    links as the composer makes them, every other reserved character is escaped.
    """
    parts: list[str] = []
    last = 0
    for found in TOKEN.finditer(text):
        parts += [_compose_plain(text[last : found.start()]), found.group()]
        last = found.end()
    parts.append(_compose_plain(text[last:]))
    return "".join(parts)


def _compose_plain(text: str) -> str:
    text = escape(text)
    text = TYPED_BROADCAST.sub(r"<!\1>", text)
    return BARE_URL.sub(lambda url: f"<{url.group()}>", text)


def mentions(text: str) -> Iterator[tuple[str, str]]:
    """Pairs of a kind (user, group or broadcast) and an ID or word, for each live mention."""
    for found in TOKEN.finditer(text):
        yield from _mention(found.group(1))


def _mention(token: str) -> Iterator[tuple[str, str]]:
    target = token.split("|", 1)[0]
    if target.startswith("@"):
        yield "user", target[1:]
    elif target.startswith("!subteam^"):
        yield "group", target.removeprefix("!subteam^")
    elif target.startswith("!") and target[1:] in (*BROADCASTS, "group"):
        yield "broadcast", target[1:]


def typed_mentions(text: str, handles: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What `link_names` or `parse=full` would make of bare @words: broadcasts and groups."""
    for found in TYPED_BROADCAST.finditer(text):
        yield "broadcast", found.group(1)
    for handle in handles:
        if re.search(rf"(?<![\w<!@])@{re.escape(handle)}(?!\w)", text):
            yield "handle", handle


def block_texts(value: object) -> Iterator[str]:
    """Every text inside blocks in which Slack looks for mentions (mrkdwn and markdown)."""
    if isinstance(value, list):
        for item in value:
            yield from block_texts(item)
    elif isinstance(value, dict):
        kind = value.get("type")
        if kind in ("mrkdwn", "markdown"):
            yield as_text(value.get("text"))
        for item in value.values():
            yield from block_texts(item)


def rich_mentions(value: object) -> Iterator[tuple[str, str]]:
    """Every mention made by an element of a rich text block, at any depth."""
    if isinstance(value, list):
        for item in value:
            yield from rich_mentions(item)
    elif isinstance(value, dict):
        kind = value.get("type")
        if kind == "user" and "user_id" in value:
            yield "user", as_text(value["user_id"])
        elif kind == "usergroup":
            yield "group", as_text(value.get("usergroup_id"))
        elif kind == "broadcast":
            yield "broadcast", as_text(value.get("range"))
        for item in value.values():
            yield from rich_mentions(item)


def rich_text(text: str, block_id: str) -> JsonObject:
    """The rich text block that Slack makes of a message that was written without blocks."""
    sections: list[JsonObject] = []
    pieces = text.split("```")
    for index, piece in enumerate(pieces):
        if index % 2 and index < len(pieces) - 1:
            code: list[JsonObject] = [{"type": "text", "text": unescape(piece.strip("\n"))}]
            sections.append({"type": "rich_text_preformatted", "elements": code})
        elif piece.strip("\n"):
            elements = list(inline(piece))
            sections.append({"type": "rich_text_section", "elements": elements})
    return {"type": "rich_text", "block_id": block_id, "elements": sections}


def inline(text: str) -> Iterator[JsonObject]:
    """The elements of one rich text section."""
    last = 0
    for found in STYLED.finditer(text):
        if found.start() > last:
            yield {"type": "text", "text": unescape(text[last : found.start()])}
        yield _styled(found)
        last = found.end()
    if last < len(text):
        yield {"type": "text", "text": unescape(text[last:])}


def _styled(found: re.Match[str]) -> JsonObject:
    whole = found.group()
    if found.lastgroup == "token":
        return _token(whole[1:-1])
    if found.lastgroup == "emoji":
        name, _, tone = whole.strip(":").partition("::skin-tone-")
        emoji: JsonObject = {"type": "emoji", "name": name}
        return emoji | {"skin_tone": int(tone)} if tone else emoji
    return {"type": "text", "text": unescape(whole[1:-1]), "style": {str(found.lastgroup): True}}


def _token(token: str) -> JsonObject:
    target, _, label = token.partition("|")
    if target.startswith("@"):
        return {"type": "user", "user_id": target[1:]}
    if target.startswith("#"):
        return {"type": "channel", "channel_id": target[1:]}
    if target.startswith("!subteam^"):
        return {"type": "usergroup", "usergroup_id": target.removeprefix("!subteam^")}
    if target.startswith("!") and target[1:] in BROADCASTS:
        return {"type": "broadcast", "range": target[1:]}
    if target.startswith("!"):
        return {"type": "text", "text": unescape(label or target)}
    link: JsonObject = {"type": "link", "url": unescape(target)}
    return link | {"text": unescape(label)} if label else link


def with_defaults(blocks: Iterable[JsonObject], new_id: Callable[[], str]) -> list[JsonObject]:
    """Blocks as Slack gives them back: with a block_id each, and defaults in text objects."""
    kept: list[JsonObject] = []
    for block in blocks:
        copy = as_object(filled(block))
        copy.setdefault("block_id", new_id())
        kept.append(copy)
    return kept


def filled(value: object) -> object:
    """A copy with the defaults that Slack puts into text objects."""
    if isinstance(value, list):
        return [filled(item) for item in value]
    if not isinstance(value, dict):
        return value
    copy = {key: filled(item) for key, item in value.items()}
    if copy.get("type") == "plain_text" and "text" in copy:
        copy.setdefault("emoji", True)
    elif copy.get("type") == "mrkdwn" and "text" in copy:
        copy.setdefault("verbatim", False)
    return copy


def elements_of(blocks: Iterable[JsonObject]) -> Iterator[tuple[JsonObject, JsonObject]]:
    """Every interactive element with the block that it stands in."""
    for block in blocks:
        for holder in ("elements", "actions"):
            for element in as_objects(block.get(holder)):
                if "action_id" in element:
                    yield block, element
                else:
                    yield from elements_of([element])
        for holder in ("accessory", "element"):
            element = as_object(block.get(holder))
            if element:
                yield block, element
        yield from elements_of(as_objects(as_list(block.get("child_blocks"))))
