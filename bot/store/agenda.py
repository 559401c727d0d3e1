"""Schedules, their slots, and the digests that were made: who inserts a slot's row serves it, nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports import ArticleRef
from bot.routine import schedules
from bot.routine.agenda import (
    ClaimedSlot,
    Covered,
    KeptDigest,
    Serving,
    SlotOutcome,
    SlotRecord,
    Subscription,
)
from bot.routine.due import Schedule
from bot.store import digest_schema, schema
from bot.store.database import Database, to_the_end

_s, _l, _g, _ga = (
    digest_schema.schedule,
    digest_schema.slot,
    digest_schema.digest,
    digest_schema.digest_article,
)
_p, _a = schema.delivery_part, schema.article


class StoredAgenda:
    """`bot.routine.agenda.Agenda`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @to_the_end
    async def subscribe(
        self, room: str, schedule: Schedule, *, by: str, now: datetime, next_due: datetime
    ) -> Subscription | None:
        spec = schedules.spec(schedule.rhythm)
        same = select(_s.c.pk).where(
            _s.c.room == room, _s.c.spec == spec, _s.c.zone == schedule.zone, _s.c.ended_at.is_(None)
        )
        async with self._database.write() as connection:
            if (await connection.execute(same)).first() is not None:
                return None
            made = await connection.execute(
                insert(_s)
                .values(
                    room=room,
                    spec=spec,
                    zone=schedule.zone,
                    added_by=by,
                    added_at=now,
                    served_until=now,
                    next_due=next_due,
                )
                .returning(_s)
            )
            return _subscription(made.one())

    @to_the_end
    async def subscriptions(self, room: str | None = None) -> list[Subscription]:
        query = select(_s).where(_s.c.ended_at.is_(None)).order_by(_s.c.pk)
        async with self._database.read() as connection:
            rows = await connection.execute(query if room is None else query.where(_s.c.room == room))
            return [_subscription(row) for row in rows]

    @to_the_end
    async def unsubscribe(self, room: str, subscription: int, *, now: datetime) -> bool:
        async with self._database.write() as connection:
            ended = await connection.execute(
                update(_s)
                .where(_s.c.room == room, _s.c.pk == subscription, _s.c.ended_at.is_(None))
                .values(ended_at=now, next_due=None)
            )
            return ended.rowcount == 1

    @to_the_end
    async def pause(self, room: str, *, now: datetime) -> int:
        async with self._database.write() as connection:
            paused = await connection.execute(
                update(_s)
                .where(_s.c.room == room, _s.c.ended_at.is_(None), _s.c.paused_at.is_(None))
                .values(paused_at=now)
            )
            return paused.rowcount

    @to_the_end
    async def resume(self, room: str) -> int:
        waits = (_s.c.room == room, _s.c.paused_at.is_not(None))
        async with self._database.read() as connection:
            if (await connection.execute(select(_s.c.pk).where(*waits))).first() is None:
                return 0  # the usual case needs no write lock
        async with self._database.write() as connection:
            return (await connection.execute(update(_s).where(*waits).values(paused_at=None))).rowcount

    @to_the_end
    async def waiting(self, *, now: datetime, limit: int) -> list[Subscription]:
        async with self._database.read() as connection:
            rows = await connection.execute(
                select(_s)
                .where(_s.c.next_due <= now, _s.c.paused_at.is_(None))
                .order_by(_s.c.next_due, _s.c.pk)
                .limit(limit)
            )
            return [_subscription(row) for row in rows]

    @to_the_end
    async def claim(
        self, servings: Sequence[Serving], *, owner: str, now: datetime, lease_until: datetime
    ) -> list[ClaimedSlot]:
        by_id = {serving.subscription.id: serving for serving in servings}
        if not by_id:
            return []
        async with self._database.write() as connection:
            rows = await connection.execute(
                select(_s.c.pk, _s.c.served_until, _s.c.next_due).where(
                    _s.c.pk.in_(by_id), _s.c.ended_at.is_(None), _s.c.paused_at.is_(None)
                )
            )
            # only from the state that the due slot was computed from: of two that looked at the same time, one wins
            won = [
                serving
                for row in rows
                if (serving := by_id[row.pk])
                and (row.served_until, row.next_due)
                == (serving.subscription.served_until, serving.subscription.next_due)
            ]
            if not won:
                return []
            await connection.execute(
                update(_s)
                .where(_s.c.pk == bindparam("schedule"))
                .values(served_until=bindparam("served"), next_due=bindparam("coming")),
                [
                    {
                        "schedule": serving.subscription.id,
                        "served": serving.due.slot.due,
                        "coming": serving.next_due,
                    }
                    for serving in won
                ],
            )
            await connection.execute(
                insert_or(_l).on_conflict_do_nothing(),
                [
                    {
                        "schedule": serving.subscription.id,
                        "name": serving.due.slot.name,
                        "due": serving.due.slot.due,
                        "missed": serving.due.missed,
                        "late": serving.due.late,
                        "claimed_at": now,
                        "state": "claimed",
                        "owner": owner,
                        "lease_until": lease_until,
                        "attempts": 1,
                    }
                    for serving in won
                ],
            )
            known = {serving.subscription.id: serving for serving in won}
            made = await connection.execute(
                select(_l)
                .where(_l.c.schedule.in_(known), _l.c.owner == owner, _l.c.claimed_at == now)
                .order_by(_l.c.pk)
            )
            return [
                _claimed(
                    row, known[row.schedule].subscription.room, known[row.schedule].subscription.schedule
                )
                for row in made
                if row.name == known[row.schedule].due.slot.name
            ]

    @to_the_end
    async def reclaim(
        self, *, owner: str, now: datetime, lease_until: datetime, limit: int
    ) -> list[ClaimedSlot]:
        left = (_l.c.state == "claimed") & (_l.c.lease_until <= now)
        async with self._database.read() as connection:
            if (await connection.execute(select(_l.c.pk).where(left).limit(1))).first() is None:
                return []  # looking is free, the write lock is not
        async with self._database.write() as connection:
            pks = (
                (await connection.execute(select(_l.c.pk).where(left).order_by(_l.c.pk).limit(limit)))
                .scalars()
                .all()
            )
            await connection.execute(
                update(_l)
                .where(_l.c.pk.in_(pks))
                .values(owner=owner, lease_until=lease_until, attempts=_l.c.attempts + 1)
            )
            rows = await connection.execute(
                select(_l, _s.c.room, _s.c.spec, _s.c.zone)
                .join(_s, _s.c.pk == _l.c.schedule)
                .where(_l.c.pk.in_(pks))
                .order_by(_l.c.pk)
            )
            return [_claimed(row, row.room, schedules.stored(row.spec, row.zone)) for row in rows]

    @to_the_end
    async def done(self, slot: ClaimedSlot, outcome: SlotOutcome, *, now: datetime) -> None:
        async with self._database.write() as connection:
            await connection.execute(
                update(_l)
                .where(_l.c.pk == slot.id)
                .values(state="done", outcome=outcome, done_at=now, reason=None)
            )

    @to_the_end
    async def put_off(self, slot: ClaimedSlot, reason: str, *, until: datetime) -> None:
        async with self._database.write() as connection:
            await connection.execute(
                update(_l)
                .where(_l.c.pk == slot.id, _l.c.owner == slot.owner, _l.c.state == "claimed")
                .values(lease_until=until, reason=reason)
            )

    @to_the_end
    async def next_wake(self) -> datetime | None:
        async with self._database.read() as connection:
            due = (
                await connection.execute(select(func.min(_s.c.next_due)).where(_s.c.paused_at.is_(None)))
            ).scalar_one()
            lease = (
                await connection.execute(select(func.min(_l.c.lease_until)).where(_l.c.state == "claimed"))
            ).scalar_one()
        return min((instant for instant in (due, lease) if instant is not None), default=None)

    @to_the_end
    async def log(self, *, room: str | None = None, limit: int = 100) -> list[SlotRecord]:
        query = (
            select(
                _l, _s.c.room, _s.c.spec, _s.c.zone, _p.c.state.label("posted"), _p.c.posted_at, _p.c.delivery
            )
            .join(_s, _s.c.pk == _l.c.schedule)
            .outerjoin(
                _p, (_p.c.delivery == ("slot:" + _l.c.pk.cast(_p.c.delivery.type))) & (_p.c.number == 1)
            )
            .order_by(_l.c.pk.desc())
            .limit(limit)
        )
        async with self._database.read() as connection:
            rows = await connection.execute(query if room is None else query.where(_s.c.room == room))
            return [
                SlotRecord(
                    room=row.room,
                    schedule=schedules.stored(row.spec, row.zone),
                    name=row.name,
                    due=row.due,
                    claimed_at=row.claimed_at,
                    missed=row.missed,
                    late=row.late,
                    state=row.state,
                    attempts=row.attempts,
                    outcome=row.outcome,
                    delivery=row.delivery,
                    posted=row.posted,
                    posted_at=row.posted_at,
                    reason=row.reason,
                )
                for row in rows
            ]

    @to_the_end
    async def tidy(self, *, before: datetime) -> int:
        async with self._database.write() as connection:
            last = select(func.max(_l.c.pk)).group_by(_l.c.schedule)
            gone = await connection.execute(
                delete(_l).where(_l.c.state == "done", _l.c.done_at < before, _l.c.pk.not_in(last))
            )
            return gone.rowcount


class StoredDigests:
    """`bot.routine.agenda.Digests`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @to_the_end
    async def keep(
        self,
        room: str,
        document: dict[str, Any],
        articles: Sequence[ArticleRef],
        *,
        since: datetime | None,
        covered: Covered,
        subscription: int | None,
        delivery: str,
    ) -> None:
        async with self._database.write() as connection:
            pks = set()
            for ref in articles:
                found = await connection.execute(
                    select(_a.c.pk).where(_a.c.library == ref.library, _a.c.id == ref.id)
                )
                pks.add(found.scalar_one_or_none())
            made = await connection.execute(
                insert_or(_g)
                .values(
                    room=room,
                    schedule=subscription,
                    delivery=delivery,
                    since=since,
                    until=covered.until,
                    newest=covered.newest,
                    document=document if None not in pks else None,
                )
                .on_conflict_do_nothing()
                .returning(_g.c.pk)
            )
            pk = made.scalar_one_or_none()
            held = sorted(number for number in pks if number is not None)
            if pk is not None and held:
                await connection.execute(insert(_ga), [{"digest": pk, "article": each} for each in held])

    @to_the_end
    async def covered(
        self, room: str, subscription: int | None, *, before: datetime | None = None
    ) -> Covered | None:
        query = (
            select(_g.c.until, _g.c.newest)
            .outerjoin(_p, (_p.c.delivery == _g.c.delivery) & (_p.c.number == 1))
            .where(_g.c.room == room)
            .where(_p.c.state.is_(None) | _p.c.state.not_in(("failed", "unknown")))
            .order_by(_g.c.until.desc(), _g.c.pk.desc())
            .limit(1)
        )
        if subscription is not None:
            query = query.where(_g.c.schedule == subscription)
        if before is not None:
            query = query.where(_g.c.until < before)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
            return None if row is None else Covered(row.until, row.newest)

    @to_the_end
    async def tidy(self, *, before: datetime) -> None:
        async with self._database.write() as connection:
            await connection.execute(
                update(_g).where(_g.c.until < before, _g.c.document.is_not(None)).values(document=None)
            )

    @to_the_end
    async def told(self, room: str, *, since: datetime) -> list[KeptDigest]:
        async with self._database.read() as connection:
            rows = (
                await connection.execute(
                    select(_g).where(_g.c.room == room, _g.c.until >= since).order_by(_g.c.until.desc())
                )
            ).all()
            carried: dict[int, list[ArticleRef]] = {row.pk: [] for row in rows}
            refs = await connection.execute(
                select(_ga.c.digest, _a.c.library, _a.c.id)
                .join(_a, _a.c.pk == _ga.c.article)
                .where(_ga.c.digest.in_(carried))
            )
            for ref in refs:
                carried[ref.digest].append(ArticleRef(ref.library, ref.id))
            return [
                KeptDigest(row.pk, row.room, row.since, row.until, row.document, tuple(carried[row.pk]))
                for row in rows
            ]


async def forget(connection: AsyncConnection, article_pk: int) -> None:
    """Take the words out of every digest that carries the article's."""
    carrying = select(_ga.c.digest).where(_ga.c.article == article_pk)
    await connection.execute(update(_g).where(_g.c.pk.in_(carrying)).values(document=None))


def _subscription(row: Row[Any]) -> Subscription:
    return Subscription(
        id=row.pk,
        room=row.room,
        schedule=schedules.stored(row.spec, row.zone),
        added_by=row.added_by,
        added_at=row.added_at,
        served_until=row.served_until,
        next_due=row.next_due,
        paused_at=row.paused_at,
    )


def _claimed(row: Row[Any], room: str, schedule: Schedule) -> ClaimedSlot:
    return ClaimedSlot(
        id=row.pk,
        subscription=row.schedule,
        room=room,
        schedule=schedule,
        name=row.name,
        due=row.due,
        missed=row.missed,
        late=row.late,
        until=row.claimed_at,
        attempt=row.attempts,
        owner=row.owner,
    )
