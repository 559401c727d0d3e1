"""A web of pages in a dict and a reader that knows plain text: what `Fetcher` and `Reader` promise, without either."""

from __future__ import annotations

import asyncio
import hashlib

from bot.net.errors import NotFound
from bot.ports import Page
from briefs.errors import NotAnArticle
from briefs.models import Article, Brief
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

    async def brief(self, article: Article, source: str) -> Brief:
        await asyncio.sleep(0)
        self.briefed.append(article.id)
        return shown.brief(article, source)
