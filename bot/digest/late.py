"""Posts that came too late for the digest before: so that every post is in one of them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.evidence import Measure, behind
from bot.core.periods import Period
from bot.core.recognition import span_of
from bot.digest.section import Rendered, Section, Source
from bot.text import Text
from bot.views.digest import Style, number, paragraph
from bot.views.digest_scope import Scope, open_button

_LINE = Text(
    ja="📮 前回のダイジェストに間に合わなかった投稿が *{n}件* あります。",
    en="📮 Posts that came too late for the last digest: *{n}*",
)


@dataclass(frozen=True)
class Late:
    """How many there are."""

    period: Period
    number: int


def collect(source: Source) -> Late:
    """They are in none of the figures, which go by when a post was written."""
    period = source.period
    span = span_of(source.workspace.team_id, period.start, period.end)
    return Late(period, behind(source.session, span, Measure.LATE, limit=0).number)


def render(late: Late, style: Style) -> Rendered:
    """A line with the button that shows them, if there are any."""
    if not late.number:
        return Rendered()
    scope = Scope(Measure.LATE, late.period.start, late.period.end)
    line = style.of(_LINE, n=number(late.number))
    return Rendered([paragraph(line, open_button(scope, style.language))])


SECTION = Section("late", collect, render)
