"""The bot as it runs, on a homeserver: real adapter, store, outbox and commands; pages and their reading are made up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot import resources, wiring
from bot.access import Access
from bot.clock import SystemClock
from bot.health import Health
from bot.intake import Intake
from bot.outbox import Outbox
from bot.platforms.matrix.account import Account
from bot.platforms.matrix.folder import Folder
from bot.platforms.matrix.platform import Matrix
from bot.running import Service, Warming
from bot.service import Service as Briefing
from bot.store import Likeness, Store, open_store
from briefs.render import Renderer
from tests import shown
from tests.bot.matrix.homeserver import Account as Registered
from tests.bot.reading import FakeReader, FakeRespondent, FakeWeb

LINK = "https://courier.example/aldra"
_ALIKE = Likeness(
    signature=lambda text: text.encode()[:64].ljust(64),
    similarity=lambda a, b: float(a == b),
    duplicate_from=1.0,
)


@dataclass
class Desk:
    id: str
    platform: Matrix
    store: Store
    outbox: Outbox
    web: FakeWeb
    reader: FakeReader

    async def connected(self) -> None:
        """Until the first sync has ended."""
        await self.platform.connected()


@asynccontextmanager
async def desk(
    url: str,
    registered: Registered,
    data: Path,
    *,
    token: str | None = None,
    allow: tuple[str, ...] = (),
    password: bool = True,
) -> AsyncIterator[Desk]:
    """The bot, running until the block ends."""
    clock = SystemClock()
    web, reader = FakeWeb({LINK: shown.TEXT}), FakeReader()
    account = Account(
        homeserver=url,
        user=registered.user_id,
        password=registered.password if password else None,
        token=token,
        device_name="Communiqué",
        allow=allow,
    )
    platform = Matrix(account, Folder(data), clock)
    async with open_store(data, likeness=_ALIKE) as store:
        access = Access(store.rooms)
        outbox = Outbox(store.deliveries, [platform], clock, access.admits)
        service = Briefing(fetcher=web, reader=reader, library=store.library, clock=clock)
        intake = Intake(
            handlers=wiring.handlers(
                service,
                wiring.asking(store, FakeRespondent()),
                wiring.shelf(store),
                store,
                Renderer([resources.templates()]),
                engine="embedded reader",
            ),
            inbound=store.inbound,
            access=access,
            outbox=outbox,
            clock=clock,
            settings=store.settings,
            person_per_minute=10_000,
        )
        running = Service(
            intake=intake,
            outbox=outbox,
            platforms=[platform],
            health=Health({}),
            warming=Warming(reader, clock),
            clock=clock,
            drain_s=30.0,
        )
        stop = asyncio.Event()
        task = asyncio.create_task(running.run(stop))
        made = Desk(registered.user_id, platform, store, outbox, web, reader)
        try:
            async with asyncio.timeout(60):
                await made.connected()
            yield made
        finally:
            stop.set()
            await task
            await platform.close()
