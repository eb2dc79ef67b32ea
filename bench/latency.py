"""2. How long Slack waits for an acknowledgement, at the most that it sends and at more.

8.3 events a second are 30,000 an hour, Slack's limit (docs.slack.dev/apis/events-api).
"""

from __future__ import annotations

from contextlib import ExitStack

from bench.figures import Section, median, numbers, percentile
from bench.plan import Plan
from bench.processes import client, generator, recorder

OVER_BARE_MS = 20


def measure(plan: Plan) -> Section:
    """Run it."""
    section = Section(2, "From an event to its acknowledgement")
    with ExitStack() as stack:
        driven = {"bare": stack.enter_context(generator())}
        stack.enter_context(client("listener", driven["bare"].url))
        for lender in plan.lenders:
            one = driven[lender.kind] = stack.enter_context(generator())
            stack.enter_context(recorder(one.url, stack.enter_context(plan.town(lender))))
        for one in driven.values():
            one.ask("connected")
            one.flood(50)
        for rate, seconds in ((8.3, plan.seconds_at_8), (100.0, plan.seconds_at_100)):
            taken: dict[str, list[list[float]]] = {name: [] for name in driven}
            for _ in range(plan.rounds):
                for name, one in driven.items():
                    done = one.ask("pace", rate=rate, seconds=seconds, mixed=True)
                    taken[name].append(numbers(done["ms"]))
            for name, rounds in taken.items():
                half = median([percentile(values, 0.5) for values in rounds])
                most = median([percentile(values, 0.99) for values in rounds])
                who = "Bolt, a listener that does nothing" if name == "bare" else f"iine on {name}"
                section.tell(f"{rate:g}/s, {who}", f"p50 {half:.1f} ms, p99 {most:.1f} ms")
            for lender in plan.lenders:
                pairs = zip(taken[lender.kind], taken["bare"], strict=True)
                over = median([percentile(a, 0.99) - percentile(b, 0.99) for a, b in pairs])
                name = f"{rate:g}/s, {lender.kind}: p99 over the bare app's"
                section.at_most(name, over, OVER_BARE_MS, " ms")
            slowest = ", ".join(f"{n} {max(map(max, some)):.1f} ms" for n, some in taken.items())
            each = len(taken["bare"][0])
            section.tell(f"{rate:g}/s: the slowest of {plan.rounds * each:,} events", slowest)
            section.notes.append(f"{each} events in a round at {rate:g}/s.")
    return section
