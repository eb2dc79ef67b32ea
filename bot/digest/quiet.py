"""How many projects have been quiet: a number only, nobody is put to shame."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core import slack_time
from bot.core.calendar import calendar_of
from bot.core.quiet import QUIET_AFTER_BUSINESS_DAYS, is_quiet
from bot.digest.section import Rendered, Section, Source
from bot.text import Text
from bot.views.digest import Style, number, small_print

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
    calendar = calendar_of(source.session, source.workspace.team_id)
    return Quiet(
        sum(
            is_quiet(
                calendar,
                source.zone,
                source.period.end,
                status=project.status,
                stage=project.stage,
                status_changed_at=project.status_changed_at,
                last_post_at=(
                    slack_time.to_datetime(project.last_post_ts) if project.last_post_ts else None
                ),
            )
            for project in source.figures.projects
        )
    )


def render(quiet: Quiet, style: Style) -> Rendered:
    """A line of small print, if there is any."""
    if not quiet.number:
        return Rendered()
    line = style.of(_LINE, days=QUIET_AFTER_BUSINESS_DAYS, n=number(quiet.number))
    return Rendered([small_print(line)])


SECTION = Section("quiet", collect, render)
