"""How often a message was begun, and that it was seen to its end."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("inbound", sa.Column("attempts", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("inbound", sa.Column("ended_at", sa.String(27), nullable=True))
    op.execute("UPDATE inbound SET ended_at = seen_at")
