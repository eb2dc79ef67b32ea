"""What the database says of how things stand."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.core import late_digests
from models import inbox, refusal
from models.database import Database
from models.delivery import UNSETTLED_STATES, Delivery, is_open
from models.digest import Digest
from models.gap import Gap
from models.inbox import InboxState
from models.workspace import Workspace

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class State:
    """How things stand. Ages in seconds; `deliveries` by their state, `not_ours` by the reason."""

    waiting: int = 0
    dead: int = 0
    oldest_waiting: float | None = None
    deliveries: Mapping[str, int] = field(default_factory=dict)
    last_digest: datetime | None = None
    late_digests: int = 0
    open_gaps: int = 0
    not_ours: Mapping[str, int] = field(default_factory=dict)


def look(database: Database, zone: tzinfo, now: datetime) -> State | None:
    """How things stand now; None if the database does not answer."""
    try:
        with database.read() as session:
            return _look(session, zone, now)
    except (SQLAlchemyError, OSError) as error:
        log.warning("how things stand can't be seen: %s", type(error).__name__)
        return None


def _look(session: Session, zone: tzinfo, now: datetime) -> State:
    oldest = inbox.oldest_pending(session)
    teams = session.scalars(select(Workspace.team_id)).all()
    found = session.execute(
        select(Delivery.state, func.count()).where(is_open()).group_by(Delivery.state)
    )
    counted = {str(state): int(count) for state, count in found}
    return State(
        waiting=inbox.count(session, InboxState.PENDING),
        dead=inbox.count(session, InboxState.DEAD),
        oldest_waiting=None if oldest is None else max(0.0, (now - oldest).total_seconds()),
        deliveries={state.value: counted.get(state.value, 0) for state in UNSETTLED_STATES},
        last_digest=session.scalar(select(func.max(Digest.created_at))),
        late_digests=sum(len(late_digests.overdue(session, team, zone, now)) for team in teams),
        open_gaps=session.scalar(select(func.count()).where(Gap.closed_at.is_(None))) or 0,
        not_ours=refusal.totals(session),
    )
