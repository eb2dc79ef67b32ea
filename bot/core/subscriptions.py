"""To what the app may not be subscribed: Slack tells an app nowhere, but history shows it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core import slack_time
from models import gap
from models.gap import Cause
from models.inbox import InboxEvent
from models.message import Origin
from models.reaction import Reaction


def unheard(session: Session, team_id: str, since: datetime, now: datetime) -> tuple[int, int]:
    """How many posts, and how many reactions, no event told of although Slack could be heard."""
    gaps = gap.between(session, team_id, since, now)
    deaf = [one for one in gaps if one.cause == Cause.DEAF]
    posts, reactions = sum(one.messages for one in deaf), 0
    # Once may be the connection's fault, if messages have come since.
    if len(deaf) == 1 and _have_come(session, team_id, "message", deaf[0].began_at):
        posts = 0
    if not _have_come(session, team_id, "reaction_added", since):
        reactions = _reactions_of_history(session, team_id, since)
    return posts, reactions


def _have_come(session: Session, team_id: str, kind: str, since: datetime) -> bool:
    """Whether any event of this type has come since."""
    query = select(InboxEvent.id).where(
        InboxEvent.team_id == team_id, InboxEvent.type == kind, InboxEvent.received_at >= since
    )
    return session.scalar(query.limit(1)) is not None


def _reactions_of_history(session: Session, team_id: str, since: datetime) -> int:
    """How many reactions that stand were found in history since."""
    query = select(func.count()).where(
        Reaction.team_id == team_id,
        Reaction.present,
        Reaction.event_ts >= slack_time.from_datetime(since),
        Reaction.source == Origin.RECONCILE,
    )
    return session.scalar(query) or 0
