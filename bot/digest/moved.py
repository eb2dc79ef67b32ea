"""What moved people: a few posts with many reactions, in order of time and so not a ranking."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk.models.blocks import Block, DividerBlock

from bot.core.evidence import Key, QuotedPost, most_recognised, quoted, without_left_out
from bot.core.recognition import span_of
from bot.digest.section import Rendered, Section, Source
from bot.text import Text
from bot.views.digest import Style, paragraph, post_blocks

SHOWN = 5
SHOWN_PER_PROJECT = 2

_TITLE = Text(ja="*💐 心を動かした投稿*", en="*💐 Posts that moved people*")
_CONTINUED = Text(ja="*💐 心を動かした投稿（続き）*", en="*💐 Posts that moved people (continued)*")


@dataclass(frozen=True)
class Moved:
    """The posts, oldest first."""

    posts: tuple[QuotedPost, ...]


def collect(source: Source) -> Moved:
    """The posts, of whatever age, that were given most reactions in the period.

    Those of people who have chosen since to be left out are left out of what stands there, too.
    """
    session, team_id = source.session, source.workspace.team_id
    span = span_of(team_id, source.period.start, source.period.end)

    def choose() -> list[Key]:
        return most_recognised(session, span, limit=SHOWN, limit_per_project=SHOWN_PER_PROJECT)

    keys = without_left_out(session, team_id, source.shown.choose("moved", choose))
    return Moved(quoted(session, team_id, keys, with_deleted=True))


def render(moved: Moved, style: Style) -> Rendered:
    """Each post as a quotation; nothing if there is none."""
    if not moved.posts:
        return Rendered()
    blocks: list[Block] = [DividerBlock(), paragraph(style.of(_TITLE))]
    blocks += [block for post in moved.posts[: style.posts] for block in post_blocks(post, style)]
    rest = [post_blocks(post, style) for post in moved.posts[style.posts :]]
    if not rest:
        return Rendered(blocks)
    return Rendered(blocks, [[paragraph(style.of(_CONTINUED)), *rest[0]], *rest[1:]])


SECTION = Section("moved", collect, render)
