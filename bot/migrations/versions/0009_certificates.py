"""Certification programmes, and certificates held."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "certification_programme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("validity_months", sa.Integer(), nullable=True),
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("course_url", sa.String(), nullable=False),
        sa.Column("tiers", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certification_programme")),
        sa.UniqueConstraint("key", name=op.f("uq_certification_programme_key")),
    )
    op.create_table(
        "certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("renewal_url", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("remind_on", sa.Date(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("hush", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_certificate_contact_id_contact")),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["certification_programme.id"],
            name=op.f("fk_certificate_programme_id_certification_programme"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint(
            "contact_id", "programme_id", "issued_on", name=op.f("uq_certificate_contact_id_programme_id_issued_on")
        ),
        sa.UniqueConstraint("external_id", name=op.f("uq_certificate_external_id")),
    )
    op.create_index("ix_certificate_remind_on", "certificate", ["remind_on"])
    op.create_index("ix_certificate_expires_on", "certificate", ["expires_on"])
    op.create_index("ix_certificate_programme_id", "certificate", ["programme_id", "contact_id"])
