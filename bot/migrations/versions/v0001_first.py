"""Articles with their versions, briefs, libraries, rooms, events seen, and the outbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inbound",
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("seen_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_inbound")),
    )
    op.create_index(op.f("ix_inbound_seen_at"), "inbound", ["seen_at"], unique=False)
    op.create_table(
        "library",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("closed_at", sa.String(27), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library")),
    )
    op.create_table(
        "upkeep",
        sa.Column("task", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("task", name=op.f("pk_upkeep")),
    )
    op.create_table(
        "setting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.Column("set_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting")),
    )
    op.create_index(op.f("ix_setting_room_key_id"), "setting", ["room", "key", "id"], unique=False)
    op.create_table(
        "article",
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("library", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("near_duplicate_of", sa.Integer(), nullable=True),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["library"], ["library.id"], name=op.f("fk_article_library_library")),
        sa.ForeignKeyConstraint(
            ["near_duplicate_of"],
            ["article.pk"],
            name=op.f("fk_article_near_duplicate_of_article"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_article")),
        sa.UniqueConstraint("library", "id", name=op.f("uq_article_library_id")),
        sa.UniqueConstraint("library", "url", name=op.f("uq_article_library_url")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_article_library_added_at"), "article", ["library", "added_at"], unique=False)
    op.create_index(op.f("ix_article_near_duplicate_of"), "article", ["near_duplicate_of"], unique=False)
    op.create_table(
        "room",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=True),
        sa.Column("library", sa.String(), nullable=False),
        sa.Column("besides", sa.JSON(), nullable=False),
        sa.Column("entered_at", sa.String(27), nullable=False),
        sa.Column("changed_at", sa.String(27), nullable=False),
        sa.CheckConstraint("kind IN ('direct', 'private', 'public', 'shared')", name=op.f("ck_room_kind")),
        sa.ForeignKeyConstraint(["library"], ["library.id"], name=op.f("fk_room_library_library")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
    )
    op.create_table(
        "article_version",
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("article", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("outlet", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("published", sa.String(), nullable=True),
        sa.Column("published_basis", sa.String(), nullable=False),
        sa.Column("retrieved", sa.String(), nullable=True),
        sa.Column("lang", sa.String(), nullable=True),
        sa.Column("source_grade", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(
            ["article"], ["article.pk"], name=op.f("fk_article_version_article_article"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_article_version")),
        sa.UniqueConstraint("article", "version", name=op.f("uq_article_version_article_version")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_article_version_sha256"), "article_version", ["sha256"], unique=False)
    op.create_table(
        "conversation",
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("article", sa.Integer(), nullable=False),
        sa.Column("since", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(
            ["article"], ["article.pk"], name=op.f("fk_conversation_article_article"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("room", "message_id", "article", name=op.f("pk_conversation")),
    )
    op.create_index(op.f("ix_conversation_article"), "conversation", ["article"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("room_kind", sa.String(), nullable=False),
        sa.Column("room_title", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=True),
        sa.Column("thread", sa.String(), nullable=True),
        sa.Column("private_to", sa.String(), nullable=True),
        sa.Column("threaded", sa.Boolean(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("about", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(
            ["about"], ["article.pk"], name=op.f("fk_delivery_about_article"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_delivery")),
    )
    op.create_index(op.f("ix_delivery_about"), "delivery", ["about"], unique=False)
    op.create_index(op.f("ix_delivery_created_at"), "delivery", ["created_at"], unique=False)
    op.create_table(
        "likeness_band",
        sa.Column("band", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("article", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article"], ["article.pk"], name=op.f("fk_likeness_band_article_article"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("band", "article", name=op.f("pk_likeness_band")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_likeness_band_article"), "likeness_band", ["article"], unique=False)
    op.create_table(
        "room_library",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("library", sa.String(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("since", sa.String(27), nullable=False),
        sa.Column("until", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["library"], ["library.id"], name=op.f("fk_room_library_library_library")),
        sa.ForeignKeyConstraint(["room"], ["room.id"], name=op.f("fk_room_library_room_room")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_library")),
    )
    op.create_index(op.f("ix_room_library_room"), "room_library", ["room"], unique=False)
    op.create_table(
        "brief",
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("engine", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("engine_version", sa.String(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(
            ["version"],
            ["article_version.pk"],
            name=op.f("fk_brief_version_article_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_brief")),
        sa.UniqueConstraint("version", name=op.f("uq_brief_version")),
    )
    op.create_table(
        "delivery_article",
        sa.Column("delivery", sa.String(), nullable=False),
        sa.Column("article", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article"], ["article.pk"], name=op.f("fk_delivery_article_article_article"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["delivery"],
            ["delivery.key"],
            name=op.f("fk_delivery_article_delivery_delivery"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("delivery", "article", name=op.f("pk_delivery_article")),
    )
    op.create_index(op.f("ix_delivery_article_article"), "delivery_article", ["article"], unique=False)
    op.create_table(
        "delivery_library",
        sa.Column("delivery", sa.String(), nullable=False),
        sa.Column("library", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery"],
            ["delivery.key"],
            name=op.f("fk_delivery_library_delivery_delivery"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["library"], ["library.id"], name=op.f("fk_delivery_library_library_library")
        ),
        sa.PrimaryKeyConstraint("delivery", "library", name=op.f("pk_delivery_library")),
    )
    op.create_table(
        "delivery_part",
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("delivery", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("of", sa.Integer(), nullable=False),
        sa.Column("markdown", sa.Text(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("not_before", sa.String(27), nullable=False),
        sa.Column("sending_since", sa.String(27), nullable=True),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("posted_at", sa.String(27), nullable=True),
        sa.Column("withdrawal", sa.String(), nullable=True),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("updated_at", sa.String(27), nullable=False),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'sent', 'unknown', 'failed')",
            name=op.f("ck_delivery_part_state"),
        ),
        sa.ForeignKeyConstraint(
            ["delivery"],
            ["delivery.key"],
            name=op.f("fk_delivery_part_delivery_delivery"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_delivery_part")),
        sa.UniqueConstraint("delivery", "number", name=op.f("uq_delivery_part_delivery_number")),
        sa.UniqueConstraint("key", name=op.f("uq_delivery_part_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_delivery_part_state_room"), "delivery_part", ["state", "room"], unique=False)
