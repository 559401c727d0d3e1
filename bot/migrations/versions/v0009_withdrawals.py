"""Messages whose words are forgotten are deleted on their platforms, and tried again where that fails."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery_part", sa.Column("withdrawal_not_before", sa.String(27), nullable=True))
    op.add_column(
        "delivery_part",
        sa.Column("withdrawal_attempts", sa.Integer(), nullable=False, server_default="0"),
    )
    op.execute("UPDATE delivery_part SET withdrawal_not_before = created_at WHERE withdrawal = 'due'")
    op.create_index(
        op.f("ix_delivery_part_withdrawal_withdrawal_not_before"),
        "delivery_part",
        ["withdrawal", "withdrawal_not_before"],
        unique=False,
    )
