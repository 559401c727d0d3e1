"""Bringing the file's schema up to date when the store is opened."""

from __future__ import annotations

from bot import migrations
from bot.store.database import Database, to_the_end
from bot.store.errors import StoreBusy, StoreTooNew, StoreUnusable


@to_the_end
async def bring_up_to_date(database: Database) -> None:
    """Run the migrations that are missing, in one transaction under the write lock.

    A file that is up to date is only looked at. Raises StoreTooNew, and StoreUnusable if another process holds the
    write lock for longer than `busy_timeout`.
    """
    async with database.read() as connection:
        revision = await connection.run_sync(migrations.current)
    if revision == migrations.head():
        return
    try:
        async with database.write() as connection:
            await connection.run_sync(migrations.upgrade)
    except migrations.UnknownRevision as error:
        raise StoreTooNew(
            f"The store was written by a newer version of this program (schema {error}); update the program."
        ) from error
    except StoreBusy as error:
        raise StoreUnusable(
            "The store has to be brought up to date, but another program is writing to it; stop that one first."
        ) from error
