"""6. Resident memory: after the start, after 100,000 events, after a digest; and over a soak."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence

import click

from bench.city import COORDINATOR
from bench.databases import Lender
from bench.figures import Section, median
from bench.ingest import wait_until_applied
from bench.plan import Plan
from bench.processes import generator, recorder, resident_mb, threads_and_files

AFTER_START_MB, AFTER_EVENTS_MB, AFTER_DIGEST_MB = 120, 150, 200
# What a soak may grow by: what the allocator keeps varies by as much
GROWTH_MB = 5
AT_ONCE = 10_000
SETTLE_SECONDS = 3.0


def measure(plan: Plan) -> Section:
    """Run it."""
    section = Section(6, "Resident memory")
    for lender in plan.lenders:
        _events(section, plan, lender)
        _digest(section, plan, lender)
    section.notes.append(
        "The soak sends 100 events a second: one post, three replies and six reactions in ten. "
        "Its growth is the median of its last fifth less that of its second fifth: the first one "
        "fills caches that have a limit. Each number here is of one life of the process, and no "
        "median of rounds."
    )
    return section


def _events(section: Section, plan: Plan, lender: Lender) -> None:
    with plan.town(lender) as url, generator() as one, recorder(one.url, url) as process:
        one.ask("connected")
        time.sleep(SETTLE_SECONDS)
        section.at_most(f"{lender.kind}: start", resident_mb(process), AFTER_START_MB, " MB")
        left = plan.memory_events
        while left > 0:
            one.flood(min(left, AT_ONCE), mixed=True)
            left -= AT_ONCE
            wait_until_applied(url)
        name = f"{lender.kind}: {plan.memory_events:,} events"
        section.at_most(name, resident_mb(process), AFTER_EVENTS_MB, " MB")
        if plan.soak_minutes <= 0:
            return
        before = threads_and_files(process)
        one.tell("pace", rate=100, seconds=plan.soak_minutes * 60, mixed=True)
        seen = _watch(process, plan.soak_minutes * 60)
        one.answer()
        after = threads_and_files(process)
    fifths = [median(part) for part in in_fifths(seen)]
    name = f"{lender.kind}: growth in {plan.soak_minutes:g} minutes at 100 events/s"
    section.at_most(name, fifths[-1] - fifths[min(1, len(fifths) - 1)], GROWTH_MB, " MB")
    course = " → ".join(f"{one:.1f}" for one in fifths)
    section.tell(f"{lender.kind}: fifth by fifth", f"{course} MB")
    for number, what in enumerate(("threads", "open files")):
        section.tell(f"{lender.kind}: {what}", f"{before[number]} → {after[number]}")


def in_fifths(seen: Sequence[float]) -> list[Sequence[float]]:
    """The five parts in their order; fewer where there is too little for five."""
    long = -(-len(seen) // 5)
    return [seen[start : start + long] for start in range(0, len(seen), long)]


def _watch(process: subprocess.Popen[bytes], seconds: float) -> list[float]:
    """Its memory, looked at a hundred times or so, and once at least."""
    seen: list[float] = []
    deadline = time.monotonic() + seconds
    with click.progressbar(length=100, label="soak", file=sys.stderr) as bar:
        while not seen or time.monotonic() < deadline:
            time.sleep(seconds / 100)
            seen.append(resident_mb(process))
            bar.update(1)
    return seen


def _digest(section: Section, plan: Plan, lender: Lender) -> None:
    with (
        plan.city(lender, plan.large) as url,
        generator() as one,
        recorder(one.url, url, coordinators=COORDINATOR) as process,
    ):
        one.ask("connected")
        time.sleep(SETTLE_SECONDS)
        start = resident_mb(process)
        name = f"{lender.kind}: start with {plan.large_posts:,} posts"
        section.at_most(name, start, AFTER_START_MB, " MB")
        wanted = {"command": "/digest", "text": "preview", "user": COORDINATOR}
        one.ask("command", times=1, awaited="respond", **wanted)
        time.sleep(SETTLE_SECONDS)
        name = f"{lender.kind}: a digest over {plan.large_posts:,} posts"
        section.at_most(name, resident_mb(process), AFTER_DIGEST_MB, " MB")
