"""Deliveries of which nobody can find out whether Slack has them are held.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.base import UtcDateTime

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | None = None
depends_on: str | None = None

_OPEN = "state IN ('pending', 'sending', 'unknown', 'held', 'failed')"
_OPEN_BEFORE = "state IN ('pending', 'sending', 'unknown', 'failed')"


def upgrade() -> None:
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index("ix_deliveries_open")
        batch_op.add_column(sa.Column("claims", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("asked_at", UtcDateTime(), nullable=True))
        batch_op.create_index(
            "ix_deliveries_open",
            ["state", "id"],
            unique=False,
            sqlite_where=sa.text(_OPEN),
            postgresql_where=sa.text(_OPEN),
        )
    op.execute("UPDATE deliveries SET asked_at = claimed_at WHERE state = 'unknown'")


def downgrade() -> None:
    op.execute("UPDATE deliveries SET state = 'unknown' WHERE state = 'held'")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index("ix_deliveries_open")
        batch_op.drop_column("asked_at")
        batch_op.drop_column("claims")
        batch_op.create_index(
            "ix_deliveries_open",
            ["state", "id"],
            unique=False,
            sqlite_where=sa.text(_OPEN_BEFORE),
            postgresql_where=sa.text(_OPEN_BEFORE),
        )
