"""Who receives digests: channels, and people in their direct messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import audit, homes
from bot.core.permissions import Actor, require_coordinator
from bot.text import Language
from models import digest as digests
from models.channel import Channel, current_id
from models.database import insert
from models.digest import DigestAudience


class Hindrance(Enum):
    """Why no digest reaches a channel: outsiders read it, it is archived, the bot is not in it."""

    SHARED = auto()
    ARCHIVED = auto()
    WITHOUT_BOT = auto()


@dataclass(frozen=True)
class Audience:
    """A channel, or a person where `user_id` is set. `hindrance`: why it gets nothing for now."""

    channel_id: str
    user_id: str | None
    language: Language
    hindrance: Hindrance | None = None


def add(
    session: Session,
    actor: Actor,
    channel_id: str,
    *,
    user_id: str | None,
    language: Language,
    now: datetime,
) -> bool:
    """Have digests sent there from now on; says whether anything changed by that.

    For one that is there already only the language changes. Raises UserError if the actor may
    not.
    """
    require_coordinator(actor)
    present = _current(session, actor.team_id, channel_id)
    if present is not None and present.language == language:
        return False
    if present is None:
        statement = insert(session, DigestAudience).values(
            team_id=actor.team_id,
            channel_id=channel_id,
            user_id=user_id,
            language=language,
            added_by=actor.user_id,
            added_at=now,
        )
        session.execute(statement.on_conflict_do_nothing())
    else:
        present.language = language
    homes.settings_changed(session, actor, now)
    audit.record(
        session,
        actor,
        "digest.audience_added",
        now=now,
        after={"channel": channel_id, "user": user_id, "language": language},
    )
    return True


def remove(session: Session, actor: Actor, channel_id: str, *, now: datetime) -> bool:
    """Send no more digests there; says whether any were sent. Raises UserError."""
    require_coordinator(actor)
    present = _current(session, actor.team_id, channel_id)
    if present is None:
        return False
    present.removed_at = now
    homes.settings_changed(session, actor, now)
    audit.record(session, actor, "digest.audience_removed", now=now, before={"channel": channel_id})
    return True


def listing(session: Session, team_id: str) -> tuple[Audience, ...]:
    """Everyone who receives digests now, in the order in which they were added."""
    return tuple(
        Audience(
            channel_id=row.channel_id,
            user_id=row.user_id,
            language="en" if row.language == "en" else "ja",
            hindrance=_hindrance(session, row),
        )
        for row in digests.audiences(session, team_id)
    )


def of_person(session: Session, team_id: str, user_id: str) -> str | None:
    """The direct messages in which this person receives digests now."""
    return session.scalar(
        select(DigestAudience.channel_id).where(
            DigestAudience.team_id == team_id,
            DigestAudience.user_id == user_id,
            DigestAudience.removed_at.is_(None),
        )
    )


def may_receive(session: Session, audience: DigestAudience) -> bool:
    """Whether digests may go there: people from outside must not see them."""
    return audience.removed_at is None and not is_shared(session, audience)


def is_shared(session: Session, audience: DigestAudience) -> bool:
    """Whether people of other organisations are where this audience is."""
    channel = _channel(session, audience)
    return channel is not None and channel.is_shared


def _hindrance(session: Session, audience: DigestAudience) -> Hindrance | None:
    """As far as Slack has told us: of a channel that never changed nothing is known."""
    channel = _channel(session, audience)
    if channel is None:
        return None
    if channel.is_shared:
        return Hindrance.SHARED
    if channel.is_archived:
        return Hindrance.ARCHIVED
    return Hindrance.WITHOUT_BOT if channel.has_bot_ts and not channel.has_bot else None


def _channel(session: Session, audience: DigestAudience) -> Channel | None:
    today = current_id(session, audience.team_id, audience.channel_id)
    return session.get(Channel, (audience.team_id, today))


def _current(session: Session, team_id: str, channel_id: str) -> DigestAudience | None:
    return session.scalars(
        select(DigestAudience).where(
            DigestAudience.team_id == team_id,
            DigestAudience.channel_id == channel_id,
            DigestAudience.removed_at.is_(None),
        )
    ).one_or_none()
