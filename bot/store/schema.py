"""The tables. Migrations make them; this is what the queries (and a check that both agree) are written against.

Instants are text of fixed width in UTC, so that they sort as they read. Nothing here refers to an article by its words:
what `forget` removes is the rows of `article` and what hangs on them, and the text of delivery parts.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    column,
    table,
)
from sqlalchemy.engine import Dialect

_INSTANT = "%Y-%m-%dT%H:%M:%S.%fZ"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept as "2031-01-02T03:04:05.000006Z"."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC).strftime(_INSTANT)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else datetime.fromisoformat(value)  # eight times as fast as strptime


library = Table(
    "library",
    metadata,
    Column("id", String, primary_key=True),
    Column("created_at", Instant, nullable=False),
    Column("closed_at", Instant),  # set when its room went on to another one; nobody reads it from then on
)

room = Table(
    "room",
    metadata,
    Column("id", String, primary_key=True),
    Column("platform", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("title", String, nullable=False),
    Column("workspace", String),
    Column("library", ForeignKey("library.id"), nullable=False),
    Column("besides", JSON, nullable=False),  # names of the libraries that may be read in it beside its own
    Column("entered_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    CheckConstraint("kind IN ('direct', 'private', 'public', 'shared')", name="kind"),
)

room_library = Table(  # every library that a room ever had, so that a closed one is never taken up again
    "room_library",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("room", ForeignKey("room.id"), nullable=False),
    Column("library", ForeignKey("library.id"), nullable=False),
    Column("own", Boolean, nullable=False),
    Column("kind", String, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant),
    Index(None, "room"),
)

setting = (
    Table(  # only ever added to: the newest row of a key holds, the others say who changed what and when
        "setting",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("room", String, nullable=False),
        Column("key", String, nullable=False),
        Column("value", JSON, nullable=False),
        Column("set_by", String, nullable=False),
        Column("set_at", Instant, nullable=False),
        Index(None, "room", "key", "id"),
    )
)

article = Table(
    "article",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("library", ForeignKey("library.id"), nullable=False),
    Column("id", String, nullable=False),
    Column("url", String),
    Column("version", Integer, nullable=False),  # the current one
    Column("near_duplicate_of", ForeignKey("article.pk", ondelete="SET NULL")),
    Column("added_by", String, nullable=False),
    Column("added_at", Instant, nullable=False),
    UniqueConstraint("library", "id"),
    UniqueConstraint("library", "url"),  # NULLs differ from each other in both SQLite and PostgreSQL
    Index(None, "near_duplicate_of"),
    Index(None, "library", "added_at"),
    sqlite_autoincrement=True,  # a number is never used again for another article
)

article_version = Table(
    "article_version",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("article", ForeignKey("article.pk", ondelete="CASCADE"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("outlet", Text),
    Column("author", Text),
    Column("published", String),
    Column("published_basis", String, nullable=False),
    Column("retrieved", String),
    Column("lang", String),
    Column("source_grade", JSON, nullable=False),
    Column("text", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("signature", LargeBinary, nullable=False),  # of the text, for near-duplicates
    Column("added_by", String, nullable=False),
    Column("added_at", Instant, nullable=False),
    UniqueConstraint("article", "version"),
    Index(None, "sha256"),
    Index(None, "article", "version", "outlet"),  # which outlets are held, without touching a text
    sqlite_autoincrement=True,
)

passage = Table(  # of the current version; its words stand under the same number in the search index, which a trigger clears
    "passage",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("article", ForeignKey("article.pk", ondelete="CASCADE"), nullable=False),
    Column("start", Integer, nullable=False),  # code points in the version's text, half-open
    Column("end", Integer, nullable=False),
    Index(None, "article"),
    sqlite_autoincrement=True,
)

passage_words = table(  # FTS5: no table that could be compared with what migrations made
    "passage_words",
    column("rowid", Integer),
    column("place", String),  # marks of the library, the outlet and the article
    column("title", String),  # stems of the headline
    column("words", String),  # stems of the passage
    column("rank", Float),  # bm25, the lower the better
)

passage_words_count = table(  # in how many passages a stem stands
    "passage_words_count",
    column("term", String),
    column("doc", Integer),
)

passage_vector = Table(  # what a passage means, computed after it is found by its words already
    "passage_vector",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("passage", ForeignKey("passage.pk", ondelete="CASCADE"), nullable=False),
    Column("model", String, nullable=False),
    Column("library", String, nullable=False),
    Column("vector", LargeBinary, nullable=False),  # unit length, 32-bit floats, little-endian
    UniqueConstraint("passage", "model"),
    Index(None, "model"),
    sqlite_autoincrement=True,
)

likeness_band = (
    Table(  # slices of the signatures of current versions: texts that share one are compared in full
        "likeness_band",
        metadata,
        Column("band", Integer, primary_key=True, autoincrement=False),
        Column("article", ForeignKey("article.pk", ondelete="CASCADE"), primary_key=True),
        Index(None, "article"),
        sqlite_with_rowid=False,
    )
)

brief = Table(  # one for each version of an article: the newest that was made of it
    "brief",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("version", ForeignKey("article_version.pk", ondelete="CASCADE"), nullable=False, unique=True),
    Column("engine", String, nullable=False),
    Column("model", String, nullable=False),
    Column("engine_version", String, nullable=False),
    Column("document", JSON, nullable=False),  # brief/1
    Column("made_at", Instant, nullable=False),
)

upkeep = Table(  # work on the file itself that is due; a process that dies in between leaves it to the next
    "upkeep",
    metadata,
    Column("task", String, primary_key=True),
)

inbound = Table(
    "inbound",
    metadata,
    Column("event_id", String, primary_key=True),
    Column("seen_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="1"),
    Column("ended_at", Instant),  # its answers are stored
    Index(None, "seen_at"),
)

received = Table(  # goes as soon as it is seen to
    "received",
    metadata,
    Column("platform", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("body", String, nullable=False),
    Column("received_at", Instant, nullable=False),
    Index(None, "received_at"),
)

delivery = Table(
    "delivery",
    metadata,
    Column("key", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("platform", String, nullable=False),
    Column("room", String, nullable=False),
    Column("room_kind", String, nullable=False),
    Column("room_title", String, nullable=False),
    Column("workspace", String),
    Column("thread", String),
    Column("private_to", String),
    Column("threaded", Boolean, nullable=False),
    Column("parts", Integer, nullable=False),
    Column("actions", JSON, nullable=False, server_default="[]"),  # [label, command, mark] each
    Column("replaces", String),  # id of the message whose place its first part takes
    Column("about", ForeignKey("article.pk", ondelete="SET NULL")),
    Column("created_at", Instant, nullable=False),
    Index(None, "about"),
    Index(None, "created_at"),
)

delivery_article = Table(  # whose words a delivery carries
    "delivery_article",
    metadata,
    Column("delivery", ForeignKey("delivery.key", ondelete="CASCADE"), primary_key=True),
    Column("article", ForeignKey("article.pk", ondelete="CASCADE"), primary_key=True),
    Index(None, "article"),
)

delivery_library = Table(  # outlives the articles: a room that lost a library gets nothing drawn from it
    "delivery_library",
    metadata,
    Column("delivery", ForeignKey("delivery.key", ondelete="CASCADE"), primary_key=True),
    Column("library", ForeignKey("library.id"), primary_key=True),
)

delivery_part = Table(
    "delivery_part",
    metadata,
    Column("pk", Integer, primary_key=True),  # the order of a room is the order of this
    Column("key", String, nullable=False, unique=True),
    Column("delivery", ForeignKey("delivery.key", ondelete="CASCADE"), nullable=False),
    Column("platform", String, nullable=False),
    Column("room", String, nullable=False),
    Column("urgency", Integer, nullable=False),  # 0 first, between rooms only
    Column("number", Integer, nullable=False),
    Column("of", Integer, nullable=False),
    Column("markdown", Text),  # NULL once an article whose words it carried is forgotten
    Column("summary", Text),
    Column("state", String, nullable=False),
    Column("reason", String),
    Column("attempts", Integer, nullable=False),
    Column("owner", String),
    Column("not_before", Instant, nullable=False),  # pending: may be posted; sending: its end may be doubted
    Column("sending_since", Instant),  # the first attempt that may have reached the platform
    Column("message_id", String),
    Column("posted_at", Instant),
    Column("withdrawal", String),  # its words are forgotten: 'due', then 'done' or 'stays'
    Column("withdrawal_not_before", Instant),
    Column("withdrawal_attempts", Integer, nullable=False, server_default="0"),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("delivery", "number"),
    CheckConstraint("state IN ('pending', 'sending', 'sent', 'unknown', 'failed')", name="state"),
    Index(None, "state", "room"),
    Index(None, "withdrawal", "withdrawal_not_before"),
    sqlite_autoincrement=True,
)

conversation = Table(
    "conversation",
    metadata,
    Column("room", String, primary_key=True),
    Column("message_id", String, primary_key=True),
    Column("article", ForeignKey("article.pk", ondelete="CASCADE"), primary_key=True),
    Column("since", Instant, nullable=False),
    Index(None, "article"),
)

question = Table(  # what was asked lately, so that a follow-up is understood
    "question",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("room", String, nullable=False),
    Column("thread", String),
    Column("person", String, nullable=False),
    Column(
        "library", String, nullable=False
    ),  # that the room wrote to then: in another one it was another room
    Column("text", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Index(None, "room", "thread"),
    Index(None, "asked_at"),
)

question_article = (
    Table(  # the articles that were read for it: its words may be theirs, so it goes with each of them
        "question_article",
        metadata,
        Column("question", ForeignKey("question.pk", ondelete="CASCADE"), primary_key=True),
        Column("article", ForeignKey("article.pk", ondelete="CASCADE"), primary_key=True),
        Index(None, "article"),
    )
)

watch = Table(  # questions whose answer is waited for
    "watch",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("platform", String, nullable=False),
    Column("room", String, nullable=False),
    Column("room_kind", String, nullable=False),
    Column("room_title", String, nullable=False),
    Column("workspace", String),
    Column("thread", String),
    Column("person", String, nullable=False),
    Column("full_member", Boolean, nullable=False),
    Column("library", String, nullable=False),  # that the room wrote to then
    Column("text", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("seen", Integer, nullable=False),  # the newest version of an article that was looked at for it
    Index(None, "room"),
    Index(None, "platform", "seen"),
    sqlite_autoincrement=True,  # its number is the key of its delivery: never used again
)

watch_article = Table(  # what its thread is about, and what was read for its question
    "watch_article",
    metadata,
    Column("watch", ForeignKey("watch.pk", ondelete="CASCADE"), primary_key=True),
    Column("article", ForeignKey("article.pk", ondelete="CASCADE"), primary_key=True),
    Column("about", Boolean, nullable=False),
    Index(None, "article"),
)

feedback = Table(  # errors that people reported; they may quote the article, so they go with it
    "feedback",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("room", String, nullable=False),
    Column("person", String, nullable=False),
    Column("article", ForeignKey("article.pk", ondelete="CASCADE"), nullable=False),
    Column("evidence", String),  # id in the brief of the quote that is meant
    Column("text", Text, nullable=False),
    Column("engine", String, nullable=False),
    Column("reported_at", Instant, nullable=False),
    Index(None, "article"),
)

model_expense = Table(  # what the language model took, added up
    "model_expense",
    metadata,
    Column("day", String(10), primary_key=True),  # of UTC
    Column("room", String, primary_key=True),
    Column("task", String, primary_key=True),
    Column("model", String, primary_key=True),
    Column("requests", Integer, nullable=False),
    Column("tokens_in", Integer, nullable=False),
    Column("tokens_out", Integer, nullable=False),
    Column("price_millionths", Integer, nullable=False),  # of the operator's currency
)

model_reply = Table(  # what a model said of an article of that library; it goes with the article
    "model_reply",
    metadata,
    Column("library", ForeignKey("library.id"), primary_key=True),
    Column("article_sha256", String(64), primary_key=True),
    Column("request_sha256", String(64), primary_key=True),
    Column("model", String, primary_key=True),
    Column("text", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Index(None, "made_at"),
)
