"""Reading within this process, for a command that reads a few sources and ends: no worker has to be started first.

Plain text is read here, too. Pages that could hang what reads them (HTML, PDF) still go to a worker that can be killed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.ports import Page, Reader
from briefs import read
from briefs.build import Briefer
from briefs.models import Article, Brief

_PLAIN = {"text/plain", "text/markdown"}


class Nearby:
    """`bot.ports.Reader`. `far` reads what had better not be read here."""

    def __init__(self, far: Reader, briefer: asyncio.Future[Briefer]) -> None:
        self._far = far
        self._briefer = briefer

    async def read(self, page: Page, source: str) -> Article:
        if (
            page.media_type in _PLAIN
            and not page.content.lstrip().startswith(b"<")
            and page.url.startswith("file:")
        ):
            return read.article(page.content, source=source, media_type=page.media_type, charset=page.charset)
        return await self._far.read(page, source)

    async def brief(self, article: Article, source: str) -> Brief:
        """Blocks while it reads: nobody else is waiting in this process."""
        briefer = await asyncio.shield(self._briefer)
        return briefer.brief(article, source)


@asynccontextmanager
async def nearby(far: Reader) -> AsyncIterator[Nearby]:
    """The language model loads while the first page is fetched and read."""
    loading = asyncio.ensure_future(asyncio.to_thread(lambda: Briefer(timer=time.perf_counter)))
    yield Nearby(far, loading)
