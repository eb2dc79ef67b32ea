"""Posts that no leader has reacted to yet: so that no group is overlooked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from slack_sdk.models.blocks import Block, DividerBlock

from bot.core.evidence import Measure, QuotedPost, quoted
from bot.core.figures import PostFigures
from bot.core.periods import Period
from bot.digest.section import Rendered, Section, Source
from bot.text import Text
from bot.views.digest import (
    Style,
    introduction,
    number,
    one_line,
    paragraph,
    paragraphs,
    small_print,
)
from bot.views.digest_scope import Scope, open_button

SHOWN = 6
SHOWN_IN_THREAD = 100

_TITLE = Text(ja="*👀 首長の反応がまだない投稿* {n}件", en="*👀 Not yet seen by a leader* {n}")
_ALL_SEEN = Text(
    ja="*👀 すべての投稿に首長の反応がありました*",
    en="*👀 Leaders have reacted to every post*",
)
# Before any office is known, nothing can be said of leaders.
_NEW = Text(ja="*📝 新しい投稿* {n}件", en="*📝 New posts* {n}")
_OPEN = Text(ja="すべて開く", en="Open all")
_IN_THREAD = Text(ja="ほかの{n}件はスレッドにあります。", en="{n} more in the thread.")
_SOME_IN_THREAD = Text(
    ja="ほかの{n}件のうち{shown}件はスレッドに、全件は「すべて開く」から見られます。",
    en="Of the other {n}, {shown} are in the thread; “Open all” shows every one.",
)
_THREAD_TITLE = Text(
    ja="*👀 首長の反応がまだない投稿（続き）*", en="*👀 Not yet seen by a leader (continued)*"
)
_THREAD_TITLE_NEW = Text(ja="*📝 新しい投稿（続き）*", en="*📝 New posts (continued)*")


@dataclass(frozen=True)
class Unseen:
    """How many there are, and those that are shown. `has_posts`: there were posts at all."""

    period: Period
    number: int
    has_posts: bool
    has_offices: bool
    shown: tuple[QuotedPost, ...]
    in_thread: tuple[QuotedPost, ...]


def collect(source: Source) -> Unseen:
    """From the figures: those without an acknowledgement, first one of each project."""
    figures = source.figures
    posts = in_turn(post for post in figures.posts if not post.acknowledged_by)
    keys = [(post.channel_id, post.ts) for post in posts[: SHOWN + SHOWN_IN_THREAD]]
    texts = quoted(source.session, source.workspace.team_id, keys)
    order = {(post.channel_id, post.ts): n for n, post in enumerate(figures.posts)}
    rest = sorted(texts[SHOWN:], key=lambda post: order[post.channel_id, post.ts])
    return Unseen(
        period=source.period,
        number=len(posts),
        has_posts=bool(figures.posts),
        has_offices=bool(figures.by_office),
        shown=texts[:SHOWN],
        in_thread=tuple(sorted(rest, key=lambda post: post.project)),
    )


def in_turn(posts: Iterable[PostFigures]) -> list[PostFigures]:
    """The posts so that every project has its turn before one has its second; oldest first."""
    turns: dict[int, int] = {}
    numbered = []
    for place, post in enumerate(posts):
        turn = turns[post.project_id] = turns.get(post.project_id, 0) + 1
        numbered.append((turn, place, post))
    return [post for _turn, _place, post in sorted(numbered, key=lambda one: one[:2])]


def render(unseen: Unseen, style: Style) -> Rendered:
    """A short list, and a longer one in the thread."""
    if not unseen.has_posts:
        return Rendered()
    if not unseen.number:
        return Rendered([DividerBlock(), paragraph(style.of(_ALL_SEEN))])
    measure, text = (Measure.UNSEEN, _TITLE) if unseen.has_offices else (Measure.POSTS, _NEW)
    scope = Scope(measure, unseen.period.start, unseen.period.end)
    title = paragraph(
        style.of(text, n=number(unseen.number)), open_button(scope, style.language, _OPEN)
    )
    blocks: list[Block] = [DividerBlock(), title]
    blocks += [paragraph(introduction(post, style)) for post in unseen.shown]
    if not unseen.in_thread:
        return Rendered(blocks)
    others = unseen.number - len(unseen.shown)
    text = _IN_THREAD if others == len(unseen.in_thread) else _SOME_IN_THREAD
    blocks.append(
        small_print(style.of(text, n=number(others), shown=number(len(unseen.in_thread))))
    )
    continued = style.of(_THREAD_TITLE if unseen.has_offices else _THREAD_TITLE_NEW)
    sheets = [[block] for block in paragraphs(one_line(post, style) for post in unseen.in_thread)]
    return Rendered(blocks, [[paragraph(continued), *sheets[0]], *sheets[1:]])


SECTION = Section("unseen", collect, render)
