"""Passages of the articles held, found by their words: SQLite FTS5, and all that knows of it.

What is indexed are the stems that `briefs.terms` makes, so that a question and a text that are written differently meet.
Each passage also carries marks of its library, its outlet and its article: a search can only match passages that carry
the mark of a library it was told to look into, and what it matched is held against the open libraries once more before
it leaves the database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from math import log
from typing import Any
from unicodedata import combining, normalize

from sqlalchemy import Row, Select, delete, exists, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports import ArticleRef, FoundPassage, Meant
from bot.store import schema
from bot.store.database import Database, to_the_end
from bot.store.libraries import readable
from bot.store.vectors import Nearest
from briefs.models import Article
from briefs.retrieve import Query, fuse
from briefs.retrieve.passages import cut
from briefs.terms import stems

_TASK = "index"  # of `upkeep`: articles are held that were never indexed
_BATCH = 50  # articles indexed in one transaction while others wait to write

# SQLite ranks about 200 matches in a millisecond. Words that stand in so many passages that ranking them would take
# longer are searched for together, and weighed when the best passages are ranked once more with all words.
_RANKED = 2_000
_RANKED_TOGETHER = 500
_AGAIN = 120  # passages ranked with all words
_TITLE = 0.5  # what a word of the headline counts: it stands for all passages under it
_COMMON = (
    1_000  # passages; how many have a word that stands in more is remembered, as counting them takes time
)
_GROWN = 1.1  # times as many passages: then they are counted anew
_K1, _B = 1.2, 0.75  # the values that BM25 is published with
_MEAN = 75.0  # stems of a passage

_a, _v, _p, _w = schema.article, schema.article_version, schema.passage, schema.passage_words


@dataclass(frozen=True, slots=True)
class Cut:
    """A passage ready to be indexed."""

    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Indexed:
    """What the index takes up of one article."""

    title: str
    passages: tuple[Cut, ...]


def prepare(article: Article) -> Indexed:
    """An article's passages and their stems; about 10 ms for 5,000 characters, so outside of any transaction."""
    return Indexed(_stems(article.title), tuple(Cut(p.start, p.end, _stems(p.text)) for p in cut(article)))


async def put_in(
    connection: AsyncConnection, library: str, article_pk: int, outlet: str | None, made: Indexed
) -> None:
    """Make an article findable by its words."""
    place = " ".join([_library_mark(library), _outlet_mark(outlet or ""), _article_mark(article_pk)])
    for passage in made.passages:
        pk = (
            await connection.execute(
                insert(_p).values(article=article_pk, start=passage.start, end=passage.end).returning(_p.c.pk)
            )
        ).scalar_one()
        await connection.execute(
            insert(_w).values(rowid=pk, place=place, title=made.title, words=passage.words)
        )


async def take_out(connection: AsyncConnection, article_pk: int) -> None:
    """An article whose text has changed is no longer found by the old one."""
    await connection.execute(delete(_p).where(_p.c.article == article_pk))


async def only_in(connection: AsyncConnection, article_pk: int, words: Collection[str]) -> frozenset[str]:
    """Of these stems, those that stand in no other article that is held, whatever its library."""
    count = schema.passage_words_count
    folded = {_fold(word): word for word in words}
    rows = await connection.execute(select(count.c.term, count.c.doc).where(count.c.term.in_(folded)))
    everywhere = {row.term: int(row.doc) for row in rows}
    here: Counter[str] = Counter()
    indexed = await connection.execute(
        select(_w.c.title, _w.c.words).join(_p, _p.c.pk == _w.c.rowid).where(_p.c.article == article_pk)
    )
    for row in indexed:
        here.update({*row.title.split(), *row.words.split()})
    return frozenset(word for term, word in folded.items() if everywhere.get(term, 0) <= here[term])


async def purge(connection: AsyncConnection) -> None:
    """Take the words of deleted passages out of the index's own pages: until then it only marks them as gone."""
    await connection.execute(text("INSERT INTO passage_words(passage_words) VALUES ('optimize')"))


@to_the_end
async def index_if_due(database: Database) -> None:
    """Index the articles that were kept before there was an index. Stopped halfway, it goes on the next time."""
    upkeep = schema.upkeep
    async with database.read() as connection:
        due = await connection.execute(select(exists().where(upkeep.c.task == _TASK)))
        if not due.scalar_one():
            return
    after = 0
    while True:
        async with database.write() as connection:
            rows = (await connection.execute(_not_indexed(after))).all()
            if not rows:
                await connection.execute(delete(upkeep).where(upkeep.c.task == _TASK))
                return
            for row in rows:
                article = Article(id=row.id, title=row.title, text=row.text, sha256=row.sha256)
                await put_in(connection, row.library, row.pk, row.outlet, prepare(article))
            after = rows[-1].pk


def _not_indexed(after: int) -> Select[Any]:
    return (
        select(_a.c.pk, _a.c.library, _a.c.id, _v.c.outlet, _v.c.title, _v.c.text, _v.c.sha256)
        .join(_v, (_v.c.article == _a.c.pk) & (_v.c.version == _a.c.version))
        .where(_a.c.pk > after, ~exists().where(_p.c.article == _a.c.pk))
        .order_by(_a.c.pk)
        .limit(_BATCH)
    )


class StoredPassages:
    """`bot.ports.Passages`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._common: dict[str, int] = {}
        self._counted_at = 0
        self._nearest = Nearest()

    @to_the_end
    async def search(
        self,
        libraries: Sequence[str],
        query: Query,
        *,
        limit: int = 40,
        outlets: Sequence[str] | None = None,
        within: Sequence[ArticleRef] | None = None,
        meant: Meant | None = None,
    ) -> list[FoundPassage]:
        narrowed = [only for only in (outlets, within) if only is not None]
        if not libraries or not all(narrowed):
            return []
        async with self._database.read() as connection:
            scored = await self._by_words(connection, libraries, query, outlets, within)
            if meant is not None and not narrowed:
                near = await self._nearest.find(connection, libraries, meant.model, meant.vector, _AGAIN)
                scored = await self._fused(connection, libraries, scored, near)
        return _without_copies(scored)[:limit]

    async def _by_words(
        self,
        connection: AsyncConnection,
        libraries: Sequence[str],
        query: Query,
        outlets: Sequence[str] | None,
        within: Sequence[ArticleRef] | None,
    ) -> list[tuple[float, Row[Any]]]:
        """The passages with the query's words, best first."""
        if not query.weights:
            return []
        words, all_passages = await self._weigh(connection, query)
        marks = [_library_mark(library) for library in libraries]
        reach = sum((await self._held(connection, marks)).values())
        expression = _any_of(words, ranked=reach if reach <= _RANKED else 0)
        if not expression:
            return []
        places = []
        if reach <= all_passages / 2:  # else most of what matches is in reach, and the marks only cost time
            places.append(marks)
        if outlets is not None:
            places.append([_outlet_mark(outlet) for outlet in outlets])
        if within is not None:
            pks = await _pks(connection, libraries, within)
            if not pks:
                return []
            places.append([_article_mark(pk) for pk in pks])
        matching = text("passage_words MATCH :wanted").bindparams(wanted=_at(places, expression))
        found = _found(libraries).where(matching).order_by(_w.c.rank).limit(_AGAIN)
        rows: Sequence[Row[Any]] = (await connection.execute(found)).all()
        scored = [(_score(row, words), row) for row in rows]
        scored.sort(key=lambda pair: -pair[0])
        return scored

    async def _fused(
        self,
        connection: AsyncConnection,
        libraries: Sequence[str],
        scored: Sequence[tuple[float, Row[Any]]],
        near: Sequence[int],
    ) -> list[tuple[float, Row[Any]]]:
        """Passages found by words and those found by meaning as one ranking, with scores on the scale of the words'."""
        rows = {row.pk: row for _, row in scored}
        missing = [pk for pk in near if pk not in rows]
        if missing:
            more = await connection.execute(_found(libraries).where(_p.c.pk.in_(missing)))
            rows |= {row.pk: row for row in more}
        ranked = fuse([[row.pk for _, row in scored], [pk for pk in near if pk in rows]])
        scale = [score for score, _ in scored] or [1.0]
        scale += [scale[-1]] * (len(ranked) - len(scale))
        return [(score, rows[pk]) for score, (pk, _) in zip(scale, ranked, strict=False)]

    @to_the_end
    async def outlets(self, libraries: Sequence[str]) -> tuple[str, ...]:
        async with self._database.read() as connection:
            rows = await connection.execute(
                select(_v.c.outlet)
                .select_from(_a)
                .join(_v, (_v.c.article == _a.c.pk) & (_v.c.version == _a.c.version))
                .where(_a.c.library.in_(readable(libraries)), _v.c.outlet.is_not(None))
                .distinct()
                .order_by(_v.c.outlet)
            )
            return tuple(rows.scalars())

    async def _weigh(self, connection: AsyncConnection, query: Query) -> tuple[list[_Word], int]:
        """The query's words that are held at all, rarest first; and how many passages there are."""
        weights: dict[str, float] = {}
        for stem, weight in query.weights.items():
            weights[_fold(stem)] = max(weight, weights.get(_fold(stem), 0.0))
        all_passages = (await connection.execute(select(func.max(_p.c.pk)))).scalar_one() or 1
        if not self._counted_at <= all_passages <= self._counted_at * _GROWN:
            self._common.clear()
            self._counted_at = all_passages
        held = await self._held(connection, list(weights))
        words = [_Word(w, weights[w], n, min(1.0, n / all_passages)) for w, n in held.items()]
        return sorted(words, key=lambda word: word.held), all_passages

    async def _held(self, connection: AsyncConnection, stems: Sequence[str]) -> dict[str, int]:
        """In how many passages each stem stands, those left out that stand in none."""
        count = schema.passage_words_count
        known = {stem: self._common[stem] for stem in stems if stem in self._common}
        missing = [stem for stem in stems if stem not in known]
        rows = await connection.execute(select(count.c.term, count.c.doc).where(count.c.term.in_(missing)))
        counted = {row.term: int(row.doc) for row in rows}
        self._common |= {stem: n for stem, n in counted.items() if n >= _COMMON}
        return known | counted


def _found(libraries: Sequence[str]) -> Select[Any]:
    """Passages of the open ones of these libraries, with all that a search needs of them."""
    return (
        select(
            _p.c.pk,
            _a.c.library,
            _a.c.id,
            func.coalesce(_a.c.near_duplicate_of, _a.c.pk).label("original"),
            _v.c.sha256,
            _v.c.published,
            _p.c.start,
            _p.c.end,
            _w.c.title,
            _w.c.words,
        )
        .select_from(_w)
        .join(_p, _p.c.pk == _w.c.rowid)
        .join(_a, _a.c.pk == _p.c.article)
        .join(_v, (_v.c.article == _a.c.pk) & (_v.c.version == _a.c.version))
        .where(_a.c.library.in_(readable(libraries)))
    )


def _without_copies(scored: Sequence[tuple[float, Row[Any]]]) -> list[FoundPassage]:
    """Of articles that carry nearly the same text only the one that was found first."""
    spoken_for: dict[object, ArticleRef] = {}
    found: list[FoundPassage] = []
    for score, row in scored:
        ref = ArticleRef(row.library, row.id)
        first = spoken_for.setdefault(row.original, ref)
        same = spoken_for.setdefault(row.sha256, ref)
        if first == same == ref:
            found.append(FoundPassage(ref, row.start, row.end, score, row.published))
    return found


async def _pks(
    connection: AsyncConnection, libraries: Sequence[str], refs: Sequence[ArticleRef]
) -> list[int]:
    wanted = {(ref.library, ref.id) for ref in refs}
    rows = await connection.execute(
        select(_a.c.pk, _a.c.library, _a.c.id).where(
            _a.c.library.in_(readable(libraries)), _a.c.id.in_([ref.id for ref in refs])
        )
    )
    return [row.pk for row in rows if (row.library, row.id) in wanted]


@dataclass(frozen=True, slots=True)
class _Word:
    stem: str
    weight: float
    held: int
    """In how many passages it stands."""
    share: float
    """Of all passages."""

    @property
    def telling(self) -> float:
        """BM25's idf, times the weight."""
        return self.weight * log(1 + 1 / max(self.share, 1e-9))


def _any_of(words: Sequence[_Word], *, ranked: int) -> str:
    """An FTS5 expression for passages with any of the rare words, or with common ones together; "" for no word.

    `ranked`: at most so many passages can match whatever the words are; 0 where there is no such bound.
    """
    if ranked:
        return " OR ".join(_quoted(word.stem) for word in words)
    rare: list[str] = []
    together: list[str] = []
    expected = 0.0
    for word in words:
        if ranked + word.held <= _RANKED:
            ranked += word.held
            rare.append(_quoted(word.stem))
        elif word.weight == 1.0 and (not together or expected > _RANKED_TOGETHER):
            expected = expected * word.share if together else word.held
            together.append(_quoted(word.stem))
    if not rare or len(together) > 1:
        rare += [f"({' AND '.join(together)})"] if together else []
    return " OR ".join(rare)


def _at(places: Sequence[Sequence[str]], expression: str) -> str:
    """The expression, at one of the places of each kind."""
    where = [f"place : ({' OR '.join(marks)})" for marks in places]
    return " AND ".join([*where, f"{{title words}} : ({expression})"])


def _score(row: Row[Any], words: Sequence[_Word]) -> float:
    """BM25 with the weights of the query."""
    title = frozenset(row.title.split())
    held = Counter(row.words.split())
    norm = _K1 * (1 - _B + _B * held.total() / _MEAN)
    score = 0.0
    for word in words:
        count = held.get(word.stem, 0) + (_TITLE if word.stem in title else 0.0)
        score += word.telling * count * (_K1 + 1) / (count + norm) if count else 0.0
    return score


def _stems(text: str) -> str:
    return " ".join(map(_fold, stems(text)))


def _fold(stem: str) -> str:
    """Without accents: people leave them out when they ask."""
    if stem.isascii():
        return stem
    return "".join(c for c in normalize("NFKD", stem) if not combining(c))


def _quoted(words: str) -> str:
    return '"' + words.replace('"', '""') + '"'


def _library_mark(library: str) -> str:
    return "l" + blake2b(library.encode(), digest_size=10).hexdigest()


def _outlet_mark(outlet: str) -> str:
    return "o" + blake2b(outlet.encode(), digest_size=10).hexdigest()


def _article_mark(pk: int) -> str:
    return f"a{pk}"
