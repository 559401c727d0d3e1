"""What is forgotten leaves the disk, even if the process dies between the deleting and the wiping."""

from __future__ import annotations

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import passages, schema
from bot.store.database import Database, to_the_end

_TASK = "wipe"


async def schedule(connection: AsyncConnection) -> None:
    """Note, in the transaction that deletes, that the file is to be wiped."""
    await connection.execute(insert(schema.upkeep).values(task=_TASK).on_conflict_do_nothing())


async def wipe(database: Database) -> bool:
    """Make sure that nothing that was deleted stands in any file. False: that has to wait, and stays noted."""
    async with database.write() as connection:
        await passages.purge(connection)
    if not await database.vacuum():
        return False
    async with database.write() as connection:
        await connection.execute(delete(schema.upkeep).where(schema.upkeep.c.task == _TASK))
    return True


@to_the_end
async def wipe_if_due(database: Database) -> None:
    """What a process that died, or was disturbed, has left undone."""
    async with database.read() as connection:
        due = await connection.execute(select(exists().where(schema.upkeep.c.task == _TASK)))
        if not due.scalar_one():
            return
    await wipe(database)
