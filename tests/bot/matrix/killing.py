"""People go on talking to a bot that is killed again and again; each of their messages has to be answered once."""

from __future__ import annotations

import asyncio
import random
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path

from tests.bot.matrix.desk import LINK
from tests.bot.matrix.homeserver import Homeserver
from tests.bot.matrix.people import Person
from tests.bot.matrix.wire import Wire

_LOST_S = 90  # without any answer: what is missing then does not come any more, not even on a busy machine
_TWICE_S = 8  # once all is answered: what would be said twice was said by then


async def talk_to_the_dying(
    homeserver: Homeserver, wire: Wire, anna: Person, folder: Path, *, kills: int, seed: int = 1
) -> dict[str, int]:
    """Returns how many messages were sent, answered never (`lost`) and more than once (`twice`)."""
    chance = random.Random(seed)
    account = homeserver.register("communique")
    room = await anna.direct_room(account.user_id)
    sent: list[str] = []
    stop = asyncio.Event()

    async def speak() -> None:
        while not stop.is_set():
            word = f"word{len(sent):04d}"
            sent.append(word)
            await anna.send(room, word)
            if len(sent) % 5 == 0:
                await anna.send(room, LINK)
            await asyncio.sleep(chance.uniform(0.1, 0.8))

    async def listen() -> None:
        while True:
            await anna.sync()

    async def run() -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.bot.matrix.victim"),
            *(wire.url, account.user_id, account.password, str(folder)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n", "the bot does not start"
        return process

    bot = await run()  # its first start passes over what was said before
    await anna.until(
        lambda e: (
            e["type"] == "m.room.member"
            and e["state_key"] == account.user_id
            and e["content"]["membership"] == "join"
        )
    )
    speaking, listening = asyncio.create_task(speak()), asyncio.create_task(listen())
    try:
        for _ in range(kills):
            await asyncio.sleep(chance.uniform(0.0, 2.5))
            bot.kill()
            await bot.wait()
            bot = await run()
        stop.set()
        await speaking
        quiet, before = 0, -1
        while True:
            said = anna.heard(account.user_id, room)
            quiet = quiet + 1 if len(said) == before else 0
            before = len(said)
            waiting = any(all(word not in event["content"]["body"] for event in said) for word in sent)
            if quiet >= (_LOST_S if waiting else _TWICE_S):
                break
            await asyncio.sleep(1)
    finally:
        speaking.cancel()
        listening.cancel()
        with suppress(ProcessLookupError):
            bot.kill()
        await bot.wait()
        await asyncio.gather(speaking, listening, return_exceptions=True)
    answers = Counter(
        word
        for event in anna.heard(account.user_id, room)
        for word in sent
        if word in event["content"]["body"]
    )
    briefs = len(anna.heard(account.user_id, room, "Bottom line."))
    asked = len(anna.heard(anna.id, room, LINK))
    return {
        "sent": len(sent) + asked,
        "kills": kills,
        "lost": sum(answers[word] == 0 for word in sent) + max(0, asked - briefs),
        "twice": sum(answers[word] > 1 for word in sent) + max(0, briefs - asked),
    }
