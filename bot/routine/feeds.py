"""Feeds that rooms follow: the types, and what is asked of the store and of the network.

A feed belongs to one room, with validators and back-off of its own: nothing that one room follows shows in another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from briefs.errors import CommuniqueError

ItemOutcome = Literal["read", "skipped", "failed"]


@dataclass(frozen=True, slots=True)
class Feed:
    id: int
    room: str
    url: str
    title: str
    added_by: str
    added_at: datetime
    etag: str | None
    modified: str | None
    next_at: datetime | None
    """None: it is dead, and polled no more until somebody follows it again."""
    polled_at: datetime | None
    failures: int
    """In a row."""
    failing_since: datetime | None
    reason: str | None

    @property
    def dead(self) -> bool:
        return self.next_at is None


@dataclass(frozen=True, slots=True)
class Entry:
    """An item of a feed, as it stands there."""

    id: str
    """Stable within its feed."""
    link: str | None
    title: str
    published: str | None
    """ISO 8601; None where the feed does not say or says nonsense."""


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    title: str
    entries: tuple[Entry, ...]
    """Newest first where they are dated, else as they stand."""
    ill_formed: bool = False


@dataclass(frozen=True, slots=True)
class NotModified:
    fresh_s: float = 0.0


@dataclass(frozen=True, slots=True)
class FetchedFeed:
    url: str
    """After redirects."""
    content: bytes
    media_type: str
    charset: str | None
    etag: str | None
    modified: str | None
    moved: bool = False
    """Permanently: it should be asked for there from now on."""
    fresh_s: float = 0.0
    """Seconds for which the server says that it will not change."""


@dataclass(frozen=True, slots=True)
class DueItem:
    """An item whose article is to be read."""

    feed: int
    id: str
    room: str
    link: str
    attempts: int
    added_by: str
    """Who followed the feed."""


class AskLater(CommuniqueError):
    """`after_s`: seconds until the server wants to be asked again."""

    kind = "later"

    def __init__(self, message: str, after_s: float) -> None:
        super().__init__(message)
        self.after_s = after_s


class Gone(CommuniqueError):
    """The server says that the feed is not there any more and will not come back."""

    kind = "gone"


class FeedFetcher(Protocol):
    """`scope` says for whom: nothing that is remembered of a site for one room is used for another."""

    async def feed(
        self, url: str, *, scope: str, etag: str | None = None, modified: str | None = None
    ) -> FetchedFeed | NotModified:
        """Fetch a feed (or a page that may name one) behind the guard, as far as the site lets programs in.

        Raises AskLater, Gone, or another CommuniqueError.
        """
        ...

    async def admitted(self, url: str, *, scope: str) -> bool:
        """Whether the site's robots.txt lets programs read that page."""
        ...


class FeedReader(Protocol):
    """CPU work, done in worker processes that can be killed."""

    async def parse(self, fetched: FetchedFeed) -> ParsedFeed:
        """Raises `briefs.errors.Unreadable` where it is no feed, or cannot be read in time."""
        ...

    async def discover(self, fetched: FetchedFeed) -> tuple[str, ...]:
        """The feeds that a page names, in its order; empty for none."""
        ...


class Feeds(Protocol):
    async def follow(self, room: str, url: str, title: str, *, by: str, now: datetime) -> Feed | None:
        """None if the room follows it already. One that was dead or unfollowed starts afresh."""
        ...

    async def unfollow(self, room: str, feed: int, *, now: datetime) -> bool: ...
    async def followed(self, room: str | None = None) -> list[Feed]:
        """Oldest first; of one room or of all."""
        ...

    async def claim(self, *, now: datetime, lease_until: datetime, limit: int) -> list[Feed]:
        """Feeds that are to be polled now; nobody else gets them until the lease ends."""
        ...

    async def polled(
        self,
        feed: int,
        entries: Sequence[Entry],
        *,
        take: int,
        etag: str | None,
        modified: str | None,
        next_at: datetime,
        now: datetime,
    ) -> int:
        """A poll that went well. Of entries never seen before the first `take` are to be read; returns how many."""
        ...

    async def failed(self, feed: int, reason: str, *, next_at: datetime | None, now: datetime) -> None:
        """A poll that failed; `next_at` None declares it dead."""
        ...

    async def moved(self, feed: int, url: str) -> None:
        """It lives at another address now."""
        ...

    async def items(self, *, now: datetime, lease_until: datetime, limit: int) -> list[DueItem]:
        """Items that are to be read now; nobody else gets them until the lease ends."""
        ...

    async def item_done(self, item: DueItem, outcome: ItemOutcome) -> None: ...
    async def item_later(self, item: DueItem, *, until: datetime) -> None: ...
    async def next_wake(self) -> datetime | None:
        """The earliest instant at which a feed or an item is due."""
        ...
