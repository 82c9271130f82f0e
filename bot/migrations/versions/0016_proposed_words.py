"""Words that wait for a second manager, and how often one was asked."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("announcement", sa.Column("proposed", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("announcement", sa.Column("requests", sa.Integer(), nullable=False, server_default="0"))
