"""The title, the period, and a kind word where there is nothing to tell."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.periods import Period
from bot.digest.section import Rendered, Section, Source
from bot.text import Text
from bot.views.digest import Style, header, paragraph, small_print

_TITLE = Text(ja="週次ダイジェスト {start}〜{end}", en="Weekly digest, {start} – {end}")
_PERIOD = Text(ja="{start} から {end} までのまとめです。", en="From {start} to {end}.")
_LATE = Text(
    ja="前回から間があいたため、{weeks}週分をまとめてお届けします。",
    en="It has been a while since the last digest: this one covers {weeks} weeks.",
)
_NO_POSTS = Text(
    ja="この期間、新しい投稿はありませんでした。記録は動いています。"
    "また動きがあれば、次回お届けします。",
    en="There were no new posts this time. Recording works as it should; "
    "whatever comes next will be in the next digest.",
)
_NO_PROJECTS = Text(
    ja="まだプロジェクトが登録されていません。"
    "グループのチャンネルで `/project 登録 名前` と送ると、記録が始まります。",
    en="No project is registered yet. "
    "Recording begins when a group sends `/project register NAME` in its channel.",
)


@dataclass(frozen=True)
class Heading:
    """The period, and whether there is anything in it."""

    period: Period
    has_posts: bool
    has_projects: bool


def collect(source: Source) -> Heading:
    """From the figures."""
    return Heading(
        source.period,
        has_posts=source.figures.totals.posts > 0,
        has_projects=bool(source.figures.projects),
    )


def render(heading: Heading, style: Style) -> Rendered:
    """A header and a line of small print."""
    period = heading.period
    title = style.of(_TITLE, start=style.bare_day(period.start), end=style.bare_day(period.end))
    lines = [style.of(_PERIOD, start=style.moment(period.start), end=style.moment(period.end))]
    if period.weeks > 1:
        lines.append(f"*{style.of(_LATE, weeks=period.weeks)}*")
    blocks = [header(title), small_print("\n".join(lines))]
    if not heading.has_projects:
        blocks.append(paragraph(style.of(_NO_PROJECTS)))
    elif not heading.has_posts:
        blocks.append(paragraph(style.of(_NO_POSTS)))
    return Rendered(blocks)


SECTION = Section("heading", collect, render)
