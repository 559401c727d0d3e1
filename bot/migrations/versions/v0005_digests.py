"""Schedules with their slots, digests, feeds, situations and alerts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feed",
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", sa.String(27), nullable=False),
        sa.Column("ended_at", sa.String(27), nullable=True),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("modified", sa.String(), nullable=True),
        sa.Column("next_at", sa.String(27), nullable=True),
        sa.Column("polled_at", sa.String(27), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", sa.String(27), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_feed")),
        sa.UniqueConstraint("room", "url", name=op.f("uq_feed_room_url")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_feed_next_at"), "feed", ["next_at"], unique=False)
    op.create_table(
        "schedule",
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("spec", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", sa.String(27), nullable=False),
        sa.Column("ended_at", sa.String(27), nullable=True),
        sa.Column("served_until", sa.String(27), nullable=False),
        sa.Column("next_due", sa.String(27), nullable=True),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_schedule")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_schedule_next_due"), "schedule", ["next_due"], unique=False)
    op.create_index(op.f("ix_schedule_room"), "schedule", ["room"], unique=False)
    op.create_table(
        "digest",
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("schedule", sa.Integer(), nullable=True),
        sa.Column("delivery", sa.String(), nullable=False),
        sa.Column("since", sa.String(27), nullable=True),
        sa.Column("until", sa.String(27), nullable=False),
        sa.Column("document", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["schedule"], ["schedule.pk"], name=op.f("fk_digest_schedule_schedule")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_digest")),
        sa.UniqueConstraint("delivery", name=op.f("uq_digest_delivery")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_digest_room_until"), "digest", ["room", "until"], unique=False)
    op.create_table(
        "feed_item",
        sa.Column("feed", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=True),
        sa.Column("seen_at", sa.String(27), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.String(27), nullable=False),
        sa.CheckConstraint("state IN ('due', 'read', 'skipped', 'failed')", name=op.f("ck_feed_item_state")),
        sa.ForeignKeyConstraint(
            ["feed"], ["feed.pk"], name=op.f("fk_feed_item_feed_feed"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("feed", "id", name=op.f("pk_feed_item")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_feed_item_state_not_before"), "feed_item", ["state", "not_before"], unique=False)
    op.create_table(
        "situation",
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("library", sa.String(), nullable=False),
        sa.Column("opened_at", sa.String(27), nullable=False),
        sa.Column("changed_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["library"], ["library.id"], name=op.f("fk_situation_library_library")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_situation")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_situation_library_changed_at"), "situation", ["library", "changed_at"], unique=False
    )
    op.create_table(
        "slot",
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("schedule", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("due", sa.String(27), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("claimed_at", sa.String(27), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("lease_until", sa.String(27), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("done_at", sa.String(27), nullable=True),
        sa.CheckConstraint("state IN ('claimed', 'done')", name=op.f("ck_slot_state")),
        sa.ForeignKeyConstraint(["schedule"], ["schedule.pk"], name=op.f("fk_slot_schedule_schedule")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_slot")),
        sa.UniqueConstraint("schedule", "name", name=op.f("uq_slot_schedule_name")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_slot_state_lease_until"), "slot", ["state", "lease_until"], unique=False)
    op.create_table(
        "alert",
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
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
    op.create_table(
        "article_check",
        sa.Column("article", sa.Integer(), nullable=False),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(
            ["article"], ["article.pk"], name=op.f("fk_article_check_article_article"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article", name=op.f("pk_article_check")),
    )
    op.create_index(op.f("ix_article_check_next_at"), "article_check", ["next_at"], unique=False)
    op.create_table(
        "digest_article",
        sa.Column("digest", sa.Integer(), nullable=False),
        sa.Column("article", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article"], ["article.pk"], name=op.f("fk_digest_article_article_article"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["digest"], ["digest.pk"], name=op.f("fk_digest_article_digest_digest"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", "article", name=op.f("pk_digest_article")),
    )
    op.create_index(op.f("ix_digest_article_article"), "digest_article", ["article"], unique=False)
    op.create_table(
        "follow",
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("situation", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["situation"], ["situation.pk"], name=op.f("fk_follow_situation_situation")),
        sa.PrimaryKeyConstraint("room", "situation", name=op.f("pk_follow")),
    )
    op.create_table(
        "situation_article",
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("article", sa.Integer(), nullable=False),
        sa.Column("situation", sa.Integer(), nullable=False),
        sa.Column("facets", sa.JSON(), nullable=False),
        sa.Column("placed_at", sa.String(27), nullable=False),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("watched", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article"], ["article.pk"], name=op.f("fk_situation_article_article_article"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["situation"], ["situation.pk"], name=op.f("fk_situation_article_situation_situation")
        ),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_situation_article")),
        sa.UniqueConstraint("article", name=op.f("uq_situation_article_article")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_situation_article_situation"), "situation_article", ["situation"], unique=False)
    op.create_index(op.f("ix_situation_article_watched"), "situation_article", ["watched"], unique=False)
