"""Situations as they are kept, what rooms follow of them, and alerts: the types, and what is asked of the store.

What is kept of a situation is which articles belong to it; its ledger is made anew from their briefs whenever it is
needed, so that a forgotten article leaves nothing behind. A situation belongs to one library, as its articles do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.ports import ArticleRef


@dataclass(frozen=True, slots=True)
class Membership:
    """`number` grows with every row that is put in; `facets` is `briefs.situations.Facets` as JSON."""

    number: int
    article: str
    situation: int
    facets: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Matter:
    """A situation that holds at least one article."""

    id: int
    library: str
    opened_at: datetime
    changed_at: datetime
    articles: int


@dataclass(frozen=True, slots=True)
class KeptReport:
    """A member of a situation: its brief/1 as it is kept (JSON), when it came, and the id of what it is nearly a copy of."""

    situation: int
    number: int
    """Of the article: those that come later have higher ones, over all libraries."""
    ref: ArticleRef
    brief: str
    seen_at: datetime
    copy_of: str | None


@dataclass(frozen=True, slots=True)
class RevisedText:
    ref: ArticleRef
    before: str
    after: str


class Matters(Protocol):
    """Every call names the libraries that it may touch; closed ones are never read."""

    async def unplaced(self, *, limit: int, library: str | None = None) -> list[ArticleRef]:
        """Articles that belong to no situation yet, in the order in which they came; of one library or of all."""
        ...

    async def count(self, library: str) -> int:
        """How many articles of the library belong to a situation."""
        ...

    async def members(self, library: str, *, after: int, newest: int) -> list[Membership]:
        """Of the rows with a higher number than `after` the `newest` ones, in order."""
        ...

    async def place(
        self, ref: ArticleRef, situation: int | None, facets: dict[str, Any], *, now: datetime
    ) -> int | None:
        """Put an article into a situation, None for a new one; returns where it is now.

        Where another process was faster, what that one decided holds. None: the article is not held any more.
        """
        ...

    async def situation_of(self, ref: ArticleRef) -> int | None: ...
    async def matters(
        self, libraries: Sequence[str], *, since: datetime | None = None, limit: int = 1_000
    ) -> list[Matter]:
        """Newest change first; `since`: only those with an article that came after that."""
        ...

    async def reports(self, libraries: Sequence[str], situations: Sequence[int]) -> list[KeptReport]:
        """The members of these situations, in the order in which they came."""
        ...

    async def revised(
        self, refs: Sequence[ArticleRef], *, since: datetime, until: datetime
    ) -> list[RevisedText]:
        """Of these articles those whose text became another one in (since, until]."""
        ...

    async def merge(self, library: str, situation: int, *, into: int, by: str, now: datetime) -> int:
        """By hand: all members go to the other one; returns how many."""
        ...

    async def split(self, library: str, articles: Sequence[str], *, by: str, now: datetime) -> int | None:
        """By hand: these articles become a situation of their own; None if none of them is in one."""
        ...

    async def follow(self, room: str, situation: int, *, wanted: bool | None, by: str, now: datetime) -> None:
        """The room wants it in its digests, does not want it, or (None) says nothing of it any more."""
        ...

    async def followed(self, room: str) -> dict[int, bool]:
        """Situation → whether it is wanted, for those that the room said something of."""
        ...

    async def unwatched(self, *, limit: int) -> list[ArticleRef]:
        """Placed articles of which no alert was considered yet, in the order in which they were placed."""
        ...

    async def watched(self, ref: ArticleRef) -> None: ...


@dataclass(frozen=True, slots=True)
class RaisedAlert:
    id: int
    room: str
    key: str
    """Says which alert of its article it is, without a word of it."""
    subject: str
    ref: ArticleRef
    raised_at: datetime


class Alerts(Protocol):
    async def raise_(
        self, room: str, key: str, subject: str, ref: ArticleRef, *, now: datetime, not_before: datetime
    ) -> bool:
        """False if the room was told of that before, or is about to be."""
        ...

    async def last(self, room: str, subject: str) -> datetime | None:
        """When an alert of the room on that subject was raised last."""
        ...

    async def due(self, *, now: datetime, limit: int) -> list[RaisedAlert]: ...
    async def told(self, alert: int) -> None: ...
    async def last_message(self, room: str) -> datetime | None:
        """The instant from which the room's newest alert was, or is, to be told."""
        ...

    async def next_wake(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Recheck:
    """An article whose source is to be looked at again."""

    ref: ArticleRef
    url: str
    checks: int
    added_at: datetime


class Rechecks(Protocol):
    async def due(
        self, *, now: datetime, first_after: datetime, came_after: datetime, lease_until: datetime, limit: int
    ) -> list[Recheck]:
        """Articles with a link that a digest has told of, came before `first_after` and were never looked at again, or
        are due now.

        Those that came before `came_after` are left alone. Nobody else gets them until the lease ends.
        """
        ...

    async def done(self, ref: ArticleRef, *, next_at: datetime | None) -> None: ...
