"""From a link, a file or a text to an article that is kept with its brief, whoever asks and wherever."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.clock import Clock
from bot.consulting import Consultant
from bot.ports import ArticleRef, Fetcher, Kept, Library, Page, Reader
from briefs import urls
from briefs.errors import CommuniqueError
from briefs.markdown import date
from briefs.models import Article, Brief


@dataclass(frozen=True, slots=True)
class Briefed:
    """An article that is kept, its brief, and what its reader should know of the two."""

    ref: ArticleRef
    brief: Brief
    notes: tuple[str, ...] = ()
    mentioned: tuple[ArticleRef, ...] = ()
    """Other articles whose titles stand in the notes."""


class Service:
    """Says nothing to anybody: commands and the command line do that with what they get from here."""

    def __init__(
        self,
        *,
        fetcher: Fetcher,
        reader: Reader,
        library: Library,
        clock: Clock,
        consultant: Consultant | None = None,
        briefed: Callable[[Brief], None] | None = None,
    ) -> None:
        """`briefed` is told of every brief that is made."""
        self._told = briefed
        self._consultant = consultant
        self._fetcher = fetcher
        self._reader = reader
        self._library = library
        self._clock = clock
        self._log = structlog.get_logger(__name__)

    async def brief_link(self, link: str, *, library: str, by: str, room: str | None = None) -> Briefed:
        """Read the page behind a link and keep it with its brief.

        Where the page cannot be read but an earlier version is held, that one is shown with a note. Raises
        CommuniqueError.
        """
        try:
            page = await self._fetcher.fetch(link)
            article = await self._reader.read(page, link)
        except CommuniqueError as error:
            held = await self._held(link, library)
            if held is None:
                raise
            note = f"The page cannot be read now, so this is what was kept of it. {error.message}"
            return Briefed(held.ref, held.brief, (*held.notes, note))
        return await self.brief_article(article, link, library=library, by=by, room=room)

    async def brief_page(
        self, page: Page, source: str, *, library: str, by: str, room: str | None = None
    ) -> Briefed:
        """Read a file or a pasted text and keep it with its brief. Raises CommuniqueError."""
        article = await self._reader.read(page, source)
        return await self.brief_article(article, source, library=library, by=by, room=room)

    async def brief_article(
        self, article: Article, source: str, *, library: str, by: str, room: str | None = None
    ) -> Briefed:
        """Brief an article and keep both; one that is held unchanged is not read again. Raises CommuniqueError.

        `room` pays for the language model (None: the library's account). What had to be read without the model is
        read again.
        """
        same = await self._unchanged(article, library)
        if same is not None and (self._consultant is None or not _without_model(same.brief)):
            return same
        heard = None
        if self._consultant is not None:
            heard = await self._consultant.hear(article, library=library, room=room)
            if same is not None and not heard.replies:
                return same
        brief = await self._reader.brief(article, source, heard)
        if self._told is not None:
            self._told(brief)
        kept = await self._library.keep(library, article, brief, added_by=by, now=self._clock.now())
        self._log.info(
            "kept", library=library, article=kept.article.id, outcome=kept.outcome, version=kept.version
        )
        stored = await self._library.brief([library], kept.article.id)
        notes, mentioned = await self._notes(kept, library)
        return Briefed(ArticleRef(library, kept.article.id), stored or brief, notes, mentioned)

    async def _held(self, link: str, library: str) -> Briefed | None:
        try:
            known = await self._library.by_url([library], urls.canonical(link))
        except ValueError:
            return None
        return await self._as_held(known, library) if known is not None else None

    async def _unchanged(self, article: Article, library: str) -> Briefed | None:
        """The article as it is held, if neither text nor title changed since."""
        if article.url is not None:
            known = await self._library.by_url([library], article.url)
        else:
            known = await self._library.article([library], article.id)
        if known is None or (known.sha256, known.title) != (article.sha256, article.title):
            return None
        return await self._as_held(known, library)

    async def _as_held(self, article: Article, library: str) -> Briefed | None:
        brief = await self._library.brief([library], article.id)
        holding = await self._library.holding([library], article.id)
        if brief is None or holding is None:
            return None
        note = f"Already held since {_day(holding.added_at)} (version {holding.version}, {holding.id})."
        return Briefed(ArticleRef(library, article.id), brief, (note,))

    async def _notes(self, kept: Kept, library: str) -> tuple[tuple[str, ...], tuple[ArticleRef, ...]]:
        notes: list[str] = []
        mentioned: list[ArticleRef] = []
        if kept.outcome == "new_version":
            notes.append(f"The source has changed its text: this is version {kept.version}.")
        if kept.near_duplicate_of is not None:
            other = await self._library.holding([library], kept.near_duplicate_of)
            if other is not None:
                outlet = other.outlet or "outlet unknown"
                notes.append(f"Nearly the same text as “{other.title}” ({outlet}, {other.id}).")
                mentioned.append(ArticleRef(library, other.id))
        return tuple(notes), tuple(mentioned)


def pasted(text: str) -> Page:
    """A text from a chat message as a page."""
    content = text.strip().encode("utf-8")
    name = hashlib.sha256(content).hexdigest()[:16]
    return Page(url=f"pasted:{name}", content=content, media_type="text/plain", charset="utf-8")


def _without_model(brief: Brief) -> bool:
    """Whether a model was to read it and failed."""
    return brief.engine.name == "rules" and brief.engine.note is not None


def _day(instant: datetime) -> str:
    return date(instant.date().isoformat())
