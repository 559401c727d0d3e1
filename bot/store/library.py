"""Articles with their versions and briefs, each in one library."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.selectable import TypedReturnsRows

from bot.ports import ArticleRef, Forgotten, Holding, Kept, Posted
from bot.store import (
    agenda,
    consultations,
    conversations,
    libraries,
    likeness,
    passages,
    schema,
    watches,
    wiping,
)
from bot.store.database import Database, to_the_end
from bot.store.libraries import readable
from bot.store.likeness import Likeness
from briefs.models import Article, Brief, SourceGrade

_SAME_DOCUMENT = 0.5  # a file that was edited still resembles itself; two files that share a name do not

_a, _v, _b = schema.article, schema.article_version, schema.brief
_original = _a.alias("original")
_current = (_v.c.article == _a.c.pk) & (_v.c.version == _a.c.version)


class StoredLibrary:
    """`bot.ports.Library`. Libraries that are closed are never read, whoever names them."""

    def __init__(self, database: Database, alike: Likeness) -> None:
        self._database = database
        self._alike = alike

    @to_the_end
    async def keep(
        self, library: str, article: Article, brief: Brief, *, added_by: str, now: datetime
    ) -> Kept:
        signature = self._alike.signature(article.text)
        made = passages.prepare(article)  # not in a thread: the stemmer is one for the process
        async with self._database.write() as connection:
            met = await _met(connection, library, article)
            held = self._held(met, article, signature)
            if held is not None and held.sha256 == article.sha256:
                article = article.model_copy(update={"id": held.id})
                await _keep_brief(connection, held.version_pk, _renamed(brief, held.id), now=now)
                return Kept(article, "same", held.version, held.original)
            twin = await likeness.twin(
                connection, self._alike, library, signature, before=held.pk if held is not None else None
            )
            original = twin.pk if twin is not None else None
            if held is None:
                await libraries.ensure(connection, library, now=now)
                if any(row.id == article.id for row in met):
                    free = await _free_id(connection, library, article.id)
                    article = article.model_copy(update={"id": free})
                version = 1
                pk = await _insert(
                    connection,
                    insert(_a)
                    .values(
                        library=library,
                        id=article.id,
                        url=article.url,
                        version=version,
                        near_duplicate_of=original,
                        added_by=added_by,
                        added_at=now,
                    )
                    .returning(_a.c.pk),
                )
            else:
                article = article.model_copy(update={"id": held.id})
                version, pk = held.version + 1, held.pk
                await connection.execute(
                    update(_a).where(_a.c.pk == pk).values(version=version, near_duplicate_of=original)
                )
            version_pk = await _insert(
                connection,
                insert(_v)
                .values(
                    article=pk,
                    version=version,
                    title=article.title,
                    outlet=article.outlet,
                    author=article.author,
                    published=article.published,
                    published_basis=article.published_basis,
                    retrieved=article.retrieved,
                    lang=article.lang,
                    source_grade=article.source_grade.model_dump(mode="json"),
                    text=article.text,
                    sha256=article.sha256,
                    signature=signature,
                    added_by=added_by,
                    added_at=now,
                )
                .returning(_v.c.pk),
            )
            await _keep_brief(connection, version_pk, _renamed(brief, article.id), now=now)
            if held is not None:
                await likeness.take_out(connection, pk)
                await passages.take_out(connection, pk)
            await likeness.put_in(connection, library, pk, signature)
            await passages.put_in(connection, library, pk, article.outlet, made)
        return Kept(
            article,
            "new" if held is None else "new_version",
            version,
            twin.id if twin is not None else None,
        )

    @to_the_end
    async def article(self, libraries: Sequence[str], article_id: str) -> Article | None:
        return await self._article(libraries, _a.c.id == article_id)

    @to_the_end
    async def by_url(self, libraries: Sequence[str], url: str) -> Article | None:
        return await self._article(libraries, _a.c.url == url)

    @to_the_end
    async def find(self, libraries: Sequence[str], article: str) -> ArticleRef | None:
        refs = select(_a.c.library, _a.c.id)
        for named in (_a.c.id == article, _a.c.url == article):
            row = await self._first(libraries, refs.where(named))
            if row is not None:
                return ArticleRef(row.library, row.id)
        return None

    @to_the_end
    async def brief(self, libraries: Sequence[str], article_id: str) -> Brief | None:
        row = await self._first(
            libraries,
            select(_a.c.library, _b.c.document)
            .join(_v, _current)
            .join(_b, _b.c.version == _v.c.pk)
            .where(_a.c.id == article_id),
        )
        return None if row is None else Brief.model_validate(row.document)

    @to_the_end
    async def holdings(self, libraries: Sequence[str], *, limit: int = 100) -> list[Holding]:
        async with self._database.read() as connection:
            rows = await connection.execute(
                _readable(_holdings(), libraries).order_by(_a.c.added_at.desc(), _a.c.pk.desc()).limit(limit)
            )
            return [_holding(row) for row in rows]

    @to_the_end
    async def holding(self, libraries: Sequence[str], article_id: str) -> Holding | None:
        row = await self._first(libraries, _holdings().where(_a.c.id == article_id))
        return None if row is None else _holding(row)

    @to_the_end
    async def count(self, libraries: Sequence[str]) -> int:
        async with self._database.read() as connection:
            found = await connection.execute(_readable(select(func.count()).select_from(_a), libraries))
            return int(found.scalar_one())

    @to_the_end
    async def forget(self, library: str, article_id: str) -> Forgotten | None:
        async with self._database.write() as connection:
            found = await connection.execute(
                select(_a.c.pk).where(_a.c.library == library, _a.c.id == article_id)
            )
            pk = found.scalar_one_or_none()
            if pk is None:
                return None
            posts = await take_out(connection, pk)
            await wiping.schedule(connection)
        wiped = await wiping.wipe(self._database)
        return Forgotten(ArticleRef(library, article_id), posts, wiped)

    def _held(self, rows: Sequence[Row[Any]], article: Article, signature: bytes) -> Row[Any] | None:
        """Of the articles that it meets, the one of which this is the same or a new version."""
        for row in rows:
            if article.url is not None and row.url == article.url:
                return row
        for row in rows:
            if row.sha256 == article.sha256 and (article.url is None or row.id == article.id):
                return row
        for row in rows:
            files = row.url is None and article.url is None and row.id == article.id
            if files and self._alike.similarity(row.signature, signature) >= _SAME_DOCUMENT:
                return row
        return None

    async def _article(self, libraries: Sequence[str], where: Any) -> Article | None:
        row = await self._first(
            libraries, select(_a.c.library, _a.c.id, _a.c.url, _v).join(_v, _current).where(where)
        )
        if row is None:
            return None
        return Article(
            id=row.id,
            url=row.url,
            title=row.title,
            outlet=row.outlet,
            author=row.author,
            published=row.published,
            published_basis=row.published_basis,
            retrieved=row.retrieved,
            lang=row.lang,
            text=row.text,
            sha256=row.sha256,
            source_grade=SourceGrade.model_validate(row.source_grade),
        )

    async def _first(self, libraries: Sequence[str], query: Select[Any]) -> Row[Any] | None:
        """The row of the library that is named first."""
        async with self._database.read() as connection:
            rows = (await connection.execute(_readable(query, libraries))).all()
        return min(rows, key=lambda row: libraries.index(row.library), default=None)


def _readable(query: Select[Any], libraries: Sequence[str]) -> Select[Any]:
    return query.where(_a.c.library.in_(readable(libraries)))


def _holdings() -> Select[Any]:
    return (
        select(
            _a.c.id,
            _a.c.library,
            _a.c.url,
            _a.c.version,
            _a.c.added_by,
            _a.c.added_at,
            _v.c.title,
            _v.c.outlet,
            _v.c.published,
            _original.c.id.label("original"),
        )
        .join(_v, _current)
        .outerjoin(_original, _original.c.pk == _a.c.near_duplicate_of)
    )


def _holding(row: Row[Any]) -> Holding:
    return Holding(
        id=row.id,
        library=row.library,
        title=row.title,
        outlet=row.outlet,
        published=row.published,
        added_at=row.added_at,
        added_by=row.added_by,
        version=row.version,
        url=row.url,
        near_duplicate_of=row.original,
    )


async def _met(connection: AsyncConnection, library: str, article: Article) -> Sequence[Row[Any]]:
    """The articles of the library with its id, its URL or, for a text without a URL, its very words."""
    meets = (_a.c.id == article.id) | (_a.c.url == article.url)
    if article.url is None:
        meets |= _a.c.pk.in_(select(_v.c.article).where(_v.c.sha256 == article.sha256))
    query: Select[Any] = (
        select(
            _a.c.pk,
            _a.c.id,
            _a.c.url,
            _a.c.version,
            _v.c.sha256,
            _v.c.signature,
            _v.c.pk.label("version_pk"),
            _original.c.id.label("original"),
        )
        .join(_v, _current)
        .outerjoin(_original, _original.c.pk == _a.c.near_duplicate_of)
        .where(_a.c.library == library, meets)
        .order_by(_a.c.pk)
    )
    rows: Sequence[Row[Any]] = (await connection.execute(query)).all()
    return rows


async def _insert(connection: AsyncConnection, statement: TypedReturnsRows[Any]) -> int:
    """Run an INSERT … RETURNING of one number."""
    return int((await connection.execute(statement)).scalar_one())


async def _free_id(connection: AsyncConnection, library: str, wanted: str) -> str:
    """The id with the first number behind it that is free."""
    taken = set(
        (
            await connection.execute(
                select(_a.c.id).where(
                    _a.c.library == library, _a.c.id.startswith(f"{wanted}-", autoescape=True)
                )
            )
        ).scalars()
    )
    number = 2
    while f"{wanted}-{number}" in taken:
        number += 1
    return f"{wanted}-{number}"


async def _keep_brief(connection: AsyncConnection, version_pk: int, brief: Brief, *, now: datetime) -> None:
    """One brief a version. Reading again replaces it only if another engine (or version of it) has read."""
    engine = {
        "engine": brief.engine.name,
        "model": brief.engine.model,
        "engine_version": brief.engine.version,
    }
    made = {**engine, "document": brief.model_dump(mode="json", by_alias=True), "made_at": now}
    await connection.execute(
        upsert(_b)
        .values(version=version_pk, **made)
        .on_conflict_do_update(
            index_elements=["version"],
            set_=made,
            where=(_b.c.engine != engine["engine"])
            | (_b.c.model != engine["model"])
            | (_b.c.engine_version != engine["engine_version"]),
        )
    )


def _renamed(brief: Brief, article_id: str) -> Brief:
    if brief.article.id == article_id:
        return brief
    return brief.model_copy(update={"article": brief.article.model_copy(update={"id": article_id})})


async def take_out(connection: AsyncConnection, article_pk: int) -> tuple[Posted, ...]:
    """Remove an article with all that carries its words; returns the posts that still show some."""
    posts = await _silence(connection, article_pk)
    await conversations.forget(connection, article_pk)
    await consultations.forget(connection, article_pk)
    await agenda.forget(connection, article_pk)
    await watches.forget(connection, article_pk)
    await connection.execute(delete(_a).where(_a.c.pk == article_pk))
    return posts


async def _silence(connection: AsyncConnection, article_pk: int) -> tuple[Posted, ...]:
    """Take the text out of every delivery that carries the article's words; return what stands on the platforms."""
    part, carried = schema.delivery_part, schema.delivery_article
    carrying = part.c.delivery.in_(select(carried.c.delivery).where(carried.c.article == article_pk))
    await connection.execute(
        update(part)
        .where(carrying, part.c.state == "pending")
        .values(state="failed", reason="an article whose words it carried was forgotten")
    )
    await connection.execute(update(part).where(carrying).values(markdown=None, summary=None))
    await connection.execute(
        update(schema.delivery)
        .where(schema.delivery.c.key.in_(select(carried.c.delivery).where(carried.c.article == article_pk)))
        .values(actions=[])  # a question may be worded in its words
    )
    rows = await connection.execute(
        update(part)
        .where(carrying, part.c.state == "sent")
        .values(withdrawal="due", withdrawal_not_before=part.c.created_at)
        .returning(part.c.room, part.c.platform, part.c.message_id)
    )
    return tuple(Posted(row.room, row.platform, row.message_id) for row in rows)
