"""Requests for access, invitations, wrong codes."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "access_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("vouched", sa.Boolean(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_access_request_contact_id_contact")),
        sa.ForeignKeyConstraint(["decided_by"], ["contact.id"], name=op.f("fk_access_request_decided_by_contact")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_request")),
        sa.UniqueConstraint("token", name=op.f("uq_access_request_token")),
    )
    op.create_index(op.f("ix_access_request_asked_at"), "access_request", ["asked_at"], unique=False)
    op.create_index("ix_access_request_chat", "access_request", ["platform", "team", "user", "asked_at"], unique=False)
    op.create_index(
        "uq_access_request_open",
        "access_request",
        ["platform", "team", "user"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "access_invite",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_access_invite_contact_id_contact")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_invite")),
        sa.UniqueConstraint("digest", name=op.f("uq_access_invite_digest")),
    )
    op.create_index(op.f("ix_access_invite_contact_id"), "access_invite", ["contact_id"], unique=False)
    op.create_table(
        "access_wrong_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_wrong_code")),
    )
    op.create_index(op.f("ix_access_wrong_code_at"), "access_wrong_code", ["at"], unique=False)
    op.create_index("ix_access_wrong_code_chat", "access_wrong_code", ["platform", "team", "user", "at"], unique=False)
