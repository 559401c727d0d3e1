"""What is held: found by what people call it, shown, forgotten."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from bot.ports import ArticleRef, Conversations, Holding, Incoming, Library
from briefs import urls
from briefs.models import Brief

_MOST_PLACES = 1_000  # "show 5000" is an id that is not held rather than a place in a list


class Shelf:
    """Every call names the libraries that it may look into."""

    def __init__(self, library: Library, conversations: Conversations) -> None:
        self._library = library
        self._conversations = conversations
        self._log = structlog.get_logger(__name__)

    async def brief(self, ref: ArticleRef) -> Brief | None:
        """The brief of an article as it is kept."""
        return await self._library.brief([ref.library], ref.id)

    async def holdings(self, libraries: Sequence[str], *, limit: int = 100) -> list[Holding]:
        """What is held, newest first."""
        return await self._library.holdings(libraries, limit=limit)

    async def holding(self, ref: ArticleRef) -> Holding | None:
        """An article as it is listed."""
        return await self._library.holding([ref.library], ref.id)

    async def find(self, libraries: Sequence[str], what: str) -> ArticleRef | None:
        """An article by its id, its URL in any spelling, or its place in `holdings` ("1" is the newest)."""
        what = what.strip()
        found = await self._library.find(libraries, what)
        if found is None and "://" in what:
            try:
                found = await self._library.find(libraries, urls.canonical(what))
            except ValueError:
                return None
        if found is None and what.isascii() and what.isdigit() and 1 <= int(what) <= _MOST_PLACES:
            newest = await self._library.holdings(libraries, limit=int(what))
            if len(newest) == int(what):
                found = ArticleRef(newest[-1].library, newest[-1].id)
        return found

    async def thread(self, message: Incoming, libraries: Sequence[str]) -> tuple[ArticleRef, ...]:
        """What a message's thread, or the message it replies to, is about; nothing outside of both."""
        for other in filter(None, (message.thread, message.reply_to)):
            about = await self._conversations.about(libraries, message.room.id, other)
            if about:
                return about
        return ()

    async def context(self, message: Incoming, libraries: Sequence[str]) -> ArticleRef | None:
        """The article that a message speaks of: its thread's, else the one it replies to, else the room's last."""
        about = await self.thread(message, libraries)
        return about[0] if about else await self._conversations.latest(libraries, message.room.id)

    async def forget(self, ref: ArticleRef) -> int:
        """Remove an article for good; returns how many posted messages still show words of it."""
        forgotten = await self._library.forget(ref.library, ref.id)
        if forgotten is None:
            return 0
        self._log.info("forgotten", library=ref.library, article=ref.id, posts=len(forgotten.posts))
        return len(forgotten.posts)
