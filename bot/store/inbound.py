"""Events that were seen: platforms repeat them, the bot acts once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.dialects.sqlite import insert

from bot.store import schema
from bot.store.database import Database, to_the_end


class StoredInbound:
    """`bot.ports.Inbound`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @to_the_end
    async def first_sight(self, event_id: str, *, now: datetime) -> bool:
        async with self._database.write() as connection:
            result = await connection.execute(
                insert(schema.inbound).values(event_id=event_id, seen_at=now).on_conflict_do_nothing()
            )
            return result.rowcount == 1
