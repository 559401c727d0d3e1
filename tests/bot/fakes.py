"""Working stand-ins for the bot's ports: no network, no disk, time that moves when a test says so."""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args

from bot.ports import (
    WATCHED,
    Action,
    ArticleRef,
    Capabilities,
    Claim,
    Delivery,
    DeliveryState,
    Found,
    Incoming,
    Part,
    PartRecord,
    Posted,
    PostError,
    PostUncertain,
    Receipt,
    Room,
    SettingChange,
    Watch,
    Withdrawal,
)
from briefs.render import Document

START = datetime(2031, 3, 4, 8, 0, tzinfo=UTC)


class FakeClock:
    """Stands still until `advance`."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._sleepers: list[tuple[datetime, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._now + timedelta(seconds=seconds), done))
        await done

    def jump(self, seconds: float) -> None:
        """Move the time and wake nobody: for tests in which nothing sleeps."""
        self._now += timedelta(seconds=seconds)

    async def advance(self, seconds: float) -> None:
        """Move the time, waking each sleeper at its own instant and letting it run as far as it gets."""
        end = self._now + timedelta(seconds=seconds)
        await settle()
        while True:
            self._sleepers = [entry for entry in self._sleepers if not entry[1].done()]
            due = min((at for at, _ in self._sleepers), default=None)
            if due is None or due > end:
                break
            self._now = max(self._now, due)
            for at, done in self._sleepers:
                if at <= self._now and not done.done():
                    done.set_result(None)
            await settle()
        self._now = end
        await settle()


async def settle(rounds: int = 50) -> None:
    """Let everything run that waits for nothing but its turn."""
    for _ in range(rounds):
        await asyncio.sleep(0)


Fault = Literal["lost", "late", "dropped", "refused", "broken", "hangs"] | float
"""What becomes of one post. lost: accepted, the answer does not arrive. late: accepted `FakePlatform.lateness` after
the client gave up. dropped: never accepted, nobody says so. refused: for good. broken: the adapter has a fault.
hangs: never answers, never accepted. A number: refused, to be tried again after that many seconds."""


@dataclass(frozen=True, slots=True)
class Message:
    id: str
    key: str
    room: str
    thread: str | None
    text: str
    visible_from: datetime
    actions: tuple[Action, ...] = ()


class FakePlatform:
    """A chat server and its adapter in one, that keeps its own count of what people see."""

    lateness = timedelta(seconds=45)

    def __init__(
        self, clock: FakeClock, *, name: str = "fake", capabilities: Capabilities | None = None
    ) -> None:
        self.name = name
        self.capabilities = capabilities or Capabilities()
        self.faults: deque[Fault | None] = deque()
        """For the posts to come, in order; None (and an empty queue): it goes well."""
        self.delete_faults: deque[Fault | None] = deque()
        """For the deletions to come."""
        self.history_readable: bool | None = True
        """False: find answers "unknown". None: find cannot be asked now."""
        self.incoming: asyncio.Queue[Incoming] = asyncio.Queue()
        self.people: dict[str, tuple[str, ...]] = {}
        self.posts_tried = 0
        self.under_way = 0
        self.most_under_way = 0
        self._clock = clock
        self._ids = itertools.count(1)
        self._accepted: list[Message] = []
        self._by_key: dict[str, Message] = {}

    def shown(self, room: str | None = None) -> list[Message]:
        """What people see by now, in the order in which it was accepted."""
        now = self._clock.now()
        return [m for m in self._accepted if m.visible_from <= now and room in {None, m.room}]

    async def run(self, handle: Callable[[Incoming], Awaitable[None]]) -> None:
        while True:
            await handle(await self.incoming.get())

    async def post(self, part: Part) -> Receipt:
        self.posts_tried += 1
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await asyncio.sleep(0)
            return await self._answer(part)
        finally:
            self.under_way -= 1

    async def _answer(self, part: Part) -> Receipt:
        match self.faults.popleft() if self.faults else None:
            case None:
                return self._accept(part)
            case "lost":
                self._accept(part)
                raise PostUncertain
            case "late":
                self._accept(part, after=self.lateness)
                raise PostUncertain
            case "dropped":
                raise PostUncertain
            case "refused":
                raise PostError("refused", None)
            case "broken":
                raise RuntimeError(part.document.markdown)
            case "hangs":
                await asyncio.Event().wait()
                raise AssertionError
            case float() | int() as seconds:
                raise PostError("not now", float(seconds))

    def _accept(self, part: Part, after: timedelta = timedelta(0)) -> Receipt:
        known = self._by_key.get(part.key)
        if known is not None and self.capabilities.remembers_keys:
            return Receipt(known.id, known.visible_from)
        message = Message(
            id=f"m{next(self._ids)}",
            key=part.key,
            room=part.room.id,
            thread=part.thread,
            text=part.document.markdown,
            visible_from=self._clock.now() + after,
            actions=part.actions,
        )
        self._accepted.append(message)
        self._by_key.setdefault(part.key, message)
        return Receipt(message.id, message.visible_from)

    async def find(self, part: Part, since: datetime) -> Found:
        await asyncio.sleep(0)
        if self.history_readable is None:
            raise PostError("the history cannot be read now", 5.0)
        if not self.history_readable:
            return "unknown"
        for message in self.shown(part.room.id):
            if message.key == part.key and message.visible_from >= since:
                return Receipt(message.id, message.visible_from)
        return "absent"

    async def delete(self, posted: Posted) -> None:
        await asyncio.sleep(0)
        match self.delete_faults.popleft() if self.delete_faults else None:
            case "refused":
                raise PostError("the room does not let me", None)
            case "broken":
                raise RuntimeError(posted.message_id)
            case "dropped":
                raise PostUncertain
            case float() | int() as seconds:
                raise PostError("not now", float(seconds))
            case _:
                self._accepted = [m for m in self._accepted if m.id != posted.message_id]

    async def working(self, message: Incoming, busy: bool) -> None:
        pass

    async def members(self, room: Room) -> Sequence[str] | None:
        return self.people.get(room.id)


async def admits_all(_room: Room, _libraries: Collection[str]) -> bool:
    return True


@dataclass(slots=True)
class _Row:
    part: Part
    delivery: Delivery
    urgency: int
    state: DeliveryState
    not_before: datetime
    created_at: datetime
    updated_at: datetime
    owner: str = ""
    attempts: int = 0
    since: datetime | None = None
    reason: str | None = None
    receipt: Receipt | None = None
    withdrawal: Literal["due", "done", "stays"] | None = None
    withdrawal_not_before: datetime = START
    withdrawal_attempts: int = 0


class MemoryDeliveries:
    """`bot.ports.Deliveries` in a list. Knows no articles: all that a delivery names count as held until `forget`."""

    def __init__(self) -> None:
        self._rows: list[_Row] = []
        self._keys: set[str] = set()

    async def add(self, delivery: Delivery, *, now: datetime) -> bool:
        await asyncio.sleep(0)
        if delivery.key in self._keys:
            return False
        self._keys.add(delivery.key)
        of = len(delivery.documents)
        for number, document in enumerate(delivery.documents, 1):
            part = Part(
                key=delivery.key if of == 1 else f"{delivery.key}/{number}",
                room=delivery.room,
                thread=delivery.thread,
                number=number,
                of=of,
                document=document,
                private_to=delivery.private_to,
                actions=delivery.actions if number == 1 else (),
                replaces=delivery.replaces if number == 1 else None,
            )
            urgency = {"alert": 1, "digest": 2}.get(delivery.kind, 0)
            self._rows.append(_Row(part, delivery, urgency, "pending", now, now, now))
        return True

    async def claim(
        self, platform: str, *, owner: str, limit: int, now: datetime, settled: datetime
    ) -> list[Claim]:
        await asyncio.sleep(0)
        due = [r for r in self._heads() if r.part.room.platform == platform and r.not_before <= now]
        return [self._claimed(row, owner, now, settled) for row in sorted(due, key=self._turn)[:limit]]

    def _claimed(self, row: _Row, owner: str, now: datetime, settled: datetime) -> Claim:
        doubtful = row.state == "sending"
        row.state, row.owner, row.not_before, row.updated_at = "sending", owner, settled, now
        row.attempts += 1
        row.since = row.since or now
        part = row.part
        if part.thread is None and row.delivery.threaded and part.number > 1:
            first = next(r for r in self._rows if r.delivery is row.delivery)
            part = replace(part, thread=first.receipt.message_id if first.receipt else None)
        refs = (*row.delivery.articles, *((row.delivery.article,) if row.delivery.article else ()))
        return Claim(
            part=part,
            owner=owner,
            attempt=row.attempts,
            doubtful=doubtful,
            since=row.since,
            settled=settled,
            libraries=frozenset(ref.library for ref in refs),
        )

    async def sent(self, claim: Claim, receipt: Receipt, *, now: datetime) -> None:
        await asyncio.sleep(0)
        row = self._row(claim)
        if row.state != "sent":
            row.state, row.receipt, row.reason, row.updated_at = "sent", receipt, None, now

    async def wait(self, claim: Claim, reason: str, *, now: datetime, until: datetime) -> None:
        await asyncio.sleep(0)
        if (row := self._held(claim)) is not None:
            row.reason, row.not_before, row.updated_at = reason, until, now
            if not claim.doubtful:
                row.state, row.since = "pending", None

    async def doubt(self, claim: Claim, reason: str, *, now: datetime, until: datetime) -> None:
        await asyncio.sleep(0)
        if (row := self._held(claim)) is not None:
            row.reason, row.not_before, row.updated_at = reason, until, now

    async def absent(self, claim: Claim, *, now: datetime) -> None:
        await asyncio.sleep(0)
        if (row := self._held(claim)) is not None:
            row.state, row.since, row.not_before, row.updated_at = "pending", None, now, now

    async def failed(self, claim: Claim, reason: str, *, now: datetime) -> None:
        await asyncio.sleep(0)
        if (row := self._held(claim)) is not None:
            row.state, row.reason, row.updated_at = "failed", reason, now
            self._fail_rest(row, f"part {row.part.number} failed", now)

    async def unknown(self, claim: Claim, reason: str, *, now: datetime) -> None:
        await asyncio.sleep(0)
        if (row := self._held(claim)) is not None:
            row.state, row.reason, row.updated_at = "unknown", reason, now
            if row.part.number == 1 and row.delivery.threaded and row.delivery.thread is None:
                self._fail_rest(row, "the thread it belongs in is in doubt", now)

    def forget(self, article: ArticleRef) -> None:
        """Take the text out of what carries an article's words."""
        for row in self._rows:
            if article in row.delivery.articles:
                row.part = replace(row.part, document=Document("", ""))
                if row.state == "sent":
                    row.withdrawal = "due"
                elif row.state == "pending":
                    row.state = "failed"

    async def claim_withdrawals(
        self, platform: str, *, limit: int, now: datetime, again: datetime
    ) -> list[Withdrawal]:
        await asyncio.sleep(0)
        due = [r for r in reversed(self._withdrawing([platform])) if r.withdrawal_not_before <= now][:limit]
        for row in due:
            row.withdrawal_not_before = again
            row.withdrawal_attempts += 1
        return [
            Withdrawal(
                key=row.part.key,
                delivery=row.delivery.key,
                room=row.part.room,
                thread=row.delivery.thread,
                posted=Posted(
                    row.part.room.id, platform, row.receipt.message_id if row.receipt is not None else ""
                ),
                attempt=row.withdrawal_attempts,
            )
            for row in due
        ]

    async def withdraw_later(self, key: str, reason: str, *, until: datetime) -> None:
        await asyncio.sleep(0)
        row = self._keyed(key)
        row.reason, row.withdrawal_not_before = reason, until

    async def withdrawn(self, key: str, *, now: datetime) -> None:
        await asyncio.sleep(0)
        row = self._keyed(key)
        row.withdrawal, row.reason, row.updated_at = "done", None, now

    async def stays(self, key: str, reason: str, *, now: datetime) -> None:
        await asyncio.sleep(0)
        row = self._keyed(key)
        row.withdrawal, row.reason, row.updated_at = "stays", reason, now

    def _withdrawing(self, platforms: Sequence[str]) -> list[_Row]:
        return [r for r in self._rows if r.withdrawal == "due" and r.part.room.platform in platforms]

    def _keyed(self, key: str) -> _Row:
        return next(row for row in self._rows if row.part.key == key)

    async def next_due(self, platforms: Sequence[str]) -> datetime | None:
        await asyncio.sleep(0)
        heads = [r.not_before for r in self._heads() if r.part.room.platform in platforms]
        return min([*heads, *(r.withdrawal_not_before for r in self._withdrawing(platforms))], default=None)

    async def record(self, key: str) -> list[PartRecord]:
        await asyncio.sleep(0)
        return [_record(row) for row in self._rows if row.delivery.key == key]

    async def log(
        self, *, states: Sequence[DeliveryState] | None = None, limit: int = 100
    ) -> list[PartRecord]:
        await asyncio.sleep(0)
        rows = [r for r in reversed(self._rows) if states is None or r.state in states]
        return [_record(row) for row in rows[:limit]]

    async def counts(self) -> dict[DeliveryState, int]:
        await asyncio.sleep(0)
        return {state: sum(r.state == state for r in self._rows) for state in get_args(DeliveryState)}

    def _heads(self) -> list[_Row]:
        heads: dict[str, _Row] = {}
        for row in self._rows:
            if row.state in {"pending", "sending"}:
                heads.setdefault(row.part.room.id, row)
        return list(heads.values())

    def _turn(self, row: _Row) -> tuple[int, int]:
        return row.urgency, self._rows.index(row)

    def _row(self, claim: Claim) -> _Row:
        return next(row for row in self._rows if row.part.key == claim.part.key)

    def _held(self, claim: Claim) -> _Row | None:
        row = self._row(claim)
        held = (row.state, row.owner, row.attempts) == ("sending", claim.owner, claim.attempt)
        return row if held else None

    def _fail_rest(self, row: _Row, reason: str, now: datetime) -> None:
        for other in self._rows:
            behind = other.delivery is row.delivery and other.part.number > row.part.number
            if behind and other.state == "pending":
                other.state, other.reason, other.updated_at = "failed", reason, now


def _record(row: _Row) -> PartRecord:
    return PartRecord(
        key=row.part.key,
        delivery=row.delivery.key,
        kind=row.delivery.kind,
        platform=row.part.room.platform,
        room=row.part.room.id,
        number=row.part.number,
        of=row.part.of,
        state=row.state,
        attempts=row.attempts,
        created_at=row.created_at,
        updated_at=row.updated_at,
        not_before=row.not_before,
        message_id=row.receipt.message_id if row.receipt else None,
        reason=row.reason,
        withdrawal=row.withdrawal,
    )


class MemoryRooms:
    """`bot.ports.Rooms` in a dict."""

    def __init__(self) -> None:
        self._rooms: dict[str, tuple[Room, str, tuple[str, ...]]] = {}
        self._had: dict[str, list[tuple[str, str, bool]]] = {}
        """Room id → (library, kind, own) in the order of time."""

    async def enter(
        self, room: Room, *, library: str | None, now: datetime, besides: Sequence[str] = ()
    ) -> str:
        await asyncio.sleep(0)
        had = self._had.setdefault(room.id, [])
        home = library if library is not None else self._own(room, had)
        if not had or had[-1] != (home, room.kind, library is None):
            had.append((home, room.kind, library is None))
        self._rooms[room.id] = (room, home, tuple(besides))
        return home

    async def reads(self, room_id: str) -> tuple[str, ...]:
        await asyncio.sleep(0)
        if room_id not in self._rooms:
            return ()
        _, home, besides = self._rooms[room_id]
        return (home, *besides)

    async def known(self, room_id: str) -> Room | None:
        await asyncio.sleep(0)
        return self._rooms[room_id][0] if room_id in self._rooms else None

    def _own(self, room: Room, had: list[tuple[str, str, bool]]) -> str:
        for home, kind, own in reversed(had):
            if kind != room.kind:
                break
            if own:
                return home
        generation = len({home for home, _, own in had if own}) + 1
        return f"room:{generation}:{room.id}"


class MemoryWatches:
    """`bot.ports.Watches` in a list. Articles come by `bring`; a library is open unless it is in `closed`."""

    def __init__(self) -> None:
        self.closed: set[str] = set()
        self._watches: dict[int, Watch] = {}
        self._came: list[ArticleRef] = []
        self._number = 0

    def bring(self, ref: ArticleRef) -> None:
        self._came.append(ref)

    async def add(self, watch: Watch) -> Watch | None:
        await asyncio.sleep(0)
        if not {*watch.about, *watch.read} <= set(self._came):
            return None
        self._number += 1
        read = tuple(ref for ref in watch.read if ref not in watch.about)
        begun = replace(watch, id=self._number, seen=len(self._came), read=read)
        self._watches[begun.id] = begun
        return begun

    async def of_room(self, libraries: Sequence[str], room_id: str, *, now: datetime) -> list[Watch]:
        await asyncio.sleep(0)
        reads = set(libraries) - self.closed
        return [w for w in self._holding(now) if w.room.id == room_id and w.library in reads]

    async def due(self, platforms: Sequence[str], *, now: datetime) -> list[Watch]:
        await asyncio.sleep(0)
        return [w for w in self._holding(now) if w.room.platform in platforms and w.seen < len(self._came)]

    async def arrived(
        self, watch: Watch, libraries: Sequence[str], *, limit: int = 50
    ) -> tuple[list[ArticleRef], int]:
        await asyncio.sleep(0)
        reads = set(libraries) - self.closed
        new = [(n, ref) for n, ref in enumerate(self._came, 1) if n > watch.seen and ref.library in reads]
        far = new[limit - 1][0] if len(new) >= limit else len(self._came)
        latest = {ref: n for n, ref in enumerate(self._came, 1)}
        return [ref for n, ref in new[:limit] if latest[ref] == n], far

    async def looked(self, watch_id: int, seen: int) -> None:
        await asyncio.sleep(0)
        watch = self._watches.get(watch_id)
        if watch is not None:
            self._watches[watch_id] = replace(watch, seen=max(seen, watch.seen))

    async def end(self, watch_id: int) -> None:
        await asyncio.sleep(0)
        self._watches.pop(watch_id, None)

    def _holding(self, now: datetime) -> list[Watch]:
        return [watch for watch in self._watches.values() if watch.since >= now - WATCHED]


class MemorySettings:
    """`bot.ports.Settings` in a list."""

    def __init__(self) -> None:
        self._changes: list[tuple[str, SettingChange]] = []

    async def get(self, room_id: str, key: str) -> Any | None:
        return (await self.all(room_id)).get(key)

    async def all(self, room_id: str) -> dict[str, Any]:
        await asyncio.sleep(0)
        newest = {change.key: change.value for room, change in self._changes if room == room_id}
        return {key: value for key, value in newest.items() if value is not None}

    async def put(self, room_id: str, key: str, value: Any, *, by: str, now: datetime) -> None:
        await asyncio.sleep(0)
        self._changes.append((room_id, SettingChange(key, value, by, now)))

    async def changes(self, room_id: str, *, limit: int = 50) -> list[SettingChange]:
        await asyncio.sleep(0)
        return [change for room, change in reversed(self._changes) if room == room_id][:limit]
