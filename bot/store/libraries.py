"""Libraries come into being when something is put into them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import schema


async def ensure(connection: AsyncConnection, library: str, *, now: datetime) -> None:
    """Make the library if it is not there yet; one that is closed stays closed."""
    await connection.execute(
        insert(schema.library).values(id=library, created_at=now).on_conflict_do_nothing()
    )


async def reopen(connection: AsyncConnection, library: str) -> None:
    await connection.execute(
        update(schema.library).where(schema.library.c.id == library).values(closed_at=None)
    )


async def close(connection: AsyncConnection, library: str, *, now: datetime) -> None:
    """Nobody reads it from now on, whatever they ask for."""
    await connection.execute(
        update(schema.library).where(schema.library.c.id == library).values(closed_at=now)
    )


def readable(names: Sequence[str]) -> Select[tuple[str]]:
    """Of the libraries named, those that are open: every query that reads articles goes through this."""
    table = schema.library
    return select(table.c.id).where(table.c.id.in_(names), table.c.closed_at.is_(None))
