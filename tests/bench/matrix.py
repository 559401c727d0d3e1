"""The bot on a real homeserver, measured. Prints one JSON document.

    python -m tests.bench.matrix kills [KILLS]           people talk to a bot that is killed again and again
    python -m tests.bench.matrix deliver [SLOTS [KILLS]] a digest for each slot, 5 % of the answers lost, 5 % of the
                                                         requests broken before they arrive, and kills
    python -m tests.bench.matrix speed [TIMES]           seconds to the first sign and to the brief, in the clear and
                                                         encrypted: the whole service, its real reader
    python -m tests.bench.matrix load [MINUTES]          50 rooms, 200 commands a minute: lost, seconds, memory

Rooms of `kills` are direct chats in the clear; every second room of `deliver` is encrypted. Needs Synapse (`make synapse`).
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import random
import re
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from bot import resources
from tests.bot.matrix.homeserver import Account, Homeserver, shared
from tests.bot.matrix.killing import talk_to_the_dying
from tests.bot.matrix.people import NioPerson, Person
from tests.bot.matrix.wire import Trouble, wire

_ENCRYPTION = {
    "type": "m.room.encryption",
    "state_key": "",
    "content": {"algorithm": "m.megolm.v1.aes-sha2"},
}
_ROOMS = 6
_LOAD_ROOMS, _LOAD_A_MINUTE = 50, 200


async def kills(server: Homeserver, folder: Path, count: int) -> dict[str, Any]:
    async with wire(server.url) as line, NioPerson(server, server.register("anna"), folder / "anna") as anna:
        return await talk_to_the_dying(server, line, anna, folder / "bot", kills=count)


async def deliver(server: Homeserver, folder: Path, slots: int, count: int) -> dict[str, Any]:
    chance = random.Random(1)
    account = server.register("communique")

    def fate(method: str, path: str) -> Trouble | None:
        if method != "PUT" or "/send/" not in path:
            return None
        drawn = chance.random()
        return "deaf" if drawn < 0.05 else "reset" if drawn < 0.1 else None

    begun = time.monotonic()
    async with wire(server.url) as line, NioPerson(server, server.register("anna"), folder / "anna") as anna:
        arguments = (line.url, account.user_id, account.password, str(folder / "bot"))
        async with victim(*arguments):
            rooms = [
                await anna.create_room(
                    account.user_id, name=f"Desk {n}", initial_state=[_ENCRYPTION] if n % 2 else []
                )
                for n in range(_ROOMS)
            ]
            await anna.until(
                lambda e: (
                    e["type"] == "m.room.member"
                    and e["state_key"] == account.user_id
                    and e["content"]["membership"] == "join"
                ),
                _ROOMS,
            )
        line.fate = fate
        for _ in range(count):
            async with victim(*arguments, str(slots), *rooms):
                await asyncio.sleep(chance.uniform(0.2, 3.0))
                await anna.sync(0)
        async with victim(*arguments, str(slots), *rooms):
            quiet, before = 0, -1
            while quiet < 20:
                await anna.sync()
                heard = sum(len(anna.heard(account.user_id, room)) for room in rooms)
                quiet = quiet + 1 if heard == before else 0
                before = heard
        seen = [
            (room, int(found[1]))
            for room in rooms
            for event in anna.heard(account.user_id, room)
            if (found := re.search(r"number(\d+)", event["content"]["body"]))
        ]
        faults = dict(line.requests)
    shown = Counter(slot for _, slot in seen)
    order = sum(_falls([slot for where, slot in seen if where == room]) for room in rooms)
    return {
        "slots": slots,
        "kills": count,
        "answers_lost": faults.get("deaf", 0),
        "broken": faults.get("reset", 0),
        "duplicates": sum(n - 1 for n in shown.values()),
        "lost": slots - len(shown),
        "out_of_order": order,
        "seconds": round(time.monotonic() - begun),
    }


def _falls(slots: list[int]) -> int:
    """How often a room saw an earlier slot behind a later one."""
    return sum(later < earlier for earlier, later in itertools.pairwise(slots))


async def speed(server: Homeserver, folder: Path, times: int) -> dict[str, Any]:
    text = (resources.config() / "samples" / "port-strike.txt").read_text()
    account = server.register("communique")
    signs: dict[str, list[float]] = {"clear": [], "encrypted": []}
    briefs: dict[str, list[float]] = {"clear": [], "encrypted": []}
    async with (
        service(server, account, folder / "bot"),
        Person(server, server.register("ben")) as ben,
        NioPerson(server, server.register("anna"), folder / "anna") as anna,
    ):
        clear = await ben.direct_room(account.user_id)
        secret = await anna.create_room(
            account.user_id, is_direct=True, preset="trusted_private_chat", initial_state=[_ENCRYPTION]
        )
        for who, room in ((ben, clear), (anna, secret)):
            await who.send(room, "list")
            await who.said(account.user_id, room, "No articles")
        for number in range(times):
            words = _variant(text, number)
            for kind, who, room in (("clear", ben, clear), ("encrypted", anna, secret)):
                sign, brief = await _time(who, room, account.user_id, words)
                signs[kind].append(sign)
                briefs[kind].append(brief)
    return {
        "words": len(_variant(text, 0).split()),
        "times": times,
        **{f"sign_s_{kind}": _summary(found) for kind, found in signs.items()},
        **{f"brief_s_{kind}": _summary(found) for kind, found in briefs.items()},
    }


def _variant(text: str, number: int) -> str:
    """An article of about 750 words that was not seen before."""
    paragraphs = [p for p in text.split("\n\n") if p.strip()]
    title, body = paragraphs[0], paragraphs[1:]
    kept: list[str] = []
    for paragraph in itertools.cycle(body):
        kept.append(paragraph)
        if sum(len(p.split()) for p in kept) >= 740:
            break
    return f"{title}, day {number + 1}\n\n" + "\n\n".join(kept)


async def _time(who: Person, room: str, bot: str, text: str) -> tuple[float, float]:
    briefs = len(who.heard(bot, room, "Bottom line."))
    begun = time.monotonic()
    asked = await who.send(room, text)

    def sign(event: dict[str, Any]) -> bool:
        relation = event.get("content", {}).get("m.relates_to", {})
        return event["type"] == "m.reaction" and relation.get("event_id") == asked

    await who.until(sign)
    seen = time.monotonic()
    await who.said(bot, room, "Bottom line.", count=briefs + 1)
    return seen - begun, time.monotonic() - begun


async def load(server: Homeserver, folder: Path, minutes: float) -> dict[str, Any]:
    account = server.register("communique")
    sent: dict[str, float] = {}
    waits: list[float] = []
    memory: list[int] = []
    async with (
        service(server, account, folder / "bot") as process,
        Person(server, server.register("ben")) as ben,
    ):
        rooms = [await ben.direct_room(account.user_id) for _ in range(_LOAD_ROOMS)]
        await ben.until(
            lambda e: (
                e["type"] == "m.room.member"
                and e["state_key"] == account.user_id
                and e["content"]["membership"] == "join"
            ),
            _LOAD_ROOMS,
        )
        total = int(minutes * _LOAD_A_MINUTE)
        begun = time.monotonic()
        answered: set[str] = set()

        async def speak() -> None:
            for number in range(total):
                await asyncio.sleep(max(0.0, begun + number * 60 / _LOAD_A_MINUTE - time.monotonic()))
                word = f"word{number:05d}"
                sent[word] = time.monotonic()
                await ben.send(rooms[number % _LOAD_ROOMS], word)
                if number % 20 == 0:
                    memory.append(_rss(process.pid))

        async def listen() -> None:
            while len(answered) < total:
                before = len(ben.seen)
                await ben.sync()
                for event in ben.seen[before:]:
                    if event["sender"] == account.user_id and event["type"] == "m.room.message":
                        for word in re.findall(r"word\d{5}", event["content"]["body"]):
                            answered.add(word)
                            waits.append(time.monotonic() - sent[word])

        speaking = asyncio.create_task(speak())
        with suppress(TimeoutError):
            await asyncio.wait_for(listen(), minutes * 60 + 60)
        await speaking
    quarter = max(1, len(memory) // 4)
    return {
        "rooms": _LOAD_ROOMS,
        "commands": total,
        "lost": total - len(answered),
        "twice": len(waits) - len(answered),
        "answer_s": _summary(waits),
        "rss_mb_first_quarter": round(statistics.mean(memory[:quarter]) / 1e6, 1),
        "rss_mb_last_quarter": round(statistics.mean(memory[-quarter:]) / 1e6, 1),
    }


@asynccontextmanager
async def victim(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A bot that is killed at the end of the block."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bot.matrix.victim", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        assert process.stdout is not None
        if await process.stdout.readline() != b"ready\n":
            raise RuntimeError("the bot does not start")
        yield process
        if process.returncode is not None:
            raise RuntimeError("the bot ended by itself")
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _configuration(server: Homeserver, account: Account, data: Path) -> Path:
    data.mkdir(parents=True)
    config = data / "communique.toml"
    config.write_text(
        f'data = "{data}"\n[matrix]\nhomeserver = "{server.url}"\nuser = "{account.user_id}"\n'
        "[health]\nport = 0\n[limits]\nperson_per_minute = 600\n"
    )
    return config


@asynccontextmanager
async def service(
    server: Homeserver, account: Account, data: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`communique run`, ready."""
    config = _configuration(server, account, data)
    with (data / "service.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot.cli", "run", "--config", str(config)),
            env={**os.environ, "MATRIX_PASSWORD": account.password},
            stderr=log,
        )
    try:
        import httpx

        async with httpx.AsyncClient(trust_env=False) as http:
            while True:
                address = re.search(r"http://\S+/readyz", (data / "service.log").read_text())
                with suppress(httpx.HTTPError):
                    if address is not None and (await http.get(address[0])).is_success:
                        break
                await asyncio.sleep(0.2)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


def _rss(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _summary(found: list[float]) -> dict[str, float]:
    ordered = sorted(found)
    return {
        "median": round(statistics.median(ordered), 2),
        "p95": round(ordered[int(0.95 * (len(ordered) - 1))], 2),
        "max": round(ordered[-1], 2),
    }


async def main(mode: str, *numbers: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = shared(folder / "synapse", os.getpid())
        match mode:
            case "kills":
                return await kills(server, folder, int(numbers[0]) if numbers else 50)
            case "deliver":
                slots, count = [*map(int, numbers), *(400, 50)[len(numbers) :]]
                return await deliver(server, folder, slots, count)
            case "speed":
                return await speed(server, folder, int(numbers[0]) if numbers else 20)
            case _:
                return await load(server, folder, float(numbers[0]) if numbers else 5.0)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(*(sys.argv[1:] or ["speed"])))), flush=True)
