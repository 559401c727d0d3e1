"""What platforms handed over and do not repeat, word for word, until it is seen to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert

from bot.store import schema
from bot.store.database import Database, to_the_end


class StoredReceived:
    """`bot.ports.Received`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @to_the_end
    async def keep(self, platform: str, key: str, body: str, *, now: datetime) -> None:
        row = {"platform": platform, "key": key, "body": body, "received_at": now}
        async with self._database.write() as connection:
            await connection.execute(insert(schema.received).values(row).on_conflict_do_nothing())

    @to_the_end
    async def release(self, platform: str, key: str) -> None:
        table = schema.received
        async with self._database.write() as connection:
            await connection.execute(delete(table).where(table.c.platform == platform, table.c.key == key))

    @to_the_end
    async def kept(self, platform: str) -> list[tuple[str, str]]:
        table = schema.received
        query = select(table.c.key, table.c.body).where(table.c.platform == platform)
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(table.c.received_at, table.c.key))).all()
        return [(row.key, row.body) for row in rows]
