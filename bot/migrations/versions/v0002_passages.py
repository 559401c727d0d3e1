"""Passages of articles with their words for the search, and the questions of conversations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "passage",
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("article", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article"], ["article.pk"], name=op.f("fk_passage_article_article"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_passage")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_passage_article"), "passage", ["article"], unique=False)
    op.create_table(
        "question",
        sa.Column("pk", sa.Integer(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("thread", sa.String(), nullable=True),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("library", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_question")),
    )
    op.create_index(op.f("ix_question_room_thread"), "question", ["room", "thread"], unique=False)
    op.create_index(op.f("ix_question_asked_at"), "question", ["asked_at"], unique=False)
    op.create_table(
        "question_article",
        sa.Column("question", sa.Integer(), nullable=False),
        sa.Column("article", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article"], ["article.pk"], name=op.f("fk_question_article_article_article"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["question"],
            ["question.pk"],
            name=op.f("fk_question_article_question_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("question", "article", name=op.f("pk_question_article")),
    )
    op.create_index(op.f("ix_question_article_article"), "question_article", ["article"], unique=False)
    # the outlets that a library holds are asked for with every question: this way without touching a text
    op.create_index(
        op.f("ix_article_version_article_version_outlet"),
        "article_version",
        ["article", "version", "outlet"],
        unique=False,
    )
    # the words come stemmed and folded already; what a stem is made of must not be cut apart
    op.execute(
        "CREATE VIRTUAL TABLE passage_words USING fts5(place, title, words, "
        "tokenize = \"unicode61 remove_diacritics 0 tokenchars '.'''\")"
    )
    op.execute("CREATE VIRTUAL TABLE passage_words_count USING fts5vocab(passage_words, row)")
    # where a passage stands says nothing of how well it fits; a headline stands for all passages under it
    op.execute("INSERT INTO passage_words(passage_words, rank) VALUES ('rank', 'bm25(0.0, 0.5, 1.0)')")
    # passages go with their article, however it goes
    op.execute(
        "CREATE TRIGGER passage_gone AFTER DELETE ON passage "
        "BEGIN DELETE FROM passage_words WHERE rowid = old.pk; END"
    )
    op.execute(
        "INSERT OR IGNORE INTO upkeep(task) VALUES ('index')"
    )  # what was kept before is indexed on opening
