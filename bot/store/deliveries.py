"""The outbox's memory: which part of which message is where on its way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, get_args

from sqlalchemy import Row, exists, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports import (
    Action,
    ArticleRef,
    Claim,
    Delivery,
    DeliveryState,
    Part,
    PartRecord,
    Posted,
    Receipt,
    Room,
    Withdrawal,
)
from bot.store import libraries, schema
from bot.store.database import Database, to_the_end
from briefs.render import Document

_URGENCY = {
    "alert": 1,
    "digest": 2,
}  # whoever asked something waits for it: answers, briefs, errors go before

_d, _p = schema.delivery, schema.delivery_part
_HEADS = select(func.min(_p.c.pk)).where(_p.c.state.in_(("pending", "sending"))).group_by(_p.c.room)
_FORGOTTEN = "an article whose words it carried was forgotten"


class StoredDeliveries:
    """`bot.ports.Deliveries`.

    A claim carries the number of its attempt; a row that was claimed again since does not listen to it, so a process
    that was stopped for a while cannot undo what another has done. A receipt is always believed: it is a fact.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @to_the_end
    async def add(self, delivery: Delivery, *, now: datetime) -> bool:
        room = delivery.room
        async with self._database.write() as connection:
            articles, complete = await _article_pks(connection, delivery.articles)
            about, known = await _article_pks(
                connection, () if delivery.article is None else (delivery.article,)
            )
            complete = complete and known
            added = await connection.execute(
                insert_or(_d)
                .values(
                    key=delivery.key,
                    kind=delivery.kind,
                    platform=room.platform,
                    room=room.id,
                    room_kind=room.kind,
                    room_title=room.title,
                    workspace=room.workspace,
                    thread=delivery.thread,
                    private_to=delivery.private_to,
                    threaded=delivery.threaded,
                    parts=len(delivery.documents),
                    replaces=delivery.replaces,
                    actions=[[it.label, it.command, it.mark] for it in delivery.actions],
                    about=about[0] if about else None,
                    created_at=now,
                )
                .on_conflict_do_nothing()
            )
            if added.rowcount == 0:
                return False
            carried = sorted({*articles, *about})
            if carried:
                await connection.execute(
                    insert(schema.delivery_article),
                    [{"delivery": delivery.key, "article": pk} for pk in carried],
                )
            refs = (*delivery.articles, *(() if delivery.article is None else (delivery.article,)))
            for library in sorted({ref.library for ref in refs}):
                await libraries.ensure(connection, library, now=now)
                await connection.execute(
                    insert(schema.delivery_library).values(delivery=delivery.key, library=library)
                )
            if delivery.documents:
                await connection.execute(
                    insert(_p),
                    [
                        {
                            "key": part_key(delivery.key, number, len(delivery.documents)),
                            "delivery": delivery.key,
                            "platform": room.platform,
                            "room": room.id,
                            "urgency": _URGENCY.get(delivery.kind, 0),
                            "number": number,
                            "of": len(delivery.documents),
                            "markdown": document.markdown if complete else None,
                            "summary": document.summary if complete else None,
                            "state": "pending" if complete else "failed",
                            "reason": None if complete else _FORGOTTEN,
                            "attempts": 0,
                            "not_before": now,
                            "created_at": now,
                            "updated_at": now,
                        }
                        for number, document in enumerate(delivery.documents, 1)
                    ],
                )
            return True

    @to_the_end
    async def claim(
        self, platform: str, *, owner: str, limit: int, now: datetime, settled: datetime
    ) -> list[Claim]:
        due = _heads(platform).where(_p.c.not_before <= now).order_by(_p.c.urgency, _p.c.pk).limit(limit)
        async with self._database.read() as connection:
            if (await connection.execute(due)).first() is None:
                return []  # looking is free, the write lock is not
        async with self._database.write() as connection:
            rows = (await connection.execute(due)).all()
            claims = [await _claimed(connection, row, owner=owner, now=now, settled=settled) for row in rows]
            for row in rows:
                await connection.execute(
                    update(_p)
                    .where(_p.c.pk == row.pk)
                    .values(
                        state="sending",
                        owner=owner,
                        attempts=row.attempts + 1,
                        not_before=settled,
                        sending_since=row.sending_since or now,
                        updated_at=now,
                    )
                )
            return claims

    @to_the_end
    async def sent(self, claim: Claim, receipt: Receipt, *, now: datetime) -> None:
        async with self._database.write() as connection:
            changed = await connection.execute(
                update(_p)
                .where(_p.c.key == claim.part.key, _p.c.state != "sent")
                .values(
                    state="sent",
                    reason=None,
                    message_id=receipt.message_id,
                    posted_at=receipt.posted_at,
                    updated_at=now,
                )
                .returning(_p.c.delivery, _p.c.markdown)
            )
            row = changed.one_or_none()
            if row is None:
                return
            if row.markdown is None:
                await connection.execute(
                    update(_p)
                    .where(_p.c.key == claim.part.key)
                    .values(withdrawal="due", withdrawal_not_before=now)
                )
            await _remember_thread(connection, row.delivery, receipt.message_id, now=now)

    @to_the_end
    async def wait(self, claim: Claim, reason: str, *, now: datetime, until: datetime) -> None:
        state = {} if claim.doubtful else {"state": "pending", "sending_since": None}
        async with self._database.write() as connection:
            await _change(connection, claim, now, reason=reason, not_before=until, **state)

    @to_the_end
    async def doubt(self, claim: Claim, reason: str, *, now: datetime, until: datetime) -> None:
        async with self._database.write() as connection:
            await _change(connection, claim, now, reason=reason, not_before=until)

    @to_the_end
    async def absent(self, claim: Claim, *, now: datetime) -> None:
        async with self._database.write() as connection:
            has_text = exists().where(_p.c.key == claim.part.key, _p.c.markdown.is_not(None))
            if (await connection.execute(select(has_text))).scalar_one():
                await _change(connection, claim, now, state="pending", sending_since=None, not_before=now)
            else:
                await _change(connection, claim, now, state="failed", reason=_FORGOTTEN)

    @to_the_end
    async def failed(self, claim: Claim, reason: str, *, now: datetime) -> None:
        async with self._database.write() as connection:
            if await _change(connection, claim, now, state="failed", reason=reason):
                await _fail_rest(connection, claim, f"part {claim.part.number} failed", now=now)

    @to_the_end
    async def unknown(self, claim: Claim, reason: str, *, now: datetime) -> None:
        async with self._database.write() as connection:
            changed = await _change(connection, claim, now, state="unknown", reason=reason)
            needed = exists().where(
                _d.c.key == _p.c.delivery, _p.c.key == claim.part.key, _d.c.threaded, _d.c.thread.is_(None)
            )
            thread_lost = claim.part.number == 1 and (await connection.execute(select(needed))).scalar_one()
            if changed and thread_lost:
                await _fail_rest(connection, claim, "the thread it belongs in is in doubt", now=now)

    @to_the_end
    async def claim_withdrawals(
        self, platform: str, *, limit: int, now: datetime, again: datetime
    ) -> list[Withdrawal]:
        due = (
            select(_p, _d.c.room_kind, _d.c.room_title, _d.c.workspace, _d.c.thread)
            .join(_d, _d.c.key == _p.c.delivery)
            .where(_p.c.platform == platform, _p.c.withdrawal == "due", _p.c.withdrawal_not_before <= now)
            .order_by(_p.c.pk.desc())
            .limit(limit)
        )
        async with self._database.read() as connection:
            if (await connection.execute(due)).first() is None:
                return []
        async with self._database.write() as connection:
            rows = (await connection.execute(due)).all()
            await connection.execute(
                update(_p)
                .where(_p.c.pk.in_([row.pk for row in rows]))
                .values(withdrawal_not_before=again, withdrawal_attempts=_p.c.withdrawal_attempts + 1)
            )
        return [
            Withdrawal(
                key=row.key,
                delivery=row.delivery,
                room=Room(row.room, row.platform, row.room_kind, row.room_title, row.workspace),
                thread=row.thread,
                posted=Posted(row.room, row.platform, row.message_id),
                attempt=row.withdrawal_attempts + 1,
            )
            for row in rows
        ]

    @to_the_end
    async def withdraw_later(self, key: str, reason: str, *, until: datetime) -> None:
        await self._withdrawal(key, reason=reason, withdrawal_not_before=until)

    @to_the_end
    async def withdrawn(self, key: str, *, now: datetime) -> None:
        await self._withdrawal(key, withdrawal="done", reason=None, updated_at=now)

    @to_the_end
    async def stays(self, key: str, reason: str, *, now: datetime) -> None:
        await self._withdrawal(key, withdrawal="stays", reason=reason, updated_at=now)

    async def _withdrawal(self, key: str, **values: Any) -> None:
        async with self._database.write() as connection:
            await connection.execute(
                update(_p).where(_p.c.key == key, _p.c.withdrawal == "due").values(**values)
            )

    @to_the_end
    async def next_due(self, platforms: Sequence[str]) -> datetime | None:
        async with self._database.read() as connection:
            dues = [
                await connection.execute(query.where(_p.c.platform.in_(platforms)))
                for query in (
                    select(func.min(_p.c.not_before)).where(_p.c.pk.in_(_HEADS)),
                    select(func.min(_p.c.withdrawal_not_before)).where(_p.c.withdrawal == "due"),
                )
            ]
            found = [due for due in (row.scalar_one_or_none() for row in dues) if due is not None]
            return min(found, default=None)

    @to_the_end
    async def record(self, key: str) -> list[PartRecord]:
        async with self._database.read() as connection:
            rows = await connection.execute(_records().where(_p.c.delivery == key).order_by(_p.c.number))
            return [_record(row) for row in rows]

    @to_the_end
    async def log(
        self, *, states: Sequence[DeliveryState] | None = None, limit: int = 100
    ) -> list[PartRecord]:
        query = _records() if states is None else _records().where(_p.c.state.in_(states))
        async with self._database.read() as connection:
            rows = await connection.execute(query.order_by(_p.c.pk.desc()).limit(limit))
            return [_record(row) for row in rows]

    @to_the_end
    async def counts(self) -> dict[DeliveryState, int]:
        counted: dict[DeliveryState, int] = dict.fromkeys(get_args(DeliveryState), 0)
        async with self._database.read() as connection:
            rows = await connection.execute(select(_p.c.state, func.count()).group_by(_p.c.state))
            counted.update({row[0]: row[1] for row in rows})
        return counted


def part_key(delivery_key: str, number: int, of: int) -> str:
    """Stable for as long as the delivery has that many parts; what a delivery consists of never changes."""
    return delivery_key if of == 1 else f"{delivery_key}/{number}"


def _heads(platform: str) -> Any:
    """The first waiting part of each room of a platform, with what is needed to post it."""
    return (
        select(
            _p,
            _d.c.room_kind,
            _d.c.room_title,
            _d.c.workspace,
            _d.c.thread,
            _d.c.private_to,
            _d.c.threaded,
            _d.c.actions,
            _d.c.replaces,
        )
        .join(_d, _d.c.key == _p.c.delivery)
        .where(_p.c.pk.in_(_HEADS), _p.c.platform == platform)
    )


async def _claimed(
    connection: AsyncConnection, row: Row[Any], *, owner: str, now: datetime, settled: datetime
) -> Claim:
    thread = row.thread
    if thread is None and row.threaded and row.number > 1:
        first = await connection.execute(
            select(_p.c.message_id).where(_p.c.delivery == row.delivery, _p.c.number == 1)
        )
        thread = first.scalar_one()
    table = schema.delivery_library
    drawn_on = await connection.execute(select(table.c.library).where(table.c.delivery == row.delivery))
    setting = schema.setting
    chosen = await connection.execute(
        select(setting.c.value)
        .where(setting.c.room == row.room, setting.c.key == "loud")
        .order_by(setting.c.id.desc())
        .limit(1)
    )
    return Claim(
        part=Part(
            key=row.key,
            room=Room(row.room, row.platform, row.room_kind, row.room_title, row.workspace),
            thread=thread,
            number=row.number,
            of=row.of,
            document=Document(row.markdown or "", row.summary or ""),
            private_to=row.private_to,
            actions=tuple(Action(*it) for it in row.actions) if row.number == 1 else (),
            replaces=row.replaces if row.number == 1 else None,
            loud=chosen.scalar_one_or_none() is True,
        ),
        owner=owner,
        attempt=row.attempts + 1,
        doubtful=row.state == "sending",
        since=row.sending_since or now,
        settled=settled,
        libraries=frozenset(drawn_on.scalars()),
        withdrawn=row.markdown is None,
    )


async def _change(connection: AsyncConnection, claim: Claim, now: datetime, **values: Any) -> bool:
    """Write to the claimed row, unless the claim has passed to another."""
    result = await connection.execute(
        update(_p)
        .where(
            _p.c.key == claim.part.key,
            _p.c.state == "sending",
            _p.c.owner == claim.owner,
            _p.c.attempts == claim.attempt,
        )
        .values(updated_at=now, **values)
    )
    return result.rowcount == 1


async def _fail_rest(connection: AsyncConnection, claim: Claim, reason: str, *, now: datetime) -> None:
    delivery = select(_p.c.delivery).where(_p.c.key == claim.part.key).scalar_subquery()
    await connection.execute(
        update(_p)
        .where(_p.c.delivery == delivery, _p.c.number > claim.part.number, _p.c.state == "pending")
        .values(state="failed", reason=reason, updated_at=now)
    )


async def _remember_thread(
    connection: AsyncConnection, delivery: str, message_id: str, *, now: datetime
) -> None:
    about = (
        await connection.execute(
            select(_d.c.room, _d.c.thread, _d.c.about).where(_d.c.key == delivery, _d.c.about.is_not(None))
        )
    ).one_or_none()
    if about is None:
        return
    for message in {message_id, about.thread or message_id}:
        await connection.execute(
            insert_or(schema.conversation)
            .values(room=about.room, message_id=message, article=about.about, since=now)
            .on_conflict_do_nothing()
        )


async def _article_pks(connection: AsyncConnection, refs: Sequence[ArticleRef]) -> tuple[list[int], bool]:
    """Row numbers of the articles, and whether all of them are there."""
    pks: list[int] = []
    for ref in refs:
        found = await connection.execute(
            select(schema.article.c.pk).where(
                schema.article.c.library == ref.library, schema.article.c.id == ref.id
            )
        )
        pks.extend(found.scalars())
    return pks, len(pks) == len(refs)


def _records() -> Any:
    return select(_p, _d.c.kind).join(_d, _d.c.key == _p.c.delivery)


def _record(row: Row[Any]) -> PartRecord:
    return PartRecord(
        key=row.key,
        delivery=row.delivery,
        kind=row.kind,
        platform=row.platform,
        room=row.room,
        number=row.number,
        of=row.of,
        state=row.state,
        attempts=row.attempts,
        created_at=row.created_at,
        updated_at=row.updated_at,
        not_before=row.not_before,
        message_id=row.message_id,
        reason=row.reason,
        withdrawal=row.withdrawal,
    )
