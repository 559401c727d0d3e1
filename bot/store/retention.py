"""What has been kept for longer than the operator wants is removed as if somebody had it forgotten."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, exists, select

from bot.store import digest_schema, schema, wiping
from bot.store.database import Database, to_the_end
from bot.store.library import take_out

_BATCH = 50  # articles in one transaction: others wait to write meanwhile


class StoredRetention:
    def __init__(self, database: Database) -> None:
        self._database = database

    @to_the_end
    async def remove(self, *, before: datetime) -> int:
        """Remove what came before that instant: articles, messages that have ended, digests. Returns the articles."""
        articles = 0
        table = schema.article
        while True:
            async with self._database.write() as connection:
                pks = (
                    (
                        await connection.execute(
                            select(table.c.pk).where(table.c.added_at < before).limit(_BATCH)
                        )
                    )
                    .scalars()
                    .all()
                )
                for pk in pks:
                    await take_out(connection, pk)
                if pks:
                    await wiping.schedule(connection)
            articles += len(pks)
            if not pks:
                break
        part, delivery = schema.delivery_part, schema.delivery
        async with self._database.write() as connection:
            waits = exists().where(
                part.c.delivery == delivery.c.key, part.c.state.in_(("pending", "sending"))
            )
            ended = await connection.execute(delete(delivery).where(delivery.c.created_at < before, ~waits))
            await connection.execute(
                delete(digest_schema.digest).where(digest_schema.digest.c.until < before)
            )
            await connection.execute(delete(schema.inbound).where(schema.inbound.c.seen_at < before))
            await connection.execute(delete(schema.received).where(schema.received.c.received_at < before))
            if ended.rowcount:
                await wiping.schedule(connection)
        if articles or ended.rowcount:
            await wiping.wipe(self._database)
        return articles
