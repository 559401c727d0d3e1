"""What happens by itself: schedules, feeds, situations, alerts, sources that are looked at again.

Nothing here remembers when anything is due: that stands in the store, and `tick` does whatever it says is due by now.
So a process may be killed at any moment and another one goes on, and two of them share the work without a word.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import uuid4

import structlog

from bot.clock import Clock
from bot.log import cause
from bot.routine import due
from bot.routine.agenda import Agenda, ClaimedSlot, Serving, Subscription

_BATCH = 100  # slots claimed in one transaction: others wait to write meanwhile
_LEASE = timedelta(minutes=5)  # for a digest; whoever takes longer has died or is stopped
_WIDTH = 4  # digests under way at a time: people who ask must find a worker free now and then
_POLL_S = 10.0  # a command beside the service changes the store without a word

_log = structlog.get_logger(__name__)


class Serves(Protocol):
    async def serve(self, slot: ClaimedSlot) -> None:
        """Never raises."""
        ...


Chore = Callable[[datetime], Awaitable[datetime | None]]
"""Does what is due by then; answers when it wants to be called next, None: at the next look."""


class Slots:
    """Claims the slots that are due and has them served."""

    def __init__(self, agenda: Agenda, desk: Serves, *, width: int = _WIDTH) -> None:
        """`width`: digests under way at a time."""
        self._agenda = agenda
        self._desk = desk
        self._width = width
        self._owner = uuid4().hex
        self.lag_s = 0.0
        """How late the newest slot was claimed, in seconds."""

    async def tick(self, now: datetime) -> int:
        """Claim and serve whatever is due by `now`; returns how many slots were served."""
        claimed = await self.claim(now)
        bound = asyncio.Semaphore(self._width)

        async def serve(slot: ClaimedSlot) -> None:
            async with bound:
                await self._desk.serve(slot)

        async with asyncio.TaskGroup() as group:
            for slot in claimed:
                group.create_task(serve(slot))
        return len(claimed)

    async def claim(self, now: datetime) -> list[ClaimedSlot]:
        """Every slot that is due by `now` and nobody else has; those whose process died included."""
        lease_until = now + _LEASE
        claimed = await self._agenda.reclaim(
            owner=self._owner, now=now, lease_until=lease_until, limit=10 * _BATCH
        )
        while waiting := await self._agenda.waiting(now=now, limit=_BATCH):
            servings = [serving for each in waiting if (serving := _serving(each, now)) is not None]
            if not servings:
                break
            claimed += await self._agenda.claim(servings, owner=self._owner, now=now, lease_until=lease_until)
        self.lag_s = max((max(0.0, (now - slot.due).total_seconds()) for slot in claimed), default=0.0)
        return claimed

    async def chore(self, now: datetime) -> datetime | None:
        await self.tick(now)
        return await self._agenda.next_wake()


def _serving(subscription: Subscription, now: datetime) -> Serving | None:
    found = due.due(subscription.schedule, after=subscription.served_until, now=now)
    if found is None:
        return None
    after = due.following(subscription.schedule, found.slot.due)
    return Serving(subscription, found, after.due if after is not None else None)


class Scheduler:
    """Runs chores, each in its own loop, until it is drained or cancelled."""

    def __init__(self, chores: Sequence[tuple[str, Chore]], clock: Clock) -> None:
        self._chores = tuple(chores)
        self._clock = clock
        self._wake = asyncio.Event()
        self._draining = False

    def drain(self) -> None:
        """End `run` as soon as what is being done is done."""
        self._draining = True
        self._wake.set()

    def wake(self) -> None:
        """Something was put into the store that may be due."""
        self._wake.set()

    async def tick(self, now: datetime) -> None:
        """Every chore once, in their order."""
        for _, chore in self._chores:
            await chore(now)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for name, chore in self._chores:
                group.create_task(self._loop(name, chore))

    async def _loop(self, name: str, chore: Chore) -> None:
        while not self._draining:
            next_at: datetime | None = None
            try:
                next_at = await chore(self._clock.now())
            except Exception as error:  # noqa: BLE001 - the store is busy, the disk full: it passes, the service stays
                _log.error("chore failed", chore=name, **cause(error))
            await self._until(next_at)

    async def _until(self, next_at: datetime | None) -> None:
        if self._draining:
            return
        pause_s = _POLL_S
        if next_at is not None:
            pause_s = min(_POLL_S, max(0.2, (next_at - self._clock.now()).total_seconds()))
        woken = asyncio.create_task(self._wake.wait())
        slept = asyncio.create_task(self._clock.sleep(pause_s))
        try:
            await asyncio.wait({woken, slept}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            woken.cancel()
            slept.cancel()
        if not self._draining:
            self._wake.clear()
