"""Indexes in the order in which deliveries are claimed."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

IS_OPEN = sa.text("state IN ('due', 'sending', 'unknown')")


def upgrade() -> None:
    op.drop_index("ix_delivery_due", "delivery")
    for name, columns in (
        ("ix_delivery_due", ["kind", "due_at", "id"]),
        ("ix_delivery_ahead", ["platform", "conversation", "id"]),
    ):
        op.create_index(name, "delivery", columns, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN)
