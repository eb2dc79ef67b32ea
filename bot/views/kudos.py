"""The card with which somebody is thanked in a channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import (
    Block,
    ConfirmObject,
    MarkdownTextObject,
    Option,
    OverflowMenuElement,
    PlainTextObject,
    SectionBlock,
)

from bot.text import Language, Text
from bot.views.limits import SECTION_TEXT
from bot.views.quoting import excerpt, label

MENU_ACTION = "kudos_menu"

# More names than this nobody reads on a card; all of them are told.
NAMES_SHOWN = 10
_IN_NOTIFICATION = 150
_SENDER_SHOWN = 80
# A line of somebody's words; Slack's signs count several times when they are written out.
_LINE = SECTION_TEXT - 100

_TITLE = Text(ja="🙏 *{sender}さんから {names}へ*", en="🙏 *{sender} thanks {names}*")
_NAME = Text(ja="<@{user}> さん", en="<@{user}>")
_MORE = Text(ja="{names}、ほか{n}名の皆さん", en="{names} and {n} others")
_ONE_MORE = Text(ja="{names}、ほか1名", en="{names} and 1 other")
_NOTIFICATION = Text(
    ja="{sender}さんから {names}へ：{words}", en="{sender} thanks {names}: {words}"
)
_WITHDRAW = Text(ja="この感謝を取り消す", en="Take this back")
_SURE = Text(ja="取り消しますか", en="Take it back?")
_WHAT_HAPPENS = Text(
    ja="カードが消え、言葉も記録から消えます。元には戻せません。",
    en="The card goes, and the words are erased from the records. This can't be undone.",
)
_YES = Text(ja="取り消す", en="Take back")
_NO = Text(ja="やめる", en="Keep")


@dataclass(frozen=True)
class Card:
    """What stands on a card. `recipients` are user IDs, `sender` is a name.

    `words` are as Slack sent them; `names` are names by user ID.
    """

    kudos_id: int
    sender: str
    recipients: Sequence[str]
    words: str
    names: Mapping[str, str]


def card(kudos: Card, language: Language) -> tuple[str, list[Block]]:
    """The card for the channel.

    It mentions those who are thanked, and nobody else: neither the sender nor whoever is named
    in the words.
    """
    names = _names(kudos.recipients, language)
    sender = label(kudos.sender, _SENDER_SHOWN)
    title = _TITLE.of(language, sender=sender, names=names)
    first, *rest = _packed([title, *quoted(kudos.words, kudos.names, language)])
    blocks: list[Block] = [_section(first, _menu(kudos.kudos_id, language))]
    blocks += [_section(text) for text in rest]
    words = excerpt(kudos.words, _IN_NOTIFICATION, names=kudos.names, language=language)
    text = _NOTIFICATION.of(language, sender=sender, names=names, words=words)
    return text, blocks


def quoted(words: str, names: Mapping[str, str], language: Language) -> list[str]:
    """Somebody's words line by line, as quotations that notify nobody."""
    lines = [excerpt(line, _LINE, names=names, language=language) for line in words.split("\n")]
    return [f">{line}" for line in lines]


def withdraw_value(kudos_id: int) -> str:
    """What the menu's entry carries."""
    return f"withdraw:{kudos_id}"


def _names(recipients: Sequence[str], language: Language) -> str:
    between = "、" if language == "ja" else ", "
    shown = between.join(_NAME.of(language, user=user) for user in recipients[:NAMES_SHOWN])
    more = len(recipients) - NAMES_SHOWN
    if more <= 0:
        return shown
    return (_ONE_MORE if more == 1 else _MORE).of(language, names=shown, n=more)


def _packed(lines: Sequence[str]) -> list[str]:
    """Lines in as few paragraphs as Slack's limit allows; each line fits into one."""
    packed: list[str] = []
    for line in lines:
        if packed and len(packed[-1]) + 1 + len(line) <= SECTION_TEXT:
            packed[-1] = f"{packed[-1]}\n{line}"
        else:
            packed.append(line)
    return packed


def _section(text: str, accessory: OverflowMenuElement | None = None) -> SectionBlock:
    """Verbatim, so that Slack makes no mentions of what people typed."""
    return SectionBlock(text=MarkdownTextObject(text=text, verbatim=True), accessory=accessory)


def _menu(kudos_id: int, language: Language) -> OverflowMenuElement:
    withdraw = Option(
        value=withdraw_value(kudos_id), text=PlainTextObject(text=_WITHDRAW.of(language))
    )
    confirm = ConfirmObject(
        title=PlainTextObject(text=_SURE.of(language)),
        text=PlainTextObject(text=_WHAT_HAPPENS.of(language)),
        confirm=PlainTextObject(text=_YES.of(language)),
        deny=PlainTextObject(text=_NO.of(language)),
        style="danger",
    )
    return OverflowMenuElement(action_id=MENU_ACTION, options=[withdraw], confirm=confirm)
