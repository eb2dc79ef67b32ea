"""Everything that is measured, side by side in one run: `python -m bench`, or `make bench`.

The full run takes about an hour, most of it the soak. `--cache` keeps the built databases (about
6 GB) and slack-machine's environment for the next run.
"""

from __future__ import annotations

import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import click

from bench import (
    commands,
    ingest,
    latency,
    machine,
    memory,
    reading,
    report,
    rivalry,
    starting,
    visible,
)
from bench.databases import lenders
from bench.figures import Section
from bench.plan import Plan, quick

MEASUREMENTS: tuple[Callable[[Plan], Section], ...] = (
    ingest.measure,
    latency.measure,
    visible.measure,
    reading.measure,
    commands.measure,
    memory.measure,
    starting.measure,
    rivalry.measure,
)
ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "benchmarks.md"
REASONS = Path(__file__).parent / "reasons.md"


@click.command()
@click.option("--only", multiple=True, type=click.IntRange(1, len(MEASUREMENTS)))
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1))
@click.option("--quick", "is_quick", is_flag=True, help="Tiny sizes: shows only that it runs.")
@click.option(
    "--database",
    "which",
    type=click.Choice(["sqlite", "postgres", "both"]),
    default="both",
    show_default=True,
)
@click.option("--soak-minutes", default=10.0, show_default=True)
@click.option("--memory-events", default=100_000, show_default=True)
@click.option("--cache", type=click.Path(path_type=Path), help="Where built databases are kept.")
@click.option("--write/--no-write", "writes", default=None, help="Write docs/benchmarks.md.")
def main(
    only: tuple[int, ...],
    rounds: int,
    is_quick: bool,
    which: str,
    soak_minutes: float,
    memory_events: int,
    cache: Path | None,
    writes: bool | None,
) -> None:
    """Measure, print and, after a full run, write docs/benchmarks.md."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that all processes are ended
    before = machine.load()
    with ExitStack() as stack:
        home = cache or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        home.mkdir(parents=True, exist_ok=True)
        lent = stack.enter_context(lenders(home.resolve(), which))
        plan = Plan(
            lent,
            home.resolve(),
            rounds=rounds,
            soak_minutes=soak_minutes,
            memory_events=memory_events,
        )
        if is_quick:
            plan = quick(lent, home.resolve())
        sections = []
        for number, measure in enumerate(MEASUREMENTS, start=1):
            if only and number not in only:
                continue
            section = _measured(number, measure, plan)
            click.echo(report.as_text(section) + "\n")
            sections.append(section)
        run = report.Run(
            date=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
            command=" ".join(["python -m bench", *_told(sys.argv[1:])]),
            machine=machine.described(lent),
            load_before=before,
            load_after=machine.load(),
            rounds=plan.rounds,
            sections=sections,
        )
    if writes or (writes is None and not only and not is_quick):
        report.write(run, PAGE, REASONS)


def _told(arguments: Sequence[str]) -> list[str]:
    """The arguments without the directory, which is nobody's business."""
    kept = list(arguments)
    if "--cache" in kept:
        place = kept.index("--cache")
        del kept[place : place + 2]
    return kept


def _measured(number: int, measure: Callable[[Plan], Section], plan: Plan) -> Section:
    """One of them; what goes wrong with it is its result, and the others go on."""
    try:
        return measure(plan)
    except Exception as error:
        traceback.print_exc()
        failed = Section(number, f"Not measured: {type(error).__name__}: {error}")
        failed.notes.append("This measurement failed.")
        return failed


if __name__ == "__main__":
    main()
