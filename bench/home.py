"""How long it takes to make each page of the Home, with a million posts in the database.

    python -m bench.home [--posts N] [--years Y] [--runs N] [--database sqlite|postgres|both]

It makes a database in a temporary directory, fills it, makes each page some times, and prints
the first time (a new process, whose statements are not compiled yet) and the median in
milliseconds: asking the database, building the view and writing it as JSON. What Slack needs to
take it is not in it.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bench.city import COORDINATOR, LEAD, MAYOR, NOW, STAFF, TEAM, Size, build
from bot.core.homes import Place, Tab
from bot.core.permissions import actor_of
from bot.home import pages
from bot.home.viewer import Viewer
from bot.views.digest import Style
from models import schema
from models.database import Database
from models.member import Member
from tests.databases import postgres_server

ZONE = ZoneInfo("Asia/Tokyo")
LOOKS: tuple[tuple[str, str, Tab, dict[str, int]], ...] = (
    ("leaders", MAYOR, Tab.LEADERS, {}),
    ("leaders, last page", MAYOR, Tab.LEADERS, {"waiting": 10_000}),
    ("coordination", COORDINATOR, Tab.COORDINATION, {}),
    ("lead", LEAD, Tab.LEAD, {}),
    ("mine", STAFF, Tab.MINE, {}),
    ("mine, an author of much", LEAD, Tab.MINE, {}),
)


@click.command()
@click.option("--posts", default=1_000_000, show_default=True)
@click.option("--years", default=3.0, show_default=True, help="Over how many years they spread.")
@click.option("--runs", default=30, show_default=True)
@click.option(
    "--database",
    "which",
    type=click.Choice(["sqlite", "postgres", "both"]),
    default="both",
    show_default=True,
)
@click.option("--keep", help="A database URL to use instead; it is filled if it is empty.")
def main(posts: int, years: float, runs: int, which: str, keep: str | None) -> None:
    """Measure and print."""
    for name, lend in (("sqlite", _sqlite), ("postgres", postgres_server)):
        if keep is not None or which in (name, "both"):
            with lend() as url:
                _measure(keep or url, Size(posts, years), runs)
        if keep is not None:
            return


def _measure(url: str, size: Size, runs: int) -> None:
    database = Database(url)
    schema.upgrade(database)
    with database.read() as session:
        is_filled = session.get(Member, (TEAM, MAYOR)) is not None
    if not is_filled:
        build(database, size)
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    click.echo(f"{kind}: {size.posts:,} posts over {size.years:g} years")
    click.echo(f"{'page':<26}{'first':>10}{'median':>10}{'slowest':>10}   blocks")
    for name, user, tab, where in LOOKS:
        times, blocks = [], 0
        for _ in range(runs):
            start = time.perf_counter()
            blocks = look(database, user, tab, Place(tab, where))
            times.append((time.perf_counter() - start) * 1000)
        first, median, slowest = times[0], statistics.median(times), max(times[1:])
        click.echo(f"{name:<26}{first:>7.0f} ms{median:>7.0f} ms{slowest:>7.0f} ms{blocks:>9}")
    database.close()


def look(database: Database, user: str, tab: Tab, place: Place) -> int:
    """Make a page as it is made for Slack; the number of its blocks."""
    with database.read() as session:
        member = session.get_one(Member, (TEAM, user))
        actor = actor_of(session, member, coordinators=frozenset(), default_language="ja", now=NOW)
        viewer = Viewer(actor, place, NOW, Style("ja", ZONE, "https://city.slack.com/"))
        view, shown = pages.make(session, viewer)
    assert shown == tab, f"{user} has no page {tab}"
    return len(json.loads(json.dumps(view.to_dict()))["blocks"])


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="bench-") as home:
        yield f"sqlite:///{Path(home) / 'city.db'}"


if __name__ == "__main__":
    main()
