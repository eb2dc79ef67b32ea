"""How far an import of Slack's own export has come.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "import_progress",
        sa.Column("team_id", sa.String(length=64), nullable=False),
        sa.Column("archive", sa.String(length=64), nullable=False),
        sa.Column("folder", sa.String(length=255), nullable=False),
        sa.Column("done_until", sa.String(length=255), nullable=False),
        sa.Column("tally", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "archive", "folder", name=op.f("pk_import_progress")),
    )


def downgrade() -> None:
    op.drop_table("import_progress")
