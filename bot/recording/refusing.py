"""What is acknowledged, so that Slack does not send it again, and recorded nowhere: not ours.

An app that is installed for a whole organisation hears of its other workspaces
(docs.slack.dev/apis/events-api: `authorizations`, `is_enterprise_install`); two tokens of
different apps in one `.env` mix up two apps. Either way these are not the words of people who
have agreed to be recorded here. They are counted, and `app.py check` shows the number.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from bot.recording.payload import Payload
from models import refusal
from models.refusal import Reason

log = logging.getLogger(__name__)

_EVENT_ID = re.compile(r"[A-Za-z0-9]{1,128}")
# So that thousands of them leave a handful of lines in the log
_TOLD_AT = frozenset(10**n for n in range(10))


def team_of(body: Payload, installed: Mapping[str, str]) -> str:
    """The workspace through which the event came: ours, if it is among those that it names.

    `installed` has the app's ID in each workspace of ours. In shared channels `team_id` may be
    another organisation's; `context_team_id` and `authorizations` name the workspaces that have
    installed the app (docs.slack.dev/apis/events-api).
    """
    named = list(_workspaces(body))
    return next((team for team in named if team in installed), named[0])


def reason_to_refuse(body: Payload, installed: Mapping[str, str]) -> Reason | None:
    """Why this event is not ours, None if it is. Who does not know itself refuses nothing."""
    team_id = team_of(body, installed)
    if installed and team_id not in installed:
        return Reason.OTHER_WORKSPACE
    ours, theirs = installed.get(team_id), body.text("api_app_id")
    return Reason.OTHER_APP if ours and theirs and ours != theirs else None


def refuse(
    session: Session, body: Payload, reason: Reason, installed: Mapping[str, str], now: datetime
) -> None:
    """Count it in this transaction, for the workspace of ours that had to do with it."""
    team_id, event_id = team_of(body, installed), body.text("event_id")
    known = event_id if _EVENT_ID.fullmatch(event_id) else ""
    at = team_id if team_id in installed else min(installed)
    count = refusal.add(session, at, reason, known, now)
    if count in _TOLD_AT:
        log.warning("not recorded, because it is not ours (%s): %d so far", reason, count)


def _workspaces(body: Payload) -> Iterator[str]:
    """Every workspace through which it may have come, the likeliest first; at least one."""
    named = [one.text("team_id") for one in body.each("authorizations")]
    if any(named):
        yield from filter(None, named)
    else:
        yield body.text("context_team_id") or body.text("team_id")
