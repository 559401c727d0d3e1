"""Messages that came in: platforms repeat them, and a process may die over one; each is seen to its end, once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects.sqlite import insert

from bot.store import schema
from bot.store.database import Database, to_the_end


class StoredInbound:
    """`bot.ports.Inbound`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @to_the_end
    async def begin(self, event_id: str, *, now: datetime) -> int | None:
        table = schema.inbound
        async with self._database.write() as connection:
            begun = await connection.execute(
                insert(table)
                .values(event_id=event_id, seen_at=now, attempts=1)
                .on_conflict_do_update(
                    index_elements=[table.c.event_id],
                    set_={"attempts": table.c.attempts + 1},
                    where=table.c.ended_at.is_(None),
                )
                .returning(table.c.attempts)
            )
            attempt: int | None = begun.scalar_one_or_none()
            return attempt

    @to_the_end
    async def end(self, event_id: str, *, now: datetime) -> None:
        table = schema.inbound
        async with self._database.write() as connection:
            await connection.execute(update(table).where(table.c.event_id == event_id).values(ended_at=now))
