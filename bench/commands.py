"""5. From a slash command to the form that it opens, over the million posts."""

from __future__ import annotations

from bench.city import STAFF
from bench.figures import Section, median, numbers, percentile
from bench.plan import Plan
from bench.processes import generator, recorder

WITHIN_MS = 100


def measure(plan: Plan) -> Section:
    """Run it."""
    section = Section(5, "From a slash command to views.open")
    for lender in plan.lenders:
        with plan.city(lender, plan.large) as url, generator() as one, recorder(one.url, url):
            one.ask("connected")
            wanted = {"command": "/progress", "text": "", "user": STAFF, "awaited": "views.open"}
            one.ask("command", times=3, **wanted)
            rounds = [
                numbers(one.ask("command", times=plan.commands, **wanted)["ms"])
                for _ in range(plan.rounds)
            ]
        half = median([percentile(taken, 0.5) for taken in rounds])
        section.tell(f"{lender.kind}: p50", f"{half:.0f} ms")
        most = median([percentile(taken, 0.99) for taken in rounds])
        section.at_most(f"{lender.kind}: p99", most, WITHIN_MS, " ms")
    section.notes.append(
        f"`/progress` in a project's channel, {plan.commands} times a round, one after the other; "
        "from the envelope being sent to the request arriving."
    )
    return section
