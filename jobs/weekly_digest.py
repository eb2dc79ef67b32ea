"""Looks every half a minute whether a digest is due, and has it made."""

from __future__ import annotations

import logging

from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import select

from bot.deps import Deps
from bot.digest.make import make_due
from bot.trouble import tell
from models.workspace import Workspace

log = logging.getLogger(__name__)

TRIGGER = IntervalTrigger(seconds=30)


def run(deps: Deps) -> None:
    """Make the digest of each workspace where one is due.

    What goes wrong in one workspace is logged, keeps no other from its digest, and is tried
    again the next time.
    """
    with deps.database.read() as session:
        teams = session.scalars(select(Workspace.team_id).order_by(Workspace.team_id)).all()
    for team_id in teams:
        try:
            made = make_due(deps.database, team_id, deps.settings.timezone, deps.clock.now())
        except Exception as error:
            tell(log, error, f"the digest of {team_id} could not be made")
            continue
        if made:
            log.info("made the digest of %s", team_id)
            deps.wake()
