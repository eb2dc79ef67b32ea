"""Every project in a table, in the order in which they were registered: no ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from slack_sdk.models.blocks import ActionsBlock, Block, DividerBlock

from bot.core import slack_time
from bot.core.evidence import Measure
from bot.core.figures import ProjectFigures
from bot.core.periods import Period
from bot.core.projects import Stage, Status
from bot.digest.section import Rendered, Section, Source
from bot.text import Text
from bot.views.digest import Style, number, paragraph, small_print, table
from bot.views.digest_scope import Scope, project_select
from bot.views.limits import ACTIONS_ELEMENTS, SELECT_OPTIONS, TABLE_CHARACTERS, TABLE_ROWS
from bot.views.quoting import plain_label
from bot.views.words import stage_name

SHOWN = 30
NAME_SHOWN = 30
# Well below what Slack takes, since it does not say how it counts characters
CHARACTERS = TABLE_CHARACTERS * 6 // 10
ROWS = TABLE_ROWS - 1

_TITLE = Text(ja="*📋 プロジェクト一覧*", en="*📋 All projects*")
_THREAD_TITLE = Text(ja="*📋 プロジェクト一覧（続き）*", en="*📋 All projects (continued)*")
_HEADINGS = (
    Text(ja="プロジェクト", en="Project"),
    Text(ja="段階", en="Stage"),
    Text(ja="投稿", en="Posts"),
    Text(ja="リアクション", en="Reactions"),
    Text(ja="首長", en="Leaders"),
    Text(ja="最終投稿", en="Last post"),
)
_LEFT = 2
_PAUSED = Text(ja="{stage}（休止）", en="{stage} (paused)")
_IN_THREAD = Text(ja="ほかの{n}件はスレッドにあります。", en="{n} more projects are in the thread.")
_CHOOSE = Text(ja="プロジェクトの投稿を開く", en="Open a project's posts")
_CHOOSE_PART = Text(ja="プロジェクト {first}〜{last}", en="Projects {first}–{last}")
_RECENT = timedelta(days=300)


@dataclass(frozen=True)
class Projects:
    """The projects as the table shows them. `has_posts`: any of them had posts."""

    period: Period
    has_posts: bool
    projects: tuple[ProjectFigures, ...]


def collect(source: Source) -> Projects:
    """From the figures."""
    figures = source.figures
    return Projects(source.period, figures.totals.posts > 0, figures.projects)


def render(projects: Projects, style: Style) -> Rendered:
    """One table in the digest; where there are many, those with something new in it first."""
    if not projects.has_posts:
        return Rendered()
    sheets = [
        table([style.of(text) for text in _HEADINGS], rows, _LEFT)
        for rows in _sheets([_row(p, projects.period, style) for p in _in_order(projects.projects)])
    ]
    blocks: list[Block] = [DividerBlock(), paragraph(style.of(_TITLE)), sheets[0]]
    if len(sheets) > 1:
        rest = len(projects.projects) - (len(sheets[0].rows) - 1)
        blocks.append(small_print(style.of(_IN_THREAD, n=number(rest))))
    blocks.append(_selects(projects, style))
    title = paragraph(style.of(_THREAD_TITLE))
    return Rendered(blocks, [[title, sheet] for sheet in sheets[1:]])


def _in_order(projects: Sequence[ProjectFigures]) -> list[ProjectFigures]:
    """As registered; where the table is cut, those with something to show come first."""
    if len(projects) <= SHOWN:
        return list(projects)
    return sorted(projects, key=lambda p: not (p.posts or p.reactions or p.acknowledgements))


def _sheets(rows: Sequence[Sequence[str]]) -> list[list[Sequence[str]]]:
    sheets: list[list[Sequence[str]]] = [[]]
    size = 0
    for row in rows:
        length = sum(map(len, row))
        most = SHOWN if len(sheets) == 1 else ROWS
        if sheets[-1] and (len(sheets[-1]) == most or size + length > CHARACTERS):
            sheets.append([])
            size = 0
        sheets[-1].append(row)
        size += length
    return sheets


def _row(project: ProjectFigures, period: Period, style: Style) -> list[str]:
    stage = stage_name(Stage(project.stage), style.language)
    if project.status == Status.PAUSED:
        stage = style.of(_PAUSED, stage=stage)
    return [
        plain_label(project.name, NAME_SHOWN),
        stage,
        number(project.posts),
        number(project.reactions),
        number(project.acknowledgements),
        _last_post(project.last_post_ts, period.end, style),
    ]


def _last_post(ts: str | None, end: datetime, style: Style) -> str:
    if ts is None:
        return "–"
    moment = slack_time.to_datetime(ts)
    local = moment.astimezone(style.zone)
    day = f"{local.month}/{local.day}" if style.language == "ja" else f"{local:%d %b}"
    if end - moment < _RECENT:
        return day
    return f"{local.year}/{day}" if style.language == "ja" else f"{day} {local.year}"


def _selects(projects: Projects, style: Style) -> ActionsBlock:
    """A list to choose from; several where one can't hold all."""
    scope = Scope(Measure.POSTS, projects.period.start, projects.period.end)
    entries = [(p.project_id, p.name) for p in projects.projects]
    parts = [entries[n : n + SELECT_OPTIONS] for n in range(0, len(entries), SELECT_OPTIONS)]
    elements = []
    # The list of the number of active projects is number 1.
    for index, part in enumerate(parts[:ACTIONS_ELEMENTS]):
        first = index * SELECT_OPTIONS + 1
        words = style.of(_CHOOSE)
        if len(parts) > 1:
            words = style.of(_CHOOSE_PART, first=first, last=first + len(part) - 1)
        elements.append(project_select(scope, part, words, index + 2))
    return ActionsBlock(elements=elements)


SECTION = Section("projects", collect, render)
