"""Posts that no leader has reacted to yet: so that no group is overlooked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block, DividerBlock

from bot.core.evidence import Key, Measure, QuotedPost, quoted
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
    post_blocks,
    seen_by,
    small_print,
)
from bot.views.digest_scope import Scope, open_button

SHOWN = 6
SHOWN_IN_THREAD = 40

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
_ABOVE = Text(ja="{n}件は、すでに上に載っています。", en="{n} of them are shown above.")
_THREAD_TITLE = Text(
    ja="*👀 首長の反応がまだない投稿（続き）*", en="*👀 Not yet seen by a leader (continued)*"
)
_THREAD_TITLE_NEW = Text(ja="*📝 新しい投稿（続き）*", en="*📝 New posts (continued)*")


@dataclass(frozen=True)
class Unseen:
    """The posts that nobody in office has reacted to, and those that are shown.

    What was shown before stays, with who has reacted to it since. `above`: the posts that stand
    in the digest already. `has_posts`: there were posts at all.
    """

    period: Period
    unseen: frozenset[Key]
    above: frozenset[Key]
    has_posts: bool
    has_offices: bool
    posts: tuple[QuotedPost, ...]


def collect(source: Source) -> Unseen:
    """From the figures: those without an acknowledgement, first one of each project."""
    figures, shown = source.figures, source.shown
    posts = in_turn(post for post in figures.posts if not post.acknowledged_by)
    keys = [(post.channel_id, post.ts) for post in posts]
    above = shown.so_far

    def choose() -> list[Key]:
        return [key for key in keys if key not in above][: SHOWN + SHOWN_IN_THREAD]

    chosen = shown.choose("unseen", choose)
    return Unseen(
        period=source.period,
        unseen=frozenset(keys),
        above=above,
        has_posts=bool(figures.posts),
        has_offices=bool(figures.by_office),
        posts=quoted(source.session, source.workspace.team_id, chosen, with_deleted=True),
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
    if not unseen.has_posts and not unseen.posts:
        return Rendered()
    most = min(SHOWN, style.posts)
    blocks: list[Block] = [DividerBlock(), _title(unseen, style)]
    for post in unseen.posts[:most]:
        blocks += _quoted(post, style)
    rest = sorted(unseen.posts[most:], key=lambda post: (post.project, post.ts))
    lines = _where_the_others_are(unseen, unseen.posts[:most], rest, style)
    if lines:
        blocks.append(small_print("\n".join(lines)))
    if not rest:
        return Rendered(blocks)
    continued = style.of(_THREAD_TITLE if unseen.has_offices else _THREAD_TITLE_NEW)
    sheets = [post_blocks(post, style, _one_line(post, style)) for post in rest]
    return Rendered(blocks, [[paragraph(continued), *sheets[0]], *sheets[1:]])


def _where_the_others_are(
    unseen: Unseen, main: Sequence[QuotedPost], rest: Sequence[QuotedPost], style: Style
) -> list[str]:
    lines = []
    left = unseen.unseen - unseen.above - {(post.channel_id, post.ts) for post in main}
    listed = left & {(post.channel_id, post.ts) for post in rest}
    if left:
        text = _IN_THREAD if left == listed else _SOME_IN_THREAD
        lines.append(style.of(text, n=number(len(left)), shown=number(len(listed))))
    if above := unseen.unseen & unseen.above:
        lines.append(style.of(_ABOVE, n=number(len(above))))
    return lines


def _title(unseen: Unseen, style: Style) -> Block:
    if not unseen.unseen:
        return paragraph(style.of(_ALL_SEEN))
    measure, text = (Measure.UNSEEN, _TITLE) if unseen.has_offices else (Measure.POSTS, _NEW)
    scope = Scope(measure, unseen.period.start, unseen.period.end)
    button = open_button(scope, style.language, _OPEN)
    return paragraph(style.of(text, n=number(len(unseen.unseen))), button)


def _quoted(post: QuotedPost, style: Style) -> list[Block]:
    """As it is; once an office has reacted, with who did."""
    text = introduction(post, style)
    return post_blocks(post, style, f"{text}\n{seen_by(post, style)}" if post.offices else text)


def _one_line(post: QuotedPost, style: Style) -> str:
    text = one_line(post, style)
    return f"{text}\n{seen_by(post, style)}" if post.offices else text


SECTION = Section("unseen", collect, render)
