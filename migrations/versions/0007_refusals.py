"""Which app it is, and how much of what Slack sent was not ours to record.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.base import UtcDateTime

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    with op.batch_alter_table("workspaces") as batch:
        batch.add_column(
            sa.Column("app_id", sa.String(length=64), server_default="", nullable=False)
        )
    op.create_table(
        "refusals",
        sa.Column("team_id", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.String(length=128), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "reason", name=op.f("pk_refusals")),
    )


def downgrade() -> None:
    op.drop_table("refusals")
    with op.batch_alter_table("workspaces") as batch:
        batch.drop_column("app_id")
