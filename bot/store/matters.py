"""Which articles belong to which situation, what rooms follow, and which alerts they were told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, delete, exists, func, insert, select, type_coerce, update
from sqlalchemy.dialects.sqlite import insert as insert_or
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports import ArticleRef
from bot.routine.matters import KeptReport, Matter, Membership, RaisedAlert, Recheck, RevisedText
from bot.store import digest_schema, schema
from bot.store.database import Database, to_the_end
from bot.store.libraries import readable

_a, _v, _b = schema.article, schema.article_version, schema.brief
_s, _m, _f = digest_schema.situation, digest_schema.situation_article, digest_schema.follow
_l, _c = digest_schema.alert, digest_schema.article_check
_original = _a.alias("original")
_open = select(schema.library.c.id).where(schema.library.c.closed_at.is_(None))


class StoredMatters:
    """`bot.routine.matters.Matters`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @to_the_end
    async def unplaced(self, *, limit: int, library: str | None = None) -> list[ArticleRef]:
        query = (
            select(_a.c.library, _a.c.id)
            .outerjoin(_m, _m.c.article == _a.c.pk)
            .where(_m.c.pk.is_(None), _a.c.library.in_(_open))
            .order_by(_a.c.pk)
            .limit(limit)
        )
        return await self._refs(query if library is None else query.where(_a.c.library == library))

    @to_the_end
    async def count(self, library: str) -> int:
        query = (
            select(func.count())
            .select_from(_m)
            .join(_a, _a.c.pk == _m.c.article)
            .where(_a.c.library == library)
        )
        async with self._database.read() as connection:
            return int((await connection.execute(query)).scalar_one())

    @to_the_end
    async def members(self, library: str, *, after: int, newest: int) -> list[Membership]:
        query = (
            select(_m.c.pk, _a.c.id, _m.c.situation, _m.c.facets)
            .join(_a, _a.c.pk == _m.c.article)
            .where(_a.c.library == library, _m.c.pk > after)
            .order_by(_m.c.pk.desc())
            .limit(newest)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [Membership(row.pk, row.id, row.situation, row.facets) for row in reversed(rows)]

    @to_the_end
    async def place(
        self, ref: ArticleRef, situation: int | None, facets: dict[str, Any], *, now: datetime
    ) -> int | None:
        async with self._database.write() as connection:
            article = await _pk(connection, ref)
            if article is None:
                return None
            there = await connection.execute(select(_m.c.situation).where(_m.c.article == article))
            already = there.scalar_one_or_none()
            if already is not None:
                return int(already)
            home = select(_s.c.pk).where(_s.c.pk == situation, _s.c.library == ref.library)
            if situation is None or (await connection.execute(home)).first() is None:
                situation = await _opened(connection, ref.library, now=now)
            await _put_in(connection, article, situation, facets, by=None, now=now)
            return situation

    @to_the_end
    async def situation_of(self, ref: ArticleRef) -> int | None:
        query = (
            select(_m.c.situation)
            .join(_a, _a.c.pk == _m.c.article)
            .where(_a.c.library == ref.library, _a.c.id == ref.id)
        )
        async with self._database.read() as connection:
            found: int | None = (await connection.execute(query)).scalar_one_or_none()
            return found

    @to_the_end
    async def matters(
        self, libraries: Sequence[str], *, since: datetime | None = None, limit: int = 1_000
    ) -> list[Matter]:
        newest = func.max(_a.c.added_at)
        query = (
            select(_s.c.pk, _s.c.library, _s.c.opened_at, _s.c.changed_at, func.count().label("articles"))
            .join(_m, _m.c.situation == _s.c.pk)
            .join(_a, _a.c.pk == _m.c.article)
            .where(_s.c.library.in_(readable(libraries)))
            .group_by(_s.c.pk)
            .order_by(newest.desc(), _s.c.pk.desc())
            .limit(limit)
        )
        async with self._database.read() as connection:
            rows = await connection.execute(query if since is None else query.having(newest > since))
            return [Matter(row.pk, row.library, row.opened_at, row.changed_at, row.articles) for row in rows]

    @to_the_end
    async def reports(self, libraries: Sequence[str], situations: Sequence[int]) -> list[KeptReport]:
        query = (
            select(
                _m.c.situation,
                _a.c.pk,
                _a.c.library,
                _a.c.id,
                _a.c.added_at,
                type_coerce(_b.c.document, String).label("document"),  # read where the work is done
                _original.c.id.label("original"),
            )
            .join(_a, _a.c.pk == _m.c.article)
            .join(_v, (_v.c.article == _a.c.pk) & (_v.c.version == _a.c.version))
            .join(_b, _b.c.version == _v.c.pk)
            .outerjoin(_original, _original.c.pk == _a.c.near_duplicate_of)
            .where(_m.c.situation.in_(situations), _a.c.library.in_(readable(libraries)))
            .order_by(_a.c.pk)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [_report(row) for row in rows]

    @to_the_end
    async def revised(
        self, refs: Sequence[ArticleRef], *, since: datetime, until: datetime
    ) -> list[RevisedText]:
        found = []
        async with self._database.read() as connection:
            for ref in refs:
                rows = (
                    await connection.execute(
                        select(_v.c.text, _v.c.sha256, _v.c.added_at)
                        .join(_a, _a.c.pk == _v.c.article)
                        .where(_a.c.library == ref.library, _a.c.id == ref.id, _v.c.added_at <= until)
                        .order_by(_v.c.version)
                    )
                ).all()
                before = [row for row in rows if row.added_at <= since]
                if before and before[-1].sha256 != rows[-1].sha256:
                    found.append(RevisedText(ref, before[-1].text, rows[-1].text))
        return found

    @to_the_end
    async def merge(self, library: str, situation: int, *, into: int, by: str, now: datetime) -> int:
        async with self._database.write() as connection:
            both = select(func.count()).where(_s.c.pk.in_((situation, into)), _s.c.library == library)
            if situation == into or (await connection.execute(both)).scalar_one() != 2:
                return 0
            members = select(_m.c.article, _m.c.facets, _m.c.watched).where(_m.c.situation == situation)
            rows = (await connection.execute(members.order_by(_m.c.pk))).all()
            await connection.execute(delete(_m).where(_m.c.situation == situation))
            for row in rows:
                await _put_in(connection, row.article, into, row.facets, by=by, now=now, watched=row.watched)
            return len(rows)

    @to_the_end
    async def split(self, library: str, articles: Sequence[str], *, by: str, now: datetime) -> int | None:
        async with self._database.write() as connection:
            rows = (
                await connection.execute(
                    select(_m.c.pk, _m.c.article, _m.c.facets, _m.c.watched)
                    .join(_a, _a.c.pk == _m.c.article)
                    .where(_a.c.library == library, _a.c.id.in_(articles))
                    .order_by(_m.c.pk)
                )
            ).all()
            if not rows:
                return None
            situation = await _opened(connection, library, now=now)
            await connection.execute(delete(_m).where(_m.c.pk.in_([row.pk for row in rows])))
            for row in rows:
                await _put_in(
                    connection, row.article, situation, row.facets, by=by, now=now, watched=row.watched
                )
            return situation

    @to_the_end
    async def follow(self, room: str, situation: int, *, wanted: bool | None, by: str, now: datetime) -> None:
        async with self._database.write() as connection:
            await connection.execute(delete(_f).where(_f.c.room == room, _f.c.situation == situation))
            if wanted is not None:
                await connection.execute(
                    insert(_f).values(room=room, situation=situation, wanted=wanted, by=by, at=now)
                )

    @to_the_end
    async def followed(self, room: str) -> dict[int, bool]:
        async with self._database.read() as connection:
            rows = await connection.execute(select(_f.c.situation, _f.c.wanted).where(_f.c.room == room))
            return {row.situation: row.wanted for row in rows}

    @to_the_end
    async def unwatched(self, *, limit: int) -> list[ArticleRef]:
        return await self._refs(
            select(_a.c.library, _a.c.id)
            .join(_m, _m.c.article == _a.c.pk)
            .where(_m.c.watched.is_(False), _a.c.library.in_(_open))
            .order_by(_m.c.pk)
            .limit(limit)
        )

    @to_the_end
    async def watched(self, ref: ArticleRef) -> None:
        async with self._database.write() as connection:
            article = await _pk(connection, ref)
            await connection.execute(update(_m).where(_m.c.article == article).values(watched=True))

    async def _refs(self, query: Select[Any]) -> list[ArticleRef]:
        async with self._database.read() as connection:
            return [ArticleRef(row.library, row.id) for row in await connection.execute(query)]


class StoredAlerts:
    """`bot.routine.matters.Alerts`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @to_the_end
    async def raise_(
        self, room: str, key: str, subject: str, ref: ArticleRef, *, now: datetime, not_before: datetime
    ) -> bool:
        async with self._database.write() as connection:
            article = await _pk(connection, ref)
            if article is None:
                return False
            made = await connection.execute(
                insert_or(_l)
                .values(
                    room=room,
                    key=key,
                    subject=subject,
                    article=article,
                    raised_at=now,
                    not_before=not_before,
                    state="waiting",
                )
                .on_conflict_do_nothing()
            )
            return made.rowcount == 1

    @to_the_end
    async def due(self, *, now: datetime, limit: int) -> list[RaisedAlert]:
        query = (
            select(_l, _a.c.library, _a.c.id)
            .join(_a, _a.c.pk == _l.c.article)
            .where(_l.c.state == "waiting", _l.c.not_before <= now)
            .order_by(_l.c.pk)
            .limit(limit)
        )
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return [
                RaisedAlert(
                    row.pk, row.room, row.key, row.subject, ArticleRef(row.library, row.id), row.raised_at
                )
                for row in rows
            ]

    @to_the_end
    async def told(self, alert: int) -> None:
        async with self._database.write() as connection:
            await connection.execute(update(_l).where(_l.c.pk == alert).values(state="told"))

    @to_the_end
    async def last(self, room: str, subject: str) -> datetime | None:
        return await self._newest(
            select(func.max(_l.c.raised_at)).where(_l.c.room == room, _l.c.subject == subject)
        )

    @to_the_end
    async def last_message(self, room: str) -> datetime | None:
        return await self._newest(select(func.max(_l.c.not_before)).where(_l.c.room == room))

    @to_the_end
    async def next_wake(self) -> datetime | None:
        return await self._newest(select(func.min(_l.c.not_before)).where(_l.c.state == "waiting"))

    async def _newest(self, query: Select[Any]) -> datetime | None:
        async with self._database.read() as connection:
            found: datetime | None = (await connection.execute(query)).scalar_one()
            return found


class StoredRechecks:
    """`bot.routine.matters.Rechecks`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @to_the_end
    async def due(
        self, *, now: datetime, first_after: datetime, came_after: datetime, lease_until: datetime, limit: int
    ) -> list[Recheck]:
        never = _c.c.article.is_(None) & (_a.c.added_at <= first_after)
        query = (
            select(_a.c.pk, _a.c.library, _a.c.id, _a.c.url, _a.c.added_at, _c.c.checks)
            .outerjoin(_c, _c.c.article == _a.c.pk)
            .where(
                _a.c.url.is_not(None),
                _a.c.added_at > came_after,
                _a.c.library.in_(_open),
                exists().where(digest_schema.digest_article.c.article == _a.c.pk),
                never | (_c.c.next_at <= now),
            )
            .order_by(_a.c.pk)
            .limit(limit)
        )
        async with self._database.read() as connection:
            if (await connection.execute(query)).first() is None:
                return []
        async with self._database.write() as connection:
            rows = (await connection.execute(query)).all()
            for row in rows:
                await connection.execute(
                    insert_or(_c)
                    .values(article=row.pk, checks=1, next_at=lease_until)
                    .on_conflict_do_update(
                        index_elements=["article"],
                        set_={"checks": _c.c.checks + 1, "next_at": lease_until},
                    )
                )
        return [
            Recheck(ArticleRef(row.library, row.id), row.url, (row.checks or 0) + 1, row.added_at)
            for row in rows
        ]

    @to_the_end
    async def done(self, ref: ArticleRef, *, next_at: datetime | None) -> None:
        async with self._database.write() as connection:
            article = await _pk(connection, ref)
            await connection.execute(update(_c).where(_c.c.article == article).values(next_at=next_at))


async def _pk(connection: AsyncConnection, ref: ArticleRef) -> int | None:
    found = await connection.execute(select(_a.c.pk).where(_a.c.library == ref.library, _a.c.id == ref.id))
    pk: int | None = found.scalar_one_or_none()
    return pk


async def _opened(connection: AsyncConnection, library: str, *, now: datetime) -> int:
    made = await connection.execute(
        insert(_s).values(library=library, opened_at=now, changed_at=now).returning(_s.c.pk)
    )
    return int(made.scalar_one())


async def _put_in(
    connection: AsyncConnection,
    article: int,
    situation: int,
    facets: dict[str, Any],
    *,
    by: str | None,
    now: datetime,
    watched: bool = False,
) -> None:
    await connection.execute(
        insert(_m).values(
            article=article, situation=situation, facets=facets, placed_at=now, by=by, watched=watched
        )
    )
    await connection.execute(update(_s).where(_s.c.pk == situation).values(changed_at=now))


def _report(row: Any) -> KeptReport:
    return KeptReport(
        row.situation, row.pk, ArticleRef(row.library, row.id), row.document, row.added_at, row.original
    )
