"""The bot at work in a fake Slack: the real adapter, store, outbox and commands; pages and reader are fakes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot import resources, wiring
from bot.access import Access
from bot.clock import SystemClock
from bot.commands.subscribe import Subscribe, Unsubscribe
from bot.front import Front
from bot.intake import Intake
from bot.outbox import Outbox
from bot.platforms.slack import Entrance, Slack
from bot.ports import Incoming
from bot.routine.attendance import Attendance
from bot.service import Service
from bot.store import Likeness, Store, open_store
from briefs.render import Renderer
from tests import shown
from tests.bot.reading import FakeReader, FakeRespondent, FakeWeb
from tests.bot.slack.fake import APP_TOKEN, BOT_TOKEN, SECRET, FakeSlack

Mode = Literal["socket", "http"]
LINK = "https://courier.example/aldra"
OTHER = "https://courier.example/other"


@dataclass
class Desk:
    slack: FakeSlack
    store: Store
    platform: Slack
    web: FakeWeb
    reader: FakeReader
    respondent: FakeRespondent
    outbox: Outbox
    handled: list[Incoming]
    dies: bool = False
    """True: the process ends over whatever comes in next, before anything is done about it."""


@asynccontextmanager
async def at_work(data: Path, mode: Mode) -> AsyncIterator[Desk]:
    async with FakeSlack(mode).serve() as slack, working(slack, data) as desk:
        yield desk


@asynccontextmanager
async def working(slack: FakeSlack, data: Path) -> AsyncIterator[Desk]:
    """One life of the bot; a second one with the same folder goes on where this one ended."""
    clock, mode = SystemClock(), slack.mode
    alike = Likeness(
        lambda text: text.encode()[:64].ljust(64), lambda a, b: float(a == b), duplicate_from=1.0
    )
    async with open_store(data, likeness=alike) as store:
        entrance = Entrance(mode, app_token=APP_TOKEN, signing_secret=SECRET, port=0)
        platform = Slack(entrance, clock, token=BOT_TOKEN, api_url=slack.url)
        platform.listening = asyncio.get_running_loop().create_future()
        web = FakeWeb(
            {LINK: shown.TEXT, OTHER: "Another article\n\nIt says quite different things, at length."}
        )
        reader, respondent = FakeReader(), FakeRespondent()
        access = Access(store.rooms)
        outbox = Outbox(store.deliveries, [platform], clock, access.admits)
        handlers = [
            *wiring.handlers(
                Service(fetcher=web, reader=reader, library=store.library, clock=clock),
                wiring.asking(store, respondent),
                wiring.shelf(store),
                store,
                Renderer([resources.templates()]),
                engine="embedded reader",
            ),
            Subscribe(store.agenda, store.settings),
            Unsubscribe(store.agenda, store.settings),
        ]
        intake = Intake(
            handlers=handlers,
            inbound=store.inbound,
            access=access,
            outbox=outbox,
            clock=clock,
            settings=store.settings,
        )
        platform.furnish(Front(handlers, access, store.settings, store.agenda, clock))
        platform.entrust(store.received)
        platform.attend(Attendance(store.agenda, clock))
        handled: list[Incoming] = []

        async def handle(message: Incoming) -> None:
            if desk.dies:
                raise asyncio.CancelledError  # what is awaited when a loop ends
            handled.append(message)
            in_hand.append(asyncio.create_task(intake.handle(message, platform)))
            await asyncio.shield(in_hand[-1])

        in_hand: list[asyncio.Task[None]] = []
        desk = Desk(slack, store, platform, web, reader, respondent, outbox, handled)
        receiving, posting = asyncio.create_task(platform.run(handle)), asyncio.create_task(outbox.run())
        try:
            if mode == "http":
                slack.bot_url = f"http://127.0.0.1:{await platform.listening}"
            yield desk
        finally:
            receiving.cancel()
            await asyncio.gather(receiving, *in_hand, return_exceptions=True)
            # bolt leaves its listeners to the end of the loop, which comes with the end of a process
            listening = [t for t in asyncio.all_tasks() if "run_ack_function" in str(t.get_coro())]
            for task in listening:
                task.cancel()
            await asyncio.gather(*listening, return_exceptions=True)
            posting.cancel()
            await asyncio.gather(posting, return_exceptions=True)
