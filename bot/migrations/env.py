"""What Alembic runs: always on a connection that was handed in, always inside its transaction."""

from __future__ import annotations

from alembic import context

from bot.migrations import is_compared
from bot.store.schema import metadata

_connection = context.config.attributes["connection"]
context.configure(
    connection=_connection, target_metadata=metadata, include_name=is_compared, render_as_batch=True
)
context.run_migrations()
