"""Does every message arrive in Slack exactly once, though the bot is killed and Slack loses answers?

    python -m tests.bench.slack_once [MESSAGES [KILLS]]

The outbox with the real Slack adapter (in a process of its own, killed with -9 at random moments and started again)
delivers messages of two parts, the second in the thread of the first, to a fake Slack. That loses 5 % of its answers,
accepts 5 % of the posts only after their client has given up, answers 5 % with 429 and 2 % with an error of its own, and
keeps its own count. Prints one line of JSON. Time runs 20 times as fast, on both sides.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot.outbox import Outbox
from bot.platforms.slack import Entrance, Slack
from bot.ports import Delivery, Room
from bot.store import Likeness, open_store
from briefs import likeness
from briefs.render import Document
from tests.bench.delivery import FastClock
from tests.bot.fakes import admits_all
from tests.bot.slack.fake import BOT, BOT_TOKEN, TEAM, Channel, FakeSlack, Fault

_SELF = (sys.executable, "-m", "tests.bench.slack_once")
_ALIKE = Likeness(likeness.signature, likeness.similarity, likeness.SAME)
_PACE = 20.0
_CALL_S = 15 / _PACE
_LATEST_S = (30 / _PACE, 70 / _PACE)  # after the client gave up, before the settling time is over
_ROOMS = 10
_PARTS = 2


class Unreliable(FakeSlack):
    """Draws a fate for each post."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self.strict = False
        self.chance = chance
        self.fates: Counter[str] = Counter()
        self.lateness_s = lambda: chance.uniform(*_LATEST_S)

    def _fault(self, method: str) -> Fault | None:
        if method != "chat.postMessage":
            return None
        fates: list[Fault | None] = ["late", "reset after", "429", "500", None]
        (fate,) = self.chance.choices(fates, [5, 5, 5, 2, 83])
        self.fates[str(fate)] += 1
        return fate


async def serve(folder: Path, url: str, start: float) -> None:
    clock = FastClock(start)
    async with open_store(folder, likeness=_ALIKE) as store:
        platform = Slack(Entrance("socket"), clock, token=BOT_TOKEN, api_url=url, timeout_s=_CALL_S)
        await Outbox(store.deliveries, [platform], clock, admits_all).run()


async def measure(*, messages: int, kills: int, seed: int = 1) -> dict[str, Any]:
    chance = random.Random(seed)
    start = time.time()
    clock = FastClock(start)
    slack = Unreliable(chance)
    slack.now = lambda: clock.now().timestamp()
    channels = [f"C0ONCE{n}" for n in range(_ROOMS)]
    slack.channels |= {channel: Channel(channel, members={BOT}) for channel in channels}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with slack.serve(), open_store(folder, likeness=_ALIKE) as store:
            for n in range(messages):
                where = Room(f"slack:{TEAM}/{channels[n % _ROOMS]}", "slack", "public")
                documents = tuple(Document(f"**{n}** part {part}", f"{n}") for part in range(_PARTS))
                await store.deliveries.add(
                    Delivery(f"slot:{n}", "digest", where, documents, threaded=True), now=clock.now()
                )
            killed = 0
            while True:
                bot = await asyncio.create_subprocess_exec(*_SELF, "--serve", name, slack.url, f"{start}")
                try:
                    if killed >= kills:
                        while bot.returncode is None and await _waiting(store):  # noqa: ASYNC110 - another process's doing
                            await asyncio.sleep(0.2)
                        break
                    await asyncio.sleep(chance.uniform(1.5, 5.0))
                    killed += 1
                finally:
                    with suppress(ProcessLookupError):
                        bot.kill()
                    await bot.wait()
            states = await store.deliveries.counts()
    shown = [m for channel in channels for m in slack.shown(channel)]
    seen = Counter(m["metadata"]["event_payload"]["key"] for m in shown)
    heads = {m["ts"] for m in shown if "thread_ts" not in m}
    return {
        "platform": "slack",
        "parts": messages * _PARTS,
        "kills": killed,
        "fates": dict(slack.fates),
        "duplicates": sum(count - 1 for count in seen.values()),
        "lost": messages * _PARTS - len(seen) - states["unknown"] - states["failed"],
        "unknown": states["unknown"],
        "failed": states["failed"],
        "astray": sum(m.get("thread_ts") not in heads for m in shown if "thread_ts" in m),
        "seconds": round(time.time() - start),
    }


async def _waiting(store: Any) -> int:
    states = await store.deliveries.counts()
    return int(states["pending"] + states["sending"])


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--serve", folder_, url_, start_]:
            asyncio.run(serve(Path(folder_), url_, float(start_)))
        case numbers:
            messages_, kills_ = [*map(int, numbers), *(200, 30)[len(numbers) :]]
            print(json.dumps(asyncio.run(measure(messages=messages_, kills=kills_))))
