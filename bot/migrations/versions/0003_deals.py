"""Deals: their history, keys to find similar ones, drafts, and what checks found."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "deal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("mail_domain", sa.String(), nullable=False),
        sa.Column("skeleton", sa.String(), nullable=False),
        sa.Column("latin", sa.String(), nullable=False),
        sa.Column("native", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("contact_name", sa.String(), nullable=False),
        sa.Column("contact_email", sa.String(), nullable=False),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("expected_close", sa.Date(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alert_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock_left", sa.Integer(), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("duplicate_of", sa.Integer(), nullable=True),
        sa.Column("protected_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extension", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("nudge_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["decided_by"], ["contact.id"], name=op.f("fk_deal_decided_by_contact")),
        sa.ForeignKeyConstraint(["duplicate_of"], ["deal.id"], name=op.f("fk_deal_duplicate_of_deal")),
        sa.ForeignKeyConstraint(["entered_by"], ["contact.id"], name=op.f("fk_deal_entered_by_contact")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_deal_partner_id_partner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal")),
        sa.UniqueConstraint("code", name=op.f("uq_deal_code")),
    )
    op.create_index(
        "ix_deal_alert",
        "deal",
        ["alert_at"],
        unique=False,
        sqlite_where=sa.text("state = 'submitted'"),
        postgresql_where=sa.text("state = 'submitted'"),
    )
    op.create_index(op.f("ix_deal_domain"), "deal", ["domain"], unique=False)
    op.create_index("ix_deal_entered", "deal", ["entered_by", "state"], unique=False)
    op.create_index(
        "ix_deal_nudge",
        "deal",
        ["nudge_at"],
        unique=False,
        sqlite_where=sa.text("state = 'approved'"),
        postgresql_where=sa.text("state = 'approved'"),
    )
    op.create_index("ix_deal_partner", "deal", ["partner_id", "state", "protected_until"], unique=False)
    op.create_index(
        "ix_deal_remind",
        "deal",
        ["remind_at"],
        unique=False,
        sqlite_where=sa.text("state = 'approved'"),
        postgresql_where=sa.text("state = 'approved'"),
    )
    op.create_index("ix_deal_state", "deal", ["state", "protected_until"], unique=False)
    op.create_table(
        "deal_conflict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reported", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_deal_conflict_contact_id_contact")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_deal_conflict_partner_id_partner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_conflict")),
    )
    op.create_index("ix_deal_conflict_partner", "deal_conflict", ["partner_id", "at"], unique=False)
    op.create_table(
        "deal_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("typed", sa.Boolean(), nullable=False),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_deal_draft_contact_id_contact")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_draft")),
        sa.UniqueConstraint("token", name=op.f("uq_deal_draft_token")),
    )
    op.create_index(op.f("ix_deal_draft_at"), "deal_draft", ["at"], unique=False)
    op.create_index("ix_deal_draft_contact", "deal_draft", ["contact_id", "typed", "id"], unique=False)
    op.create_table(
        "deal_collaborator",
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_deal_collaborator_contact_id_contact")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_deal_collaborator_deal_id_deal")),
        sa.PrimaryKeyConstraint("deal_id", "contact_id", name=op.f("pk_deal_collaborator")),
    )
    op.create_index(op.f("ix_deal_collaborator_contact_id"), "deal_collaborator", ["contact_id"], unique=False)
    op.create_table(
        "deal_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("internal", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_deal_event_contact_id_contact")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_deal_event_deal_id_deal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_event")),
    )
    op.create_index(op.f("ix_deal_event_deal_id"), "deal_event", ["deal_id"], unique=False)
    op.create_table(
        "deal_key",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_deal_key_deal_id_deal")),
        sa.PrimaryKeyConstraint("key", "deal_id", name=op.f("pk_deal_key")),
    )
    op.create_index(op.f("ix_deal_key_deal_id"), "deal_key", ["deal_id"], unique=False)
