"""3. From an event to where everybody sees it: it is applied, and that is committed."""

from __future__ import annotations

import threading
import time

from sqlalchemy import func, select

from bench.figures import Section, median, percentile
from bench.ingest import wait_until_applied
from bench.plan import Plan
from bench.processes import Generator, generator, recorder
from models import InboxEvent
from models.database import Database
from models.inbox import InboxState

WITHIN_MS = 250
RATE = 100.0
LOOK_EVERY_SECONDS = 0.02


def measure(plan: Plan) -> Section:
    """Run it."""
    section = Section(3, "From an event to the record, at 100 events a second")
    for lender in plan.lenders:
        with plan.town(lender) as url, generator() as one, recorder(one.url, url):
            one.ask("connected")
            one.flood(50)
            wait_until_applied(url)
            rounds = [_seen(one, url, plan.seconds_at_100) for _ in range(plan.rounds)]
        half = median([percentile(taken, 0.5) for taken in rounds])
        section.tell(f"{lender.kind}: p50", f"{half:.0f} ms")
        most = median([percentile(taken, 0.99) for taken in rounds])
        section.at_most(f"{lender.kind}: p99", most, WITHIN_MS, " ms")
    section.notes.append(
        f"Looked at every {LOOK_EVERY_SECONDS * 1000:.0f} ms by another process, which asks "
        "which events are applied; that is part of the time."
    )
    return section


def _seen(one: Generator, url: str, seconds: float) -> list[float]:
    """Milliseconds from sending each post to finding it applied."""
    database, found = Database(url), dict[str, float]()
    with database.read() as session:
        newest = session.scalar(select(func.max(InboxEvent.id))) or 0
    over = threading.Event()
    looking = threading.Thread(target=_look, args=(database, newest, found, over))
    looking.start()
    done = one.ask("pace", rate=RATE, seconds=seconds)
    event_ids, sent_at = done["event_ids"], done["sent_at"]
    assert isinstance(event_ids, list)
    assert isinstance(sent_at, list)
    deadline = time.monotonic() + 60
    while not found.keys() >= set(event_ids) and time.monotonic() < deadline:
        time.sleep(0.05)
    over.set()
    looking.join()
    database.close()
    pairs = zip(event_ids, sent_at, strict=True)
    return [(found.get(one, float("inf")) - sent) * 1000 for one, sent in pairs]


def _look(database: Database, newest: int, found: dict[str, float], over: threading.Event) -> None:
    """Note when each event was applied: what it says is visible with the same commit."""
    while not over.wait(LOOK_EVERY_SECONDS):
        with database.read() as session:
            events = session.execute(
                select(InboxEvent.id, InboxEvent.event_id, InboxEvent.state)
                .where(InboxEvent.id > newest)
                .order_by(InboxEvent.id)
            ).all()
        now, is_next = time.time(), True
        for event in events:
            is_done = event.state == InboxState.DONE
            if is_done:
                found.setdefault(event.event_id, now)
            is_next = is_next and is_done
            newest = event.id if is_next else newest
