"""Campaigns, and when a delivery may go out."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

OF_CAMPAIGN = sa.text("campaign <> ''")


def upgrade() -> None:
    op.create_table(
        "campaign",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("card", sa.JSON(), nullable=False),
        sa.Column("paused", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_campaign"),
    )
    with op.batch_alter_table("delivery") as table:
        table.add_column(sa.Column("campaign", sa.String(), server_default="", nullable=False))
        table.add_column(sa.Column("contact_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("quiet_zone", sa.String(), server_default="", nullable=False))
        table.add_column(sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
        table.create_index(
            "ix_delivery_campaign",
            ["campaign", "state"],
            sqlite_where=OF_CAMPAIGN,
            postgresql_where=OF_CAMPAIGN,
        )
