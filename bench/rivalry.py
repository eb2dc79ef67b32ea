"""8. The same against slack-machine 0.40, and what both have lost after being killed.

slack-machine acknowledges before its plugins run, as most frameworks do.
"""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import click
from sqlalchemy import select

from bench.databases import Lender
from bench.figures import Section, median, spread
from bench.plan import Plan
from bench.processes import ROOT, WINDOW, Generator, generator, recorder, running
from models import InboxEvent
from models.database import Database

HERE = Path(__file__).parent / "rival"
MOST_BEFORE_KILL = 400

# What identifies a message in an answer of the generator, and where it was stored
Stored = Callable[[], set[str]]
Start = Callable[[str], AbstractContextManager[subprocess.Popen[bytes]]]


def measure(plan: Plan) -> Section:
    """Run it."""
    section = Section(8, "Beside slack-machine 0.40, which stores each message in SQLite")
    python = plan.rival_python or environment(plan.cache)
    lender = lender_of(plan, "SQLite")
    if lender is None:
        section.notes.append("Measured with SQLite only.")
        return section
    with tempfile.TemporaryDirectory(prefix="rival-", dir=plan.cache) as home:
        with plan.town(lender) as url:
            _race(section, plan, _ours(url), _theirs(python, Path(home) / "machine.db"))
        killed(section, plan)
        file = Path(home) / "killed.db"
        lost, sent = _killed(plan, _theirs(python, file), "ts", lambda: stored_by_them(file))
        section.tell("slack-machine: acknowledged messages", f"{sent:,} in {plan.kills} lives")
        section.tell("slack-machine: of these lost", f"{lost:,}")
    section.notes.append(
        f"Each life ends with SIGKILL after 1 to {MOST_BEFORE_KILL} acknowledgements, "
        f"{WINDOW} events being on their way. Nothing is sent again: what counts is what was "
        "acknowledged and is not in the database. slack-machine's storage commits each message "
        "by itself, in the journal mode and with the synchronous setting that SQLite begins with."
    )
    return section


def killed(section: Section, plan: Plan) -> None:
    """The recorder, killed again and again."""
    lender = lender_of(plan, "SQLite")
    assert lender is not None
    with plan.town(lender) as url:
        lost, sent = _killed(plan, _ours(url), "event_ids", lambda: stored_by_us(url))
    section.tell("iine: acknowledged events", f"{sent:,} in {plan.kills} lives")
    section.lost_of("iine: of these lost", lost)


def _ours(url: str) -> Start:
    return lambda slack: recorder(slack, url)


def _theirs(python: Path, file: Path) -> Start:
    return lambda slack: _machine(python, slack, file)


def environment(cache: Path) -> Path:
    """Python in an environment of slack-machine's own, made if it is not there; its path."""
    home = cache / "rival"
    python = home / "bin" / "python"
    done = home / ".installed"
    if not done.exists():
        click.echo("Installing slack-machine into an environment of its own", err=True)
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        wanted = ["-qq", "--require-hashes", "-r", str(HERE / "requirements.txt")]
        subprocess.run([python, "-m", "pip", "install", *wanted], check=True)
        done.touch()
    return python


@contextmanager
def _machine(python: Path, slack: str, file: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [str(python), str(HERE.relative_to(ROOT) / "launch.py"), slack, str(file)]
    with running(command, output=subprocess.DEVNULL) as process:
        yield process


def _race(section: Section, plan: Plan, ours: Start, theirs: Start) -> None:
    with generator() as one, generator() as other, ours(one.url), theirs(other.url):
        rates: dict[str, list[float]] = {"iine": [], "slack-machine": []}
        for driven in (one, other):
            driven.ask("connected")
            driven.flood(50)
        for _ in range(plan.rounds):
            rates["iine"].append(one.flood(plan.flood))
            time.sleep(plan.flood / 500)  # what follows the acknowledgement
            rates["slack-machine"].append(other.flood(plan.flood))
            time.sleep(plan.flood / 500)
    for name, taken in rates.items():
        section.tell(f"{name}: acknowledged", f"{spread(taken)} /s")
    pairs = zip(rates["iine"], rates["slack-machine"], strict=True)
    ratio = median([mine / theirs for mine, theirs in pairs])
    section.tell("iine / slack-machine", f"{ratio:.2f}")


def _killed(plan: Plan, start: Start, by: str, stored: Stored) -> tuple[int, int]:
    """How many were acknowledged and are not stored after so many lives, and how many in all."""
    luck, acknowledged = random.Random(9), set[str]()
    for _ in range(plan.kills):
        with generator() as one, start(one.url) as process:
            one.ask("connected")
            acknowledged |= _one_life(one, process, luck.randint(1, MOST_BEFORE_KILL), by)
    return len(acknowledged - stored()), len(acknowledged)


def _one_life(one: Generator, process: subprocess.Popen[bytes], most: int, by: str) -> set[str]:
    done = one.ask("flood", count=most + 2_000, window=WINDOW, kill=(most, process.pid))
    process.wait()
    acknowledged = done[by]
    assert isinstance(acknowledged, list)
    return set(acknowledged)


def stored_by_us(url: str) -> set[str]:
    """The IDs of the events in the inbox."""
    database = Database(url)
    with database.read() as session:
        events = set(session.scalars(select(InboxEvent.event_id)))
    database.close()
    return events


def stored_by_them(file: Path) -> set[str]:
    """The times of the messages that slack-machine's plugin has stored."""
    with sqlite3.connect(file) as connection:
        keys = connection.execute("SELECT CAST(key AS TEXT) FROM sm_storage").fetchall()
    connection.close()
    return {str(key).rsplit(":", 1)[-1] for (key,) in keys}


def lender_of(plan: Plan, kind: str) -> Lender | None:
    """The one of this kind, if it is measured."""
    return next((one for one in plan.lenders if one.kind == kind), None)
