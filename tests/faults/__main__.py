"""`make faults`: every fault, on both databases, with a table at the end.

Ends with exit code 1 if anything was lost or said twice.
"""

from __future__ import annotations

import logging
import shlex
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import click

from tests.databases import Lend, PostgresDatabases, SqliteFiles, postgres_server
from tests.faults.auditor import Findings
from tests.faults.nursery import nursery
from tests.faults.run import Outcome, run
from tests.faults.scenarios import POSTGRES, SCENARIOS, SQLITE, Scenario
from tests.faults.table import as_text, written_into

PAGE = Path(__file__).parents[2] / "docs" / "faults.md"
NAMES = [scenario.name for scenario in SCENARIOS]


@click.command()
@click.option("--cycles", type=click.IntRange(1), help="How often each happens, at most.")
@click.option("--only", "names", type=click.Choice(NAMES), multiple=True, help="Only this fault.")
@click.option("--short", is_flag=True, help="As often as in the tests.")
@click.option(
    "--database",
    type=click.Choice([SQLITE, POSTGRES, "both"]),
    default="both",
    show_default=True,
    help="On which database.",
)
@click.option("--write", is_flag=True, help="Write what came of it to docs/faults.md.")
def main(
    cycles: int | None, names: tuple[str, ...], short: bool, database: str, write: bool
) -> None:
    """Break things, and count what was lost and what was said twice."""
    # The sandbox would tell of every request that dies with its process.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    began = time.monotonic()
    outcomes: list[Outcome] = []
    with _lenders(database) as lenders, suppress(KeyboardInterrupt):
        for outcome in _run(_chosen(names, cycles, short), lenders):
            outcomes.append(outcome)  # what is known is told even if somebody breaks it off
    click.echo(f"\n{as_text(outcomes)}")
    if write:
        command = "make faults"
        if sys.argv[1:]:
            command += f' ARGS="{shlex.join(sys.argv[1:])}"'
        page = PAGE.read_text(encoding="utf-8")
        page = written_into(page, outcomes, command, time.monotonic() - began)
        PAGE.write_text(page, encoding="utf-8")
    sys.exit(0 if all(one.findings.is_clean for one in outcomes) else 1)


def _chosen(
    names: Sequence[str], cycles: int | None, short: bool
) -> Iterator[tuple[Scenario, int]]:
    for scenario in SCENARIOS:
        if not names or scenario.name in names:
            wanted = scenario.few if short else scenario.many
            yield scenario, min(wanted, cycles) if cycles is not None else wanted


def _run(chosen: Iterator[tuple[Scenario, int]], lenders: dict[str, Lend]) -> Iterator[Outcome]:
    with nursery() as starts:
        for scenario, cycles in chosen:
            for kind in scenario.on:
                if kind not in lenders:
                    continue
                click.echo(f"{scenario.name} on {kind}, {cycles} times", err=True)
                try:
                    outcome = run(scenario, kind, lenders[kind], starts, cycles)
                except Exception as error:  # the others are tried all the same
                    why = f"{type(error).__name__}: {error}"
                    findings = Findings(0, 0, lost=(f"it could not be tried to the end: {why}",))
                    outcome = Outcome(scenario, kind, 0, findings, ())
                _tell(outcome)
                yield outcome


def _tell(outcome: Outcome) -> None:
    findings = outcome.findings
    for line in [*findings.lost[:20], *findings.repeated[:20]]:
        click.echo(f"  {line}", err=True)


@contextmanager
def _lenders(database: str) -> Iterator[dict[str, Lend]]:
    """Databases of the wanted kinds; SQLite on the disk, where every commit is synced."""
    with tempfile.TemporaryDirectory(prefix="faults-") as home:
        lenders: dict[str, Lend] = {}
        if database != POSTGRES:
            lenders[SQLITE] = SqliteFiles(Path(home)).lend
        if database == SQLITE:
            yield lenders
            return
        with postgres_server() as url, closing(PostgresDatabases(url)) as databases:
            yield {**lenders, POSTGRES: databases.lend}


if __name__ == "__main__":
    main()
