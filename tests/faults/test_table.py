"""What a run writes down."""

from __future__ import annotations

from tests.faults.auditor import Findings
from tests.faults.run import Outcome
from tests.faults.scenarios import SCENARIOS
from tests.faults.table import HEAD, MARKER, as_text, written_into

CLEAN = Findings(events=1200, acknowledged=1200)
BAD = Findings(
    events=5, acknowledged=5, lost=("a", "b"), repeated=("c",), taken_back=1, read_later=3
)


def outcome(findings: Findings, recoveries: tuple[float, ...] = (0.5, 1.5, 0.25)) -> Outcome:
    return Outcome(SCENARIOS[0], "sqlite", 1000, findings, recoveries)


def test_a_row_for_each_fault() -> None:
    head, clean, bad = map(_cells, as_text([outcome(CLEAN), outcome(BAD, ())]).splitlines())
    assert head == HEAD
    assert clean[1:] == ("SQLite", "1,000", "1,200", "0", "0", "0.50 s, 1.50 s at most")
    assert bad[1:] == ("SQLite", "1,000", "5", "2 (3 read later)", "1 (1 taken back)", "-")


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.split("  ") if cell.strip())


def test_a_run_takes_the_place_of_the_same_one() -> None:
    page = f"# Faults\n\n{MARKER}\n"
    page = written_into(page, [outcome(CLEAN)], "make faults", 60)
    page = written_into(page, [outcome(BAD)], "make faults ARGS=--short", 60)
    page = written_into(page, [outcome(CLEAN)], "make faults", 180)
    assert page.count("\n## ") == 2
    assert page.count("It took 3 minutes") == 1
    assert page.startswith(f"# Faults\n\n{MARKER}\n\n## ")
    assert "3 read later" in page
