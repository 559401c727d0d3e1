"""Rooms, the library that each has now, and those that it had before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports import Room
from bot.store import libraries, schema
from bot.store.database import Database, to_the_end


class StoredRooms:
    """`bot.ports.Rooms`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @to_the_end
    async def enter(
        self, room: Room, *, library: str | None, now: datetime, besides: Sequence[str] = ()
    ) -> str:
        table = schema.room
        facts = {
            "kind": room.kind,
            "title": room.title,
            "platform": room.platform,
            "workspace": room.workspace,
            "besides": list(besides),
        }
        known = select(table).where(table.c.id == room.id)
        async with self._database.read() as connection:
            row = (await connection.execute(known)).one_or_none()
            if (
                row is not None
                and _unchanged(row, facts)
                and await self._still(connection, room, library, row)
            ):
                return str(row.library)  # the usual case needs no write lock
        async with self._database.write() as connection:
            row = (await connection.execute(known)).one_or_none()
            if row is None:
                home = library or own_library(room.id, 1)
                await libraries.ensure(connection, home, now=now)
                await connection.execute(
                    insert(table).values(id=room.id, library=home, entered_at=now, changed_at=now, **facts)
                )
                await self._begin(connection, room, home, own=library is None, now=now)
                return home
            home = str(row.library)
            if row.kind != room.kind or not await self._still(connection, room, library, row):
                home = await self._move(connection, room, library, home, now=now)
            await connection.execute(
                update(table).where(table.c.id == room.id).values(library=home, changed_at=now, **facts)
            )
            return home

    @to_the_end
    async def reads(self, room_id: str) -> tuple[str, ...]:
        table = schema.room
        async with self._database.read() as connection:
            found = await connection.execute(
                select(table.c.library, table.c.besides).where(table.c.id == room_id)
            )
            row = found.one_or_none()
            return () if row is None else (row.library, *row.besides)

    @to_the_end
    async def known(self, room_id: str) -> Room | None:
        table = schema.room
        async with self._database.read() as connection:
            row = (await connection.execute(select(table).where(table.c.id == room_id))).one_or_none()
            return None if row is None else Room(row.id, row.platform, row.kind, row.title, row.workspace)

    async def _still(
        self, connection: AsyncConnection, room: Room, library: str | None, row: Row[Any]
    ) -> bool:
        """Whether the room's library of now is the one that is asked for."""
        if library is not None:
            return bool(row.library == library)
        table = schema.room_library
        own = await connection.execute(
            select(table.c.own).where(table.c.room == room.id, table.c.until.is_(None))
        )
        return bool(own.scalar_one())

    async def _move(
        self, connection: AsyncConnection, room: Room, library: str | None, old: str, *, now: datetime
    ) -> str:
        table = schema.room_library
        own_before = (
            await connection.execute(
                update(table)
                .where(table.c.room == room.id, table.c.until.is_(None))
                .values(until=now)
                .returning(table.c.own)
            )
        ).scalar_one()
        if own_before:
            await libraries.close(connection, old, now=now)
        home = library or await self._own(connection, room)
        await libraries.ensure(connection, home, now=now)
        if library is None:
            await libraries.reopen(connection, home)
        await self._begin(connection, room, home, own=library is None, now=now)
        return home

    async def _own(self, connection: AsyncConnection, room: Room) -> str:
        """The room's last own library if the same people could read the room ever since, else a fresh one."""
        table = schema.room_library
        rows = (
            await connection.execute(
                select(table.c.library, table.c.own, table.c.kind)
                .where(table.c.room == room.id)
                .order_by(table.c.id.desc())
            )
        ).all()
        for row in rows:
            if row.kind != room.kind:
                break
            if row.own:
                return str(row.library)
        return own_library(room.id, len({row.library for row in rows if row.own}) + 1)

    async def _begin(
        self, connection: AsyncConnection, room: Room, library: str, *, own: bool, now: datetime
    ) -> None:
        await connection.execute(
            insert(schema.room_library).values(
                room=room.id, library=library, own=own, kind=room.kind, since=now
            )
        )


def own_library(room_id: str, generation: int) -> str:
    """Name of a room's own library; generation counts from 1 and stands first, because an id may hold anything."""
    return f"room:{generation}:{room_id}"


def _unchanged(row: Row[Any], facts: Mapping[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in facts.items())
