"""Questions whose answer is waited for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "watch",
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("room_kind", sa.String(), nullable=False),
        sa.Column("room_title", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=True),
        sa.Column("thread", sa.String(), nullable=True),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("full_member", sa.Boolean(), nullable=False),
        sa.Column("library", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("since", sa.String(27), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_watch")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_watch_room"), "watch", ["room"], unique=False)
    op.create_index(op.f("ix_watch_platform_seen"), "watch", ["platform", "seen"], unique=False)
    op.create_table(
        "watch_article",
        sa.Column("watch", sa.Integer(), nullable=False),
        sa.Column("article", sa.Integer(), nullable=False),
        sa.Column("about", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article"], ["article.pk"], name=op.f("fk_watch_article_article_article"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["watch"], ["watch.pk"], name=op.f("fk_watch_article_watch_watch"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("watch", "article", name=op.f("pk_watch_article")),
    )
    op.create_index(op.f("ix_watch_article_article"), "watch_article", ["article"], unique=False)
