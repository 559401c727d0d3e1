"""What the language model cost, and its replies about articles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "model_expense",
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("tokens_in", sa.Integer(), nullable=False),
        sa.Column("tokens_out", sa.Integer(), nullable=False),
        sa.Column("price_millionths", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "room", "task", "model", name=op.f("pk_model_expense")),
    )
    op.create_table(
        "model_reply",
        sa.Column("library", sa.String(), nullable=False),
        sa.Column("article_sha256", sa.String(64), nullable=False),
        sa.Column("request_sha256", sa.String(64), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["library"], ["library.id"], name=op.f("fk_model_reply_library_library")),
        sa.PrimaryKeyConstraint(
            "library", "article_sha256", "request_sha256", "model", name=op.f("pk_model_reply")
        ),
    )
    op.create_index(op.f("ix_model_reply_made_at"), "model_reply", ["made_at"], unique=False)
