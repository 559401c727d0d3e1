"""Which article a thread is about; written by the outbox's memory when a message is posted."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from bot.ports import ArticleRef
from bot.store import schema
from bot.store.database import Database, to_the_end
from bot.store.libraries import readable


class StoredConversations:
    """`bot.ports.Conversations`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @to_the_end
    async def about(self, libraries: Sequence[str], room_id: str, message_id: str) -> tuple[ArticleRef, ...]:
        talk, article = schema.conversation, schema.article
        async with self._database.read() as connection:
            rows = await connection.execute(
                select(article.c.library, article.c.id)
                .join(talk, talk.c.article == article.c.pk)
                .where(
                    talk.c.room == room_id,
                    talk.c.message_id == message_id,
                    article.c.library.in_(readable(libraries)),
                )
                .order_by(talk.c.since.desc(), article.c.pk.desc())
            )
            return tuple(ArticleRef(row.library, row.id) for row in rows)

    @to_the_end
    async def latest(self, libraries: Sequence[str], room_id: str) -> ArticleRef | None:
        talk, article = schema.conversation, schema.article
        async with self._database.read() as connection:
            rows = await connection.execute(
                select(article.c.library, article.c.id)
                .join(talk, talk.c.article == article.c.pk)
                .where(talk.c.room == room_id, article.c.library.in_(readable(libraries)))
                .order_by(talk.c.since.desc(), article.c.pk.desc())
                .limit(1)
            )
            row = rows.one_or_none()
            return None if row is None else ArticleRef(row.library, row.id)
