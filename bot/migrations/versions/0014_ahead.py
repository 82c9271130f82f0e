"""What stands ahead of a delivery is found by its conversation."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

IS_OPEN = sa.text("state IN ('due', 'sending', 'unknown')")


def upgrade() -> None:
    op.drop_index("ix_delivery_ahead", "delivery")
    op.create_index(
        "ix_delivery_ahead", "delivery", ["conversation", "id"], sqlite_where=IS_OPEN, postgresql_where=IS_OPEN
    )
