"""Looks every half a minute whether a digest is due, and has it made."""

from __future__ import annotations

import logging

from apscheduler.triggers.interval import IntervalTrigger

from bot.deps import Deps
from bot.digest.make import make_due
from jobs.each_workspace import each_workspace

log = logging.getLogger(__name__)

TRIGGER = IntervalTrigger(seconds=30)


def run(deps: Deps) -> None:
    """Make the digest of each workspace where one is due."""
    each_workspace(deps, _make, log, "the digest of {team_id} could not be made")


def _make(deps: Deps, team_id: str) -> None:
    if make_due(deps.database, team_id, deps.settings.timezone, deps.clock.now()):
        log.info("made the digest of %s", team_id)
        deps.wake()
