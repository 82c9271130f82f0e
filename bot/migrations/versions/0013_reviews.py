"""Articles that are shown no more, and who was last asked about theirs."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "review_asked",
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_review_asked_contact_id_contact")),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_review_asked")),
    )
    with op.batch_alter_table("article") as table:
        table.add_column(sa.Column("archived_on", sa.Date(), nullable=True))
