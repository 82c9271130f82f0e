"""Conversations with their addresses, where people want to be told things, and who has removed the assistant."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "conversation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("service_url", sa.String(), nullable=False),
        sa.Column("bot", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversation"),
        sa.UniqueConstraint("platform", "conversation", name="uq_conversation_platform_conversation"),
    )
    op.create_index("ix_conversation_user", "conversation", ["platform", "team", "user"])
    with op.batch_alter_table("contact") as table:
        table.add_column(sa.Column("notify_on", sa.String(), server_default="", nullable=False))
    with op.batch_alter_table("chat_identity") as table:
        table.add_column(sa.Column("away", sa.Boolean(), server_default=sa.false(), nullable=False))
