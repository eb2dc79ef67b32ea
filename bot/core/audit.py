"""Who changed what, and when."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.permissions import Actor
from models.audit import AuditEntry
from models.base import JsonObject


@dataclass(frozen=True)
class Change:
    """A change as people read it. `before` and `after` hold the fields that differ."""

    action: str
    actor_id: str
    at: datetime
    before: Mapping[str, object]
    after: Mapping[str, object]


def record(
    session: Session,
    actor: Actor,
    action: str,
    *,
    now: datetime,
    project_id: int | None = None,
    before: JsonObject | None = None,
    after: JsonObject | None = None,
) -> AuditEntry:
    """Keep a change, in the transaction that makes it. Values must be plain JSON."""
    entry = AuditEntry(
        team_id=actor.team_id,
        at=now,
        actor_id=actor.user_id,
        action=action,
        project_id=project_id,
        details={"before": before or {}, "after": after or {}},
    )
    session.add(entry)
    session.flush()
    return entry


def history(
    session: Session, project_id: int, limit: int, *, without: Collection[str] = ()
) -> tuple[Change, ...]:
    """The latest changes of a project, newest first, `without` those of some sorts."""
    query = (
        select(AuditEntry)
        .where(AuditEntry.project_id == project_id, AuditEntry.action.not_in(without))
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )
    return tuple(_change(entry) for entry in session.scalars(query))


def latest(session: Session, project_id: int, action: str) -> Change | None:
    """The latest change of this sort."""
    query = (
        select(AuditEntry)
        .where(AuditEntry.project_id == project_id, AuditEntry.action == action)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    entry = session.scalars(query).one_or_none()
    return _change(entry) if entry else None


def _change(entry: AuditEntry) -> Change:
    return Change(
        action=entry.action,
        actor_id=entry.actor_id,
        at=entry.at,
        before=_fields(entry.details.get("before")),
        after=_fields(entry.details.get("after")),
    )


def _fields(value: object) -> Mapping[str, object]:
    return {str(name): field for name, field in value.items()} if isinstance(value, dict) else {}
