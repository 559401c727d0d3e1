"""Articles are gathered into situations as they come, each library for itself.

What decides is `briefs.situations.Placer`, kept in memory for the libraries in use and brought up to date from the
store before each look: several processes may place into one library, and people move articles by hand.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field

import structlog

from bot.clock import Clock
from bot.ports import ArticleRef, Library
from bot.routine.matters import Matters
from briefs.situations import Facets, Placer, facets

_NEWEST = (
    1_500  # articles of a library that new ones are compared with: some months of a busy desk, about 60 MB
)
_MOST_HELD = 4_000  # articles in memory over all libraries
_BATCH = 50

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Held:
    placer: Placer = field(default_factory=Placer)
    last: int = 0
    """Number of the newest membership that is in it."""
    count: int = 0
    """Memberships that the library had then."""
    size: int = 0


class Gathering:
    """Places what was kept since it looked last."""

    def __init__(self, matters: Matters, library: Library, clock: Clock) -> None:
        self._matters = matters
        self._library = library
        self._clock = clock
        self._held: OrderedDict[str, _Held] = OrderedDict()
        self._turn = asyncio.Lock()

    async def gather(self, library: str | None = None) -> list[ArticleRef]:
        """Place all articles, of one library or of all, that belong to no situation yet; returns them."""
        placed: list[ArticleRef] = []
        async with self._turn:
            while refs := await self._matters.unplaced(limit=_BATCH, library=library):
                for ref in refs:
                    await self._place(ref)
                    placed.append(ref)
        if placed:
            _log.info("placed", articles=len(placed))
        return placed

    async def _place(self, ref: ArticleRef) -> None:
        article = await self._library.article([ref.library], ref.id)
        if article is None:
            return  # forgotten a moment ago
        brief = await self._library.brief([ref.library], ref.id)
        holding = await self._library.holding([ref.library], ref.id)
        held = await self._current(ref.library)
        new = facets(article, brief)
        copy_of = holding.near_duplicate_of if holding is not None else None
        placement = held.placer.place(new, copy_of=copy_of)
        wanted = int(placement.situation) if placement.situation is not None else None
        await self._matters.place(ref, wanted, new.model_dump(mode="json"), now=self._clock.now())
        await asyncio.sleep(0)  # others have their turn: an archive comes in thousands of articles

    async def _current(self, library: str) -> _Held:
        """What is known of the library, with what changed since the last look."""
        held = self._held.setdefault(library, _Held())
        self._held.move_to_end(library)
        rows = await self._matters.members(library, after=held.last, newest=_NEWEST)
        count = await self._matters.count(library)
        if held.count + len(rows) != count and held.last:
            # something was moved or forgotten: from the beginning
            held = self._held[library] = _Held()
            rows = await self._matters.members(library, after=0, newest=_NEWEST)
        for row in rows:
            held.placer.add(Facets.model_validate(row.facets), str(row.situation))
            held.last = row.number
        held.count = count
        held.size += len(rows)
        if held.size > 2 * _NEWEST:
            del self._held[library]  # it has grown: the next look begins with the newest ones
        while sum(each.size for each in self._held.values()) > _MOST_HELD and len(self._held) > 1:
            self._held.popitem(last=False)
        return held
