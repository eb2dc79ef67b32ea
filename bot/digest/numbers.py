"""The numbers of the period beside the average of the weeks before, each with its posts behind."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk.models.blocks import Block

from bot.core.evidence import Measure
from bot.core.figures import Averages, Totals, averages
from bot.core.periods import Period
from bot.digest.section import Rendered, Section, Source
from bot.text import Text
from bot.views.digest import Style, number, paragraph, small_print
from bot.views.digest_scope import Scope, open_button, project_select

_LINES: tuple[tuple[Measure, Text], ...] = (
    (Measure.POSTS, Text(ja="投稿 *{n}件*", en="Posts *{n}*")),
    (Measure.REPLIES, Text(ja="返信 *{n}件*", en="Replies *{n}*")),
    (Measure.REACTIONS, Text(ja="リアクション *{n}件*", en="Reactions *{n}*")),
    (Measure.ACKNOWLEDGEMENTS, Text(ja="首長の反応 *{n}件*", en="Acknowledgements *{n}*")),
)
_ACTIVE = Text(
    ja="投稿のあったプロジェクト *{n}件* （全{all}件）",
    en="Projects with posts *{n}* (of {all})",
)
_AVERAGE = Text(ja="{line} （平均 {average}）", en="{line} (average {average})")
_AVERAGES_ARE = Text(
    ja="平均は、この前の{weeks}週間の、1週あたりの数です。",
    en="The averages are per week, over the {weeks} weeks before.",
)
_AVERAGE_IS = Text(
    ja="平均は、この前の1週間の数です。", en="The average is that of the week before."
)
_CHOOSE = Text(ja="選んで開く", en="Choose one")


@dataclass(frozen=True)
class Numbers:
    """Totals and averages, and the projects (ID, name) that had posts."""

    period: Period
    totals: Totals
    averages: Averages | None
    active: tuple[tuple[int, str], ...]
    projects: int


def collect(source: Source) -> Numbers:
    """From the figures, and from those of the weeks before."""
    projects = source.figures.projects
    return Numbers(
        period=source.period,
        totals=source.figures.totals,
        averages=averages(source.session, source.workspace.team_id, source.period),
        active=tuple((p.project_id, p.name) for p in projects if p.posts),
        projects=len(projects),
    )


def render(numbers: Numbers, style: Style) -> Rendered:
    """One line for each number, with the button that opens it."""
    totals, usual = numbers.totals, numbers.averages
    if not any(_value(totals, measure) for measure, _text in _LINES):
        return Rendered()
    blocks: list[Block] = []
    for measure, text in _LINES:
        value = _value(totals, measure)
        line = style.of(text, n=number(value))
        scope = Scope(measure, numbers.period.start, numbers.period.end)
        average = _value(usual, measure) if usual else None
        button = open_button(scope, style.language) if value else None
        blocks.append(paragraph(_with_average(line, average, style), button))
    if numbers.active:
        line = style.of(_ACTIVE, n=number(totals.active_projects), all=number(numbers.projects))
        line = _with_average(line, usual.active_projects if usual else None, style)
        posts = Scope(Measure.POSTS, numbers.period.start, numbers.period.end)
        blocks.append(paragraph(line, project_select(posts, numbers.active, style.of(_CHOOSE))))
    if usual:
        text = _AVERAGE_IS if usual.weeks == 1 else _AVERAGES_ARE
        blocks.append(small_print(style.of(text, weeks=usual.weeks)))
    return Rendered(blocks)


def _value(numbers: Totals | Averages, measure: Measure) -> float:
    return {
        Measure.POSTS: numbers.posts,
        Measure.REPLIES: numbers.replies,
        Measure.REACTIONS: numbers.reactions,
        Measure.ACKNOWLEDGEMENTS: numbers.acknowledgements,
    }[measure]


def _with_average(line: str, average: float | None, style: Style) -> str:
    return line if average is None else style.of(_AVERAGE, line=line, average=number(average))


SECTION = Section("numbers", collect, render)
