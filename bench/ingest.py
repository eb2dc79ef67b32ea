"""1. Events a second, acknowledged and durably stored, against a Bolt app that only acknowledges.

All of them are connected at the same time and take turns, round by round: what else the machine
does meets all of them. Before each turn everything that came in before has been applied.
"""

from __future__ import annotations

import time
from contextlib import ExitStack

from sqlalchemy import func, select

from bench.figures import Section, median, spread
from bench.plan import Plan
from bench.processes import Generator, client, generator, recorder
from models import InboxEvent
from models.database import Database
from models.inbox import InboxState

WANTED = {"SQLite": 0.6, "PostgreSQL": 0.5}
BARE = {"listener": "Bolt, a listener that does nothing", "ack": "Bolt, acknowledged at once"}
DRAIN_SECONDS = 600.0


def measure(plan: Plan) -> Section:
    """Run it."""
    section = Section(1, "Events a second, acknowledged and durably stored")
    with ExitStack() as stack:
        driven: dict[str, tuple[Generator, str | None]] = {}
        for name in ("echo", *BARE):
            one = stack.enter_context(generator())
            stack.enter_context(client(name, one.url))
            driven[name] = (one, None)
        for lender in plan.lenders:
            one, url = stack.enter_context(generator()), stack.enter_context(plan.town(lender))
            stack.enter_context(recorder(one.url, url))
            driven[lender.kind] = (one, url)
        for one, _ in driven.values():
            one.ask("connected")
            one.flood(plan.flood // 10 + 1)
        rates: dict[str, list[float]] = {name: [] for name in driven}
        drains: dict[str, list[float]] = {name: [] for name in driven}
        for _ in range(plan.rounds):
            for name, (one, kept_in) in driven.items():
                kept = stored(kept_in) if kept_in is not None else 0
                rates[name].append(one.flood(plan.flood))
                if kept_in is not None:
                    if stored(kept_in) != kept + plan.flood:
                        raise RuntimeError("what was acknowledged is not stored")
                    drains[name].append(plan.flood / wait_until_applied(kept_in))
    section.tell("The generator's own ceiling", f"{spread(rates['echo'])} /s")
    for name, words in BARE.items():
        section.tell(words, f"{spread(rates[name])} /s")
    for lender in plan.lenders:
        kind = lender.kind
        section.tell(f"iine on {kind}", f"{spread(rates[kind])} /s")
        for name, words in BARE.items():
            pairs = zip(rates[kind], rates[name], strict=True)
            ratio = median([ours / theirs for ours, theirs in pairs])
            if name == "listener":
                section.at_least(f"{kind} / {words}", ratio, WANTED[kind])
            else:
                section.tell(f"{kind} / {words}", f"{ratio:.2f}")
        section.tell(f"{kind}: applied afterwards", f"{spread(drains[kind])} /s")
    section.notes.append(
        "An app made with Bolt has a listener, and Bolt acknowledges for it: that is what the "
        "recorder is measured against. The other one acknowledges in a middleware before Bolt "
        "has looked at the event at all; it is there to show where the limit lies."
    )
    return section


def stored(url: str) -> int:
    """How many events the inbox holds, as another process sees it."""
    database = Database(url)
    with database.read() as session:
        number = session.scalar(select(func.count()).select_from(InboxEvent))
    database.close()
    return number or 0


def wait_until_applied(url: str) -> float:
    """Seconds until nothing waits in the inbox any more."""
    began, database = time.monotonic(), Database(url)
    waiting = select(func.count()).where(InboxEvent.state == InboxState.PENDING)
    left: int | None = 1
    while left and time.monotonic() - began < DRAIN_SECONDS:
        time.sleep(0.05)
        with database.read() as session:
            left = session.scalar(waiting)
    database.close()
    if left:
        raise RuntimeError(f"{left} events are still waiting to be applied")
    return time.monotonic() - began
