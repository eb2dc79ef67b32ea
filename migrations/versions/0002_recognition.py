"""Recognition in both directions: notices, questions, kudos, the form, Home.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.base import UtcDateTime

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "home_views",
        sa.Column("team_id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.Column("stale_at", UtcDateTime(), nullable=True),
        sa.Column("tab", sa.String(length=16), server_default="", nullable=False),
        sa.Column("state", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("hash", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("team_id", "user_id", name=op.f("pk_home_views")),
    )
    with op.batch_alter_table("home_views", schema=None) as batch_op:
        batch_op.create_index(
            "ix_home_views_stale",
            ["stale_at"],
            unique=False,
            sqlite_where=sa.text("stale_at IS NOT NULL"),
            postgresql_where=sa.text("stale_at IS NOT NULL"),
        )

    op.create_table(
        "kudos",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(length=64), nullable=False),
        sa.Column("channel_id", sa.String(length=64), nullable=False),
        sa.Column("ts", sa.String(length=32), nullable=True),
        sa.Column("sender_id", sa.String(length=64), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kudos")),
    )
    with op.batch_alter_table("kudos", schema=None) as batch_op:
        batch_op.create_index("ix_kudos_sender", ["team_id", "sender_id", "given_at"], unique=False)

    op.create_table(
        "preferences",
        sa.Column("team_id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("notices", sa.String(length=8), nullable=False),
        sa.Column("monthly", sa.Boolean(), nullable=False),
        sa.Column("marks", sa.Boolean(), nullable=False),
        sa.Column("highlights", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "user_id", name=op.f("pk_preferences")),
    )
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(length=64), nullable=False),
        sa.Column("channel_id", sa.String(length=64), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("view_id", sa.String(length=64), nullable=True),
        sa.Column("fields", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("ts", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_drafts_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
    )
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.create_index("ix_drafts_post", ["team_id", "channel_id", "ts"], unique=False)
        batch_op.create_index("uq_drafts_form", ["team_id", "view_id"], unique=True)

    op.create_table(
        "kudos_recipients",
        sa.Column("kudos_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["kudos_id"], ["kudos.id"], name=op.f("fk_kudos_recipients_kudos_id")
        ),
        sa.PrimaryKeyConstraint("kudos_id", "user_id", name=op.f("pk_kudos_recipients")),
    )
    with op.batch_alter_table("kudos_recipients", schema=None) as batch_op:
        batch_op.create_index("ix_kudos_recipients_person", ["user_id", "kudos_id"], unique=False)

    op.create_table(
        "notices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("team_id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("channel_id", sa.String(length=64), nullable=False),
        sa.Column("ts", sa.String(length=32), nullable=True),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("kudos_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("delivery_key", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["kudos_id"], ["kudos.id"], name=op.f("fk_notices_kudos_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_notices_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index("ix_notices_delivery", ["team_id", "delivery_key"], unique=False)
        batch_op.create_index("ix_notices_person", ["team_id", "user_id"], unique=False)
        batch_op.create_index(
            "ix_notices_waiting",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("delivery_key IS NULL"),
            postgresql_where=sa.text("delivery_key IS NULL"),
        )
        batch_op.create_index(
            "uq_notices_acknowledgement",
            ["team_id", "channel_id", "ts", "office_id"],
            unique=True,
            sqlite_where=sa.text("office_id IS NOT NULL"),
            postgresql_where=sa.text("office_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_notices_kudos",
            ["kudos_id", "user_id"],
            unique=True,
            sqlite_where=sa.text("kudos_id IS NOT NULL"),
            postgresql_where=sa.text("kudos_id IS NOT NULL"),
        )

    op.create_table(
        "questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(length=64), nullable=False),
        sa.Column("channel_id", sa.String(length=64), nullable=False),
        sa.Column("ts", sa.String(length=32), nullable=False),
        sa.Column("thread_ts", sa.String(length=32), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_by", sa.String(length=64), nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("answered_by", sa.String(length=64), nullable=True),
        sa.Column("answer_ts", sa.String(length=32), nullable=True),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.Column("reminded_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_questions_office_id")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_questions_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
    )
    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.create_index("ix_questions_answered", ["team_id", "answered_at"], unique=False)
        batch_op.create_index(
            "ix_questions_open",
            ["team_id", "asked_at"],
            unique=False,
            sqlite_where=sa.text("answered_at IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=sa.text("answered_at IS NULL AND withdrawn_at IS NULL"),
        )
        batch_op.create_index("ix_questions_post", ["team_id", "channel_id", "ts"], unique=False)
        batch_op.create_index(
            "ix_questions_thread", ["team_id", "channel_id", "thread_ts"], unique=False
        )
        batch_op.create_index(
            "ix_questions_untold",
            ["team_id", "answered_at"],
            unique=False,
            sqlite_where=sa.text("answered_at IS NOT NULL AND told_at IS NULL"),
            postgresql_where=sa.text("answered_at IS NOT NULL AND told_at IS NULL"),
        )
        batch_op.create_index(
            "uq_questions_emoji",
            ["team_id", "channel_id", "ts", "asked_by"],
            unique=True,
            sqlite_where=sa.text("source = 'emoji'"),
            postgresql_where=sa.text("source = 'emoji'"),
        )

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("revision", sa.Integer(), server_default="0", nullable=False))

    with op.batch_alter_table("digests", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shown", sa.JSON(none_as_null=True), nullable=True))

    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.add_column(sa.Column("dm_channel_id", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("picture", sa.String(length=512), nullable=True))

    with op.batch_alter_table("message_versions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("fields", sa.JSON(none_as_null=True), nullable=True))

    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("decision", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("decided_by", sa.String(length=64), nullable=True))
        batch_op.add_column(
            sa.Column("asks_help", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(sa.Column("help_resolved_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("help_resolved_by", sa.String(length=64), nullable=True))
        batch_op.create_index("ix_messages_by_author", ["team_id", "user_id", "ts"], unique=False)
        batch_op.create_index(
            "ix_messages_help_wanted",
            ["team_id", "ts"],
            unique=False,
            sqlite_where=sa.text("asks_help AND help_resolved_at IS NULL"),
            postgresql_where=sa.text("asks_help AND help_resolved_at IS NULL"),
        )

    with op.batch_alter_table("project_members", schema=None) as batch_op:
        batch_op.add_column(sa.Column("came_by", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("added_by", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("department", sa.String(length=255), nullable=True))

    with op.batch_alter_table("projects", schema=None) as batch_op:
        batch_op.add_column(sa.Column("nudged_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("projects", schema=None) as batch_op:
        batch_op.drop_column("nudged_at")

    with op.batch_alter_table("project_members", schema=None) as batch_op:
        batch_op.drop_column("department")
        batch_op.drop_column("added_by")
        batch_op.drop_column("came_by")

    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_messages_help_wanted",
            sqlite_where=sa.text("asks_help AND help_resolved_at IS NULL"),
            postgresql_where=sa.text("asks_help AND help_resolved_at IS NULL"),
        )
        batch_op.drop_index("ix_messages_by_author")
        batch_op.drop_column("help_resolved_by")
        batch_op.drop_column("help_resolved_at")
        batch_op.drop_column("asks_help")
        batch_op.drop_column("decided_by")
        batch_op.drop_column("decision")

    with op.batch_alter_table("message_versions", schema=None) as batch_op:
        batch_op.drop_column("fields")

    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.drop_column("picture")
        batch_op.drop_column("dm_channel_id")

    with op.batch_alter_table("digests", schema=None) as batch_op:
        batch_op.drop_column("shown")

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_column("revision")

    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_questions_emoji",
            sqlite_where=sa.text("source = 'emoji'"),
            postgresql_where=sa.text("source = 'emoji'"),
        )
        batch_op.drop_index(
            "ix_questions_untold",
            sqlite_where=sa.text("answered_at IS NOT NULL AND told_at IS NULL"),
            postgresql_where=sa.text("answered_at IS NOT NULL AND told_at IS NULL"),
        )
        batch_op.drop_index("ix_questions_thread")
        batch_op.drop_index("ix_questions_post")
        batch_op.drop_index(
            "ix_questions_open",
            sqlite_where=sa.text("answered_at IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=sa.text("answered_at IS NULL AND withdrawn_at IS NULL"),
        )
        batch_op.drop_index("ix_questions_answered")

    op.drop_table("questions")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_notices_kudos",
            sqlite_where=sa.text("kudos_id IS NOT NULL"),
            postgresql_where=sa.text("kudos_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "uq_notices_acknowledgement",
            sqlite_where=sa.text("office_id IS NOT NULL"),
            postgresql_where=sa.text("office_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_notices_waiting",
            sqlite_where=sa.text("delivery_key IS NULL"),
            postgresql_where=sa.text("delivery_key IS NULL"),
        )
        batch_op.drop_index("ix_notices_person")
        batch_op.drop_index("ix_notices_delivery")

    op.drop_table("notices")
    with op.batch_alter_table("kudos_recipients", schema=None) as batch_op:
        batch_op.drop_index("ix_kudos_recipients_person")

    op.drop_table("kudos_recipients")
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.drop_index("uq_drafts_form")
        batch_op.drop_index("ix_drafts_post")

    op.drop_table("drafts")
    op.drop_table("preferences")
    with op.batch_alter_table("kudos", schema=None) as batch_op:
        batch_op.drop_index("ix_kudos_sender")

    op.drop_table("kudos")
    with op.batch_alter_table("home_views", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_home_views_stale",
            sqlite_where=sa.text("stale_at IS NOT NULL"),
            postgresql_where=sa.text("stale_at IS NOT NULL"),
        )

    op.drop_table("home_views")
