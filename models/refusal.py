"""What Slack sent that is not ours to record: how much of it, and nothing of what it said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import ID_LENGTH, Base, SlackId
from models.database import insert


class Reason(StrEnum):
    """Why it was refused."""

    OTHER_WORKSPACE = "other_workspace"
    OTHER_APP = "other_app"


class Refusal(Base):
    """How often something was refused for a reason. `last_id`: Slack's ID of the last event."""

    __tablename__ = "refusals"

    team_id: Mapped[SlackId] = mapped_column(String(ID_LENGTH), primary_key=True)
    reason: Mapped[str] = mapped_column(String(32), primary_key=True)
    count: Mapped[int]
    last_id: Mapped[str] = mapped_column(String(128))
    last_at: Mapped[datetime]


def add(session: Session, team_id: str, reason: Reason, last_id: str, now: datetime) -> int:
    """Count one more; returns how many there were so far. `team_id` is our own workspace."""
    statement = insert(session, Refusal).values(
        team_id=team_id, reason=reason, count=1, last_id=last_id, last_at=now
    )
    statement = statement.on_conflict_do_update(
        index_elements=["team_id", "reason"],
        set_={"count": Refusal.count + 1, "last_id": last_id, "last_at": now},
    )
    return session.execute(statement.returning(Refusal.count)).scalar_one()


def since(session: Session, moment: datetime) -> Sequence[Refusal]:
    """Those of which the last was refused after `moment`."""
    query = select(Refusal).where(Refusal.last_at > moment)
    return session.scalars(query.order_by(Refusal.team_id, Refusal.reason)).all()


def totals(session: Session) -> Mapping[str, int]:
    """How many there were so far, by the reason; every reason is named."""
    found = session.execute(
        select(Refusal.reason, func.sum(Refusal.count)).group_by(Refusal.reason)
    )
    counted = {str(reason): int(count) for reason, count in found}
    return {reason.value: counted.get(reason.value, 0) for reason in Reason}
