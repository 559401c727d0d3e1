"""What rooms have chosen, with who chose it and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from bot.ports import SettingChange
from bot.store import schema
from bot.store.database import Database, to_the_end


class StoredSettings:
    """`bot.ports.Settings`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @to_the_end
    async def get(self, room_id: str, key: str) -> Any | None:
        return (await self.all(room_id)).get(key)

    @to_the_end
    async def all(self, room_id: str) -> dict[str, Any]:
        table = schema.setting
        newest = select(func.max(table.c.id)).where(table.c.room == room_id).group_by(table.c.key)
        async with self._database.read() as connection:
            rows = await connection.execute(select(table.c.key, table.c.value).where(table.c.id.in_(newest)))
            return {row.key: row.value for row in rows if row.value is not None}

    @to_the_end
    async def put(self, room_id: str, key: str, value: Any, *, by: str, now: datetime) -> None:
        async with self._database.write() as connection:
            await connection.execute(
                insert(schema.setting).values(room=room_id, key=key, value=value, set_by=by, set_at=now)
            )

    @to_the_end
    async def choosers(self, key: str) -> dict[str, Any]:
        table = schema.setting
        newest = select(func.max(table.c.id)).where(table.c.key == key).group_by(table.c.room)
        async with self._database.read() as connection:
            rows = await connection.execute(select(table.c.room, table.c.value).where(table.c.id.in_(newest)))
            return {row.room: row.value for row in rows if row.value is not None}

    @to_the_end
    async def changes(self, room_id: str, *, limit: int = 50) -> list[SettingChange]:
        table = schema.setting
        async with self._database.read() as connection:
            rows = await connection.execute(
                select(table.c.key, table.c.value, table.c.set_by, table.c.set_at)
                .where(table.c.room == room_id)
                .order_by(table.c.id.desc())
                .limit(limit)
            )
            return [SettingChange(row.key, row.value, row.set_by, row.set_at) for row in rows]
