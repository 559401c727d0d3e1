"""What passages mean, as vectors."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "passage_vector",
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("passage", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("library", sa.String(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["passage"], ["passage.pk"], name=op.f("fk_passage_vector_passage_passage"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_passage_vector")),
        sa.UniqueConstraint("passage", "model", name=op.f("uq_passage_vector_passage_model")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_passage_vector_model"), "passage_vector", ["model"], unique=False)
