"""3. From an event to where everybody sees it: the tables of messages."""

from __future__ import annotations

import threading
import time

from sqlalchemy import func, select

from bench.figures import Section, median, percentile
from bench.ingest import wait_until_applied
from bench.plan import Plan
from bench.processes import Generator, generator, recorder
from models import Message
from models.database import Database

WITHIN_MS = 250
RATE = 100.0
LOOK_EVERY_SECONDS = 0.005


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
        f"Looked at every {LOOK_EVERY_SECONDS * 1000:.0f} ms by another process, which asks for "
        "the newest messages; that is part of the time."
    )
    return section


def _seen(one: Generator, url: str, seconds: float) -> list[float]:
    """Milliseconds from sending each post to finding it in the database."""
    database, found = Database(url), dict[str, float]()
    with database.read() as session:
        newest = session.scalar(select(func.max(Message.ts))) or ""
    over = threading.Event()
    looking = threading.Thread(target=_look, args=(database, newest, found, over))
    looking.start()
    done = one.ask("pace", rate=RATE, seconds=seconds)
    ts, sent_at = done["ts"], done["sent_at"]
    assert isinstance(ts, list)
    assert isinstance(sent_at, list)
    deadline = time.monotonic() + 60
    while not found.keys() >= set(ts) and time.monotonic() < deadline:
        time.sleep(0.05)
    over.set()
    looking.join()
    database.close()
    pairs = zip(ts, sent_at, strict=True)
    return [(found.get(one, float("inf")) - sent) * 1000 for one, sent in pairs]


def _look(database: Database, newest: str, found: dict[str, float], over: threading.Event) -> None:
    """Note when each message was there."""
    while not over.wait(LOOK_EVERY_SECONDS):
        with database.read() as session:
            seen = session.scalars(select(Message.ts).where(Message.ts > newest)).all()
        now = time.time()
        for ts in seen:
            found.setdefault(ts, now)
