"""What moved people: a few posts with many reactions, in order of time and so not a ranking."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk.models.blocks import Block, DividerBlock

from bot.core.evidence import QuotedPost, most_recognised
from bot.core.recognition import span_of
from bot.digest.section import Rendered, Section, Source
from bot.text import Text
from bot.views.digest import Style, paragraph, quotation

SHOWN = 5
SHOWN_PER_PROJECT = 2

_TITLE = Text(ja="*💐 心を動かした投稿*", en="*💐 Posts that moved people*")


@dataclass(frozen=True)
class Moved:
    """The posts, oldest first."""

    posts: tuple[QuotedPost, ...]


def collect(source: Source) -> Moved:
    """The posts, of whatever age, that were given most reactions in the period."""
    span = span_of(source.workspace.team_id, source.period.start, source.period.end)
    return Moved(
        most_recognised(source.session, span, limit=SHOWN, limit_per_project=SHOWN_PER_PROJECT)
    )


def render(moved: Moved, style: Style) -> Rendered:
    """Each post as a quotation; nothing if there is none."""
    if not moved.posts:
        return Rendered()
    blocks: list[Block] = [DividerBlock(), paragraph(style.of(_TITLE))]
    blocks += [paragraph(quotation(post, style)) for post in moved.posts]
    return Rendered(blocks)


SECTION = Section("moved", collect, render)
