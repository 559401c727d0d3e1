"""The tables of digests: schedules and slots, feeds, situations, alerts. See `bot.store.schema` for the others."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from bot.store.schema import Instant, metadata

schedule = Table(
    "schedule",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("room", String, nullable=False),
    Column("spec", String, nullable=False),  # "daily 08:00 mon,tue"
    Column("zone", String, nullable=False),
    Column("added_by", String, nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("served_until", Instant, nullable=False),
    Column("next_due", Instant),  # NULL: it has ended, or never comes again
    Column("paused_at", Instant),  # the bot is not in the room
    Index(None, "room"),
    Index(None, "next_due"),
    sqlite_autoincrement=True,
)

slot = Table(
    "slot",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("schedule", ForeignKey("schedule.pk"), nullable=False),
    Column("name", String, nullable=False),  # local date or UTC instant
    Column("due", Instant, nullable=False),
    Column("missed", Integer, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("claimed_at", Instant, nullable=False),
    Column("state", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("lease_until", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("outcome", String),
    Column("reason", String),
    Column("done_at", Instant),
    UniqueConstraint("schedule", "name"),  # whoever inserts it serves it
    CheckConstraint("state IN ('claimed', 'done')", name="state"),
    Index(None, "state", "lease_until"),
    sqlite_autoincrement=True,  # the key of a delivery is made of it
)

digest = Table(
    "digest",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("room", String, nullable=False),
    Column("schedule", ForeignKey("schedule.pk")),
    Column("delivery", String, nullable=False, unique=True),
    Column("since", Instant),
    Column("until", Instant, nullable=False),
    Column("newest", Integer, nullable=False),  # number of the newest article that was there to be told of
    Column("document", JSON(none_as_null=True)),  # digest/1; NULL once an article in it is forgotten
    Index(None, "room", "until"),
    sqlite_autoincrement=True,
)

digest_article = Table(  # whose words a digest carries
    "digest_article",
    metadata,
    Column("digest", ForeignKey("digest.pk", ondelete="CASCADE"), primary_key=True),
    Column("article", ForeignKey("article.pk", ondelete="CASCADE"), primary_key=True),
    Index(None, "article"),
)

feed = Table(
    "feed",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("room", String, nullable=False),
    Column("url", String, nullable=False),
    Column("title", String, nullable=False),
    Column("added_by", String, nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("etag", String),
    Column("modified", String),
    Column("next_at", Instant),  # NULL: it has ended or is dead
    Column("polled_at", Instant),
    Column("failures", Integer, nullable=False),  # in a row
    Column("failing_since", Instant),
    Column("reason", String),
    UniqueConstraint("room", "url"),
    Index(None, "next_at"),
    sqlite_autoincrement=True,
)

feed_item = Table(
    "feed_item",
    metadata,
    Column("feed", ForeignKey("feed.pk", ondelete="CASCADE"), primary_key=True),
    Column("id", String, primary_key=True),  # hash of what the feed calls it
    Column("link", String),  # NULL: nothing is to be read
    Column("seen_at", Instant, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Instant, nullable=False),
    CheckConstraint("state IN ('due', 'read', 'skipped', 'failed')", name="state"),
    Index(None, "state", "not_before"),
    sqlite_with_rowid=False,
)

situation = Table(
    "situation",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("library", ForeignKey("library.id"), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Index(None, "library", "changed_at"),
    sqlite_autoincrement=True,
)

situation_article = (
    Table(  # whoever moves an article takes its row out and puts in a new one: readers look for new numbers
        "situation_article",
        metadata,
        Column("pk", Integer, primary_key=True),
        Column("article", ForeignKey("article.pk", ondelete="CASCADE"), nullable=False, unique=True),
        Column("situation", ForeignKey("situation.pk"), nullable=False),
        Column(
            "facets", JSON, nullable=False
        ),  # single words of the article, by which others are placed beside it
        Column("placed_at", Instant, nullable=False),
        Column("by", String),  # the person who put it there; NULL: its words did
        Column("watched", Boolean, nullable=False),  # rooms that want alerts were told of it
        Index(None, "situation"),
        Index(None, "watched"),
        sqlite_autoincrement=True,
    )
)

follow = Table(
    "follow",
    metadata,
    Column("room", String, primary_key=True),
    Column("situation", ForeignKey("situation.pk"), primary_key=True),
    Column("wanted", Boolean, nullable=False),  # false: it is left out of the room's digests
    Column("by", String, nullable=False),
    Column("at", Instant, nullable=False),
)

alert = Table(  # its key holds no word of an article
    "alert",
    metadata,
    Column("pk", Integer, primary_key=True),
    Column("room", String, nullable=False),
    Column("key", String, nullable=False),
    Column("subject", String, nullable=False),  # what it is about, in words of the program's own
    Column("article", ForeignKey("article.pk", ondelete="CASCADE"), nullable=False),
    Column("raised_at", Instant, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("state", String, nullable=False),
    UniqueConstraint("room", "key"),
    CheckConstraint("state IN ('waiting', 'told')", name="state"),
    Index(None, "state", "not_before"),
    Index(None, "article"),
    sqlite_autoincrement=True,
)

article_check = Table(  # when an article's source is looked at again
    "article_check",
    metadata,
    Column("article", ForeignKey("article.pk", ondelete="CASCADE"), primary_key=True),
    Column("checks", Integer, nullable=False),
    Column("next_at", Instant),  # NULL: no more
    Index(None, "next_at"),
)
