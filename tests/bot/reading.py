"""A web of pages in a dict and a reader that knows plain text: what `Fetcher` and `Reader` promise, without either."""

from __future__ import annotations

import asyncio
import hashlib
import struct
from collections.abc import Sequence

from bot.net.errors import NotFound
from bot.ports import Inquiry, Page, Sought
from bot.routine.feeds import FetchedFeed, NotModified, ParsedFeed
from bot.work import feed_formats
from bot.work.nearby import NearbyCompiler
from bot.work.pools import Busy
from briefs.answer import Candidate, Plan, Search
from briefs.answers import Answer, Citation
from briefs.engines.llm.heard import Heard
from briefs.errors import NotAnArticle
from briefs.models import Article, Brief
from briefs.questions import Ask, Question
from briefs.retrieve import Query
from briefs.terms import stems
from tests import shown


class FakeWeb:
    """Pages by URL. An exception in the place of a page is raised."""

    def __init__(self, pages: dict[str, str | Exception] | None = None) -> None:
        self.pages = pages or {}
        self.asked: list[str] = []

    async def fetch(self, url: str) -> Page:
        await asyncio.sleep(0)
        self.asked.append(url)
        found = self.pages.get(url)
        if isinstance(found, Exception):
            raise found
        if found is None:
            raise NotFound("There is no page at that address: check the link.", url=url)
        return Page(url=url, content=found.encode(), media_type="text/plain", charset="utf-8")


class FakeReader:
    """The first line is the title; the brief is always `tests.shown.brief`."""

    def __init__(self) -> None:
        self.briefed: list[str] = []

    async def read(self, page: Page, source: str) -> Article:
        await asyncio.sleep(0)
        text = page.content.decode()
        if len(text) < 40:
            raise NotAnArticle("There is no article on that page: paste its text instead.")
        url = page.url if page.url.startswith("http") else None
        name = hashlib.sha256((url or source).encode()).hexdigest()[:16]
        return shown.article(text, id=name, url=url)

    async def brief(self, article: Article, source: str, heard: Heard | None = None) -> Brief:
        await asyncio.sleep(0)
        self.briefed.append(article.id)
        return shown.brief(article, source)


class FakeWorks(FakeReader, NearbyCompiler):
    """A reader whose feeds and situations are the real ones, in this process."""

    def __init__(self) -> None:
        FakeReader.__init__(self)
        NearbyCompiler.__init__(self)

    async def parse(self, fetched: FetchedFeed) -> ParsedFeed:
        return feed_formats.parse(fetched)

    async def discover(self, fetched: FetchedFeed) -> tuple[str, ...]:
        return feed_formats.discover(fetched)


class FakeFeeds:
    """`bot.routine.feeds.FeedFetcher` over a dict: bytes, an error, or None for "not modified"."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes | Exception | None] = {}
        self.closed: set[str] = set()
        """Pages that robots.txt keeps programs from."""
        self.asked: list[tuple[str, str | None]] = []
        """Address and validator, in order."""

    async def feed(
        self, url: str, *, scope: str, etag: str | None = None, modified: str | None = None
    ) -> FetchedFeed | NotModified:
        await asyncio.sleep(0)
        self.asked.append((url, etag))
        found = self.pages.get(url, NotFound("There is no feed at that address: check it.", url=url))
        if isinstance(found, Exception):
            raise found
        if found is None:
            return NotModified()
        return FetchedFeed(url, found, "", None, f'"{len(found)}"', None)

    async def admitted(self, url: str, *, scope: str) -> bool:
        await asyncio.sleep(0)
        return url not in self.closed


class FakeRespondent:
    """Searches for a question's words and says all that it is given: the last line of each article found."""

    def __init__(self) -> None:
        self.earlier: list[tuple[str, ...]] = []
        self.silent: set[str] = set()
        """Ids of articles that answer nothing."""
        self.given: list[Article] = []
        """All that it was ever given to answer from."""

    async def inquire(self, question: str, outlets: Sequence[str], earlier: Sequence[str]) -> Inquiry:
        await asyncio.sleep(0)
        self.earlier.append(tuple(earlier))
        plan = Plan(Question(question, (Ask("any"),), ()), (Search(question),))
        query = Query(dict.fromkeys(stems(question), 1.0))
        return Inquiry(plan, (Sought(query, None),), (), None)

    async def answer(self, inquiry: Inquiry, found: Sequence[Sequence[Candidate]], *, held: int) -> Answer:
        await asyncio.sleep(0)
        self.given += [candidate.article for part in found for candidate in part]
        citations = tuple(_last_line(c.article) for c in found[0] if c.article.id not in self.silent)
        return Answer(
            question=inquiry.plan.question.text,
            verdict="stated" if citations else "not_stated",
            text=" ".join(c.quote for c in citations) or f"Not stated in the {held} articles I hold.",
            citations=citations,
            abstained=not citations,
            articles_used=tuple(c.article_id for c in citations),
            articles_held=held,
            engine="fake",
        )


def _last_line(article: Article) -> Citation:
    quote = article.text.rstrip().splitlines()[-1]
    start = article.text.rindex(quote)
    return Citation(
        article_id=article.id,
        quote=quote,
        start=start,
        end=start + len(quote),
        title=article.title,
        published=article.published,
    )


class FakeEmbedder:
    """Knows which of a few words mean the same; all others mean nothing."""

    model = "fake"
    senses = (("strike", "walkout", "stoppage"), ("minister", "secretary"), ("dam", "barrage"), ("whale",))

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.fails = False

    async def embed(self, texts: Sequence[str]) -> list[bytes]:
        await asyncio.sleep(0)
        if self.fails:
            raise Busy("Too many wait.")
        self.asked += texts
        return [self.vector(text) for text in texts]

    def vector(self, text: str) -> bytes:
        low = text.lower()
        found = [float(any(word in low for word in sense)) for sense in self.senses]
        length = sum(value * value for value in found) ** 0.5 or 1.0
        return struct.pack(f"<{len(found)}f", *(value / length for value in found))
