"""What events say about reactions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.core import emoji, members, posts, slack_time
from bot.recording.payload import Payload
from models import reaction
from models.channel import current_id
from models.message import locked
from models.reaction import EMOJI_LENGTH


def apply(session: Session, team_id: str, event: Payload, now: datetime) -> None:
    """Record a reaction that was added or taken back.

    `item` may also be a file (docs.slack.dev/reference/events/reaction_added): nothing to do.
    """
    item = event.inner("item")
    if item.text("type") not in ("", "message"):
        return
    channel_id = current_id(session, team_id, item.required("channel"))
    ts, user_id = item.required("ts"), event.required("user")
    name = event.required("reaction")[:EMOJI_LENGTH]
    members.ensure(session, team_id, user_id)  # the profile says whether it is a bot
    reaction.record(
        session,
        team_id=team_id,
        channel_id=channel_id,
        ts=ts,
        user_id=user_id,
        name=name,
        emoji=emoji.canonical(name),
        present=event.text("type") == "reaction_added",
        event_ts=slack_time.normal(event.required("event_ts")),
    )
    if emoji.canonical(name) == emoji.MEMO:
        message = locked(session, team_id, channel_id, ts)
        if message is not None and message.user_id == user_id:
            posts.recount(session, message, now)
