"""What asks in the thread, and that somebody has deleted it there.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.base import UtcDateTime

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.add_column("questions", sa.Column("asking_ts", sa.String(length=32), nullable=True))
    op.add_column("questions", sa.Column("deleted_at", UtcDateTime(), nullable=True))
    # What asks already: the message that was sent for it
    op.execute(
        "UPDATE questions SET asking_ts = (SELECT deliveries.ts FROM deliveries"
        " WHERE deliveries.team_id = questions.team_id"
        " AND deliveries.key = 'question:' || questions.id)"
    )


def downgrade() -> None:
    with op.batch_alter_table("questions") as batch:
        batch.drop_column("deleted_at")
        batch.drop_column("asking_ts")
