"""The same for every workspace."""

from __future__ import annotations

import logging
from collections.abc import Callable

from bot.deps import Deps
from bot.trouble import tell
from models import workspace


def each_workspace(
    deps: Deps, do: Callable[[Deps, str], None], log: logging.Logger, failure: str
) -> None:
    """Call `do` with the ID of each workspace.

    What goes wrong in one keeps no other from it, is logged as `failure` (with `{team_id}` in
    it), and is tried again the next time.
    """
    with deps.database.read() as session:
        teams = workspace.team_ids(session)
    for team_id in teams:
        try:
            do(deps, team_id)
        except Exception as error:
            tell(log, error, failure.format(team_id=team_id))
