"""Does every digest arrive exactly once, though the bot is killed and the chat server loses answers?

    python -m tests.bench.delivery [SLOTS [KILLS]]

Rooms have daily schedules, each due once within an hour or so. A bot (in a process of its own, killed with -9 at random
moments and started again) claims their slots, makes the digests and delivers them to a fake chat server, which loses 5 %
of its answers, accepts 5 % of the posts only after their client has given up, and keeps its own count. Once with look-up
semantics (Slack), once with keys that the server remembers (Matrix transaction ids); then two processes at a time, which
nobody kills, serve 100 slots. Prints one JSON document a run: slots, kills, duplicates, lost, unknown, out_of_order, …

Time runs 20 times as fast, on both sides: the outbox's 30 s for a post and 60 s of settling become 1.5 s and 3 s.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot import resources
from bot.outbox import Outbox
from bot.ports import Capabilities, Found, Incoming, Part, PostError, PostUncertain, Receipt, Room
from bot.routine import due
from bot.routine.digests import DigestDesk
from bot.routine.due import Daily, Schedule
from bot.routine.gathering import Gathering
from bot.routine.scheduler import Scheduler, Slots
from bot.store import Likeness, open_store
from bot.work.nearby import NearbyCompiler
from briefs import likeness
from briefs.render import Renderer
from tests.bot.fakes import admits_all
from tests.bot.samples import room

_SELF = (sys.executable, "-m", "tests.bench.delivery")
_ALIKE = Likeness(likeness.signature, likeness.similarity, likeness.SAME)
_PACE = 20.0  # faster, and a busy machine's delays outgrow the ten seconds that the outbox allows itself
_TIMEOUT_S, _LATEST_S = (
    30.0,
    70.0,
)  # a late post is accepted somewhere in between: before the settling time is over
_LOST, _LATE = 0.05, 0.05
_ROOMS = 40
_EVERY_MINUTES = 6  # between two schedules of a room: 400 slots are due within an hour, three minutes here


class FastClock:
    """The same for every process that is told the same start."""

    def __init__(self, start: float) -> None:
        self._start = start

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._start + (time.time() - self._start) * _PACE, UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds) / _PACE)


# --- the bot ----------------------------------------------------------------------------------------------------------


class Wire:
    """A platform behind a socket, one JSON line there and one back."""

    name = "fake"

    def __init__(self, port: int, *, remembers_keys: bool) -> None:
        self.capabilities = Capabilities(remembers_keys=timedelta(hours=20 if remembers_keys else 0))
        self._port = port

    async def post(self, part: Part) -> Receipt:
        answer = await self._ask({"post": part.key, "room": part.room.id})
        return Receipt(answer["id"], datetime.fromisoformat(answer["at"]))

    async def find(self, part: Part, since: datetime) -> Found:
        answer = await self._ask({"find": part.key, "since": since.isoformat()})
        if "id" not in answer:
            return "absent"
        return Receipt(answer["id"], datetime.fromisoformat(answer["at"]))

    async def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError as error:
            raise PostError("the server cannot be reached", 1.0) from error
        try:
            writer.write(json.dumps(question).encode() + b"\n")
            line = await reader.readline()
        except OSError as error:
            raise PostUncertain from error
        finally:
            writer.close()
        if not line:
            raise PostUncertain
        return dict(json.loads(line))

    async def run(self, handle: Callable[[Incoming], Awaitable[None]]) -> None:
        raise NotImplementedError

    async def working(self, message: Incoming, busy: bool) -> None:
        raise NotImplementedError

    async def members(self, room: Room) -> Sequence[str] | None:
        raise NotImplementedError


async def serve(folder: Path, port: int, start: float, *, remembers_keys: bool) -> None:
    """What the service does about schedules, until it is killed."""
    clock = FastClock(start)
    async with open_store(folder, likeness=_ALIKE) as store:
        outbox = Outbox(store.deliveries, [Wire(port, remembers_keys=remembers_keys)], clock, admits_all)
        desk = DigestDesk(
            rooms=store.rooms,
            agenda=store.agenda,
            digests=store.digests,
            matters=store.matters,
            feeds=store.feeds,
            gathering=Gathering(store.matters, store.library, clock),
            compiler=NearbyCompiler(),
            renderer=Renderer([resources.templates()]),
            outbox=outbox,
            clock=clock,
        )
        scheduler = Scheduler([("slots", Slots(store.agenda, desk).chore)], clock)
        async with asyncio.TaskGroup() as group:
            group.create_task(outbox.run())
            group.create_task(scheduler.run())


async def subscribe(folder: Path, clock: FastClock, slots: int) -> None:
    """Daily schedules, each of which is due once before a day has gone."""
    now = clock.now()
    first = now + timedelta(minutes=3)
    async with open_store(folder, likeness=_ALIKE) as store:
        for number in range(slots):
            where = room(f"fake:r{number % _ROOMS}", kind="private")
            if number < _ROOMS:
                await store.rooms.enter(where, library=None, now=now)
            at = first + timedelta(minutes=number // _ROOMS * _EVERY_MINUTES)
            schedule = Schedule(Daily(at.time().replace(second=0, microsecond=0, tzinfo=None)), "UTC")
            slot = due.following(schedule, now)
            assert slot is not None
            made = await store.agenda.subscribe(where.id, schedule, by="bench", now=now, next_due=slot.due)
            assert made is not None


# --- the chat server --------------------------------------------------------------------------------------------------


@dataclass
class Server:
    clock: FastClock
    chance: random.Random
    remembers_keys: bool
    shown: list[tuple[str, str]] = field(default_factory=list)
    """(room, key) in the order in which people see them."""
    faults: Counter[str] = field(default_factory=Counter)
    _known: dict[str, dict[str, str]] = field(default_factory=dict)
    _late: set[asyncio.Task[None]] = field(default_factory=set)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, ValueError):
            question = json.loads(await reader.readline())
            fate = self.chance.random()
            if fate < _LATE and "post" in question:
                self.faults["late"] += 1
                task = asyncio.create_task(self._accept_late(question))
                self._late.add(task)
                task.add_done_callback(self._late.discard)
                await reader.read()  # the client waits, gives up, and closes
                return
            reply = self._accept(question) if "post" in question else self._known.get(question["find"], {})
            if fate < _LATE + _LOST:
                self.faults["lost"] += 1
            else:
                writer.write(json.dumps(reply).encode() + b"\n")
                await writer.drain()
        writer.close()

    async def _accept_late(self, question: dict[str, str]) -> None:
        await self.clock.sleep(self.chance.uniform(_TIMEOUT_S, _LATEST_S))
        self._accept(question)

    def _accept(self, question: dict[str, str]) -> dict[str, str]:
        key = question["post"]
        if self.remembers_keys and key in self._known:
            return self._known[key]
        self.shown.append((question["room"], key))
        reply = {"id": f"m{len(self.shown)}", "at": self.clock.now().isoformat()}
        return self._known.setdefault(key, reply)


# --- the run ----------------------------------------------------------------------------------------------------------


async def measure(
    *, slots: int, kills: int, remembers_keys: bool, processes: int = 1, seed: int = 1
) -> dict[str, Any]:
    chance = random.Random(seed)
    start = time.time()
    clock = FastClock(start)
    server = Server(clock, chance, remembers_keys)
    listening = await asyncio.start_server(server.answer, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        await subscribe(folder, clock, slots)
        command = [*_SELF, "--serve", name, f"{port}", f"{start}", f"{int(remembers_keys)}"]
        killed = 0
        while True:
            bots = [
                await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.DEVNULL)
                for _ in range(processes)
            ]
            try:
                if killed >= kills:
                    await _until_done(folder, slots, bots)
                    break
                await asyncio.sleep(chance.uniform(1.0, 5.0))
                if any(bot.returncode is not None for bot in bots):
                    raise RuntimeError("the bot ended by itself")
                killed += 1
            finally:
                for bot in bots:
                    with suppress(ProcessLookupError):
                        bot.kill()
                    await bot.wait()
        async with open_store(folder, likeness=_ALIKE) as store:
            states = await store.deliveries.counts()
            served = await store.agenda.log(limit=10 * slots)
    listening.close()
    seen = Counter(key for _, key in server.shown)
    wanted = {record.delivery for record in served}
    return {
        "semantics": "keys" if remembers_keys else "look-up",
        "processes": processes,
        "slots": slots,
        "slots_served": len(served),
        "kills": killed,
        "answers_lost": server.faults["lost"],
        "accepted_late": server.faults["late"],
        "duplicates": sum(count - 1 for count in seen.values()),
        "lost": slots - len(seen) - states["unknown"],
        "strange": len(seen.keys() - wanted),
        "unknown": states["unknown"],
        "failed": states["failed"],
        "out_of_order": _out_of_order(server.shown),
        "late_slots": sum(record.late for record in served),
        "seconds": round(time.time() - start),
    }


async def _until_done(folder: Path, slots: int, bots: Sequence[asyncio.subprocess.Process]) -> None:
    """Let the last processes work until nothing is waiting."""
    async with open_store(folder, likeness=_ALIKE) as store:
        while all(bot.returncode is None for bot in bots):
            states = await store.deliveries.counts()
            if sum(states.values()) == slots and states["pending"] == states["sending"] == 0:
                return
            await asyncio.sleep(0.2)
    raise RuntimeError("the bot ended by itself")


def _out_of_order(shown: list[tuple[str, str]]) -> int:
    """Messages that a room saw after a later one."""
    newest: dict[str, int] = {}
    count = 0
    for where, key in shown:
        slot = int(key.removeprefix("slot:"))
        count += slot < newest.get(where, -1)
        newest[where] = max(slot, newest.get(where, -1))
    return count


def main() -> None:
    match sys.argv[1:]:
        case ["--serve", folder, port, start, remembers_keys]:
            asyncio.run(serve(Path(folder), int(port), float(start), remembers_keys=remembers_keys == "1"))
        case numbers:
            slots, kills = [*map(int, numbers), *(400, 50)[len(numbers) :]]
            for remembers_keys in (False, True):
                outcome = measure(slots=slots, kills=kills, remembers_keys=remembers_keys)
                print(json.dumps(asyncio.run(outcome)), flush=True)
            outcome = measure(slots=100, kills=0, remembers_keys=True, processes=2)
            print(json.dumps(asyncio.run(outcome)), flush=True)


if __name__ == "__main__":
    main()
