"""Pages and language: fetched, read, briefed, answered, given vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from briefs.models import Article, Brief

if TYPE_CHECKING:
    from briefs.answer import Candidate, Plan
    from briefs.answers import Answer
    from briefs.engines.llm.heard import Heard
    from briefs.retrieve import Query
    from briefs.retrieve.dates import Period


@dataclass(frozen=True, slots=True)
class Page:
    """What the fetcher brings: decoded (decompressed) bytes and what the server said of them."""

    url: str
    """After redirects."""
    content: bytes
    media_type: str
    """Lower case, without parameters; "" if the server said nothing."""
    charset: str | None = None
    status: int = 200


class Fetcher(Protocol):
    async def fetch(self, url: str) -> Page:
        """Fetch a page behind the guard. Raises a subclass of `bot.net.errors.FetchError`."""


class Reader(Protocol):
    """CPU work, done in worker processes: never blocks the event loop, always ends."""

    async def read(self, page: Page, source: str) -> Article:
        """Page → Article. Raises `briefs.errors.Unreadable`."""

    async def brief(self, article: Article, source: str, heard: Heard | None = None) -> Brief:
        """Article → Brief; `heard` is what a language model said of it. Raises `briefs.errors.CommuniqueError`."""


@dataclass(frozen=True, slots=True)
class Sought:
    """One search that an answer needs."""

    query: Query
    outlets: tuple[str, ...] | None
    """Only in articles of these of the outlets held; None: in all."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question as it was understood."""

    plan: Plan
    searches: tuple[Sought, ...]
    """One for each search of the plan."""
    periods: tuple[Period, ...]
    """Times that it names."""
    language: str | None
    """ISO 639-1 code of the language that it is in; None where it is too short to tell."""


class Respondent(Protocol):
    """Understands questions and answers them from what a search found. CPU work, like a Reader's."""

    async def inquire(self, question: str, outlets: Sequence[str], earlier: Sequence[str]) -> Inquiry:
        """`outlets` are those held; `earlier` the questions before it in its conversation, oldest first.

        Raises `briefs.errors.CommuniqueError`.
        """
        ...

    async def answer(self, inquiry: Inquiry, found: Sequence[Sequence[Candidate]], *, held: int) -> Answer:
        """`found`: for each search what it found, best first; `held`: how many articles were searched.

        Raises `briefs.errors.CommuniqueError`.
        """
        ...


class Embedder(Protocol):
    """Texts → vectors of equal meaning near each other. CPU work, like a Reader's."""

    model: str
    """Which model: vectors of two are never compared."""

    async def embed(self, texts: Sequence[str]) -> list[bytes]:
        """One vector a text, as in `Meant`. Raises `briefs.errors.CommuniqueError`."""
        ...
