"""People typing in rooms, and what they see: the real store, outbox and commands behind a platform that is a fake."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot import resources, wiring
from bot.access import Access
from bot.intake import Intake
from bot.outbox import Outbox
from bot.ports import Attachment, Incoming, Person, Room
from bot.routine.assembly import Routine
from bot.routine.watching import Watching
from bot.service import Service
from bot.store import Likeness, Store, open_store
from briefs.render import Renderer
from tests import shown
from tests.bot.fakes import FakeClock, FakePlatform, Message
from tests.bot.reading import FakeFeeds, FakeRespondent, FakeWeb, FakeWorks

LINK = "https://courier.example/aldra"
OTHER = "https://courier.example/other"
ROOM = Room("fake:r1", "fake", "private")
ANNA = Person("fake:anna", "Anna")
BEN = Person("fake:ben", "Ben")


@dataclass
class Chat:
    """People typing in rooms; `say` returns what they see in answer."""

    store: Store
    platform: FakePlatform
    intake: Intake
    outbox: Outbox
    web: FakeWeb
    reader: FakeWorks
    respondent: FakeRespondent
    clock: FakeClock
    watching: Watching
    feeds: FakeFeeds
    routine: Routine
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    async def say(
        self,
        text: str,
        *,
        room: Room = ROOM,
        person: Person = ANNA,
        thread: str | None = None,
        attachments: tuple[Attachment, ...] = (),
        addressed: bool = True,
        event: str | None = None,
    ) -> list[Message]:
        before = {m.id for m in self.platform.shown()}
        message = Incoming(
            event_id=event or f"fake:e{next(self.numbers)}",
            room=room,
            person=person,
            text=text,
            thread=thread,
            attachments=attachments,
            addressed=addressed,
        )
        await self.intake.handle(message, self.platform)
        await self.watching.look()
        await self.outbox.deliver_due()
        self.clock.jump(1)
        return [m for m in self.platform.shown() if m.id not in before]


@asynccontextmanager
async def chatting(data: Path, reader: FakeWorks | None = None) -> AsyncIterator[Chat]:
    """A chat over a store in that folder."""
    clock = FakeClock()
    platform = FakePlatform(clock)
    web = FakeWeb(
        {LINK: shown.TEXT, OTHER: "Another article altogether\n\nIt says quite different things, at length."}
    )
    reader, respondent = reader or FakeWorks(), FakeRespondent()
    alike = Likeness(
        signature=lambda text: text.encode()[:64].ljust(64),
        similarity=lambda a, b: float(a == b),
        duplicate_from=1.0,
    )
    async with open_store(data, likeness=alike) as store:
        access = Access(store.rooms)
        outbox = Outbox(store.deliveries, [platform], clock, access.admits)
        service = Service(fetcher=web, reader=reader, library=store.library, clock=clock)
        renderer = Renderer([resources.templates()])
        asking = wiring.asking(store, respondent)
        watching = Watching(
            watches=store.watches,
            library=store.library,
            asking=asking,
            access=access,
            outbox=outbox,
            renderer=renderer,
            clock=clock,
            platforms=[platform.name],
        )
        feeds = FakeFeeds()
        routine = Routine(
            store,
            works=reader,
            fetcher=web,
            feed_fetcher=feeds,
            service=service,
            shelf=wiring.shelf(store),
            renderer=renderer,
            outbox=outbox,
            clock=clock,
        )
        intake = Intake(
            handlers=wiring.handlers(
                service,
                asking,
                wiring.shelf(store),
                store,
                renderer,
                engine="embedded reader",
                routine=routine,
            ),
            inbound=store.inbound,
            access=access,
            outbox=outbox,
            clock=clock,
            settings=store.settings,
        )
        yield Chat(store, platform, intake, outbox, web, reader, respondent, clock, watching, feeds, routine)
