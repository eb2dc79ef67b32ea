"""What people hear when they were acknowledged or thanked, and what a thread is told of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from slack_sdk.models.blocks import Block

from bot.core import emoji as emoji_names
from bot.core import slack_time
from bot.core.evidence import QuotedPost
from bot.core.likes import Pressed
from bot.core.permalinks import permalink
from bot.text import Language, Text
from bot.views.digest import (
    DEPARTMENT_SHOWN,
    EMOJI_SHOWN,
    OFFICE_SHOWN,
    PROJECT_SHOWN,
    QUOTATION,
    Style,
    number,
    paragraph,
    small_print,
    words,
)
from bot.views.quoting import emoji as emoji_of
from bot.views.quoting import escape, excerpt, label

# More than that nobody reads in one message; Slack takes 50 blocks.
ITEMS = 15
OFFICES = 5
THANKS = 300

_LIKED = Text(ja="💐 *{who}* が「いいね!」しました", en="💐 *{who}* liked your post")
_REACTED = Text(
    ja="💐 *{who}* が反応しました　{emoji}", en="💐 *{who}* reacted to your post {emoji}"
)
_ABOUT = Text(ja="*{project}* ・{day}の投稿", en="*{project}*, {day}")
_EDITED = Text(
    ja="このあと編集された投稿です。引用は、反応があったときの文章です。",
    en="You have edited this post since. The quotation is what it said at that moment.",
)
_THANKED = Text(ja="🙏 *{who}* さんからの感謝のことば", en="🙏 *{who}* thanks you")
_CARD = Text(ja="カードを見る", en="See the card")
_SEVERAL = Text(
    ja="*うれしいお知らせが{n}件あります*", en="*{n} people or offices noticed your work*"
)
_MORE = Text(
    ja="ほかに{n}件あります。私のホームの「成功体験」で見られます。",
    en="There are {n} more. You find them on my Home tab, under successes.",
)
_SETTINGS = Text(
    ja="お知らせの届き方は、私のホームの「設定」で変えられます。",
    en="You can change when you hear of this on my Home tab, under settings.",
)
_TEXT_LIKED = Text(ja="{who}が、あなたの投稿に「いいね!」しました。", en="{who} liked your post.")
_TEXT_REACTED = Text(ja="{who}が、あなたの投稿に反応しました。", en="{who} reacted to your post.")
_TEXT_THANKED = Text(ja="{who}さんから、感謝のことばが届きました。", en="{who} thanks you.")
_TEXT_SEVERAL = Text(
    ja="あなたの投稿への反応や感謝のことばが{n}件届きました。",
    en="There are {n} reactions and thanks for your work.",
)
_AND_OTHERS = Text(ja="{offices} ほか", en="{offices} and others")

_IN_THREAD = Text(ja="👍 {office}が「いいね!」しました", en="👍 {office} liked this post")

_YOU_LIKED = Text(
    ja="「いいね!」しました。もう一度押すと取り消せます。",
    en="You liked the post. Press again to take it back.",
)
_OFFICE_LIKED = Text(
    ja="{office}として「いいね!」しました。投稿のスレッドに載り、書いた方に伝わります。"
    "もう一度押すと取り消せます。",
    en="You liked the post as {office}. Its thread says so, and its author hears of it. "
    "Press again to take it back.",
)
_TAKEN_BACK = Text(ja="「いいね!」を取り消しました。", en="You have taken your like back.")
_OTHERS_STAY = Text(
    ja="Slackで付けた絵文字は、そのまま残っています。",
    en="The emoji that you put on the post in Slack is still there.",
)


@dataclass(frozen=True)
class Acknowledged:
    """Offices acknowledged a post. `post` has the words that it said then.

    `emoji`: what they gave, each once. `edited_after`: the author has changed the words since.
    """

    post: QuotedPost
    offices: tuple[str, ...]
    emoji: tuple[str, ...]
    edited_after: bool


@dataclass(frozen=True)
class Thanked:
    """Somebody thanked the reader. `ts` is None while the card does not stand yet."""

    sender: str
    words: str
    channel_id: str
    ts: str | None
    names: Mapping[str, str] = field(default_factory=dict)


def recognition(
    acknowledged: Sequence[Acknowledged], thanked: Sequence[Thanked], style: Style
) -> tuple[str, list[Block]]:
    """One message with everything: (text for notifications, blocks)."""
    number_of_all = sum(len(one.offices) for one in acknowledged) + len(thanked)
    items = len(acknowledged) + len(thanked)
    blocks: list[Block] = []
    if items > 1:
        blocks.append(paragraph(style.of(_SEVERAL, n=number(number_of_all))))
    for post in acknowledged[:ITEMS]:
        blocks += _acknowledged(post, style)
    blocks += [_thanked(kudos, style) for kudos in thanked[: max(0, ITEMS - len(acknowledged))]]
    notes = [style.of(_SETTINGS)]
    if items > ITEMS:
        notes.insert(0, style.of(_MORE, n=number(items - ITEMS)))
    blocks.append(small_print("\n".join(notes)))
    return _notification(acknowledged, thanked, number_of_all, style), blocks


def in_thread(office: str, language: Language) -> tuple[str, list[Block]]:
    """The line in the thread of a post whose いいね! an office gave with a button."""
    text = _IN_THREAD.of(language, office=label(office, OFFICE_SHOWN))
    return text, [paragraph(text)]


def pressed(outcome: Pressed, language: Language) -> str:
    """What whoever pressed いいね! is told."""
    if not outcome.stands:
        sentences = [_TAKEN_BACK, *([_OTHERS_STAY] if outcome.leaves_others else [])]
        return ("" if language == "ja" else " ").join(text.of(language) for text in sentences)
    if not outcome.offices:
        return _YOU_LIKED.of(language)
    return _OFFICE_LIKED.of(language, office=_row(outcome.offices, language))


def _acknowledged(item: Acknowledged, style: Style) -> list[Block]:
    post = item.post
    who = _row(item.offices, style.language)
    if item.emoji == (emoji_names.LIKE,):
        title = style.of(_LIKED, who=who)
    else:
        given = " ".join(emoji_of(name) for name in item.emoji[:EMOJI_SHOWN])
        title = style.of(_REACTED, who=who, emoji=given)
    about = style.of(
        _ABOUT,
        project=style.link(post, label(post.project, PROJECT_SHOWN)),
        day=style.day(slack_time.to_datetime(post.ts)),
    )
    blocks: list[Block] = [paragraph(f"{title}\n{about}\n>{words(post, QUOTATION, style)}")]
    if item.edited_after:
        blocks.append(small_print(style.of(_EDITED)))
    return blocks


def _thanked(item: Thanked, style: Style) -> Block:
    title = style.of(_THANKED, who=label(item.sender, DEPARTMENT_SHOWN))
    said = excerpt(item.words, THANKS, names=item.names, language=style.language)
    lines = [title, f">{said}"]
    if item.ts is not None:
        address = permalink(style.url, item.channel_id, item.ts)
        lines.append(f"<{escape(address)}|{style.of(_CARD)}>")
    return paragraph("\n".join(lines))


def _notification(
    acknowledged: Sequence[Acknowledged],
    thanked: Sequence[Thanked],
    number_of_all: int,
    style: Style,
) -> str:
    if len(acknowledged) + len(thanked) > 1:
        return style.of(_TEXT_SEVERAL, n=number(number_of_all))
    if thanked:
        return style.of(_TEXT_THANKED, who=label(thanked[0].sender, DEPARTMENT_SHOWN))
    [one] = acknowledged
    text = _TEXT_LIKED if one.emoji == (emoji_names.LIKE,) else _TEXT_REACTED
    return style.of(text, who=_row(one.offices, style.language))


def _row(offices: Sequence[str], language: Language) -> str:
    """Names of offices as harmless mrkdwn, the first few."""
    between = "、" if language == "ja" else ", "
    row = between.join(label(office, OFFICE_SHOWN) for office in offices[:OFFICES])
    return row if len(offices) <= OFFICES else _AND_OTHERS.of(language, offices=row)
