"""A progress post as it stands in the channel, and what its author gets back if it could not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import (
    Block,
    ImageBlock,
    InteractiveElement,
    MarkdownTextObject,
    Option,
    OverflowMenuElement,
    PlainTextObject,
    SectionBlock,
)
from slack_sdk.models.blocks.basic_components import SlackFile

from bot.core.written import DONE, FOUND, HELP, NEXT, Written, as_slack_reads, text_of
from bot.text import Language, Text
from bot.views.blocks import button, context, section
from bot.views.limits import SECTION_TEXT
from bot.views.quoting import label

MENU_ACTION = "progress_menu"
RESOLVE_ACTION = "progress_help_resolved"
EDIT = "edit"
WITHDRAW = "withdraw"

FILE_NAME_SHOWN = 60

RESOLVE = Text(ja="解決しました", en="Resolved")
_EDIT = Text(ja="編集", en="Edit")
_WITHDRAW = Text(ja="取り下げ", en="Withdraw")
_RESOLVED = Text(ja="困りごと（解決しました）", en="Help wanted (resolved)")
_HELP_BY_SIGN = Text(ja="🆘 *力を貸してほしいこと* があります。", en="🆘 *Help is wanted* here.")
_PHOTO = Text(ja="写真：{name}", en="Photo: {name}")
_PHOTOS_MISSING = Text(
    ja="📎 {names}（写真を表示できませんでした）", en="📎 {names} (could not be shown)"
)
_EDITED = Text(ja="（編集済み）", en="(edited)")
_LOST = Text(
    ja="📮 *進捗を投稿できませんでした*\n「{project}」のチャンネルが使えなくなっていました。"
    "書いていただいた内容をお返しします。 `/progress` でもう一度投稿できます。",
    en="📮 *Your progress could not be posted*\nThe channel of “{project}” is no longer usable. "
    "Here is what you wrote; `/progress` lets you post it again.",
)
_LOST_PHOTOS = Text(ja="📎 写真：{names}", en="📎 Photos: {names}")

# What must stay in one piece: a link, an entity, or one character
_PIECE = re.compile(r"<[^<>]*>|&[a-z]+;|.", re.DOTALL)


@dataclass(frozen=True)
class Card:
    """A post in the channel. `draft_id` is what its buttons are about.

    `help_open`: help is wanted and nobody has resolved it.
    """

    draft_id: int
    written: Written
    help_open: bool = False
    is_edited: bool = False


def progress_post(
    card: Card, language: Language, *, with_photos: bool = True
) -> tuple[str, list[Block]]:
    """The post in blocks, and in one piece for notifications."""
    written = card.written
    is_alone = not (written.found or written.next or written.help)
    heading = "" if is_alone else DONE.of(language)
    blocks = _field(heading, written.done, accessory=_menu(card, language))
    for name, words in ((FOUND, written.found), (NEXT, written.next)):
        blocks += _field(name.of(language), words)
    blocks += _help(card, language)
    if with_photos:
        blocks += [_photo(photo["id"], photo.get("name", ""), language) for photo in written.photos]
    elif written.photos:
        blocks.append(context(_PHOTOS_MISSING.of(language, names=_names(written))))
    if card.is_edited:
        blocks.append(context(_EDITED.of(language)))
    return text_of(written, language), blocks


def returned(written: Written, project: str, language: Language) -> tuple[str, list[Block]]:
    """What its author gets by direct message if it could not be posted."""
    said = _LOST.of(language, project=label(project, FILE_NAME_SHOWN))
    blocks: list[Block] = [section(said)]
    for name, words in (
        (DONE, written.done),
        (FOUND, written.found),
        (NEXT, written.next),
        (HELP, written.help),
    ):
        blocks += _field(name.of(language), words)
    if written.photos:
        blocks.append(context(_LOST_PHOTOS.of(language, names=_names(written))))
    return said, blocks


def pieces(text: str, limit: int) -> list[str]:
    """mrkdwn in parts of at most `limit` characters, cut between lines where there are any.

    No link and no entity is cut apart; each is shorter than the limit.
    """
    parts, part = [], ""
    for found in _PIECE.finditer(text):
        piece = found.group()
        while part and len(part) + len(piece) > limit:
            cut = part.rfind("\n") + 1
            cut = cut if part[:cut].strip() else len(part)
            parts.append(part[:cut])
            part = part[cut:]
        part += piece
    return [one.strip("\n") for one in (*parts, part) if one.strip()]


def _field(
    name: str, words: str, *, sign: str = "", accessory: InteractiveElement | None = None
) -> list[Block]:
    """A heading, if there is one, with the words below it in as many sections as they need."""
    if not words:
        return []
    heading = f"{sign}*{name}*\n" if name else ""
    parts = pieces(as_slack_reads(words), SECTION_TEXT - len(heading))
    return [
        SectionBlock(
            text=MarkdownTextObject(
                text=f"{heading}{part}" if number == 0 else part, verbatim=True
            ),
            accessory=accessory if number == 0 else None,
        )
        for number, part in enumerate(parts)
    ]


def _help(card: Card, language: Language) -> list[Block]:
    words, is_open = card.written.help, card.help_open
    resolve = button(RESOLVE.of(language), RESOLVE_ACTION, str(card.draft_id)) if is_open else None
    if words and is_open:
        return _field(HELP.of(language), words, sign="🆘 ", accessory=resolve)
    if words:
        return _field(_RESOLVED.of(language), words, sign="✅ ")
    if not is_open:
        return []
    text = MarkdownTextObject(text=_HELP_BY_SIGN.of(language), verbatim=True)
    return [SectionBlock(text=text, accessory=resolve)]


def _menu(card: Card, language: Language) -> OverflowMenuElement:
    options = [(EDIT, _EDIT), (WITHDRAW, _WITHDRAW)]
    return OverflowMenuElement(
        action_id=MENU_ACTION,
        options=[
            Option(value=f"{what}:{card.draft_id}", text=PlainTextObject(text=name.of(language)))
            for what, name in options
        ],
    )


def _photo(file_id: str, name: str, language: Language) -> ImageBlock:
    return ImageBlock(
        slack_file=SlackFile(id=file_id),
        alt_text=_PHOTO.of(language, name=name[:FILE_NAME_SHOWN]),
    )


def _names(written: Written) -> str:
    names: Sequence[str] = [photo.get("name", "") for photo in written.photos]
    return "、".join(label(name, FILE_NAME_SHOWN) for name in names if name) or "…"
