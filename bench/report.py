"""The results of a run, for the terminal and for docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.figures import Figure, Section

_MARKS = {True: "yes", False: "**no**", None: ""}
_HEAD = """# Benchmarks

How fast it is, how much memory it takes and what it loses, measured in one run on one machine.
`make bench` measures it all again and writes this page; no test asserts any of it.
[ARCHITECTURE.md](../ARCHITECTURE.md) says how it is built.
"""


@dataclass(frozen=True)
class Run:
    """What was measured, when, on what and how."""

    date: str
    command: str
    machine: Sequence[tuple[str, str]]
    load_before: str
    load_after: str
    rounds: int
    sections: Sequence[Section]


def as_text(section: Section) -> str:
    """For the terminal."""
    lines = [f"{section.number}. {section.title}"]
    for figure in section.figures:
        reached = {True: "reached", False: "NOT REACHED", None: ""}[figure.reached]
        lines.append(f"   {figure.name:<56}{figure.measured:>30}  {figure.wanted:<12}{reached}")
    return "\n".join(line.rstrip() for line in lines)


def as_page(run: Run) -> str:
    """For the documents."""
    told = [("Date", run.date), ("Command", f"`{run.command}`"), *run.machine]
    told += [
        ("Load average before", run.load_before),
        ("Load average after", run.load_after),
        ("Rounds", f"{run.rounds}; a number with a range is the median (least–most)"),
    ]
    parts = [_HEAD, "| | |\n|---|---|\n" + "\n".join(f"| {a} | {b} |" for a, b in told) + "\n"]
    parts += [_page_of(section) for section in run.sections]
    return "\n".join(parts)


def write(run: Run, file: Path, reasons: Path) -> None:
    """Write the page. What a person has found out about a figure is kept in `reasons`."""
    why = reasons.read_text(encoding="utf-8") if reasons.exists() else ""
    file.write_text(as_page(run) + (f"\n{why}" if why else ""), encoding="utf-8")


def _page_of(section: Section) -> str:
    head = f"## {section.number}. {section.title}\n"
    rows = "\n".join(_row(figure) for figure in section.figures)
    table = f"| | measured | wanted | reached |\n|---|---|---|---|\n{rows}\n"
    return "\n".join([head, *([table] if rows else []), *(f"{note}\n" for note in section.notes)])


def _row(figure: Figure) -> str:
    mark = _MARKS[figure.reached]
    return f"| {figure.name} | {figure.measured} | {figure.wanted} | {mark} |"
