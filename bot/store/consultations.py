"""What the language model cost, and what it said of articles."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports import Spent
from bot.store import libraries, schema
from bot.store.database import Database, to_the_end

_KEPT: Final = timedelta(days=30)  # an article that is sent again is sent within days
_MILLIONTH: Final = 1_000_000

_expense, _reply = schema.model_expense, schema.model_reply


class StoredExpenses:
    """`bot.ports.Expenses`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @to_the_end
    async def spent(self, day: date, *, room: str | None = None) -> Spent:
        columns = (
            _expense.c.requests,
            _expense.c.tokens_in,
            _expense.c.tokens_out,
            _expense.c.price_millionths,
        )
        query = select(*(func.coalesce(func.sum(c), 0) for c in columns)).where(
            _expense.c.day == day.isoformat()
        )
        if room is not None:
            query = query.where(_expense.c.room == room)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one()
        return Spent(int(row[0]), int(row[1]), int(row[2]), int(row[3]) / _MILLIONTH)

    @to_the_end
    async def add(self, day: date, *, room: str, task: str, model: str, spent: Spent) -> None:
        amounts = {
            "requests": spent.requests,
            "tokens_in": spent.tokens_in,
            "tokens_out": spent.tokens_out,
            "price_millionths": round(spent.price * _MILLIONTH),
        }
        statement = upsert(_expense).values(day=day.isoformat(), room=room, task=task, model=model, **amounts)
        async with self._database.write() as connection:
            await connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["day", "room", "task", "model"],
                    set_={name: _expense.c[name] + amount for name, amount in amounts.items()},
                )
            )


class StoredModelReplies:
    """`bot.ports.ModelReplies`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @to_the_end
    async def recall(self, library: str, article_sha256: str, request_sha256: str, model: str) -> str | None:
        query = select(_reply.c.text).where(
            _reply.c.library == library,
            _reply.c.article_sha256 == article_sha256,
            _reply.c.request_sha256 == request_sha256,
            _reply.c.model == model,
            _reply.c.library.in_(libraries.readable([library])),
        )
        async with self._database.read() as connection:
            text: str | None = (await connection.execute(query)).scalar_one_or_none()
        return text

    @to_the_end
    async def keep(
        self, library: str, article_sha256: str, request_sha256: str, model: str, text: str, *, now: datetime
    ) -> None:
        async with self._database.write() as connection:
            await libraries.ensure(connection, library, now=now)
            await connection.execute(delete(_reply).where(_reply.c.made_at < now - _KEPT))
            await connection.execute(
                upsert(_reply)
                .values(
                    library=library,
                    article_sha256=article_sha256,
                    request_sha256=request_sha256,
                    model=model,
                    text=text,
                    made_at=now,
                )
                .on_conflict_do_update(
                    index_elements=["library", "article_sha256", "request_sha256", "model"],
                    set_={"text": text, "made_at": now},
                )
            )


async def forget(connection: AsyncConnection, article_pk: int) -> None:
    """Take out what was said of any version of an article; called before the article goes."""
    shas = select(schema.article_version.c.sha256).where(schema.article_version.c.article == article_pk)
    library = select(schema.article.c.library).where(schema.article.c.pk == article_pk).scalar_subquery()
    await connection.execute(
        delete(_reply).where(_reply.c.library == library, _reply.c.article_sha256.in_(shas))
    )
