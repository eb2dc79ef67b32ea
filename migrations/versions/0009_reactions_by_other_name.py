"""An index of the reactions whose name is not the one that they count as.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | None = None
depends_on: str | None = None

INDEX = "ix_reactions_by_other_name"


def upgrade() -> None:
    op.create_index(
        INDEX,
        "reactions",
        ["team_id", "channel_id", "ts", "user_id", "emoji"],
        sqlite_where=sa.text("name <> emoji"),
        postgresql_where=sa.text("name <> emoji"),
    )


def downgrade() -> None:
    op.drop_index(INDEX, "reactions")
