"""Where projects stood before they moved on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.audit import AuditEntry
from models.project import Stage

_STAGES = frozenset(stage.value for stage in Stage)


def stages_before(
    session: Session, project_ids: Sequence[int], start: datetime, end: datetime
) -> dict[int, Stage]:
    """The stage that each project had before its first move in this time, by project ID.

    From the audit log, where a change keeps the fields that differ; a project of which nothing
    is noted there is left out.
    """
    entries = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.project_id.in_(project_ids), AuditEntry.at >= start, AuditEntry.at < end)
        .order_by(AuditEntry.id)
    )
    before: dict[int, Stage] = {}
    for entry in entries:
        fields = entry.details.get("before")
        stage = fields.get("stage") if isinstance(fields, dict) else None
        if entry.project_id is not None and isinstance(stage, str) and stage in _STAGES:
            before.setdefault(entry.project_id, Stage(stage))
    return before
