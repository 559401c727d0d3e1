"""How fast are a large library's passages found, and what does one more article cost?

    python -m tests.bench.search [PASSAGES]

Fills a store in a temporary folder with made-up articles (100,000 passages unless said otherwise), asks it questions of
every kind of word, rare and common, and adds articles with and without the word index. Prints one JSON document: passages,
search_p50_ms and search_p95_ms (of a whole search, the access check included), index_cost_p50_ms and index_cost_p95_ms
(of one article of 5,000 characters: cutting it up, stemming it and taking it into the index), size_mb of the file,
memory_mb of this process.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bot.store import Likeness, Store, open_store, passages
from briefs.likeness import SAME, signature, similarity
from briefs.models import Article
from briefs.retrieve import Query
from briefs.terms import stem
from tests.bot.fakes import START
from tests.bot.samples import article, brief

_PASSAGES = 100_000
_A_BATCH = 500  # articles of one transaction while the store is filled
_EACH = 7  # passages of an article
_WORDS = 110  # of a passage
_ASKED, _ADDED = 200, 60
_OUTLETS = 20


class Writer:
    """Articles of made-up words whose frequencies fall off as those of a language do."""

    def __init__(self) -> None:
        self._random = random.Random(11)
        letters = "bcdfghklmnprstvz"
        made = (
            "".join(self._random.choice(letters) + self._random.choice("aeiou") for _ in range(n))
            for n in itertools.cycle((2, 3, 4))
        )
        self.words = list(dict.fromkeys(itertools.islice(made, 90_000)))
        self.stems = {word: stem(word) for word in self.words}
        self._weights = list(itertools.accumulate(1 / (rank + 12) for rank in range(len(self.words))))

    def some(self, count: int) -> list[str]:
        return self._random.choices(self.words, cum_weights=self._weights, k=count)

    def article(self, number: int) -> Article:
        paragraphs = [" ".join(self.some(_WORDS)).capitalize() + "." for _ in range(_EACH)]
        text = "\n\n".join([" ".join(self.some(9)).capitalize(), *paragraphs])
        made = article(f"a{number}", text=text, url=None)
        return made.model_copy(update={"outlet": f"Outlet {number % _OUTLETS}"})

    def indexed(self, article: Article) -> passages.Indexed:
        """As `passages.prepare` makes it, without reading every word anew."""
        title, *paragraphs = article.text.split("\n\n")
        found, at = [], len(title) + 2
        for paragraph in paragraphs:
            found.append(passages.Cut(at, at + len(paragraph), self._stemmed(paragraph)))
            at += len(paragraph) + 2
        return passages.Indexed(self._stemmed(title), tuple(found))

    def _stemmed(self, text: str) -> str:
        return " ".join(self.stems[word.strip(".").lower()] for word in text.split())

    def question(self) -> Query:
        """Six words as they come, common ones among them, and two that stand somewhere by chance."""
        words = [*self.some(6), *self._random.sample(self.words, 2)]
        return Query({self.stems[word]: 1.0 for word in words})


async def fill(store: Store, writer: Writer, articles: int) -> None:
    from sqlalchemy import insert

    from bot.store import libraries, schema

    for start in range(0, articles, _A_BATCH):
        async with store.database.write() as connection:
            for name in ("desk", "other"):
                await libraries.ensure(connection, name, now=START)
            for number in range(start, min(start + _A_BATCH, articles)):
                it = writer.article(number)
                library = "desk" if number % 5 else "other"
                row = {"pk": number + 1, "library": library, "id": it.id, "version": 1}
                await connection.execute(insert(schema.article).values(**row, added_by="b", added_at=START))
                version = {
                    "article": number + 1,
                    "version": 1,
                    "title": it.title,
                    "outlet": it.outlet,
                    "published": it.published,
                    "published_basis": "meta",
                    "source_grade": {},
                    "text": it.text,
                    "sha256": it.sha256,
                    "signature": b"",
                    "added_by": "b",
                    "added_at": START,
                }
                await connection.execute(insert(schema.article_version).values(**version))
                await passages.put_in(connection, library, number + 1, it.outlet, writer.indexed(it))


async def searches(store: Store, writer: Writer) -> list[float]:
    taken = []
    for _ in range(_ASKED):
        query = writer.question()
        started = time.perf_counter()
        await store.passages.search(["desk"], query)
        taken.append(time.perf_counter() - started)
    return taken


async def additions(store: Store, writer: Writer, first: int) -> list[float]:
    """Seconds that the index takes of each `keep`: measured inside a transaction that is open anyway."""
    taken = []
    for number in range(first, first + _ADDED):
        it = writer.article(number)
        kept = await store.library.keep("desk", it, brief(it), added_by="b", now=START)
        assert kept.outcome == "new"
        started = time.perf_counter()
        made = passages.prepare(it)
        async with store.database.write() as connection:
            opened = time.perf_counter()
            await passages.put_in(connection, "desk", number + 1, it.outlet, made)
            put = time.perf_counter() - opened
            await passages.take_out(connection, number + 1)
        taken.append(put + (opened - started))
    return taken


def at(taken: Sequence[float], share: float) -> float:
    return round(sorted(taken)[min(len(taken) - 1, int(len(taken) * share))] * 1000, 1)


async def main() -> None:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else _PASSAGES
    writer = Writer()
    with tempfile.TemporaryDirectory() as folder:
        alike = Likeness(signature, similarity, SAME)
        async with open_store(Path(folder), likeness=alike) as store:
            await fill(store, writer, wanted // _EACH)
            asked = await searches(store, writer)
            added = await additions(store, writer, wanted // _EACH)
            size = store.database.path.stat().st_size
    found = {
        "passages": wanted // _EACH * _EACH,
        "search_p50_ms": at(asked, 0.5),
        "search_p95_ms": at(asked, 0.95),
        "index_cost_p50_ms": at(added, 0.5),
        "index_cost_p95_ms": at(added, 0.95),
        "size_mb": round(size / 1e6),
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    asyncio.run(main())
