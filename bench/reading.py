"""4. A digest, a Home and the list of projects, over ten years as over the last weeks of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from zoneinfo import ZoneInfo

from bench.city import LEAD, MAYOR, NEWCOMER, NOW, STAFF, TEAM
from bench.databases import Lender
from bench.figures import Section, median
from bench.home import look
from bench.plan import Plan
from bot.core import periods
from bot.core.homes import Place, Tab
from bot.core.projects import listing
from bot.digest.compose import gather
from bot.views.projects import project_list
from models.database import Database
from models.workspace import Workspace

RATIO = 1.3
WITHIN_SECONDS = 1.0
ZONE = ZoneInfo("Asia/Tokyo")

Read = Callable[[Database], None]


def measure(plan: Plan) -> Section:
    """Run it."""
    section = Section(4, "Reading ten years takes as long as reading a few weeks")
    for lender in plan.lenders:
        taken = _both(plan, lender)
        for name, (small, large) in taken.items():
            what = f"{lender.kind}: {name}"
            section.tell(what, f"{small * 1000:.0f} ms → {large * 1000:.0f} ms")
            if name not in _LONGER:
                section.at_most(f"{what}, ratio", large / small, RATIO)
            section.at_most(f"{what}, the slower", max(small, large), WITHIN_SECONDS, " s")
    week = round(plan.large_posts / (52.18 * 10))
    section.notes.append(
        f"{plan.small_posts:,} posts are the last weeks of the {plan.large_posts:,}, with "
        f"{plan.reactions} reactions each: the week of the digest holds the same {week:,} posts in "
        "both. The member of staff has 40 posts in both; the author of all those years has ten "
        "in the one and a thousand in the other. Medians, each time with a new session; the two "
        "databases take turns."
    )
    return section


def _both(plan: Plan, lender: Lender) -> dict[str, tuple[float, float]]:
    """For each thing that is read, the seconds in the small database and in the large one."""
    found = {}
    with plan.city(lender, plan.small) as small, plan.city(lender, plan.large) as large:
        databases = (Database(small), Database(large))
        for name, read in {**READS, **_LONGER}.items():
            rounds: list[list[float]] = [[], []]
            for database in databases:
                read(database)  # once without the clock: statements are compiled, pages are read
            for _ in range(max(plan.reads, plan.rounds)):
                for database, taken in zip(databases, rounds, strict=True):
                    began = time.perf_counter()
                    read(database)
                    taken.append(time.perf_counter() - began)
            found[name] = (median(rounds[0]), median(rounds[1]))
        for database in databases:
            database.close()
    return found


def _digest(database: Database) -> None:
    with database.read() as session:
        workspace = session.get_one(Workspace, TEAM)
        period = periods.period_until(session, workspace, ZONE, NOW)
        gather(session, workspace, period, ZONE).write("ja")


def _list(database: Database) -> None:
    with database.read() as session:
        projects = listing(session, TEAM)
    project_list(projects, "", 0, "ja")


def _home(user: str, tab: Tab) -> Read:
    def read(database: Database) -> None:
        look(database, user, tab, Place(tab, {}))

    return read


# The page is longer in the large city: what is on it is not the same.
_LONGER: dict[str, Read] = {"Home of an author of all those years": _home(STAFF, Tab.MINE)}
READS: dict[str, Read] = {
    "weekly digest": _digest,
    "Home of the mayor": _home(MAYOR, Tab.LEADERS),
    "Home of a lead": _home(LEAD, Tab.LEAD),
    "Home of a member of staff": _home(NEWCOMER, Tab.MINE),
    "/project list": _list,
}
