"""Everything that the bot says goes through here: stored, marked, posted, receipted, in that order.

Whatever moment the process dies at, a part is either not yet marked (and will be posted), or marked `sending` (and its
end is in doubt). A doubtful part is posted again only where that cannot show it twice: on a platform that remembers
keys, or after the platform has proven that it is not there. What can never be told is left alone, for the operator.
"""

from __future__ import annotations

import asyncio
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Coroutine, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

import structlog

from bot.clock import Clock
from bot.markup.pieces import fit
from bot.ports import (
    Capabilities,
    Claim,
    Deliveries,
    Delivery,
    Platform,
    PostError,
    PostUncertain,
    Receipt,
    Room,
    Withdrawal,
)
from briefs.markdown import escape, line
from briefs.render import Document

_T = TypeVar("_T")

_POST_TIMEOUT_S = 30.0  # Slack and Synapse answer within 10 s when they answer at all
_SETTLE = timedelta(seconds=60)  # Slack may accept a post after its client gave up
_DELAY = timedelta(seconds=10)  # between claim and post; more only if the process was stopped in between
_POLL_S = 5.0  # a command beside the service puts deliveries into the store without a word
_LONGEST_PAUSE_S = 60.0  # an outage is noticed to be over within a minute
_BUG_ATTEMPTS = 5  # looks included: an adapter that breaks in the same way that often will not mend itself

Admits = Callable[[Room, Collection[str]], Awaitable[bool]]
"""Whether a room may (still) be told what is drawn from these libraries."""


class Outbox:
    """Posts what is stored, in each room in its order, many rooms at a time.

    Several outboxes, of one process or of many, may work on one store.
    """

    def __init__(
        self,
        deliveries: Deliveries,
        platforms: Sequence[Platform],
        clock: Clock,
        admits: Admits,
        *,
        width: int = 8,
    ) -> None:
        """`width`: posts under way at a time on each platform."""
        self._deliveries = deliveries
        self._platforms = {platform.name: platform for platform in platforms}
        self._clock = clock
        self._admits = admits
        self._width = width
        self._owner = uuid4().hex
        self._under_way: Counter[str] = Counter()
        self._wake = asyncio.Event()
        self._log = structlog.get_logger(__name__)

    async def send(self, delivery: Delivery) -> bool:
        """Take a delivery on: when this returns, it will be posted, whatever happens to the process.

        A document that is too long for one message of its platform becomes several parts. False if its key was known
        already; then nothing is posted a second time.
        """
        platform = self._platforms.get(delivery.room.platform)
        able = Capabilities() if platform is None else platform.capabilities
        delivery = replace(delivery, documents=fit(delivery.documents, able.max_chars))
        added = await self._deliveries.add(delivery, now=self._clock.now())
        self._wake.set()
        return added

    async def run(self) -> None:
        """Post until cancelled; then begin nothing more, let the posts under way end, and go."""
        tasks: set[asyncio.Task[None]] = set()
        try:
            while True:
                self._wake.clear()
                try:
                    await _uninterrupted(self._begin(tasks))
                    pause_s = await self._until_next_due()
                except Exception as error:  # noqa: BLE001  the store is busy, the disk full: it passes, the outbox stays
                    self._log.error("outbox.store_failed", **_kind(error))
                    pause_s = _POLL_S
                await self._woken_within(pause_s)
        finally:
            try:
                if tasks:
                    await asyncio.wait(tasks)
            finally:
                for task in tasks:
                    task.cancel()

    async def deliver_due(self) -> int:
        """Post all that is due now, for a process in which nothing runs; returns how many parts were tried."""
        tasks: set[asyncio.Task[None]] = set()
        tried = 0
        try:
            while True:
                idle = (
                    not tasks
                )  # a post that ends while this looks may make another due that it does not see
                begun = await _uninterrupted(self._begin(tasks))
                tried += begun
                if idle and not begun:
                    return tried
                if tasks:
                    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()

    async def _begin(self, tasks: set[asyncio.Task[None]]) -> int:
        """Claim what is due, as far as there is room, and begin posting it."""
        begun = 0
        for name, platform in self._platforms.items():
            free = self._width - self._under_way[name]
            if free <= 0:
                continue
            now = self._clock.now()
            for claim in await self._deliveries.claim(
                name, owner=self._owner, limit=free, now=now, settled=now + _lease(platform)
            ):
                self._start(name, self._carry_out(platform, claim), tasks)
                begun += 1
            free = self._width - self._under_way[name]
            for withdrawal in await self._deliveries.claim_withdrawals(
                name, limit=free, now=now, again=now + _lease(platform)
            ):
                self._start(name, self._withdraw(platform, withdrawal), tasks)
                begun += 1
        return begun

    def _start(self, platform: str, work: Coroutine[Any, Any, None], tasks: set[asyncio.Task[None]]) -> None:
        async def run() -> None:
            try:
                await work
            finally:
                self._under_way[platform] -= 1
                self._wake.set()

        self._under_way[platform] += 1
        task = asyncio.create_task(run())
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def _until_next_due(self) -> float:
        """Seconds; platforms that are full are left out, for them a post that ends is the sign to go on."""
        open_ = [name for name in self._platforms if self._under_way[name] < self._width]
        due = await self._deliveries.next_due(open_)
        if due is None:
            return _POLL_S
        return min(_POLL_S, max(0.0, (due - self._clock.now()).total_seconds()))

    async def _woken_within(self, seconds: float) -> None:
        waits = {asyncio.create_task(self._clock.sleep(seconds)), asyncio.create_task(self._wake.wait())}
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _carry_out(self, platform: Platform, claim: Claim) -> None:
        try:
            remembered = self._clock.now() < claim.since + platform.capabilities.remembers_keys
            if claim.doubtful and (claim.withdrawn or not remembered):
                await self._look_up(platform, claim)
            else:
                await self._post(platform, claim)
        except Exception as error:  # noqa: BLE001  no receipt could be written: it stays `sending`, to be looked up
            self._log.error("outbox.part_failed", key=claim.part.key, attempt=claim.attempt, **_kind(error))

    async def _post(self, platform: Platform, claim: Claim) -> None:
        if not await self._admits(claim.part.room, claim.libraries):
            await self._give_up(claim, "the room may no longer read what it is drawn from")
            return
        if self._clock.now() > claim.settled - _lease(platform) + _DELAY:
            await self._wait(claim, "the process was held up before the post", 0.0)
            return
        try:
            receipt = await self._within(_POST_TIMEOUT_S, platform.post(claim.part))
        except PostError as error:
            if error.retry_after_s is None:
                await self._give_up(claim, error.reason)
            else:
                await self._wait(claim, error.reason, error.retry_after_s)
        except (PostUncertain, TimeoutError):
            await self._doubt(platform, claim, "no answer to the post")
        except Exception as error:  # noqa: BLE001  a fault of one adapter ends neither the outbox nor the others
            self._log.error(
                "outbox.adapter_failed", key=claim.part.key, attempt=claim.attempt, **_kind(error)
            )
            reason = f"the adapter broke: {type(error).__name__}"
            if claim.attempt < _BUG_ATTEMPTS:
                await self._doubt(platform, claim, reason)
            else:
                await self._deliveries.unknown(claim, reason, now=self._clock.now())
        else:
            await self._deliveries.sent(claim, receipt, now=self._clock.now())

    async def _look_up(self, platform: Platform, claim: Claim) -> None:
        try:
            found = await self._within(_POST_TIMEOUT_S, platform.find(claim.part, claim.since))
        except PostError as error:
            if error.retry_after_s is None:
                await self._deliveries.unknown(claim, error.reason, now=self._clock.now())
            else:
                await self._wait(claim, error.reason, error.retry_after_s)
            return
        except (PostUncertain, TimeoutError):
            await self._wait(claim, "no answer to the look-up", 0.0)
            return
        except Exception as error:  # noqa: BLE001  a fault of one adapter ends neither the outbox nor the others
            self._log.error(
                "outbox.adapter_failed", key=claim.part.key, attempt=claim.attempt, **_kind(error)
            )
            reason = f"the adapter broke: {type(error).__name__}"
            await self._deliveries.unknown(claim, reason, now=self._clock.now())
            return
        now = self._clock.now()
        if isinstance(found, Receipt):
            await self._deliveries.sent(claim, found, now=now)
        elif found == "absent":
            await self._deliveries.absent(claim, now=now)
        else:
            self._log.warning("outbox.unknown", key=claim.part.key)
            await self._deliveries.unknown(claim, "the platform cannot tell whether it was posted", now=now)

    async def _withdraw(self, platform: Platform, withdrawal: Withdrawal) -> None:
        """Delete a message whose words are forgotten; where it has to stay, its room is told why."""
        try:
            await self._within(_POST_TIMEOUT_S, platform.delete(withdrawal.posted))
        except PostError as error:
            reason, retry_after_s = error.reason, error.retry_after_s
        except (PostUncertain, TimeoutError):
            reason, retry_after_s = "no answer to the deletion", 0.0
        except Exception as error:  # noqa: BLE001  a fault of one adapter ends neither the outbox nor the others
            self._log.error(
                "outbox.adapter_failed", key=withdrawal.key, attempt=withdrawal.attempt, **_kind(error)
            )
            reason = "of a fault of mine, which is in the log"
            retry_after_s = 0.0 if withdrawal.attempt < _BUG_ATTEMPTS else None
        else:
            await self._deliveries.withdrawn(withdrawal.key, now=self._clock.now())
            return
        now = self._clock.now()
        if retry_after_s is not None:
            pause = timedelta(seconds=max(retry_after_s, _pause_s(withdrawal.attempt)))
            await self._deliveries.withdraw_later(withdrawal.key, reason, until=now + pause)
            return
        self._log.warning("outbox.stays", key=withdrawal.key, attempt=withdrawal.attempt)
        # told before it is noted: a crash between the two loses nothing
        await self._deliveries.add(_left(withdrawal, reason, now), now=now)
        await self._deliveries.stays(withdrawal.key, reason, now=now)

    async def _wait(self, claim: Claim, reason: str, retry_after_s: float) -> None:
        now = self._clock.now()
        pause_s = max(retry_after_s, _pause_s(claim.attempt))
        await self._deliveries.wait(claim, reason, now=now, until=now + timedelta(seconds=pause_s))

    async def _doubt(self, platform: Platform, claim: Claim, reason: str) -> None:
        now = self._clock.now()
        pause = timedelta(seconds=_pause_s(claim.attempt))
        settle = pause if platform.capabilities.remembers_keys else _SETTLE
        self._log.info("outbox.doubtful", key=claim.part.key, attempt=claim.attempt)
        await self._deliveries.doubt(claim, reason, now=now, until=now + settle)

    async def _give_up(self, claim: Claim, reason: str) -> None:
        """Not to be posted, or not again: then it may stand there from an earlier attempt."""
        now = self._clock.now()
        self._log.warning("outbox.refused", key=claim.part.key, attempt=claim.attempt)
        if claim.doubtful:
            await self._deliveries.unknown(claim, reason, now=now)
        else:
            await self._deliveries.failed(claim, reason, now=now)

    async def _within(self, seconds: float, work: Awaitable[_T]) -> _T:
        """A deadline on the outbox's own clock. Raises TimeoutError."""
        task = asyncio.ensure_future(work)
        alarm = asyncio.create_task(self._clock.sleep(seconds))
        try:
            await asyncio.wait({task, alarm}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise TimeoutError
            return task.result()
        finally:
            alarm.cancel()
            task.cancel()


def _left(withdrawal: Withdrawal, reason: str, now: datetime) -> Delivery:
    """What a room is told of messages that should be gone from it; once for all of a minute."""
    text = (
        "Messages of mine here still show words of an article that was forgotten, and I cannot delete them: "
        f"{reason}. Delete them by hand where that can be done."
    )
    return Delivery(
        key=f"left:{withdrawal.room.id}:{withdrawal.thread or ''}:{now:%Y-%m-%dT%H:%M}",
        kind="notice",
        room=withdrawal.room,
        documents=(Document(str(escape(text)), line(text)),),
        thread=withdrawal.thread,
    )


async def _uninterrupted(work: Awaitable[_T]) -> _T:
    """Let a claim be followed by its post even when the outbox is cancelled in between."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise


def _kind(error: Exception) -> dict[str, str]:
    """What the log may say of an error that nobody foresaw: its message could hold what was to be posted."""
    frames = traceback.extract_tb(error.__traceback__)
    return {"error": type(error).__name__, "at": f"{frames[-1].name}:{frames[-1].lineno}" if frames else ""}


def _lease(platform: Platform) -> timedelta:
    """How long a claim holds; from then on the end of the post is in doubt.

    Where the platform remembers keys nothing has to settle, since a second post cannot show a part twice.
    """
    settle = timedelta(0) if platform.capabilities.remembers_keys else _SETTLE
    return _DELAY + timedelta(seconds=_POST_TIMEOUT_S) + settle


def _pause_s(attempt: int) -> float:
    """1, 2, 4, … up to a minute."""
    return float(min(_LONGEST_PAUSE_S, 2 ** min(attempt - 1, 10)))
