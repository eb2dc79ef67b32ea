"""The page of those who hold an office: what waits for their eye, and whom they have overlooked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import Block, DividerBlock

from bot.core.digests_made import PastDigest
from bot.core.evidence import QuotedPost
from bot.core.permalinks import permalink
from bot.core.question_lists import QuestionPage
from bot.core.waiting import COUNTED_AT_MOST, WAITING_FOR, Overlooked, Waiting
from bot.text import Text
from bot.views import words
from bot.views.digest import (
    PROJECT_SHOWN,
    Style,
    number,
    offices_in_a_row,
    paragraph,
    paragraphs,
    quotation,
    small_print,
)
from bot.views.home import OVERLOOKED, QUESTIONS, WAITING, Listing, heading, pager
from bot.views.questions import with_button
from bot.views.quoting import escape, label
from bot.views.recognition import post_buttons

POSTS_PER_PAGE = 5
QUESTIONS_PER_PAGE = 5
OVERLOOKED_PER_PAGE = 10
CHANNELS_SHOWN = 2

_TITLE = Text(ja="👀 みなさんの投稿", en="👀 What people have posted")
_AS = Text(ja="{offices}としてご覧になっています。", en="You are looking at this as {offices}.")
_WAITING = Text(
    ja="*反応を待っている投稿 {n}*\n"
    "この{days}日に書かれ、まだ首長の反応がない投稿です。古い順です。",
    en="*Waiting for a reaction: {n}*\n"
    "Posts of the last {days} days that no leader has reacted to, oldest first.",
)
_COUNT = Text(ja="{n}件", en="{n}")
_MANY = Text(ja="{n}件以上", en="{n} or more")
_NOTHING = Text(
    ja="*反応を待っている投稿はありません*\n"
    "この{days}日の投稿には、すべて首長の反応がありました。ありがとうございます。",
    en="*No post is waiting*\n"
    "Leaders have reacted to every post of the last {days} days. Thank you.",
)
_NO_POSTS = Text(
    ja="*反応を待っている投稿はありません*\nこの{days}日に書かれた投稿は、まだありません。",
    en="*No post is waiting*\nThere were no posts in the last {days} days.",
)
_QUESTIONS = Text(
    ja="*💬 回答を待っている質問 {n}件*", en="*💬 Questions waiting for an answer: {n}*"
)
_OVERLOOKED = Text(
    ja="*🌱 この{days}日、首長の反応がないプロジェクト {n}件*\n"
    "役職にある方だけに表示しています。のぞいて、ひとこと声をかけると励みになります。",
    en="*🌱 Projects without a leader's reaction for {days} days: {n}*\n"
    "Only office holders see this. A word from you would encourage them.",
)
_LAST_POST = Text(ja="最後の投稿 {day}", en="last post {day}")
_NO_POST = Text(ja="まだ投稿はありません", en="no posts yet")
_DIGESTS = Text(ja="*📬 これまでのダイジェスト*", en="*📬 Past digests*")
_DIGEST = Text(ja="{start}〜{end}", en="{start} – {end}")


@dataclass(frozen=True)
class LeadersPage:
    """What is on it. Questions are those of all who hold an office."""

    offices: tuple[str, ...]
    waiting: Waiting
    waiting_page: int
    questions: QuestionPage
    questions_page: int
    overlooked: tuple[Overlooked, ...]
    overlooked_page: int
    digests: tuple[PastDigest, ...]


def page(shown: LeadersPage, style: Style) -> list[Block]:
    """The page: what waits for an answer of theirs, and what waits for others."""
    offices = offices_in_a_row(shown.offices, style)
    return [
        heading(_TITLE, style),
        small_print(style.of(_AS, offices=offices)),
        *_waiting(shown, style),
        *_questions(shown, style),
        *_overlooked(shown, style),
        *_digests(shown.digests, style),
    ]


def _waiting(shown: LeadersPage, style: Style) -> list[Block]:
    days, waiting = WAITING_FOR.days, shown.waiting
    if not waiting.number:
        return [paragraph(style.of(_NOTHING if waiting.are_any else _NO_POSTS, days=days))]
    many = waiting.number >= COUNTED_AT_MOST
    n = style.of(_MANY if many else _COUNT, n=number(waiting.number))
    blocks: list[Block] = [paragraph(style.of(_WAITING, n=n, days=days))]
    for post in waiting.posts:
        blocks += _post(post, style, liked=(post.channel_id, post.ts) in waiting.liked)
    listing = Listing(WAITING, shown.waiting_page, POSTS_PER_PAGE, waiting.number, many)
    return [*blocks, *pager(listing, style)]


def _post(post: QuotedPost, style: Style, *, liked: bool) -> list[Block]:
    """A post as the digest quotes it, with the digest's buttons."""
    link = permalink(style.url, post.channel_id, post.ts, post.thread_ts)
    return [
        paragraph(quotation(post, style)),
        post_buttons(post.channel_id, post.ts, style.language, link=link, liked=liked),
    ]


def _questions(shown: LeadersPage, style: Style) -> list[Block]:
    if not shown.questions.number:
        return []
    title = style.of(_QUESTIONS, n=number(shown.questions.number))
    asked = [with_button(question, style) for question in shown.questions.questions]
    listing = Listing(QUESTIONS, shown.questions_page, QUESTIONS_PER_PAGE, shown.questions.number)
    return [DividerBlock(), paragraph(title), *asked, *pager(listing, style)]


def _overlooked(shown: LeadersPage, style: Style) -> list[Block]:
    if not shown.overlooked:
        return []
    listing = Listing(OVERLOOKED, shown.overlooked_page, OVERLOOKED_PER_PAGE, len(shown.overlooked))
    first = min(listing.page, (listing.number - 1) // listing.per_page) * listing.per_page
    on_page = shown.overlooked[first : first + listing.per_page]
    title = style.of(_OVERLOOKED, n=number(listing.number), days=WAITING_FOR.days)
    lines = [_project(project, style) for project in on_page]
    return [DividerBlock(), paragraph(title), *paragraphs(lines), *pager(listing, style)]


def _project(project: Overlooked, style: Style) -> str:
    name = label(project.name, PROJECT_SHOWN)
    channels = words.channels(project.channels[:CHANNELS_SHOWN], style.language)
    about = between([last_post(project.last_post_at, style), channels], style)
    return f"• *{name}*\n　{about}"


def last_post(at: datetime | None, style: Style) -> str:
    """When the last post of a project was written."""
    return style.of(_LAST_POST, day=style.bare_day(at)) if at else style.of(_NO_POST)


def between(facts: Sequence[str], style: Style) -> str:
    """Facts in a line, those that there are."""
    return ("　" if style.language == "ja" else " · ").join(fact for fact in facts if fact)


def _digests(digests: Sequence[PastDigest], style: Style) -> list[Block]:
    if not digests:
        return []
    lines = []
    for digest in digests:
        address = permalink(style.url, digest.channel_id, digest.ts)
        period = style.of(_DIGEST, start=style.bare_day(digest.start), end=style.day(digest.end))
        lines.append(f"• <{escape(address)}|{period}>")
    return [DividerBlock(), paragraph(style.of(_DIGESTS)), *paragraphs(lines)]
