"""Asks the leads of projects that have gone quiet, in private, how it is going."""

from __future__ import annotations

import logging

from apscheduler.triggers.interval import IntervalTrigger

from bot.core import quiet
from bot.deps import Deps
from jobs.each_workspace import each_workspace

log = logging.getLogger(__name__)

TRIGGER = IntervalTrigger(minutes=10)


def run(deps: Deps) -> None:
    """Look in each workspace; what goes wrong in one is logged and tried again the next time."""
    each_workspace(deps, _ask, log, "the quiet projects of {team_id} could not be asked about")


def _ask(deps: Deps, team_id: str) -> None:
    zone, now = deps.settings.timezone, deps.clock.now()
    with deps.database.read() as session:
        projects = [one.project_id for one in quiet.to_ask(session, team_id, zone, now)]
    for project_id in projects:
        with deps.database.write() as session:
            asked = quiet.ask(session, team_id, project_id, zone, now)
        if asked:
            log.info("asked the leads of project %d how it is going", project_id)
            deps.wake()
