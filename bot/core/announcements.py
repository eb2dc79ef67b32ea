"""What a project's channels are told about it: the card, and a line when something changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from models.base import JsonObject
from models.delivery import enqueue
from models.project import Project

CARD = "project_card"
NOTICE = "project_notice"


def card(
    session: Session,
    project: Project,
    channel_id: str,
    entry_id: int,
    now: datetime,
) -> None:
    """Put the project's card for this channel in the outbox.

    A channel that was taken out and comes back gets a new one: its people must know again.
    """
    args: JsonObject = {"project_id": project.id}
    key = f"card:project:{project.id}:{channel_id}"
    for candidate in (key, f"{key}:{entry_id}"):
        if enqueue(
            session,
            team_id=project.team_id,
            key=candidate,
            kind=CARD,
            channel_id=channel_id,
            args=args,
            now=now,
        ):
            return


def notices(
    session: Session,
    project: Project,
    channel_ids: Iterable[str],
    entry_id: int,
    what: str,
    now: datetime,
    *,
    before: str = "",
    after: str = "",
) -> None:
    """Put one line for each of these channels in the outbox, because of an audit entry."""
    args: JsonObject = {
        "project_id": project.id,
        "what": what,
        "before": before,
        "after": after,
    }
    for channel_id in channel_ids:
        enqueue(
            session,
            team_id=project.team_id,
            key=f"project_notice:{entry_id}:{channel_id}",
            kind=NOTICE,
            channel_id=channel_id,
            args=args,
            now=now,
        )
