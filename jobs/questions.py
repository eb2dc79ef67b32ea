"""Tells whoever asked that they were answered, and reminds leads of what is open for long."""

from __future__ import annotations

import logging

from apscheduler.triggers.interval import IntervalTrigger

from bot.core.calendar import calendar_of
from bot.core.question_reminders import Desk
from bot.deps import Deps
from jobs.each_workspace import each_workspace
from models.workspace import Workspace

log = logging.getLogger(__name__)

TRIGGER = IntervalTrigger(seconds=30)


def run(deps: Deps) -> None:
    """Look in each workspace; what goes wrong in one is logged and tried again the next time."""
    each_workspace(deps, _look_after, log, "the questions of {team_id} could not be looked after")


def _look_after(deps: Deps, team_id: str) -> None:
    with deps.database.read() as session:
        desk = Desk(calendar_of(session, team_id), deps.settings.timezone, deps.clock.now())
        # Without taking the write lock from those who record
        if desk.is_closed or not desk.has_something(session, team_id):
            return
    with deps.database.write() as session:
        # One process at a time: what is due for a lead goes out in one message.
        session.get_one(Workspace, team_id, with_for_update=True)
        answers = desk.tell_answers(session, team_id)
        reminded = desk.remind(session, team_id)
    log.info("questions: told of %s answers, reminded of %s", answers, reminded)
    deps.wake()
