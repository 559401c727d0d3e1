"""What is kept of articles, and how it is found again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol

from bot.ports.messages import ArticleRef, Posted
from briefs.models import Article, Brief

if TYPE_CHECKING:
    from briefs.retrieve import Query


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of an article that was given to a library."""

    article: Article
    outcome: Literal["new", "same", "new_version"]
    version: int
    near_duplicate_of: str | None = None
    """Id of an article in the same library that carries nearly the same text (a wire copy)."""


@dataclass(frozen=True, slots=True)
class Holding:
    """An article as it is listed."""

    id: str
    library: str
    title: str
    outlet: str | None
    published: str | None
    added_at: datetime
    added_by: str
    version: int
    url: str | None = None
    near_duplicate_of: str | None = None


@dataclass(frozen=True, slots=True)
class Forgotten:
    """An article that was removed, and the bot's posts that carried its words: they are for the platform to delete."""

    article: ArticleRef
    posts: tuple[Posted, ...]
    wiped: bool = True
    """False: nobody can read it any more, but its words stay on the disk until the store is opened next."""


class Library(Protocol):
    """Articles and briefs. Every call names the libraries that it may touch; nothing outside them is ever seen.

    Where the same id or URL is in several libraries, the first one in the order given answers.
    """

    async def keep(
        self, library: str, article: Article, brief: Brief, *, added_by: str, now: datetime
    ) -> Kept:
        """Keep an article with its brief; when this returns, both survive a power cut.

        The same URL with the same text is "same", with another text a "new_version"; a text without a URL is matched
        by its id, and counts as a new version only if it resembles the old one. Otherwise it is "new", and if its id
        is taken in that library it gets another: `Kept.article.id` says which.
        """
        ...

    async def article(self, libraries: Sequence[str], article_id: str) -> Article | None: ...
    async def by_url(self, libraries: Sequence[str], url: str) -> Article | None: ...
    async def find(self, libraries: Sequence[str], article: str) -> ArticleRef | None:
        """Which library holds the article with that id or URL."""
        ...

    async def brief(self, libraries: Sequence[str], article_id: str) -> Brief | None: ...
    async def holdings(self, libraries: Sequence[str], *, limit: int = 100) -> list[Holding]: ...
    async def holding(self, libraries: Sequence[str], article_id: str) -> Holding | None: ...
    async def count(self, libraries: Sequence[str]) -> int: ...
    async def forget(self, library: str, article_id: str) -> Forgotten | None:
        """Remove an article with all versions and briefs, and its words from every file of the store.

        Parts of deliveries that carry its words lose their text; those not posted yet fail. None: no such article.
        """
        ...


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """Some paragraphs of an article's current text, [start, end), that a search found."""

    article: ArticleRef
    start: int
    end: int
    score: float
    """Higher is better; comparable within one search alone."""
    published: str | None
    """Of the article: ISO 8601, as precise as the source is."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What is sought, as a vector of a model: little-endian 32-bit floats of unit length."""

    model: str
    vector: bytes


@dataclass(frozen=True, slots=True)
class Unembedded:
    """A passage that has no vector yet."""

    passage: int
    text: str


class Vectors(Protocol):
    """The vectors of passages. They go with their passages."""

    async def missing(self, model: str, *, limit: int) -> list[Unembedded]:
        """Passages of current texts without a vector of that model, the newest first."""
        ...

    async def put(self, model: str, vectors: Sequence[tuple[int, bytes]]) -> None:
        """Keep vectors by their passages; of one that was forgotten meanwhile nothing is kept."""
        ...


class Passages(Protocol):
    """The search. Every call names the libraries that it may look into; nothing outside them is ever found."""

    async def search(
        self,
        libraries: Sequence[str],
        query: Query,
        *,
        limit: int = 40,
        outlets: Sequence[str] | None = None,
        within: Sequence[ArticleRef] | None = None,
        meant: Meant | None = None,
    ) -> list[FoundPassage]:
        """The passages that fit best, best first; of articles that carry nearly the same text only one.

        `outlets`: only in articles of these; `within`: only in these articles. `meant`: passages that mean nearly the
        same are found as well, where nothing is narrowed.
        """
        ...

    async def outlets(self, libraries: Sequence[str]) -> tuple[str, ...]:
        """The outlets of the articles held, in alphabetical order."""
        ...
