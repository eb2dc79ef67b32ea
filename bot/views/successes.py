"""What came of one person's work, for themselves: in a message, in their Home, as text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from slack_sdk.models.blocks import Block

from bot.core.permalinks import permalink
from bot.core.successes import Month, Success
from bot.text import Language, Text
from bot.views.dates import full_date_of
from bot.views.digest import (
    DEPARTMENT_SHOWN,
    OFFICE_SHOWN,
    PROJECT_SHOWN,
    QUOTATION,
    Style,
    header,
    paragraph,
    small_print,
)
from bot.views.quoting import ELLIPSIS, escape, excerpt, label, plain, plain_label

# In one message: more nobody reads at once, and the Home has everything.
SHOWN_IN_MESSAGE = 12
_OFFICES_SHOWN = 5
_FILES_SHOWN = 3
_FILE_NAME_SHOWN = 60
_LINE_IN_TEXT = 12_000
_MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

_MONTH = Text(ja="🌸 {month}の成功体験", en="🌸 Your successes of {month}")
_FOREWORD = Text(
    ja="{month}に、あなたの投稿へ届いた反応と、感謝のことばです。あなただけに届けています。",
    en="How your posts were noticed in {month}, and the thanks you were given. "
    "Only you get to read this.",
)
_NOTIFICATION = Text(
    ja="{month}に届いた反応と感謝のことばを、まとめてお届けします。",
    en="How your work was noticed in {month}, in one message.",
)
_MORE = Text(
    ja="このほかは、私のホームの「成功体験」で見られます。",
    en="You find the others on my Home tab, under successes.",
)
_SETTINGS = Text(
    ja="このお知らせは、私のホームの「設定」で止められます。",
    en="You can switch this off on my Home tab, under settings.",
)
_ACKNOWLEDGED = Text(ja="💐 *{who}* が反応", en="💐 *{who}* noticed your post")
_AND_OTHERS = Text(ja="{offices} ほか", en="{offices} and others")
_THANKED = Text(ja="🙏 *{who}* さんからの感謝のことば", en="🙏 *{who}* thanks you")
_EDITED = Text(ja="反応後に編集あり", en="edited since")
_EDITED_IN_TEXT = Text(ja="（反応後に編集あり）", en="(edited since)")
_DELETED = Text(ja="（この投稿は削除されました）", en="(This post was deleted.)")
_NO_WORDS = Text(ja="（本文のない投稿）", en="(a post without words)")
_CARD = Text(ja="カードを見る", en="see the card")

_TEXT_TITLE = Text(ja="{name}さんの成功体験", en="Successes of {name}")
_TEXT_MADE = Text(ja="{day}に書き出しました。", en="Written out on {day}.")
_TEXT_ACKNOWLEDGED = Text(ja="{who}が反応", en="noticed by {who}")
_TEXT_THANKED = Text(ja="{who}さんからの感謝のことば", en="thanks from {who}")
_TEXT_NONE = Text(ja="まだありません。", en="Nothing yet.")


def month_name(first: date, language: Language) -> str:
    """A month: 2026年7月 or July 2026."""
    if language == "ja":
        return f"{first.year}年{first.month}月"
    return f"{_MONTHS_EN[first.month - 1]} {first.year}"


def entry(success: Success, style: Style) -> Block:
    """One of them, in at most four lines: who, where and when, the words of that moment."""
    return paragraph("\n".join([*_about(success, style), f">{_words(success, style)}"]))


def monthly(month: Month, style: Style) -> tuple[str, list[Block]]:
    """The message at the beginning of the month after: (notification, blocks)."""
    named = month_name(month.first, style.language)
    blocks: list[Block] = [
        header(style.of(_MONTH, month=named)),
        paragraph(style.of(_FOREWORD, month=named)),
    ]
    blocks += [entry(success, style) for success in month.successes[:SHOWN_IN_MESSAGE]]
    notes = [_MORE] if len(month.successes) > SHOWN_IN_MESSAGE else []
    between = "" if style.language == "ja" else " "
    blocks.append(small_print(between.join(style.of(note) for note in (*notes, _SETTINGS))))
    return style.of(_NOTIFICATION, month=named), blocks


def as_text(months: Sequence[Month], style: Style, *, name: str, made_at: datetime) -> str:
    """All of it as plain text, to keep: nothing is cut but what Slack itself would cut."""
    day = full_date_of(made_at, style.zone, style.language)
    lines = [style.of(_TEXT_TITLE, name=plain_label(name, 80)), style.of(_TEXT_MADE, day=day)]
    for month in months:
        lines += ["", f"■ {month_name(month.first, style.language)}"]
        for success in month.successes:
            lines += ["", *_in_text(success, style)]
    if not months:
        lines += ["", style.of(_TEXT_NONE)]
    return "\n".join(lines) + "\n"


def _about(success: Success, style: Style) -> list[str]:
    """Who it was, and where and when."""
    day = style.day(success.at)
    if success.sender:
        title = style.of(_THANKED, who=label(success.sender, DEPARTMENT_SHOWN))
        if success.ts is None:
            return [title, day]
        return [title, f"{day}・{_link(success, style.of(_CARD), style)}"]
    row = _row([label(office, OFFICE_SHOWN) for office in success.offices], style)
    about = [_link(success, label(success.project, PROJECT_SHOWN), style), day]
    if success.edited_after:
        about.append(style.of(_EDITED))
    return [style.of(_ACKNOWLEDGED, who=row), "・".join(about)]


def _words(success: Success, style: Style) -> str:
    if success.words is None:
        return style.of(_DELETED)
    said = excerpt(success.words, QUOTATION, names=success.names, language=style.language)
    if said and said != ELLIPSIS:
        return said
    return _files(success) or style.of(_NO_WORDS)


def _files(success: Success) -> str:
    names = [label(name, _FILE_NAME_SHOWN) for name in success.files if name][:_FILES_SHOWN]
    return f"📎 {'、'.join(names)}" if names else ""


def _row(offices: Sequence[str], style: Style) -> str:
    between = "、" if style.language == "ja" else ", "
    row = between.join(offices[:_OFFICES_SHOWN])
    return row if len(offices) <= _OFFICES_SHOWN else style.of(_AND_OTHERS, offices=row)


def _link(success: Success, words: str, style: Style) -> str:
    """Words that lead to the post; a deleted one leads nowhere."""
    if success.words is None:
        return words
    return f"<{escape(_address(success, style))}|{words.replace('|', '｜')}>"


def _address(success: Success, style: Style) -> str:
    return permalink(style.url, success.channel_id, success.ts or "", success.thread_ts)


def _in_text(success: Success, style: Style) -> list[str]:
    day = full_date_of(success.at, style.zone, style.language)
    space = "　" if style.language == "ja" else " "
    if success.sender:
        head = [day, style.of(_TEXT_THANKED, who=plain_label(success.sender, 80))]
    else:
        between = "、" if style.language == "ja" else ", "
        who = between.join(plain_label(office, 80) for office in success.offices)
        head = [day, style.of(_TEXT_ACKNOWLEDGED, who=who), plain_label(success.project, 80)]
        if success.edited_after:
            head.append(style.of(_EDITED_IN_TEXT))
    lines = [space.join(head)]
    if success.words is None:
        return [*lines, style.of(_DELETED)]
    said = [
        plain(line, _LINE_IN_TEXT, names=success.names, language=style.language)
        for line in success.words.split("\n")
    ]
    lines += [f"  {line}" for line in said if line]
    lines += [f"  📎 {plain_label(name, _FILE_NAME_SHOWN)}" for name in success.files if name]
    if success.ts is not None:
        lines.append(f"  {_address(success, style)}")
    return lines
