"""Questions that nothing answered yet: articles that come are read for them, and the answer goes to where it was asked.

Which articles were looked at is kept in the store, so that nothing is missed that came while the service was down or
was added by a command beside it. The number of a watch is the key of its delivery: however often it is answered, by
however many processes, it is told once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import structlog

from bot.access import Access
from bot.asking import Asked, Asking
from bot.clock import Clock
from bot.log import cause
from bot.ports import ArticleRef, Delivery, Library, Watch, Watches
from briefs.errors import CommuniqueError
from briefs.matter import same_matter, touches
from briefs.render import Renderer

_POLL_S = 5.0  # articles also come from other processes, which send no word


class Outgoing(Protocol):
    """The outbox, as far as watches need it."""

    async def send(self, delivery: Delivery) -> bool:
        """Store a delivery; from then on it is posted, once. False: its key was known."""
        ...


class Watching:
    """Looks after the watches of some platforms."""

    def __init__(
        self,
        *,
        watches: Watches,
        library: Library,
        asking: Asking,
        access: Access,
        outbox: Outgoing,
        renderer: Renderer,
        clock: Clock,
        platforms: Sequence[str],
    ) -> None:
        self._watches = watches
        self._library = library
        self._asking = asking
        self._access = access
        self._outbox = outbox
        self._renderer = renderer
        self._clock = clock
        self._platforms = tuple(platforms)
        self._log = structlog.get_logger(__name__)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - the store is busy, the disk full: it passes, and nothing is marked as seen
                self._log.error("watching failed", **cause(error))
            await self._clock.sleep(_POLL_S)

    async def look(self) -> int:
        """Read what has come since the last look; returns how many watches were answered."""
        told = 0
        for watch in await self._watches.due(self._platforms, now=self._clock.now()):
            try:
                told += await self._look_for(watch)
            except Exception as error:  # noqa: BLE001 - what goes wrong with one watch must not keep the others waiting
                self._log.error("watch failed", watch=watch.id, **cause(error))
        return told

    async def _look_for(self, watch: Watch) -> bool:
        reads = await self._access.still_reads(watch.room, full_member=watch.full_member)
        if watch.library not in reads:
            return False  # it is another room now
        arrived, seen = await self._watches.arrived(watch, reads)
        for ref in arrived:
            try:
                asked = await self._answer(watch, ref, reads)
            except CommuniqueError as error:
                self._log.info("not looked at", watch=watch.id, article=ref.id, kind=error.kind)
                if error.kind == "busy":
                    return False  # the same again at the next look
                continue
            if asked is not None:
                await self._outbox.send(_delivery(watch, asked, self._renderer))
                await self._watches.end(watch.id)
                self._log.info("watch answered", watch=watch.id, article=ref.id, library=ref.library)
                return True
        await self._watches.looked(watch.id, seen)
        return False

    async def _answer(self, watch: Watch, ref: ArticleRef, reads: Sequence[str]) -> Asked | None:
        """The answer, if all that is held gives one now and the new article has a part in it."""
        article = await self._library.article([ref.library], ref.id)
        if article is None or not touches(watch.question, article):
            return None
        if watch.about:
            briefs = [await self._library.brief([other.library], other.id) for other in watch.about]
            if not any(brief is not None and same_matter(brief, article) for brief in briefs):
                return None
        asked = await self._asking.ask(watch.question, reads)
        return asked if not asked.answer.abstained and ref in asked.cited else None


def _delivery(watch: Watch, asked: Asked, renderer: Renderer) -> Delivery:
    return Delivery(
        key=f"watch:{watch.id}",
        kind="answer",
        room=watch.room,
        documents=(renderer.reported(watch.question, asked.answer),),
        thread=watch.thread,
        articles=asked.cited,
    )
