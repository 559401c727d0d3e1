"""What threads are about (written by the outbox's memory when a message is posted), and what was asked in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, false, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports import ArticleRef, AskedQuestion
from bot.store import schema
from bot.store.database import Database, to_the_end
from bot.store.libraries import readable

_KEPT = timedelta(
    days=7
)  # nobody comes back to a thread later and expects "and what did they reply?" to be understood
_EARLIER = 3  # questions that a follow-up may refer to


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

    @to_the_end
    async def asked(self, asked: AskedQuestion, *, library: str, now: datetime) -> None:
        question, read, article = schema.question, schema.question_article, schema.article
        async with self._database.write() as connection:
            await connection.execute(delete(question).where(question.c.asked_at < now - _KEPT))
            held = or_(
                false(), *(and_(article.c.library == r.library, article.c.id == r.id) for r in asked.read)
            )
            pks = (await connection.execute(select(article.c.pk).where(held))).scalars().all()
            if len(pks) < len(set(asked.read)):
                return  # one of them was forgotten meanwhile, and with it whatever of its words stands in the question
            pk = (
                await connection.execute(
                    insert(question)
                    .values(
                        room=asked.room,
                        thread=asked.thread,
                        person=asked.person,
                        library=library,
                        text=asked.text,
                        asked_at=now,
                    )
                    .returning(question.c.pk)
                )
            ).scalar_one()
            if pks:
                await connection.execute(insert(read), [{"question": pk, "article": each} for each in pks])

    @to_the_end
    async def earlier(
        self, libraries: Sequence[str], room_id: str, *, thread: str | None, person: str, since: datetime
    ) -> tuple[str, ...]:
        question = schema.question
        if thread is not None:
            here = question.c.thread == thread
        else:
            here = and_(
                question.c.thread.is_(None), question.c.person == person, question.c.asked_at >= since
            )
        async with self._database.read() as connection:
            rows = await connection.execute(
                select(question.c.text)
                .where(question.c.room == room_id, here, question.c.library.in_(readable(libraries)))
                .order_by(question.c.pk.desc())
                .limit(_EARLIER)
            )
            return tuple(rows.scalars())[::-1]


async def forget(connection: AsyncConnection, article_pk: int) -> None:
    """Remove the questions for which an article was read: its words may stand in them."""
    question, read = schema.question, schema.question_article
    about = select(read.c.question).where(read.c.article == article_pk)
    await connection.execute(delete(question).where(question.c.pk.in_(about)))
