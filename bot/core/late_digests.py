"""Digests that were due and have not been sent: a digest must not fail to come without a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import coordinators
from bot.core.calendar import calendar_of
from bot.core.hours import next_disturbable
from bot.core.members import is_reachable
from bot.core.outgoing import NOTHING_TO_SAY
from bot.core.periods import due_moment
from models import digest as digests
from models.delivery import (
    GIVEN_UP,
    IN_DOUBT,
    REFUSED_LATELY,
    UNSETTLED_STATES,
    Delivery,
    DeliveryState,
    by_key,
    enqueue,
)
from models.digest import Digest, DigestAudience
from models.member import Member
from models.workspace import Workspace

# The kind of the delivery to a coordinator
LATE_DIGEST = "late_digest"
LATE_AFTER = timedelta(minutes=30)
# After a long downtime a digest is made late, and then sent at once.
SENDING_TAKES = timedelta(minutes=5)


@dataclass(frozen=True)
class Missing:
    """An audience that has not got the digest, or not all of it. `error` as the sender keeps it.

    `is_in_doubt`: Slack may have it.
    """

    channel_id: str
    user_id: str | None
    is_in_doubt: bool
    error: str | None


@dataclass(frozen=True)
class LateDigest:
    """A digest that was due half an hour ago or more. `made_at`: None if it was not even made."""

    due_at: datetime
    made_at: datetime | None
    missing: tuple[Missing, ...] = ()


def overdue(session: Session, team_id: str, zone: tzinfo, now: datetime) -> tuple[LateDigest, ...]:
    """The scheduled digests of this workspace that are late, oldest first.

    Nothing is late where nobody is to get it. What was asked for by hand is watched by whoever
    asked; what was given up, or is older than a week, is not waited for any more.
    """
    made = session.scalars(
        select(Digest)
        .where(
            Digest.team_id == team_id,
            Digest.due_at <= now - LATE_AFTER,
            Digest.due_at > now - REFUSED_LATELY,
            Digest.created_at <= now - SENDING_TAKES,
        )
        .order_by(Digest.due_at)
    )
    late = [
        LateDigest(digest.due_at, digest.created_at, missing)
        for digest in made
        if digest.due_at is not None and (missing := _missing(session, digest))
    ]
    workspace = session.get(Workspace, team_id)
    if workspace is not None:
        unmade = due_moment(session, workspace, zone, now - LATE_AFTER)
        late += [LateDigest(unmade, None)] if unmade is not None else []
    return tuple(late)


def has_untold(
    session: Session, team_id: str, named: frozenset[str], zone: tzinfo, now: datetime
) -> bool:
    """Whether `tell` would tell anybody anything now. `named`: the coordinators of the settings."""
    return any(
        by_key(session, team_id, _key(late, person)) is None
        for late in overdue(session, team_id, zone, now)
        for person in _whom_to_tell(session, team_id, named)
    )


def tell(session: Session, team_id: str, named: frozenset[str], zone: tzinfo, now: datetime) -> int:
    """Tell each coordinator of each late digest, once; returns how many messages that makes.

    Where there is no coordinator, the workspace's admins are told.
    """
    told = 0
    not_before = next_disturbable(calendar_of(session, team_id), zone, now)
    for late in overdue(session, team_id, zone, now):
        for person in _whom_to_tell(session, team_id, named):
            told += enqueue(
                session,
                team_id=team_id,
                key=_key(late, person),
                kind=LATE_DIGEST,
                channel_id=person,
                args={"due_at": late.due_at.isoformat(), "coordinator": person},
                now=now,
                not_before=not_before,
            )
    return told


def _missing(session: Session, digest: Digest) -> tuple[Missing, ...]:
    """The first message that each audience has not got."""
    rows = session.scalars(
        select(Delivery)
        .where(Delivery.team_id == digest.team_id, Delivery.key.in_(digests.delivery_keys(digest)))
        .order_by(Delivery.id)
    )
    found: dict[int, Missing] = {}
    for row in rows:
        audience = session.get(DigestAudience, row.args["audience_id"])
        if audience is None or audience.removed_at is not None or not is_missing(row):
            continue
        missing = Missing(audience.channel_id, audience.user_id, row.state in IN_DOUBT, row.error)
        found.setdefault(audience.id, missing)
    return tuple(found.values())


def is_missing(row: Delivery) -> bool:
    """Whether it never stood in Slack and should.

    There may be less to say in the thread, also while that is looked at anew.
    """
    if row.ts is not None or row.sent_at is not None:
        return False
    if row.state == DeliveryState.DROPPED or row.error == NOTHING_TO_SAY:
        return row.args["part"] == 0 and row.error != GIVEN_UP
    return row.state in UNSETTLED_STATES


def _key(late: LateDigest, person: str) -> str:
    return f"{LATE_DIGEST}:{late.due_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}:{person}"


def _whom_to_tell(session: Session, team_id: str, named: frozenset[str]) -> Sequence[str]:
    known = coordinators.everyone(session, team_id, named)
    reachable = [one for one in known if is_reachable(session.get(Member, (team_id, one)))]
    if reachable:
        return reachable
    admins = session.scalars(
        select(Member).where(Member.team_id == team_id, Member.is_admin).order_by(Member.user_id)
    )
    return [member.user_id for member in admins if is_reachable(member)]
