"""Alembic's entry: the connection is given by bot.migrations.upgrade, never made here."""

from alembic import context

from bot import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.metadata,
    render_as_batch=True,
    compare_type=True,
    transaction_per_migration=False,
)
context.run_migrations()
