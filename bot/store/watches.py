"""Questions whose answer is waited for, and which articles have come since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports import ArticleRef, Room, Watch
from bot.store import passages, schema
from bot.store.database import Database, to_the_end
from bot.store.libraries import ensure, readable
from briefs.terms import stems

_w, _wa, _a, _v = schema.watch, schema.watch_article, schema.article, schema.article_version


class StoredWatches:
    """`bot.ports.Watches`. A watch ends by itself after `lasts`."""

    def __init__(self, database: Database, *, lasts: timedelta) -> None:
        self._database = database
        self._lasts = lasts

    @to_the_end
    async def add(self, watch: Watch) -> Watch | None:
        named = dict.fromkeys((*watch.about, *watch.read))
        async with self._database.write() as connection:
            await connection.execute(delete(_w).where(_w.c.since < watch.since - self._lasts))
            pks = {}
            for ref in named:
                found = await connection.execute(
                    select(_a.c.pk).where(_a.c.library == ref.library, _a.c.id == ref.id)
                )
                pks[ref] = found.scalar_one_or_none()
            if None in pks.values():
                return None
            await ensure(connection, watch.library, now=watch.since)
            row = (
                await connection.execute(
                    insert(_w)
                    .values(
                        platform=watch.room.platform,
                        room=watch.room.id,
                        room_kind=watch.room.kind,
                        room_title=watch.room.title,
                        workspace=watch.room.workspace,
                        thread=watch.thread,
                        person=watch.person,
                        full_member=watch.full_member,
                        library=watch.library,
                        text=watch.question,
                        since=watch.since,
                        seen=select(func.coalesce(func.max(_v.c.pk), 0)).scalar_subquery(),
                    )
                    .returning(_w)
                )
            ).one()
            if pks:
                await connection.execute(
                    insert(_wa),
                    [
                        {"watch": row.pk, "article": pk, "about": ref in watch.about}
                        for ref, pk in pks.items()
                    ],
                )
            return _watch(row, watch.about, watch.read)

    @to_the_end
    async def of_room(self, libraries: Sequence[str], room_id: str, *, now: datetime) -> list[Watch]:
        return await self._watches(
            select(_w).where(
                _w.c.room == room_id,
                _w.c.library.in_(readable(libraries)),
                _w.c.since >= now - self._lasts,
            )
        )

    @to_the_end
    async def due(self, platforms: Sequence[str], *, now: datetime) -> list[Watch]:
        newest = select(func.max(_v.c.pk)).scalar_subquery()
        return await self._watches(
            select(_w).where(
                _w.c.platform.in_(platforms), _w.c.seen < newest, _w.c.since >= now - self._lasts
            )
        )

    @to_the_end
    async def arrived(
        self, watch: Watch, libraries: Sequence[str], *, limit: int = 50
    ) -> tuple[list[ArticleRef], int]:
        async with self._database.read() as connection:
            newest = (await connection.execute(select(func.max(_v.c.pk)))).scalar_one_or_none() or 0
            rows = (
                await connection.execute(
                    select(_v.c.pk, _a.c.library, _a.c.id)
                    .join(_a, (_v.c.article == _a.c.pk) & (_v.c.version == _a.c.version))
                    .where(_v.c.pk > watch.seen, _a.c.library.in_(readable(libraries)))
                    .order_by(_v.c.pk)
                    .limit(limit)
                )
            ).all()
        far = rows[-1].pk if len(rows) == limit else newest
        return [ArticleRef(row.library, row.id) for row in rows], max(far, watch.seen)

    @to_the_end
    async def looked(self, watch_id: int, seen: int) -> None:
        async with self._database.write() as connection:
            await connection.execute(
                update(_w).where(_w.c.pk == watch_id, _w.c.seen < seen).values(seen=seen)
            )

    @to_the_end
    async def end(self, watch_id: int) -> None:
        async with self._database.write() as connection:
            await connection.execute(delete(_w).where(_w.c.pk == watch_id))

    async def _watches(self, query: Select[Any]) -> list[Watch]:
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(_w.c.pk))).all()
            if not rows:
                return []
            about: dict[int, list[ArticleRef]] = {}
            read: dict[int, list[ArticleRef]] = {}
            refs = await connection.execute(
                select(_wa.c.watch, _wa.c.about, _a.c.library, _a.c.id)
                .join(_a, _a.c.pk == _wa.c.article)
                .where(_wa.c.watch.in_([row.pk for row in rows]))
                .order_by(_a.c.pk)
            )
            for ref in refs:
                kind = about if ref.about else read
                kind.setdefault(ref.watch, []).append(ArticleRef(ref.library, ref.id))
        return [_watch(row, tuple(about.get(row.pk, ())), tuple(read.get(row.pk, ()))) for row in rows]


def _watch(row: Row[Any], about: tuple[ArticleRef, ...], read: tuple[ArticleRef, ...]) -> Watch:
    return Watch(
        id=row.pk,
        room=Room(row.room, row.platform, row.room_kind, row.room_title, row.workspace),
        thread=row.thread,
        person=row.person,
        full_member=row.full_member,
        library=row.library,
        question=row.text,
        about=about,
        since=row.since,
        seen=row.seen,
        read=tuple(ref for ref in read if ref not in about),
    )


async def forget(connection: AsyncConnection, article_pk: int) -> None:
    """Remove the watches of threads about an article, and those that hold a word which no other article has."""
    rows = (
        await connection.execute(
            select(_w.c.pk, _w.c.text, _wa.c.about)
            .join(_wa, _wa.c.watch == _w.c.pk)
            .where(_wa.c.article == article_pk)
        )
    ).all()
    gone = {row.pk for row in rows if row.about}
    asked = {row.pk: frozenset(stems(row.text)) for row in rows if row.pk not in gone}
    if asked:
        texts = await connection.execute(select(_v.c.text).where(_v.c.article == article_pk))
        held = frozenset(stem for text in texts.scalars() for stem in stems(text))
        own = await passages.only_in(connection, article_pk, held & frozenset().union(*asked.values()))
        gone |= {pk for pk, words in asked.items() if words & own}
    if gone:
        await connection.execute(delete(_w).where(_w.c.pk.in_(gone)))
