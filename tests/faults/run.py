"""Bringing a fault about, and what came of it."""

from __future__ import annotations

import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

from sandbox import Sandbox
from tests.databases import Lend
from tests.faults.auditor import Findings
from tests.faults.nursery import Nursery
from tests.faults.scenarios import Scenario
from tests.faults.town import Town, present


@dataclass(frozen=True)
class Outcome:
    """What came of a fault. `recoveries`: the seconds until it was over, for each time."""

    scenario: Scenario
    database: str
    cycles: int
    findings: Findings
    recoveries: tuple[float, ...]

    @property
    def recovery(self) -> str:
        """The median and the longest of the recoveries."""
        if not self.recoveries:
            return "-"
        median, longest = statistics.median(self.recoveries), max(self.recoveries)
        return f"{median:.2f} s, {longest:.2f} s at most"


def run(scenario: Scenario, database: str, lend: Lend, nursery: Nursery, cycles: int) -> Outcome:
    """Have it happen so many times in a new town, and audit."""
    with (
        tempfile.TemporaryDirectory(prefix="faults-") as home,
        lend() as url,
        Sandbox(clock=present()) as slack,
    ):
        town = Town(slack, url, nursery, Path(home))
        try:
            scenario.happen(town, cycles)
            findings = town.audit()
        finally:
            town.everyone_ends()
            town.database.close()
        return Outcome(scenario, database, town.cycles, findings, tuple(town.recoveries))
