"""Posts that reached us, or were marked as posts, too late for the digest of their time."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false
from sqlalchemy.orm import Session

from bot.core import slack_time
from bot.core.recognition import Span
from models import digest as digests
from models.message import Message


def came_late(session: Session, span: Span) -> ColumnElement[bool]:
    """The post is older than the span, and no digest could show it yet when the one before was

    made. It is named once: when this span's own digest is made, what follows is for the next.
    """
    previous = digests.ending_at(session, span.team_id, slack_time.to_datetime(span.start))
    if previous is None:
        return false()
    is_late = and_(
        Message.team_id == span.team_id,
        Message.ts < span.start,
        Message.counted_at >= previous.complete_until,
    )
    made = digests.ending_at(session, span.team_id, slack_time.to_datetime(span.end))
    return is_late if made is None else and_(is_late, Message.counted_at < made.complete_until)
