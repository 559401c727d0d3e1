"""A bot in a process of its own, to be killed or measured.

python -m tests.bot.matrix.victim URL USER PASSWORD FOLDER [SLOTS ROOM…]

With SLOTS it also sends the message of every slot to the rooms in turn, as a scheduler does that does not know how far
the last process came.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

import structlog

from bot import outbox
from bot.ports import Delivery, Room
from briefs.render import Document
from tests.bot.matrix.desk import desk
from tests.bot.matrix.homeserver import Account


async def main(url: str, user: str, password: str, folder: str, slots: str = "0", *rooms: str) -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    # how long a successor waits until it takes up what was being posted
    outbox._DELAY, outbox._POST_TIMEOUT_S = timedelta(seconds=3), 3.0
    async with desk(url, Account(user, password, "", ""), Path(folder)) as bot:
        print("ready", flush=True)
        for slot in range(int(slots)):
            where = Room(f"matrix:{rooms[slot % len(rooms)]}", "matrix", "private")
            document = Document(f"Slot number{slot:04d} of today", "Slot")
            if await bot.outbox.send(Delivery(f"slot:{slot}", "digest", where, (document,))):
                await asyncio.sleep(0.2)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
