"""What somebody was reminded of, or asked, is a row each, so that a day that was tried out counts once and moves no
other."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "certificate_reminder",
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_certificate_reminder_certificate_id_certificate")
        ),
        sa.PrimaryKeyConstraint("certificate_id", "day", name=op.f("pk_certificate_reminder")),
    )
    op.execute(
        "INSERT INTO certificate_reminder (certificate_id, day, told_on)"
        " SELECT id, reminded_on, reminded_on FROM certificate WHERE reminded_on IS NOT NULL"
    )
    with op.batch_alter_table("certificate") as batch:
        batch.drop_column("reminded_on")
    with op.batch_alter_table("review_asked") as batch:
        batch.drop_constraint(op.f("pk_review_asked"), type_="primary")
        batch.create_primary_key(op.f("pk_review_asked"), ["contact_id", "on"])
