"""Alerts know what they are about, digests which articles were there to be told of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("alert")  # nothing was ever alerted before
    op.create_table(
        "alert",
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("article", sa.Integer(), nullable=False),
        sa.Column("raised_at", sa.String(27), nullable=False),
        sa.Column("not_before", sa.String(27), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'told')", name=op.f("ck_alert_state")),
        sa.ForeignKeyConstraint(
            ["article"], ["article.pk"], name=op.f("fk_alert_article_article"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_alert")),
        sa.UniqueConstraint("room", "key", name=op.f("uq_alert_room_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_alert_article"), "alert", ["article"], unique=False)
    op.create_index(op.f("ix_alert_state_not_before"), "alert", ["state", "not_before"], unique=False)
    op.add_column("digest", sa.Column("newest", sa.Integer(), server_default="0", nullable=False))
    with op.batch_alter_table("digest") as table:
        table.alter_column("newest", server_default=None)
