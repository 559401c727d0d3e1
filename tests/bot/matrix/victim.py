"""A bot in a process of its own, to be killed: python -m tests.bot.matrix.victim URL USER PASSWORD FOLDER"""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

import structlog

from bot import outbox
from tests.bot.matrix.desk import desk
from tests.bot.matrix.homeserver import Account


async def main(url: str, user: str, password: str, folder: str) -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    # how long a successor waits until it takes up what was being posted
    outbox._DELAY, outbox._POST_TIMEOUT_S = timedelta(seconds=3), 3.0
    async with desk(url, Account(user, password, "", ""), Path(folder)):
        print("ready", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
