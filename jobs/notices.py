"""Bundles what people are to hear of recognition, and keeps it from reaching them at night."""

from __future__ import annotations

import logging
from collections import defaultdict

from apscheduler.triggers.interval import IntervalTrigger

from bot.core import notices
from bot.core.calendar import calendar_of
from bot.core.notices import Desk
from bot.deps import Deps
from bot.trouble import tell
from models import workspace

log = logging.getLogger(__name__)

TRIGGER = IntervalTrigger(seconds=15)


def run(deps: Deps) -> None:
    """Put what is due in the outbox, person by person.

    What goes wrong for one person is logged, keeps nobody else waiting, and is tried again.
    """
    with deps.database.read() as session:
        teams = workspace.team_ids(session)
        waiting: dict[str, list[str]] = defaultdict(list)
        for team_id, user_id in notices.waiting(session):
            waiting[team_id].append(user_id)
    for team_id in teams:
        desk = _desk(deps, team_id)
        if desk.is_closed:
            _hold_back(deps, desk, team_id)
        for user_id in waiting[team_id]:
            try:
                _bundle(deps, desk, team_id, user_id)
            except Exception as error:
                tell(log, error, f"{user_id} could not be told of their recognition")


def _desk(deps: Deps, team_id: str) -> Desk:
    with deps.database.read() as session:
        calendar = calendar_of(session, team_id)
    return Desk(calendar, deps.settings.timezone, deps.clock.now())


def _hold_back(deps: Deps, desk: Desk, team_id: str) -> None:
    with deps.database.read() as session:
        if not desk.has_unsaid(session, team_id):
            return
    with deps.database.write() as session:
        desk.hold_back(session, team_id)


def _bundle(deps: Deps, desk: Desk, team_id: str, user_id: str) -> None:
    """Looks first, so that nobody who records has to wait for what is not due."""
    with deps.database.read() as session:
        if not desk.has_something(session, team_id, user_id):
            return
    with deps.database.write() as session:
        is_new = desk.bundle(session, team_id, user_id)
    if is_new:
        deps.wake()
