"""Digests that were sent, and where a person finds them again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.delivery import Delivery, DeliveryState
from models.digest import Digest, DigestAudience

KEY = "digest"


@dataclass(frozen=True)
class PastDigest:
    """A digest with the place of one of its messages."""

    start: datetime
    end: datetime
    channel_id: str
    ts: str


def delivery_key(period_end: datetime, channel_id: str) -> str:
    """The key of a digest's first message in this channel."""
    return f"{KEY}:{period_end.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}:{channel_id}"


def past_digests(
    session: Session, team_id: str, viewer: str, *, limit: int
) -> tuple[PastDigest, ...]:
    """The latest digests, newest first: where one came to the viewer's own direct messages, that

    one, else the one in a channel. Those of other people's direct messages are nobody else's.
    """
    made = session.scalars(
        select(Digest)
        .where(Digest.team_id == team_id)
        .order_by(Digest.period_end.desc())
        .limit(limit)
    ).all()
    audiences = session.scalars(
        select(DigestAudience).where(DigestAudience.team_id == team_id).order_by(DigestAudience.id)
    ).all()
    places = _in_order(audiences, viewer)
    keys = [delivery_key(digest.period_end, place) for digest in made for place in places]
    sent = {
        delivery.key: delivery
        for delivery in session.scalars(
            select(Delivery).where(
                Delivery.team_id == team_id,
                Delivery.key.in_(keys),
                Delivery.state == DeliveryState.SENT,
                Delivery.ts.is_not(None),
            )
        )
    }
    found = []
    for digest in made:
        here = (sent.get(delivery_key(digest.period_end, place)) for place in places)
        first = next((delivery for delivery in here if delivery is not None), None)
        if first is not None and first.ts is not None:
            found.append(
                PastDigest(digest.period_start, digest.period_end, first.channel_id, first.ts)
            )
    return tuple(found)


def _in_order(audiences: Sequence[DigestAudience], viewer: str) -> list[str]:
    """The channels in which the viewer may look, their own direct messages first."""
    own = [audience.channel_id for audience in audiences if audience.user_id == viewer]
    shared = [audience.channel_id for audience in audiences if audience.user_id is None]
    return list(dict.fromkeys([*own, *shared]))
