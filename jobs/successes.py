"""Has everyone who was acknowledged or thanked last month get it in one message."""

from __future__ import annotations

import logging

from apscheduler.triggers.interval import IntervalTrigger

from bot.core import successes
from bot.core.calendar import calendar_of
from bot.deps import Deps
from jobs.each_workspace import each_workspace

log = logging.getLogger(__name__)

TRIGGER = IntervalTrigger(minutes=5)


def run(deps: Deps) -> None:
    """Look whether last month is to be told of, and to whom it was not told yet.

    What goes wrong in one workspace is logged, keeps no other from it, and is tried again.
    """
    each_workspace(deps, _tell, log, "the month of {team_id} could not be told")


def _tell(deps: Deps, team_id: str) -> None:
    zone, now = deps.settings.timezone, deps.clock.now()
    with deps.database.read() as session:
        month = successes.month_to_tell(calendar_of(session, team_id), zone, now)
        if month is None:
            return
        start, end = successes.span_of_month(month, zone)
        people = [
            user_id
            for user_id in successes.people_of(session, team_id, start, end)
            if not successes.was_told(session, team_id, user_id, month)
            and successes.wants_to_hear(session, team_id, user_id)
        ]
    if not people:
        return
    with deps.database.write() as session:
        new = [successes.tell(session, team_id, user_id, month, now) for user_id in people]
    if any(new):
        log.info("told %d people of %s of their month", sum(new), team_id)
        deps.wake()
