"""Which articles nobody was shown for long is asked every minute, of however many turns."""

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_index("ix_turn_event_article_id", "turn_event", ["article_id", "at"])
