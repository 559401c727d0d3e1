"""The service takes messages from its platforms, and ends in good order."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Awaitable, Callable

from bot.access import Access
from bot.commands import Request, notice
from bot.health import Health
from bot.intake import Intake
from bot.outbox import Outbox
from bot.ports import Incoming, Page, Person
from bot.router import Word
from bot.running import Service, Warming, stopped_by_signal
from briefs.errors import TooComplex
from briefs.models import Article
from tests.bot import samples
from tests.bot.fakes import (
    FakeClock,
    FakePlatform,
    MemoryDeliveries,
    MemoryRooms,
    MemorySettings,
    admits_all,
    settle,
)
from tests.bot.reading import FakeReader


class Seen:
    """`bot.ports.Inbound` in memory."""

    def __init__(self) -> None:
        self._begun: Counter[str] = Counter()
        self._ended: set[str] = set()

    async def begin(self, event_id: str, *, now: object) -> int | None:
        del now
        await asyncio.sleep(0)
        if event_id in self._ended:
            return None
        self._begun[event_id] += 1
        return self._begun[event_id]

    async def end(self, event_id: str, *, now: object) -> None:
        del now
        self._ended.add(event_id)


class Slow:
    """A command that waits until it is let go."""

    word = Word("slow", "", "waits", "slow")

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.go = asyncio.Event()

    async def run(self, request: Request) -> None:
        self.begun.set()
        await self.go.wait()
        await request.say(notice("done"))


class Breaking(FakePlatform):
    """Breaks the first time that it runs."""

    broke = False

    async def run(self, handle: Callable[[Incoming], Awaitable[None]]) -> None:
        if not self.broke:
            self.broke = True
            raise RuntimeError("connection lost")
        await super().run(handle)


class Running:
    def __init__(self, platform_type: type[FakePlatform] = FakePlatform, drain_s: float = 30.0) -> None:
        self.clock = FakeClock()
        self.platform = platform_type(self.clock)
        self.slow = Slow()
        self.health = Health({})
        self.stop = asyncio.Event()
        self.deliveries = MemoryDeliveries()
        self.outbox = Outbox(self.deliveries, [self.platform], self.clock, admits_all)
        intake = Intake(
            handlers=[self.slow],
            inbound=Seen(),
            access=Access(MemoryRooms()),
            outbox=self.outbox,
            clock=self.clock,
            settings=MemorySettings(),
        )
        service = Service(
            intake=intake,
            outbox=self.outbox,
            platforms=[self.platform],
            health=self.health,
            warming=Warming(FakeReader(), self.clock),
            clock=self.clock,
            drain_s=drain_s,
        )
        self.task = asyncio.create_task(service.run(self.stop))

    def say(self, text: str = "slow") -> None:
        self.platform.incoming.put_nowait(Incoming("fake:e1", samples.room(), Person("fake:anna"), text))

    def shown(self) -> list[str]:
        return [message.text for message in self.platform.shown()]


async def test_an_answer_under_way_is_given_before_the_service_ends() -> None:
    running = Running()
    running.say()
    await running.slow.begun.wait()
    running.stop.set()
    await settle()
    assert running.health.draining
    assert not running.task.done()
    running.slow.go.set()
    await running.task
    assert running.shown() == ["done"]


async def test_work_that_takes_too_long_is_cut_off() -> None:
    running = Running(drain_s=0.0)
    running.say()
    await running.slow.begun.wait()
    running.stop.set()
    await running.task
    assert running.shown() == []


async def test_a_service_that_ends_takes_no_more_messages() -> None:
    running = Running()
    await settle()
    running.stop.set()
    await running.task
    running.say()
    await settle()
    assert running.platform.incoming.qsize() == 1


async def test_a_platform_that_breaks_is_started_again() -> None:
    running = Running(Breaking)
    await settle()
    running.slow.go.set()
    running.say()
    assert running.shown() == []
    await running.clock.advance(6)
    assert running.shown() == ["done"]
    running.stop.set()
    await running.task


class Late(FakeReader):
    """Does not read before the third time."""

    tries = 0

    async def read(self, page: Page, source: str) -> Article:
        self.tries += 1
        if self.tries < 3:
            raise TooComplex("Reading took too long.")
        return await super().read(page, source)


async def test_workers_are_warm_when_a_text_was_read_and_not_before() -> None:
    clock = FakeClock()
    warming = Warming(Late(), clock)
    task = asyncio.create_task(warming.run())
    assert await warming.check() == "starting"
    await settle()
    assert await warming.check() == "Reading took too long."
    await clock.advance(11)
    await task
    assert await warming.check() is None


async def test_a_signal_sets_the_stop() -> None:
    async with stopped_by_signal() as stop:
        os.kill(os.getpid(), signal.SIGTERM)
        async with asyncio.timeout(5):
            await stop.wait()
