"""Projects that began, moved on to another stage, or were brought to an end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import DividerBlock

from bot.core.figures import ProjectFigures
from bot.core.periods import Period
from bot.core.projects import Kind, Stage, Status
from bot.core.stages import stages_before
from bot.digest.section import Rendered, Section, Source
from bot.text import Text
from bot.views.digest import PROJECT_SHOWN, Style, number, paragraph, paragraphs
from bot.views.quoting import label
from bot.views.words import kind_name, stage_name

SHOWN = 12

_TITLE = Text(ja="*🌱 プロジェクトの動き*", en="*🌱 Projects on the move*")
_NEW = Text(ja="• はじまり *{name}* （{kind}・{stage}）", en="• New: *{name}* ({kind}, {stage})")
_MOVED = Text(ja="• 段階 *{name}* {before} → {after}", en="• Stage: *{name}* {before} → {after}")
_MOVED_TO = Text(ja="• 段階 *{name}* 「{after}」へ", en="• Stage: *{name}* now {after}")
_ENDED = Text(ja="• 終了 *{name}* おつかれさまでした。", en="• Finished: *{name}* Thank you all.")
_MORE = Text(ja="ほか{n}件はスレッドにあります。", en="{n} more are in the thread.")
_THREAD_TITLE = Text(
    ja="*🌱 プロジェクトの動き（続き）*", en="*🌱 Projects on the move (continued)*"
)


@dataclass(frozen=True)
class Changes:
    """Each list in the order in which the projects were registered. `before`: stages by ID."""

    new: tuple[ProjectFigures, ...]
    moved: tuple[ProjectFigures, ...]
    ended: tuple[ProjectFigures, ...]
    before: dict[int, Stage]


def collect(source: Source) -> Changes:
    """From the projects' own dates; the stages before from the audit log."""
    projects, period = source.figures.projects, source.period
    ended = [p for p in projects if _has_ended(p, period)]
    new = [p for p in projects if _is_in(p.created_at, period) and p not in ended]
    moved = [
        p
        for p in projects
        if _is_in(p.stage_changed_at, period) and p not in ended and p not in new
    ]
    before = stages_before(source.session, [p.project_id for p in moved], period.start, period.end)
    return Changes(tuple(new), tuple(moved), tuple(ended), before)


def render(changes: Changes, style: Style) -> Rendered:
    """One line for each; the first few in the digest, the rest in the thread."""
    lines = [_new(project, style) for project in changes.new]
    lines += [
        _moved(project, changes.before.get(project.project_id), style) for project in changes.moved
    ]
    lines += [style.of(_ENDED, name=_name(project)) for project in changes.ended]
    if not lines:
        return Rendered()
    blocks = [DividerBlock(), paragraph(style.of(_TITLE)), *paragraphs(lines[:SHOWN])]
    rest = lines[SHOWN:]
    if not rest:
        return Rendered(blocks)
    blocks.append(paragraph(style.of(_MORE, n=number(len(rest)))))
    return Rendered(blocks, [[paragraph(style.of(_THREAD_TITLE)), *paragraphs(rest)]])


def _new(project: ProjectFigures, style: Style) -> str:
    return style.of(
        _NEW,
        name=_name(project),
        kind=kind_name(Kind(project.kind), style.language),
        stage=stage_name(Stage(project.stage), style.language),
    )


def _moved(project: ProjectFigures, before: Stage | None, style: Style) -> str:
    after = stage_name(Stage(project.stage), style.language)
    if before is None or before == project.stage:
        return style.of(_MOVED_TO, name=_name(project), after=after)
    return style.of(
        _MOVED, name=_name(project), before=stage_name(before, style.language), after=after
    )


def _name(project: ProjectFigures) -> str:
    return label(project.name, PROJECT_SHOWN)


def _has_ended(project: ProjectFigures, period: Period) -> bool:
    return project.status == Status.CLOSED and _is_in(project.status_changed_at, period)


def _is_in(moment: datetime, period: Period) -> bool:
    return period.start <= moment < period.end


SECTION = Section("changes", collect, render)
