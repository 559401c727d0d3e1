"""A thousand rooms want their digest at 08:00: how long until all are claimed and made, and does the bot still answer?

    python -m tests.bench.morning [ROOMS [ARTICLES]]

Each room has a library of its own with ARTICLES briefed articles and a daily schedule. The scheduler claims and makes the
digests with the service's worker processes and the real store, while somebody gives commands twice a second. Prints one
JSON document: seconds until all slots were claimed, until all digests were stored to be posted, and how long commands
took (median, slowest), in seconds.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path

import structlog

from bot import resources, wiring
from bot.access import Access
from bot.intake import Intake
from bot.outbox import Outbox
from bot.ports import Incoming, Person, Room
from bot.routine.assembly import Routine
from bot.routine.due import Schedule
from bot.routine.schedules import check, parse
from bot.service import Service
from bot.sources import local_page
from bot.store import Likeness, Store, open_store
from bot.work.pools import Workers
from briefs import likeness
from briefs.models import Article, Brief
from briefs.render import Renderer
from tests.bot.fakes import START, FakeClock, FakePlatform
from tests.bot.reading import FakeFeeds, FakeWeb

_SAMPLES = ("port-strike.txt", "port-strike-talks.txt", "takeover-bid.txt")
_ASKER = Room("fake:asker", "fake", "private", "asker")
_EVERY_S = 0.5


def room(number: int) -> Room:
    return Room(f"fake:r{number}", "fake", "private", f"desk {number}")


async def prepare(store: Store, clock: FakeClock, rooms: int, read: list[tuple[Article, Brief]]) -> None:
    schedule = Schedule(parse("daily 08:30").rhythm, "UTC")
    first = check(schedule, clock.now())
    for number in range(rooms):
        where = room(number)
        library = await store.rooms.enter(where, library=None, now=clock.now())
        for article, brief in read:
            await store.library.keep(library, article, brief, added_by="bench", now=clock.now())
        await store.agenda.subscribe(where.id, schedule, by="bench", now=clock.now(), next_due=first)


async def measure(rooms: int, articles: int) -> dict[str, object]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    clock = FakeClock(START)
    platform = FakePlatform(clock)
    alike = Likeness(likeness.signature, likeness.similarity, likeness.SAME)
    with tempfile.TemporaryDirectory() as folder:
        async with open_store(Path(folder), likeness=alike) as store, Workers(pages=1, language=2) as workers:
            access = Access(store.rooms)
            outbox = Outbox(store.deliveries, [platform], clock, access.admits)
            web = FakeWeb()
            service = Service(fetcher=web, reader=workers, library=store.library, clock=clock)
            shelf, renderer = wiring.shelf(store), Renderer([resources.templates()])
            routine = Routine(
                store, works=workers, fetcher=web, feed_fetcher=FakeFeeds(), service=service, shelf=shelf,
                renderer=renderer, outbox=outbox, clock=clock,
            )  # fmt: skip
            intake = Intake(
                handlers=wiring.handlers(
                    service, wiring.asking(store, workers), shelf, store, renderer, engine="bench", routine=routine
                ),
                inbound=store.inbound, access=access, outbox=outbox, clock=clock, settings=store.settings,
            )  # fmt: skip
            read = []
            for name in _SAMPLES[:articles]:
                page = local_page(str(resources.config() / "samples" / name))
                article = await workers.read(page, name)
                read.append((article, await workers.brief(article, name)))
            await prepare(store, clock, rooms, read)
            await routine.gathering.gather()
            clock.jump(1_800)
            answered: list[float] = []

            async def ask() -> None:
                for number in range(100_000):
                    words = ("list", "What does the union demand?", "settings")[number % 3]
                    started = time.monotonic()
                    message = Incoming(f"fake:m{number}", _ASKER, Person("fake:p", "P", admin=True), words)
                    await intake.handle(message, platform)
                    answered.append(time.monotonic() - started)
                    await asyncio.sleep(_EVERY_S)

            asking = asyncio.create_task(ask())
            await asyncio.sleep(2)
            answered.clear()
            started = time.monotonic()
            claimed = await routine.slots.claim(clock.now())
            claim_s = time.monotonic() - started
            bound = asyncio.Semaphore(4)

            async def serve(slot: object) -> None:
                async with bound:
                    await routine.desk.serve(slot)  # type: ignore[arg-type]

            await asyncio.gather(*(serve(slot) for slot in claimed))
            built_s = time.monotonic() - started
            asking.cancel()
            records = await store.agenda.log(limit=10 * rooms)
    slow = sorted(answered)
    return {
        "rooms": rooms,
        "articles_a_room": articles,
        "claimed": len(claimed),
        "claim_s": round(claim_s, 2),
        "built_s": round(built_s, 1),
        "digests": sum(record.outcome == "digest" for record in records),
        "commands": len(slow),
        "command_s_median": round(slow[len(slow) // 2], 3) if slow else None,
        "command_s_slowest": round(slow[-1], 3) if slow else None,
    }


if __name__ == "__main__":
    numbers = [*map(int, sys.argv[1:]), *(1_000, 2)[len(sys.argv) - 1 :]]
    print(json.dumps(asyncio.run(measure(*numbers))))
