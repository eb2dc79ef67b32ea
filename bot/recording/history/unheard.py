"""Messages that no event told of, although events could arrive: the connection seems to be deaf."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import slack_time
from bot.recording.history.differences import Place
from models import gap as gaps
from models import inbox
from models.base import JsonObject
from models.channel import Channel
from models.gap import Gap
from models.message import Message, Origin

# An event that has not come after so long has failed to come: Slack sends at once, and once more
# at once when that was in vain (docs.slack.dev/apis/events-api: "Retries").
OVERDUE = timedelta(seconds=60)


def not_recorded(session: Session, place: Place, events: Collection[JsonObject]) -> Sequence[str]:
    """The `ts` of the messages among these events of which nothing is stored yet."""
    written = {
        str(event["ts"])
        for event in events
        if event["type"] == "message" and event.get("subtype") != "message_deleted"
    }
    return sorted(written - set(_stored(session, place, written)))


def unheard(
    session: Session, place: Place, found: Collection[str], since: datetime, now: datetime
) -> Sequence[datetime]:
    """When those of these messages were written of which an event should have come long ago.

    `found`: recorded only now, from history. `since`: from when on somebody has listened. While
    events still wait to be applied nobody knows what has come.
    """
    if not found or inbox.oldest_pending(session, place.team_id) is not None:
        return []
    channel = session.get(Channel, (place.team_id, place.channel_id))
    came = channel.has_bot_ts if channel is not None else ""
    mine = [
        slack_time.to_datetime(ts)
        for ts in _stored(session, place, found, source=Origin.RECONCILE)
        if ts > came
    ]
    overdue = [moment for moment in mine if since <= moment <= now - OVERDUE]
    if not overdue:
        return []
    known = gaps.between(session, place.team_id, overdue[0], now)
    here = [one for one in known if one.channel_id in (None, place.channel_id)]
    return [moment for moment in overdue if not any(_explains(one, moment) for one in here)]


def _explains(gap: Gap, moment: datetime) -> bool:
    """Whether it is known already that events of this moment, or soon after it, may be missing."""
    is_over = gap.ended_at is not None and gap.ended_at < moment
    return not is_over and gap.began_at <= moment + OVERDUE


def _stored(
    session: Session, place: Place, times: Collection[str], *, source: str | None = None
) -> Sequence[str]:
    query = select(Message.ts).where(
        Message.team_id == place.team_id,
        Message.channel_id == place.channel_id,
        Message.ts.in_(times),
    )
    if source is not None:
        query = query.where(Message.source == source)
    return session.scalars(query.order_by(Message.ts)).all()
