"""Tells the coordinators if a digest that was due has not been sent half an hour later."""

from __future__ import annotations

import logging

from apscheduler.triggers.interval import IntervalTrigger

from bot.core import late_digests
from bot.deps import Deps
from bot.digest.make import make_due
from bot.trouble import tell
from jobs.each_workspace import each_workspace

log = logging.getLogger(__name__)

TRIGGER = IntervalTrigger(minutes=1)


def run(deps: Deps) -> None:
    """Look in each workspace; what goes wrong in one is logged and tried again the next time."""
    each_workspace(
        deps, _look_after, log, "whether a digest of {team_id} is late could not be found out"
    )


def _look_after(deps: Deps, team_id: str) -> None:
    """After a downtime the digest is made first: nobody is alarmed if it goes out at once."""
    named, zone, now = deps.settings.coordinators, deps.settings.timezone, deps.clock.now()
    with deps.database.read() as session:
        if not late_digests.has_untold(session, team_id, named, zone, now):
            return
        late = late_digests.overdue(session, team_id, zone, now)
    if any(one.made_at is None for one in late):
        _make(deps, team_id)
    with deps.database.write() as session:
        told = late_digests.tell(session, team_id, named, zone, now)
    if told:
        log.error("a digest of %s is late; %d people are told", team_id, told)
    deps.wake()


def _make(deps: Deps, team_id: str) -> None:
    try:
        make_due(deps.database, team_id, deps.settings.timezone, deps.clock.now())
    except Exception as error:
        tell(log, error, f"the digest of {team_id} could not be made")
