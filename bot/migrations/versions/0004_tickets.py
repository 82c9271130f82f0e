"""Tickets: what is said and done about them, drafts of tickets and of articles."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "ticket",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_word_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_warn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_warned", sa.Boolean(), nullable=False),
        sa.Column("resolve_due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolve_warn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolve_warned", sa.Boolean(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_seconds", sa.Integer(), nullable=False),
        sa.Column("breached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("nudged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("satisfaction", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["assignee_id"], ["contact.id"], name=op.f("fk_ticket_assignee_id_contact")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_ticket_contact_id_contact")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_ticket_partner_id_partner")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_ticket_question_id_question")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("code", name=op.f("uq_ticket_code")),
    )
    op.create_index(op.f("ix_ticket_contact_id"), "ticket", ["contact_id"], unique=False)
    op.create_index("ix_ticket_partner_id_state", "ticket", ["partner_id", "state"], unique=False)
    op.create_index("ix_ticket_state_first_warn_at", "ticket", ["state", "first_warn_at"], unique=False)
    op.create_index("ix_ticket_state_last_word_at", "ticket", ["state", "last_word_at"], unique=False)
    op.create_index("ix_ticket_state_resolve_warn_at", "ticket", ["state", "resolve_warn_at"], unique=False)
    op.create_table(
        "ticket_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.Column("discarded", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_ticket_draft_contact_id_contact")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_ticket_draft_question_id_question")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_draft")),
        sa.UniqueConstraint("token", name=op.f("uq_ticket_draft_token")),
    )
    op.create_index(op.f("ix_ticket_draft_at"), "ticket_draft", ["at"], unique=False)
    op.create_index(op.f("ix_ticket_draft_contact_id"), "ticket_draft", ["contact_id"], unique=False)
    op.create_table(
        "draft_article",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("everybody", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["contact.id"], name=op.f("fk_draft_article_by_id_contact")),
        sa.ForeignKeyConstraint(["decided_by"], ["contact.id"], name=op.f("fk_draft_article_decided_by_contact")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_draft_article_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_article")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_draft_article_ticket_id")),
        sa.UniqueConstraint("token", name=op.f("uq_draft_article_token")),
    )
    op.create_table(
        "ticket_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_ticket_event_contact_id_contact")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_event_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_event")),
    )
    op.create_index(op.f("ix_ticket_event_ticket_id"), "ticket_event", ["ticket_id"], unique=False)
    op.create_table(
        "ticket_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_ticket_message_contact_id_contact")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_message_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_message")),
        sa.UniqueConstraint("token", name=op.f("uq_ticket_message_token")),
    )
    op.create_index(
        "ix_ticket_message_message", "ticket_message", ["message", "conversation", "platform"], unique=False
    )
    op.create_index(op.f("ix_ticket_message_ticket_id"), "ticket_message", ["ticket_id"], unique=False)
