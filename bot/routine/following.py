"""Feeds that rooms follow: found, polled as rarely as their sites want, their articles read like links."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.clock import Clock
from bot.log import cause
from bot.ports import Rooms
from bot.routine.feeds import (
    AskLater,
    DueItem,
    Feed,
    FeedFetcher,
    FeedReader,
    Feeds,
    FetchedFeed,
    Gone,
    NotModified,
    ParsedFeed,
)
from briefs.errors import CommuniqueError, NotAFeed

FIRST = 3
"""Items of a feed that are read when it is followed: enough to see what it brings, no flood."""
_MOST = 20  # new items that are read of one poll; whoever publishes more in twenty minutes is an archive
_EVERY = timedelta(minutes=20)
_LONGEST = timedelta(hours=12)
_DEAD_AFTER = timedelta(days=7)
_DEAD_FAILURES = 10
_LEASE = timedelta(minutes=10)
_FEEDS_AT_ONCE = 8
_ITEMS_AT_ONCE = 4
_ITEM_AGAIN = (timedelta(minutes=10), timedelta(hours=1))
_PASSING = frozenset("timed_out unreachable server_error busy store_busy later".split())
"""Kinds of errors that may be over when the item is tried again."""

_log = structlog.get_logger(__name__)


class ReadsLinks(Protocol):
    """`bot.service.Service`, as far as feeds need it."""

    async def brief_link(self, link: str, *, library: str, by: str, room: str | None = None) -> object: ...


@dataclass(frozen=True, slots=True)
class Followed:
    feed: Feed
    taken: int
    """Items that are read now."""
    held: int
    """Items that stand in the feed."""


class AlreadyFollowed(CommuniqueError):
    kind = "already_followed"


class Following:
    def __init__(
        self,
        *,
        feeds: Feeds,
        fetcher: FeedFetcher,
        reader: FeedReader,
        service: ReadsLinks,
        rooms: Rooms,
        clock: Clock,
    ) -> None:
        self._feeds = feeds
        self._fetcher = fetcher
        self._reader = reader
        self._service = service
        self._rooms = rooms
        self._clock = clock

    async def follow(self, url: str, *, room: str, by: str) -> Followed:
        """Follow a feed, or the first feed that a page names. Raises CommuniqueError."""
        fetched, parsed = await self._found(url, room)
        address = fetched.url if fetched.moved or fetched.url != url else url
        now = self._clock.now()
        title = parsed.title or address
        feed = await self._feeds.follow(room, address, title, by=by, now=now)
        if feed is None:
            raise AlreadyFollowed(f"This room follows {title} already: `list` names its feeds.")
        taken = await self._feeds.polled(
            feed.id,
            parsed.entries,
            take=FIRST,
            etag=fetched.etag,
            modified=fetched.modified,
            next_at=now + _every(fetched.fresh_s),
            now=now,
        )
        _log.info("feed followed", feed=feed.id, room=room, items=len(parsed.entries))
        return Followed(feed, taken, len(parsed.entries))

    async def poll(self, now: datetime) -> datetime | None:
        """Poll all feeds that are due by then, then read all items that are."""
        while feeds := await self._feeds.claim(now=now, lease_until=now + _LEASE, limit=50):
            await _bounded(_FEEDS_AT_ONCE, [self._poll(feed) for feed in feeds])
        while items := await self._feeds.items(now=now, lease_until=now + _LEASE, limit=20):
            await _bounded(_ITEMS_AT_ONCE, [self._read(item) for item in items])
        return await self._feeds.next_wake()

    async def _found(self, url: str, room: str) -> tuple[FetchedFeed, ParsedFeed]:
        first = await self._fetch(url, room)
        try:
            return first, await self._reader.parse(first)
        except NotAFeed as error:
            none = error
        for link in await self._reader.discover(first):
            try:
                fetched = await self._fetch(link, room)
                return fetched, await self._reader.parse(fetched)
            except CommuniqueError as error:
                _log.info("feed named but not there", kind=error.kind)
        raise none

    async def _fetch(self, url: str, room: str) -> FetchedFeed:
        fetched = await self._fetcher.feed(url, scope=room)
        if isinstance(fetched, NotModified):
            raise NotAFeed("That site answers as if it had been asked before; please try again later.")
        return fetched

    async def _poll(self, feed: Feed) -> None:
        try:
            fetched = await self._fetcher.feed(
                feed.url, scope=feed.room, etag=feed.etag, modified=feed.modified
            )
            parsed = None if isinstance(fetched, NotModified) else await self._reader.parse(fetched)
        except CommuniqueError as error:
            await self._failed(feed, error)
            return
        now = self._clock.now()
        entries = parsed.entries if parsed is not None else ()
        taken = await self._feeds.polled(
            feed.id,
            entries,
            # the first poll of a feed that was never read (it failed when it was followed) is no flood either
            take=_MOST if feed.polled_at is not None else FIRST,
            etag=fetched.etag if isinstance(fetched, FetchedFeed) else feed.etag,
            modified=fetched.modified if isinstance(fetched, FetchedFeed) else feed.modified,
            next_at=now + _every(fetched.fresh_s),
            now=now,
        )
        if isinstance(fetched, FetchedFeed) and fetched.moved:
            await self._feeds.moved(feed.id, fetched.url)
        _log.info("feed polled", feed=feed.id, changed=parsed is not None, new=taken)

    async def _failed(self, feed: Feed, error: CommuniqueError) -> None:
        now = self._clock.now()
        pause = min(_LONGEST, _EVERY * 2 ** min(feed.failures, 6))
        if isinstance(error, AskLater):
            pause = max(pause, timedelta(seconds=error.after_s))
        old = feed.failing_since is not None and now - feed.failing_since > _DEAD_AFTER
        dead = isinstance(error, Gone) or (old and feed.failures >= _DEAD_FAILURES)
        _log.info("feed failed", feed=feed.id, kind=error.kind, failures=feed.failures + 1, dead=dead)
        await self._feeds.failed(feed.id, error.message, next_at=None if dead else now + pause, now=now)

    async def _read(self, item: DueItem) -> None:
        libraries = await self._rooms.reads(item.room)
        if not libraries or not await self._admitted(item):
            await self._feeds.item_done(item, "skipped")
            return
        try:
            await self._service.brief_link(item.link, library=libraries[0], by=item.added_by, room=item.room)
        except CommuniqueError as error:
            again = item.attempts <= len(_ITEM_AGAIN) and error.kind in _PASSING
            _log.info("item failed", feed=item.feed, kind=error.kind, again=again)
            if again:
                await self._feeds.item_later(item, until=self._clock.now() + _ITEM_AGAIN[item.attempts - 1])
            else:
                await self._feeds.item_done(item, "failed")
        except Exception as error:  # noqa: BLE001 - one article must not keep the others from being read
            _log.error("item failed", feed=item.feed, **cause(error))
            await self._feeds.item_done(item, "failed")
        else:
            await self._feeds.item_done(item, "read")

    async def _admitted(self, item: DueItem) -> bool:
        """Nobody asked for this very page: so the site's robots.txt holds."""
        try:
            return await self._fetcher.admitted(item.link, scope=item.room)
        except CommuniqueError:
            return True  # whatever is wrong with the site is told by the fetch itself


def _every(fresh_s: float) -> timedelta:
    return min(_LONGEST, max(_EVERY, timedelta(seconds=fresh_s)))


async def _bounded(width: int, work: Sequence[Awaitable[None]]) -> None:
    bound = asyncio.Semaphore(width)

    async def one(each: Awaitable[None]) -> None:
        async with bound:
            await each

    async with asyncio.TaskGroup() as group:
        for each in work:
            group.create_task(one(each))
