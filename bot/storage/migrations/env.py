"""Alembic asks here for the connection; the bot hands over its own, inside its own transaction."""

from alembic import context

from bot.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a column only by copying its table
    transaction_per_migration=False,
)
context.run_migrations()
