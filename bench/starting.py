"""7. From the start of the process to its greeting by Slack, with the million posts."""

from __future__ import annotations

import time

from bench.figures import Section, median, spread
from bench.plan import Plan
from bench.processes import generator, recorder

WITHIN_SECONDS = 2.0


def measure(plan: Plan) -> Section:
    """Run it."""
    section = Section(7, "From the start to connected")
    for lender in plan.lenders:
        taken = []
        with plan.city(lender, plan.large) as url:
            for _ in range(plan.starts):
                with generator() as one:
                    began = time.perf_counter()
                    with recorder(one.url, url):
                        one.ask("connected")
                        taken.append(time.perf_counter() - began)
        section.tell(f"{lender.kind}", f"{spread(taken, 2)} s")
        section.at_most(f"{lender.kind}: median", median(taken), WITHIN_SECONDS, " s")
    return section
