"""All that happens by itself or is asked for of it, put together from its ports: one object for wiring and for tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.clock import Clock
from bot.commands import Handler
from bot.ports import Fetcher, Library, Reader, Rooms, Settings
from bot.routine.agenda import Agenda, Digests
from bot.routine.alerting import Alerting
from bot.routine.compiling import Compiler
from bot.routine.digests import DigestDesk, Outgoing
from bot.routine.feeds import Feed, FeedFetcher, FeedReader, Feeds
from bot.routine.following import Following
from bot.routine.gathering import Gathering
from bot.routine.matters import Alerts, Matters, Rechecks
from bot.routine.rechecking import Rechecking
from bot.routine.scheduler import Chore, Scheduler, Slots
from bot.service import Service
from bot.shelf import Shelf
from briefs.render import Renderer

_TIDY_EVERY = timedelta(days=1)
_SLOTS_KEPT = timedelta(days=90)
_DIGESTS_KEPT = timedelta(days=30)  # what is older is corrected no more

_log = structlog.get_logger(__name__)


class Retention(Protocol):
    async def remove(self, *, before: datetime) -> int:
        """Remove what came before that instant; returns how many articles."""
        ...


class Memory(Protocol):
    """The parts of the store that are needed."""

    @property
    def library(self) -> Library: ...
    @property
    def rooms(self) -> Rooms: ...
    @property
    def settings(self) -> Settings: ...
    @property
    def agenda(self) -> Agenda: ...
    @property
    def digests(self) -> Digests: ...
    @property
    def feeds(self) -> Feeds: ...
    @property
    def matters(self) -> Matters: ...
    @property
    def alerts(self) -> Alerts: ...
    @property
    def rechecks(self) -> Rechecks: ...
    @property
    def retention(self) -> Retention: ...


class Works(Reader, FeedReader, Compiler, Protocol):
    """What worker processes do."""


class Routine:
    def __init__(
        self,
        memory: Memory,
        *,
        works: Works,
        fetcher: Fetcher,
        feed_fetcher: FeedFetcher,
        service: Service,
        shelf: Shelf,
        renderer: Renderer,
        outbox: Outgoing,
        clock: Clock,
        retention_days: int | None = None,
    ) -> None:
        """`retention_days`: how long articles are kept; None: until somebody has them forgotten."""
        self._memory = memory
        self._retention_days = retention_days
        self._shelf = shelf
        self._tidied: datetime | None = None
        self._renderer = renderer
        self.gathering = Gathering(memory.matters, memory.library, clock)
        self.desk = DigestDesk(
            rooms=memory.rooms,
            agenda=memory.agenda,
            digests=memory.digests,
            matters=memory.matters,
            feeds=memory.feeds,
            gathering=self.gathering,
            compiler=works,
            renderer=renderer,
            outbox=outbox,
            clock=clock,
        )
        self.slots = Slots(memory.agenda, self.desk)
        self.following = Following(
            feeds=memory.feeds,
            fetcher=feed_fetcher,
            reader=works,
            service=service,
            rooms=memory.rooms,
            clock=clock,
        )
        self.alerting = Alerting(
            alerts=memory.alerts,
            matters=memory.matters,
            rooms=memory.rooms,
            settings=memory.settings,
            compiler=works,
            renderer=renderer,
            outbox=outbox,
            clock=clock,
        )
        self.rechecking = Rechecking(
            rechecks=memory.rechecks, fetcher=fetcher, robots=feed_fetcher, reader=works, service=service
        )
        self.scheduler = Scheduler(self.chores(), clock)

    def chores(self) -> Sequence[tuple[str, Chore]]:
        """In the order in which one leads to the next."""
        return (
            ("feeds", self.following.poll),
            ("sources", self.rechecking.look),
            ("situations", self._gather),
            ("slots", self.slots.chore),
            ("tidying", self._tidy),
        )

    def handlers(self) -> Sequence[Handler]:
        """The commands about it, in the order of the help."""
        from bot.commands.follow import Follow, Unfollow
        from bot.commands.situations import Situations
        from bot.commands.subscribe import DigestNow, Subscribe, Unsubscribe

        memory, settings = self._memory, self._memory.settings
        return (
            Subscribe(memory.agenda, settings),
            Unsubscribe(memory.agenda, settings),
            DigestNow(self.desk, settings),
            Situations(self.desk, memory.matters, self._shelf, settings, self._renderer),
            Follow(self.following, self.gathering, memory.matters, self._shelf, settings),
            Unfollow(memory.feeds, self.gathering, memory.matters, self._shelf, settings),
        )

    async def feeds_by_state(self) -> dict[str, int]:
        """For the metrics."""
        states = Counter(_state(feed) for feed in await self._memory.feeds.followed())
        return {state: states[state] for state in ("well", "failing", "dead")}

    async def _tidy(self, now: datetime) -> datetime | None:
        """Once a day: slots that nobody asks about any more, and what is kept for no longer."""
        if self._tidied is not None and now - self._tidied < _TIDY_EVERY:
            return self._tidied + _TIDY_EVERY
        self._tidied = now
        await self._memory.agenda.tidy(before=now - _SLOTS_KEPT)
        await self._memory.digests.tidy(before=now - _DIGESTS_KEPT)
        if self._retention_days is not None:
            before = now - timedelta(days=self._retention_days)
            removed = await self._memory.retention.remove(before=before)
            _log.info("retention", removed=removed)
        return now + _TIDY_EVERY

    async def _gather(self, now: datetime) -> datetime | None:
        """Situations first: an alert tells of the one that its article belongs to."""
        await self.gathering.gather()
        return await self.alerting.watch(now)


def _state(feed: Feed) -> str:
    if feed.dead:
        return "dead"
    return "failing" if feed.failures else "well"
