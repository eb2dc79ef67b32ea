"""Looks every minute which channels are to be read from Slack's history, and has it done."""

from __future__ import annotations

import logging

from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import select

from bot.core import gaps
from bot.deps import Deps
from models.workspace import Workspace

log = logging.getLogger(__name__)

TRIGGER = IntervalTrigger(minutes=1)


def run(deps: Deps) -> None:
    """Note that this process is alive; ask for what is due. The reconciler then reads it."""
    zone, now = deps.settings.timezone, deps.clock.now()
    with deps.database.read() as session:
        teams = [
            (
                workspace.team_id,
                workspace.alive_at,
                gaps.is_any_due(session, workspace.team_id, zone, now),
            )
            for workspace in session.scalars(select(Workspace).order_by(Workspace.team_id))
        ]
    for team_id, alive_at, is_due in teams:
        is_noted = alive_at is not None and abs(now - alive_at) < gaps.ALIVE_EVERY
        if is_noted and not is_due:
            continue
        with deps.database.write() as session:
            gaps.is_alive(session, team_id, now)
            if is_due:
                gaps.ask_regularly(session, team_id, zone, now)
            gaps.close_gaps(session, team_id, now)
