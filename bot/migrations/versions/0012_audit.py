"""What operators have been told of."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "audit_failing",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_audit_failing"),
    )
    op.create_table(
        "audit_matter",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_audit_matter"),
    )
    failed = sa.text("state = 'failed'")
    for name, table, column in (
        ("ix_delivery_failed", "delivery", "due_at"),
        ("ix_inbox_event_failed", "inbox_event", "received_at"),
    ):
        op.create_index(name, table, [column], sqlite_where=failed, postgresql_where=failed)
