"""The pieces that a digest is made of: quotations, numbers, the table of projects.

Everything with people's words in it is `verbatim`, so that Slack looks for no mention or address
in it (docs.slack.dev/reference/block-kit/composition-objects/text-object).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from slack_sdk.models.blocks import (
    Block,
    ContextBlock,
    HeaderBlock,
    InteractiveElement,
    MarkdownTextObject,
    PlainTextObject,
    RawTextObject,
    SectionBlock,
    TableBlock,
    TableBlockColumnSettings,
)

from bot.core import slack_time
from bot.core.evidence import QuotedPost
from bot.core.permalinks import permalink
from bot.text import Language, Text
from bot.views.dates import date_and_time, short_date
from bot.views.limits import HEADER_TEXT, SECTION_TEXT
from bot.views.quoting import ELLIPSIS, escape, excerpt, label, plain_label
from bot.views.quoting import emoji as emoji_of
from bot.views.recognition import post_buttons

PROJECT_SHOWN = 40
DEPARTMENT_SHOWN = 30
OFFICE_SHOWN = 40
QUOTATION = 140
ONE_LINE = 60
EMOJI_SHOWN = 5
FILES_SHOWN = 2
FILE_NAME_SHOWN = 40

_SEEN_BY = Text(ja="{offices}が反応しました", en="{offices} reacted")
_BY = Text(ja="{offices}も反応", en="{offices} reacted")
_OTHER_KIND = Text(ja="ほか1種", en="1 other kind")
_OTHER_KINDS = Text(ja="ほか{n}種", en="{n} other kinds")
_FILES = Text(ja="📎 {names}", en="📎 {names}")
_MORE_FILES = Text(ja="📎 {names} ほか{more}件", en="📎 {names} and {more} more")
_UNKNOWN = Text(
    ja="（スレッドの元の投稿は記録にありません）",
    en="(What this thread began with is not recorded.)",
)
_DELETED = Text(ja="（書いた方が削除した投稿です）", en="(Its author has deleted this post.)")
_EDITED_AFTER = Text(ja="✏️ 反応後に編集あり", en="✏️ Edited after that reaction")
_THEN = Text(ja="反応したとき：{words}", en="It said then: {words}")
_NO_WORDS = Text(ja="（本文のない投稿）", en="(a post without words)")


@dataclass(frozen=True)
class Style:
    """How a digest is written: its language, the site's time zone, the workspace's address.

    `posts` is how many posts a section may quote in the digest itself; the others go below it.
    """

    language: Language
    zone: tzinfo
    url: str
    posts: int = 6

    def of(self, text: Text, **values: object) -> str:
        """The sentence in this digest's language."""
        return text.of(self.language, **values)

    def day(self, moment: datetime) -> str:
        """The day of a moment: 11月20日（金）."""
        return short_date(moment.astimezone(self.zone).date(), self.language)

    def bare_day(self, moment: datetime) -> str:
        """The day of a moment without its weekday: 11月20日."""
        local = moment.astimezone(self.zone)
        if self.language == "ja":
            return f"{local.month}月{local.day}日"
        return short_date(local.date(), "en").partition(" ")[2]

    def moment(self, moment: datetime) -> str:
        """A moment: 11月20日（金）16:00."""
        return date_and_time(moment, self.zone, self.language)

    def link(self, post: QuotedPost, words: str) -> str:
        """Words of mrkdwn that lead to the post."""
        address = permalink(self.url, post.channel_id, post.ts, post.thread_ts)
        return f"<{escape(address)}|{words.replace('|', '｜')}>"


def header(text: str) -> HeaderBlock:
    """The title of a message."""
    return HeaderBlock(text=PlainTextObject(text=plain_label(text, HEADER_TEXT), emoji=True))


def paragraph(text: str, accessory: InteractiveElement | None = None) -> SectionBlock:
    """A paragraph of mrkdwn in which Slack looks for nothing by itself."""
    return SectionBlock(text=MarkdownTextObject(text=text, verbatim=True), accessory=accessory)


def small_print(text: str) -> ContextBlock:
    """A line of small print."""
    return ContextBlock(elements=[MarkdownTextObject(text=text, verbatim=True)])


def paragraphs(lines: Iterable[str]) -> list[Block]:
    """Lines of mrkdwn in as few paragraphs as Slack's limit allows; each fits into one.

    A list is shown as a whole: Slack would fold a long one behind “See more”
    (docs.slack.dev/reference/block-kit/blocks/section-block: `expand`).
    """
    packed: list[str] = []
    for line in lines:
        if packed and len(packed[-1]) + 1 + len(line) <= SECTION_TEXT:
            packed[-1] = f"{packed[-1]}\n{line}"
        else:
            packed.append(line)
    return [
        SectionBlock(text=MarkdownTextObject(text=text, verbatim=True), expand=True)
        for text in packed
    ]


def number(value: float) -> str:
    """A number for people: 1,234 or 20.5, with one decimal where it is none."""
    text = f"{value:,.1f}"
    return text.removesuffix(".0")


def post_blocks(post: QuotedPost, style: Style, text: str | None = None) -> list[Block]:
    """A post as a quotation, or as this text, with its buttons below."""
    blocks: list[Block] = [paragraph(text or quotation(post, style))]
    if post.is_known and post.is_counted and not post.is_deleted:
        address = permalink(style.url, post.channel_id, post.ts, post.thread_ts)
        blocks.append(post_buttons(post.channel_id, post.ts, style.language, link=address))
    return blocks


def quotation(post: QuotedPost, style: Style) -> str:
    """A post in four lines: whose it is, from where and when, what it says, what people gave it.

    The author's name is not in it.
    """
    lines = [introduction(post, style)]
    if post.emoji or post.offices:
        lines.append(recognition(post, style))
    if post.edited_after:
        lines.append(edited_after(post, style))
    return "\n".join(lines)


def seen_by(post: QuotedPost, style: Style) -> str:
    """Which offices have reacted to the post; and if so, that the words have changed since."""
    line = f"*{style.of(_SEEN_BY, offices=offices_in_a_row(post.offices, style))}*"
    return f"{line}\n{edited_after(post, style)}" if post.edited_after else line


def edited_after(post: QuotedPost, style: Style) -> str:
    """That the words have changed since an office reacted, and what they were."""
    then = excerpt(post.text_then, ONE_LINE, names=post.names, language=style.language)
    if not then or then == ELLIPSIS:
        return style.of(_EDITED_AFTER)
    return f"{style.of(_EDITED_AFTER)}\n>{style.of(_THEN, words=then)}"


def introduction(post: QuotedPost, style: Style) -> str:
    """A post in three lines: whose it is, with a link to it, from where and when, what it says."""
    day = style.day(slack_time.to_datetime(post.ts))
    about = [label(post.department, DEPARTMENT_SHOWN), day] if post.department else [day]
    project = style.link(post, label(post.project, PROJECT_SHOWN))
    return f"*{project}*\n{'・'.join(about)}\n>{words(post, QUOTATION, style)}"


def one_line(post: QuotedPost, style: Style) -> str:
    """A post in one line of a list."""
    project = label(post.project, PROJECT_SHOWN)
    return f"• *{project}* {style.link(post, words(post, ONE_LINE, style))}"


def words(post: QuotedPost, limit: int, style: Style) -> str:
    """What the post says, or what hangs on it where it says nothing."""
    if post.is_deleted:
        return style.of(_DELETED)
    if not post.is_known:
        return style.of(_UNKNOWN)
    said = excerpt(post.text, limit, names=post.names, language=style.language)
    if said and said != ELLIPSIS:
        return said
    if not post.files:
        return style.of(_NO_WORDS)
    shown = [label(name, FILE_NAME_SHOWN) for name in post.files[:FILES_SHOWN]]
    names = ("、" if style.language == "ja" else ", ").join(name for name in shown if name) or "…"
    more = len(post.files) - FILES_SHOWN
    return (
        style.of(_MORE_FILES, names=names, more=more) if more > 0 else style.of(_FILES, names=names)
    )


def recognition(post: QuotedPost, style: Style) -> str:
    """The commonest emoji on a post with their numbers, and the offices whose holders reacted."""
    shown = [f"{emoji_of(name)} {number(count)}" for name, count in post.emoji[:EMOJI_SHOWN]]
    rest = len(post.emoji) - EMOJI_SHOWN
    if rest > 0:
        shown.append(style.of(_OTHER_KIND if rest == 1 else _OTHER_KINDS, n=rest))
    line = "　".join(shown)
    if not post.offices:
        return line
    seen_by = style.of(_BY, offices=offices_in_a_row(post.offices, style))
    return f"{line}　 *{seen_by}*" if line else f"*{seen_by}*"


def offices_in_a_row(offices: Sequence[str], style: Style) -> str:
    """Names of offices, as harmless mrkdwn."""
    between = "、" if style.language == "ja" else ", "
    return between.join(label(office, OFFICE_SHOWN) for office in offices)


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], left: int) -> TableBlock:
    """A table; the first `left` columns lean left, the numbers after them right.

    The caller keeps to TABLE_ROWS and TABLE_CHARACTERS. A cell must not be empty.
    """
    return TableBlock(
        rows=[[RawTextObject(text=cell or " ") for cell in row] for row in (headings, *rows)],
        column_settings=[
            TableBlockColumnSettings(
                align="left" if column < left else "right", is_wrapped=column == 0
            )
            for column in range(len(headings))
        ],
    )
