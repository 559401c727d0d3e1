"""Reading within this process, for a command that reads a few sources and ends: no worker has to be started first.

Plain text is read here, too. Pages that could hang what reads them (HTML, PDF) still go to a worker that can be killed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from bot.ports import Inquiry, Page, Reader
from bot.routine.compiling import Alarms, Besides, Compiled, Edition, Given
from bot.work import compilation, labour
from briefs import lexicon, read
from briefs.answer import Candidate
from briefs.answers import Answer
from briefs.build import Briefer
from briefs.engines.llm.heard import Heard
from briefs.models import Article, Brief
from briefs.situations import Ledger

_T = TypeVar("_T")

_PLAIN = {"text/plain", "text/markdown"}


class Nearby:
    """`bot.ports.Reader`. `far` reads what had better not be read here; `language` False: nothing will be briefed.

    `lexicon` is a folder of a team's own word lists.
    """

    def __init__(self, far: Reader, *, language: bool = True, lexicon: Path | None = None) -> None:
        self._far = far
        self._language = language
        self._lexicon = lexicon
        self._briefer: asyncio.Task[Briefer] | None = None

    async def read(self, page: Page, source: str) -> Article:
        """Blocks while it reads plain text: nobody else is waiting in this process."""
        if self._language:
            self._load()  # while the page is read
        local = page.url.startswith("file:")
        if local and page.media_type in _PLAIN and not page.content.lstrip().startswith(b"<"):
            return read.article(page.content, source=source, media_type=page.media_type, charset=page.charset)
        return await self._far.read(page, source)

    async def brief(self, article: Article, source: str, heard: Heard | None = None) -> Brief:
        """Blocks while it reads."""
        briefer = await asyncio.shield(self._load())
        return briefer.brief(article, source, heard)

    def _load(self) -> asyncio.Task[Briefer]:
        if self._briefer is None:
            self._briefer = asyncio.create_task(asyncio.to_thread(_briefer, self._lexicon))
        return self._briefer


def _briefer(words: Path | None) -> Briefer:
    return Briefer(lexicon=lexicon.load(words), timer=time.perf_counter)


class NearbyRespondent:
    """`bot.ports.Respondent`. Blocks while it reads. `lexicon` is a folder of a team's own word lists."""

    def __init__(self, *, lexicon: Path | None = None) -> None:
        self._lexicon = lexicon

    async def inquire(self, question: str, outlets: Sequence[str], earlier: Sequence[str]) -> Inquiry:
        return _result(labour.inquire(question, outlets, earlier, self._lexicon))

    async def answer(self, inquiry: Inquiry, found: Sequence[Sequence[Candidate]], *, held: int) -> Answer:
        return _result(labour.answer(inquiry, found, held, self._lexicon))


class NearbyCompiler:
    """`bot.routine.compiling.Compiler`. Blocks while it works. `lexicon` is a folder of a team's own word lists."""

    def __init__(self, *, lexicon: Path | None = None) -> None:
        self._lexicon = lexicon

    async def ledgers(self, reports: Sequence[Given]) -> list[Ledger]:
        return compilation.ledgers(reports, self._lexicon)

    async def digest(self, reports: Sequence[Given], edition: Edition, besides: Besides) -> Compiled:
        return compilation.digest(reports, edition, besides, self._lexicon)

    async def alarms(self, reports: Sequence[Given], new: str, levels: Sequence[int]) -> Alarms:
        return compilation.alarms(reports, new, levels, self._lexicon)


def _result(outcome: _T | labour.Refusal) -> _T:
    if isinstance(outcome, labour.Refusal):
        raise outcome.error()
    return outcome
