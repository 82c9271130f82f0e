"""Which state of the articles an index is of."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    edition = op.create_table(
        "article_edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_edition")),
    )
    op.bulk_insert(edition, [{"id": 1, "token": uuid4().hex}])
