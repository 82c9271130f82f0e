"""Direct conversations and granted access of people in chats; messages found by the platform's id."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("chat_identity") as table:
        table.add_column(sa.Column("direct", sa.String(), server_default="", nullable=False))
        table.add_column(sa.Column("granted", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("ix_delivery_platform_id", "delivery", ["platform_id"])
