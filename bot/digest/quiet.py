"""How many projects have been quiet: a number only, nobody is put to shame."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.core.calendar import calendar_of
from bot.core.dates import midnight
from bot.core.figures import quiet_projects
from bot.digest.section import Rendered, Section, Source
from bot.text import Text
from bot.views.digest import Style, number, small_print

BUSINESS_DAYS = 10

_LINE = Text(
    ja="この{days}営業日、投稿のないプロジェクトは{n}件です。",
    en="Projects without a post in the last {days} business days: {n}.",
)


@dataclass(frozen=True)
class Quiet:
    """How many running projects have had no post for so long. None: not asked this time."""

    number: int | None


def collect(source: Source) -> Quiet:
    """From the figures; not in a week in which everyone was quiet."""
    if not source.figures.totals.posts:
        return Quiet(None)
    last_day = (source.period.end - timedelta(microseconds=1)).astimezone(source.zone).date()
    calendar = calendar_of(source.session, source.workspace.team_id)
    first_day = calendar.open_days_back(last_day, BUSINESS_DAYS)
    since = midnight(first_day, source.zone)
    return Quiet(quiet_projects(source.figures.projects, since))


def render(quiet: Quiet, style: Style) -> Rendered:
    """A line of small print, if there is any."""
    if not quiet.number:
        return Rendered()
    return Rendered([small_print(style.of(_LINE, days=BUSINESS_DAYS, n=number(quiet.number)))])


SECTION = Section("quiet", collect, render)
