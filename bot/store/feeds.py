"""Feeds, how each answered last, and which of their items were seen."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or

from bot.routine.feeds import DueItem, Entry, Feed, ItemOutcome
from bot.store import digest_schema
from bot.store.database import Database, to_the_end

_f, _i = digest_schema.feed, digest_schema.feed_item


class StoredFeeds:
    """`bot.routine.feeds.Feeds`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @to_the_end
    async def follow(self, room: str, url: str, title: str, *, by: str, now: datetime) -> Feed | None:
        fresh = {
            "title": title,
            "added_by": by,
            "added_at": now,
            "ended_at": None,
            "next_at": now,
            "failures": 0,
            "failing_since": None,
            "reason": None,
            "etag": None,
            "modified": None,
        }
        async with self._database.write() as connection:
            known = (
                await connection.execute(select(_f).where(_f.c.room == room, _f.c.url == url))
            ).one_or_none()
            if known is None:
                made = await connection.execute(insert(_f).values(room=room, url=url, **fresh).returning(_f))
            elif known.ended_at is None and known.next_at is not None:
                return None
            else:
                made = await connection.execute(
                    update(_f).where(_f.c.pk == known.pk).values(**fresh).returning(_f)
                )
            return _feed(made.one())

    @to_the_end
    async def unfollow(self, room: str, feed: int, *, now: datetime) -> bool:
        async with self._database.write() as connection:
            ended = await connection.execute(
                update(_f)
                .where(_f.c.room == room, _f.c.pk == feed, _f.c.ended_at.is_(None))
                .values(ended_at=now, next_at=None)
            )
            await connection.execute(
                update(_i).where(_i.c.feed == feed, _i.c.state == "due").values(state="skipped")
            )
            return ended.rowcount == 1

    @to_the_end
    async def followed(self, room: str | None = None) -> list[Feed]:
        query = select(_f).where(_f.c.ended_at.is_(None)).order_by(_f.c.pk)
        async with self._database.read() as connection:
            rows = await connection.execute(query if room is None else query.where(_f.c.room == room))
            return [_feed(row) for row in rows]

    @to_the_end
    async def claim(self, *, now: datetime, lease_until: datetime, limit: int) -> list[Feed]:
        due = (_f.c.next_at <= now) & _f.c.ended_at.is_(None)
        async with self._database.read() as connection:
            if (await connection.execute(select(_f.c.pk).where(due).limit(1))).first() is None:
                return []  # looking is free, the write lock is not
        async with self._database.write() as connection:
            pks = (
                (await connection.execute(select(_f.c.pk).where(due).order_by(_f.c.next_at).limit(limit)))
                .scalars()
                .all()
            )
            rows = await connection.execute(
                update(_f).where(_f.c.pk.in_(pks)).values(next_at=lease_until).returning(_f)
            )
            return sorted((_feed(row) for row in rows), key=lambda feed: feed.id)

    @to_the_end
    async def polled(
        self,
        feed: int,
        entries: Sequence[Entry],
        *,
        take: int,
        etag: str | None,
        modified: str | None,
        next_at: datetime,
        now: datetime,
    ) -> int:
        taken = 0
        async with self._database.write() as connection:
            held = await connection.execute(
                update(_f)
                .where(_f.c.pk == feed, _f.c.ended_at.is_(None))
                .values(
                    etag=etag,
                    modified=modified,
                    next_at=next_at,
                    polled_at=now,
                    failures=0,
                    failing_since=None,
                    reason=None,
                )
            )
            if held.rowcount == 0:
                return 0
            for entry in entries:
                wanted = entry.link is not None and taken < take
                added = await connection.execute(
                    insert_or(_i)
                    .values(
                        feed=feed,
                        id=item_id(entry.id),
                        link=entry.link if wanted else None,
                        seen_at=now,
                        state="due" if wanted else "skipped",
                        attempts=0,
                        not_before=now,
                    )
                    .on_conflict_do_nothing()
                )
                taken += bool(wanted and added.rowcount)
        return taken

    @to_the_end
    async def failed(self, feed: int, reason: str, *, next_at: datetime | None, now: datetime) -> None:
        async with self._database.write() as connection:
            await connection.execute(
                update(_f)
                .where(_f.c.pk == feed, _f.c.ended_at.is_(None))
                .values(
                    next_at=next_at,
                    polled_at=now,
                    failures=_f.c.failures + 1,
                    failing_since=func.coalesce(_f.c.failing_since, _instant(now)),
                    reason=reason,
                )
            )

    @to_the_end
    async def moved(self, feed: int, url: str) -> None:
        async with self._database.write() as connection:
            row = (await connection.execute(select(_f.c.room).where(_f.c.pk == feed))).one_or_none()
            if row is None:
                return
            taken = select(_f.c.pk).where(_f.c.room == row.room, _f.c.url == url)
            if (await connection.execute(taken)).first() is None:
                await connection.execute(update(_f).where(_f.c.pk == feed).values(url=url))

    @to_the_end
    async def items(self, *, now: datetime, lease_until: datetime, limit: int) -> list[DueItem]:
        due = (_i.c.state == "due") & (_i.c.not_before <= now)
        query = (
            select(_i, _f.c.room, _f.c.added_by).join(_f, _f.c.pk == _i.c.feed).where(due).limit(limit)
        ).order_by(_i.c.not_before)
        async with self._database.read() as connection:
            if (await connection.execute(query)).first() is None:
                return []
        async with self._database.write() as connection:
            rows = (await connection.execute(query)).all()
            for row in rows:
                await connection.execute(
                    update(_i)
                    .where(_i.c.feed == row.feed, _i.c.id == row.id)
                    .values(not_before=lease_until, attempts=row.attempts + 1)
                )
            return [
                DueItem(row.feed, row.id, row.room, row.link, row.attempts + 1, row.added_by) for row in rows
            ]

    @to_the_end
    async def item_done(self, item: DueItem, outcome: ItemOutcome) -> None:
        async with self._database.write() as connection:
            await connection.execute(
                update(_i).where(_i.c.feed == item.feed, _i.c.id == item.id).values(state=outcome, link=None)
            )

    @to_the_end
    async def item_later(self, item: DueItem, *, until: datetime) -> None:
        async with self._database.write() as connection:
            await connection.execute(
                update(_i).where(_i.c.feed == item.feed, _i.c.id == item.id).values(not_before=until)
            )

    @to_the_end
    async def next_wake(self) -> datetime | None:
        async with self._database.read() as connection:
            feed = (await connection.execute(select(func.min(_f.c.next_at)))).scalar_one()
            item = (
                await connection.execute(select(func.min(_i.c.not_before)).where(_i.c.state == "due"))
            ).scalar_one()
        return min((instant for instant in (feed, item) if instant is not None), default=None)


def item_id(said: str) -> str:
    """What a feed calls its item may be anything, of any length."""
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _instant(now: datetime) -> Any:
    from sqlalchemy import literal

    return literal(now, type_=_f.c.failing_since.type)


def _feed(row: Row[Any]) -> Feed:
    return Feed(
        id=row.pk,
        room=row.room,
        url=row.url,
        title=row.title,
        added_by=row.added_by,
        added_at=row.added_at,
        etag=row.etag,
        modified=row.modified,
        next_at=row.next_at,
        polled_at=row.polled_at,
        failures=row.failures,
        failing_since=row.failing_since,
        reason=row.reason,
    )
