"""The service while it runs: platforms receive, the outbox posts, health answers; and how it ends in good order."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog

from bot.clock import Clock
from bot.health import Health
from bot.intake import Intake
from bot.log import cause
from bot.outbox import Outbox
from bot.ports import Incoming, Page, Platform, Reader
from bot.routine.scheduler import Scheduler
from briefs.errors import CommuniqueError

_RESTART_S = 5.0  # a platform's adapter that broke is given that long before it is started again

_FIRST_TEXT = b"""The service starts

Its workers read this text before they read anything else, so that the first person does not wait for them.
"""

_log = structlog.get_logger(__name__)


class Warming:
    """Starts the workers before anybody waits for them."""

    def __init__(self, reader: Reader, clock: Clock) -> None:
        self._reader = reader
        self._clock = clock
        self._said: str | None = "starting"

    async def run(self) -> None:
        """Until a text has been read and briefed once."""
        page = Page(url="file:start.txt", content=_FIRST_TEXT, media_type="text/plain", charset="utf-8")
        while self._said is not None:
            try:
                await self._reader.brief(await self._reader.read(page, "start.txt"), "start.txt")
                self._said = None
            except CommuniqueError as error:
                self._said = error.message
                _log.warning("workers do not start", kind=error.kind)
                await self._clock.sleep(_RESTART_S)

    async def check(self) -> str | None:
        """A check for `bot.health`."""
        return self._said


class Service:
    """Platforms, intake, outbox and health, from start to a drained end."""

    def __init__(
        self,
        *,
        intake: Intake,
        outbox: Outbox,
        platforms: Sequence[Platform],
        health: Health,
        warming: Warming,
        clock: Clock,
        drain_s: float,
        besides: Sequence[Callable[[], Coroutine[Any, Any, None]]] = (),
        scheduler: Scheduler | None = None,
    ) -> None:
        """`besides`: what else runs until the end, each of which looks after its own faults."""
        self._intake = intake
        self._outbox = outbox
        self._platforms = tuple(platforms)
        self._health = health
        self._warming = warming
        self._clock = clock
        self._drain_s = drain_s
        self._besides = tuple(besides)
        self._scheduler = scheduler
        self._in_hand: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop`; then take nothing more, end what is in hand within `drain_s`, and go.

        What is cut off then is not lost: deliveries stay in the store and go out at the next start.
        """
        receiving = [asyncio.create_task(self._receive(platform)) for platform in self._platforms]
        posting = asyncio.create_task(self._outbox.run())
        warming = asyncio.create_task(self._warming.run())
        besides = [asyncio.create_task(run()) for run in self._besides]
        routine = [] if self._scheduler is None else [asyncio.create_task(self._scheduler.run())]
        try:
            await stop.wait()
            self._health.draining = True
            _log.info("draining", in_hand=len(self._in_hand))
            await _ended([*receiving, *besides])
            try:
                async with asyncio.timeout(self._drain_s):
                    if self._scheduler is not None:
                        self._scheduler.drain()
                    await asyncio.gather(*self._in_hand, *routine)
                    await self._outbox.deliver_due()
            except TimeoutError:
                _log.warning("cut off", in_hand=len(self._in_hand))
        finally:
            await _ended([*receiving, *besides, *self._in_hand, *routine])
            await _ended([posting, warming])
            _log.info("stopped")

    async def _receive(self, platform: Platform) -> None:
        async def handle(message: Incoming) -> None:
            task = asyncio.create_task(self._intake.handle(message, platform))
            self._in_hand.add(task)
            task.add_done_callback(self._in_hand.discard)
            await asyncio.shield(task)  # a platform that stops receiving does not cut off an answer

        while True:
            try:
                await platform.run(handle)
            except Exception as error:  # noqa: BLE001 - one platform's fault must not end the others
                _log.error("platform broke", platform=platform.name, **cause(error))
            await self._clock.sleep(_RESTART_S)


@asynccontextmanager
async def stopped_by_signal() -> AsyncIterator[asyncio.Event]:
    """An event that SIGTERM or SIGINT sets."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGINT)
    for number in signals:
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in signals:
            loop.remove_signal_handler(number)


async def _ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
