"""Errors in briefs that people have reported."""

from __future__ import annotations

from sqlalchemy import insert, select

from bot.ports import ArticleRef, Reported
from bot.store import schema
from bot.store.database import Database, to_the_end


class StoredFeedback:
    """`bot.ports.Feedback`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @to_the_end
    async def add(self, reported: Reported) -> None:
        article = schema.article
        async with self._database.write() as connection:
            pk = (
                await connection.execute(
                    select(article.c.pk).where(
                        article.c.library == reported.article.library, article.c.id == reported.article.id
                    )
                )
            ).scalar_one_or_none()
            if pk is None:
                return  # forgotten meanwhile: what was wrong with it is gone, too
            await connection.execute(
                insert(schema.feedback).values(
                    room=reported.room,
                    person=reported.person,
                    article=pk,
                    evidence=reported.evidence,
                    text=reported.text,
                    engine=reported.engine,
                    reported_at=reported.at,
                )
            )

    @to_the_end
    async def all(self, *, limit: int = 100) -> list[Reported]:
        table, article = schema.feedback, schema.article
        async with self._database.read() as connection:
            rows = await connection.execute(
                select(table, article.c.library, article.c.id.label("article_id"))
                .join(article, article.c.pk == table.c.article)
                .order_by(table.c.pk.desc())
                .limit(limit)
            )
            return [
                Reported(
                    room=row.room,
                    person=row.person,
                    article=ArticleRef(row.library, row.article_id),
                    evidence=row.evidence,
                    text=row.text,
                    engine=row.engine,
                    at=row.reported_at,
                )
                for row in rows
            ]
