"""Every fault in its short form: nothing acknowledged is lost, nothing is said twice."""

from __future__ import annotations

import pytest

from tests.databases import Lend
from tests.faults.nursery import Nursery
from tests.faults.run import run
from tests.faults.scenarios import SCENARIOS, Scenario

FAULTS = [
    pytest.param(scenario, kind, id=f"{scenario.name}-{kind}")
    for scenario in SCENARIOS
    for kind in scenario.on
]


@pytest.mark.parametrize(("scenario", "kind"), FAULTS)
def test_fault(
    scenario: Scenario, kind: str, nursery: Nursery, request: pytest.FixtureRequest
) -> None:
    lend: Lend = request.getfixturevalue(kind)
    outcome = run(scenario, kind, lend, nursery, scenario.few)
    assert outcome.findings.lost == ()
    assert outcome.findings.repeated == ()
    assert outcome.findings.acknowledged > outcome.cycles, "there was hardly any load"
