"""Which admins are still to read a copy; what a matter was told as, so that it can be said to be over."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "certificate_copy",
        sa.Column("admin_id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["admin_id"], ["contact.id"], name=op.f("fk_certificate_copy_admin_id_contact")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_certificate_copy_certificate_id_certificate")
        ),
        sa.PrimaryKeyConstraint("admin_id", "certificate_id", name=op.f("pk_certificate_copy")),
    )
    op.add_column("audit_matter", sa.Column("title", sa.String(), server_default="", nullable=False))
