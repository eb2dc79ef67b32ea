"""What is known of Slack's own history.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.base import UtcDateTime

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "gaps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(length=64), nullable=False),
        sa.Column("channel_id", sa.String(length=64), nullable=True),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("reactions", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gaps")),
    )
    with op.batch_alter_table("gaps", schema=None) as batch_op:
        batch_op.create_index("ix_gaps_by_time", ["team_id", "began_at"], unique=False)
        batch_op.create_index(
            "ix_gaps_open",
            ["team_id"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "threads",
        sa.Column("team_id", sa.String(length=64), nullable=False),
        sa.Column("channel_id", sa.String(length=64), nullable=False),
        sa.Column("ts", sa.String(length=32), nullable=False),
        sa.Column("reply_count", sa.Integer(), nullable=False),
        sa.Column("latest_reply", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "channel_id", "ts", name=op.f("pk_threads")),
    )
    op.create_table(
        "watermarks",
        sa.Column("team_id", sa.String(length=64), nullable=False),
        sa.Column("channel_id", sa.String(length=64), nullable=False),
        sa.Column("known_until", sa.String(length=32), nullable=False),
        sa.Column("wanted_from", sa.String(length=32), nullable=True),
        sa.Column("wants_threads", sa.Boolean(), nullable=False),
        sa.Column("run_from", sa.String(length=32), nullable=True),
        sa.Column("run_until", sa.String(length=32), nullable=True),
        sa.Column("run_at", sa.String(length=32), nullable=True),
        sa.Column("run_began_at", UtcDateTime(), nullable=True),
        sa.Column("run_threads", sa.Boolean(), nullable=False),
        sa.Column("run_messages", sa.Integer(), nullable=False),
        sa.Column("run_reactions", sa.Integer(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.Column("completed_at", UtcDateTime(), nullable=True),
        sa.Column("swept_at", UtcDateTime(), nullable=True),
        sa.Column("error", sa.String(length=64), nullable=True),
        sa.Column("error_at", UtcDateTime(), nullable=True),
        sa.Column("retry_at", UtcDateTime(), nullable=True),
        sa.Column("is_throttled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "channel_id", name=op.f("pk_watermarks")),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("source", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("deleted_source", sa.String(length=16), nullable=True))

    with op.batch_alter_table("reactions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("source", sa.String(length=16), nullable=True))

    with op.batch_alter_table("workspaces", schema=None) as batch_op:
        batch_op.add_column(sa.Column("alive_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("workspaces", schema=None) as batch_op:
        batch_op.drop_column("alive_at")

    with op.batch_alter_table("reactions", schema=None) as batch_op:
        batch_op.drop_column("source")

    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_column("deleted_source")
        batch_op.drop_column("source")

    op.drop_table("watermarks")
    op.drop_table("threads")
    with op.batch_alter_table("gaps", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_gaps_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index("ix_gaps_by_time")

    op.drop_table("gaps")
