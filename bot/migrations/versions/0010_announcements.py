"""Announcements: what they say, who gets them, and the runs in which their messages are written."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _announcement()
    op.create_table(
        "announcement_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("announcement_id", sa.Integer(), nullable=False),
        sa.Column("work", sa.String(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_announcement_run"),
        _of("run"),
    )
    op.create_index("ix_announcement_run_announcement_id", "announcement_run", ["announcement_id"])
    left = sa.text("not done")
    op.create_index("ix_announcement_run_open", "announcement_run", ["id"], sqlite_where=left, postgresql_where=left)
    op.create_table(
        "announcement_recipient",
        sa.Column("announcement_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("acknowledged_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("announcement_id", "contact_id", name="pk_announcement_recipient"),
        _of("recipient"),
        _contact("recipient", "contact_id"),
    )
    op.create_index("ix_announcement_recipient_contact_id", "announcement_recipient", ["contact_id"])
    op.create_table(
        "announcement_listed",
        sa.Column("announcement_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("announcement_id", "email", name="pk_announcement_listed"),
        _of("listed"),
    )
    op.create_table(
        "announcement_mute",
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("contact_id", "topic", name="pk_announcement_mute"),
        _contact("mute", "contact_id"),
    )


def _announcement() -> None:
    op.create_table(
        "announcement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("state", "title")),
        sa.Column("message", sa.Text(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("kind", "product", "version", "link")),
        sa.Column("acknowledge", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("chosen", sa.Boolean(), server_default=sa.false(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("timing", "at", "zone")),
        sa.Column("paused", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        *(sa.Column(name, MOMENT, nullable=True) for name in ("starts_at", "begun_at", "finished_at")),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("reminders", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reminded_at", MOMENT, nullable=True),
        sa.Column("shown", sa.String(), server_default="", nullable=False),
        sa.Column("shown_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_announcement"),
        sa.UniqueConstraint("code", name="uq_announcement_code"),
        *(
            sa.ForeignKeyConstraint([name], ["contact.id"], name=f"fk_announcement_{name}_contact")
            for name in ("author_id", "approved_by")
        ),
    )
    op.create_index("ix_announcement_state", "announcement", ["state"])
    op.create_index("ix_announcement_starts_at", "announcement", ["starts_at"])


def _of(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_announcement_{table}_announcement_id_announcement"
    return sa.ForeignKeyConstraint(["announcement_id"], ["announcement.id"], name=name)


def _contact(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["contact.id"], name=f"fk_announcement_{table}_{column}_contact")
