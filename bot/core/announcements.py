"""What a project's channels are told about it: the card, and a line when something changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from bot.core.permissions import Actor
from bot.text import Language
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
    language: Language,
    now: datetime,
) -> None:
    """Put the project's card for this channel in the outbox.

    A channel that was taken out and comes back gets a new one: its people must know again.
    """
    args: JsonObject = {"project_id": project.id, "language": language}
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
    actor: Actor,
    language: Language,
    now: datetime,
    *,
    before: str = "",
    after: str = "",
) -> None:
    """Put one line for each of these channels in the outbox, because of an audit entry."""
    args: JsonObject = {
        "project_id": project.id,
        "what": what,
        "by": actor.user_id,
        "before": before,
        "after": after,
        "language": language,
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
