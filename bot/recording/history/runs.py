"""A run through a channel's history, from being wanted to being done: `run_…` of its watermark."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.core import gaps, slack_time
from bot.recording.history.reader import MARGIN
from models import gap, watermark
from models.watermark import Watermark


def start(mark: Watermark, now: datetime) -> None:
    """What is wanted is being read from now on."""
    mark.run_from, mark.wanted_from = mark.wanted_from, None
    mark.run_threads, mark.wants_threads = mark.wants_threads, False
    mark.run_until = slack_time.from_datetime(now - MARGIN)
    mark.run_at, mark.run_began_at = None, now
    mark.run_messages = mark.run_reactions = 0


def give_up(session: Session, team_id: str, channel_id: str) -> None:
    """Nobody records the channel any more."""
    mark = watermark.locked(session, team_id, channel_id)
    if mark is not None:
        mark.wanted_from = mark.run_from = mark.run_until = mark.run_at = None
        mark.wants_threads = mark.run_threads = False
        mark.error = mark.error_at = mark.retry_at = None


def complete(session: Session, mark: Watermark, now: datetime) -> None:
    """The channel is known from `run_from` to `run_until`.

    Whoever had a later day read than the one up to which it was known has left a time unread.
    """
    if mark.run_from is not None and mark.run_from <= mark.known_until:
        mark.known_until = max(mark.known_until, mark.run_until or "")
    mark.read_at, mark.completed_at = mark.run_began_at, now
    if mark.run_threads:
        mark.swept_at = mark.run_began_at
    _note_found(session, mark, now)
    mark.run_from = mark.run_until = mark.run_at = mark.run_began_at = None
    mark.run_threads = False
    session.flush()
    gaps.close_gaps(session, mark.team_id, now)


def _note_found(session: Session, mark: Watermark, now: datetime) -> None:
    """What was found goes to the first gap for which the channel was read."""
    for one in gap.unread(session, mark.team_id, now):
        is_its = one.channel_id in (None, mark.channel_id)
        if is_its and one.asked_at is not None and mark.read_at and one.asked_at <= mark.read_at:
            one.messages += mark.run_messages
            one.reactions += mark.run_reactions
            return
