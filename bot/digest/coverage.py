"""On what the digest rests: how many channels, what was missing and was read again."""

from __future__ import annotations

from bot.core import coverage
from bot.core.coverage import Coverage
from bot.digest.section import Rendered, Section, Source
from bot.views.coverage import summary
from bot.views.digest import Style, small_print


def collect(source: Source) -> Coverage:
    """As is known now, also for a digest that was made before."""
    period = source.period
    return coverage.coverage(source.session, source.workspace.team_id, period.start, period.end)


def render(collected: Coverage, style: Style) -> Rendered:
    """A quiet line or two of small print."""
    words = summary(collected, style)
    return Rendered([small_print(words)] if words else ())


SECTION = Section("coverage", collect, render)
