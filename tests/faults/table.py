"""The table of a run, for the terminal and for docs/faults.md."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime

from tests.faults.run import Outcome

HEAD = ("fault", "database", "cycles", "events", "lost", "repeated", "time to recover")
_NAMES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}

# What stands after this line in docs/faults.md is written by a run.
MARKER = "<!-- run -->"

RUN = """## {when}

{machine}. It took {minutes:.0f} minutes.

{table}
"""


def rows(outcomes: Sequence[Outcome]) -> list[tuple[str, ...]]:
    """A row for each outcome."""
    return [
        (
            f"{one.scenario.name}: {one.scenario.what}",
            _NAMES[one.database],
            f"{one.cycles:,}",
            f"{one.findings.events:,}",
            _lost(one),
            _repeated(one),
            one.recovery,
        )
        for one in outcomes
    ]


def as_text(outcomes: Sequence[Outcome]) -> str:
    """In columns."""
    table = [HEAD, *rows(outcomes)]
    widths = [max(len(row[column]) for row in table) for column in range(len(HEAD))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]
    return "\n".join(lines)


def as_markdown(outcomes: Sequence[Outcome]) -> str:
    """As a table of Markdown."""
    lines = [HEAD, ("---",) * len(HEAD), *rows(outcomes)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def written_into(page: str, outcomes: Sequence[Outcome], command: str, seconds: float) -> str:
    """The page with this run; it takes the place of an earlier one of the same command."""
    kept, marker, runs = page.partition(MARKER)
    run = RUN.format(
        when=f"{datetime.now(UTC):%Y-%m-%d}, `{command}`",
        machine=machine(),
        minutes=max(1.0, seconds / 60),
        table=as_markdown(outcomes),
    )
    others = [
        f"## {one.strip()}" for one in f"\n{runs}".split("\n## ")[1:] if f"`{command}`" not in one
    ]
    return "\n\n".join([f"{kept}{marker}", *others, run.strip()]) + "\n"


def machine() -> str:
    """What it ran on."""
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


def _lost(outcome: Outcome) -> str:
    findings = outcome.findings
    number = str(len(findings.lost))
    return f"{number} ({findings.read_later} read later)" if findings.read_later else number


def _repeated(outcome: Outcome) -> str:
    findings = outcome.findings
    number = str(len(findings.repeated))
    return f"{number} ({findings.taken_back} taken back)" if findings.taken_back else number
