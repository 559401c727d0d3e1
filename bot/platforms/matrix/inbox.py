"""Sync → messages: none lost, none before its turn, whatever moment the process dies at.

Where the sync stands is kept only once all messages up to there were seen to; what comes again after a crash is known
by its id. Messages of one person in one room are seen to in their order, all others beside each other.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import structlog
from nio.events.room_events import Event
from nio.responses import RoomInfo, SyncResponse

from bot.clock import Clock
from bot.log import cause
from bot.platforms.matrix.client import Client, segment
from bot.platforms.matrix.errors import HomeserverError, Refused, Unreachable
from bot.platforms.matrix.folder import Folder
from bot.platforms.matrix.membership import Membership
from bot.platforms.matrix.reception import Reception
from bot.platforms.matrix.rooms import Rooms, full_id
from bot.ports import Incoming

_LONGEST_PAUSE_S = 30.0
_KEEP_EVERY_S = 1.0  # at the most: each time costs a flush to the disk
_PAGE = 100
_MOST_PAGES = 200  # 20,000 events in one room during one outage
_PAGES_BEFORE_JOINING = 3  # what was said between an invitation and its acceptance
_POISON = 3  # failures over one answer of the homeserver until it is left out
_WIDTH = 64  # messages in hand; each holds at the most one file

_T = TypeVar("_T")
_log = structlog.get_logger(__name__)

WELCOME = "welcome"  # the core's word for what it says when it comes into a room
FOLLOWED = (
    "I have come along from the room that this one replaces. What I hold of it stays with it: bring articles, "
    "schedules and settings that you still want here again."
)


@dataclass(eq=False)
class _Batch:
    """One answer of the sync."""

    since: str
    """From here on what is new after it."""
    open: int = 1


class Inbox:
    def __init__(
        self,
        *,
        client: Client,
        folder: Folder,
        rooms: Rooms,
        reception: Reception,
        membership: Membership,
        clock: Clock,
        handle: Callable[[Incoming], Awaitable[None]],
        in_sync: Callable[[str | None], None],
    ) -> None:
        """`in_sync` is told after each sync: None, or why it failed."""
        self._client = client
        self._folder = folder
        self._rooms = rooms
        self._reception = reception
        self._membership = membership
        self._clock = clock
        self._handle = handle
        self._in_sync = in_sync
        self._batches: deque[_Batch] = deque()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._width = asyncio.Semaphore(_WIDTH)
        self._settled: str | None = None
        self._kept_at = 0.0
        self._failures = 0

    async def run(self) -> None:
        """Follow until cancelled. Raises Refused if the homeserver has logged the device out."""
        since = self._folder.since()
        whole = True
        try:
            async with asyncio.TaskGroup() as tasks:
                while True:
                    first = since is None
                    response = await self._next(since, whole=whole)
                    if response is None:  # no sync from there; it was said why
                        since, whole = self._folder.since(), True
                        continue
                    batch = _Batch(response.next_batch)
                    self._batches.append(batch)
                    self._take(response, batch, tasks, since=since, backlog=first)
                    self._done(batch)
                    since, whole = response.next_batch, False
                    await self._reception.synced()
                    self._in_sync(None)
                    self._keep(at_once=first)
                    await self._keys()
        finally:
            self._keep(at_once=True)

    # --- following ----------------------------------------------------------------------------------------------------

    async def _next(self, since: str | None, *, whole: bool) -> SyncResponse | None:
        for attempt in itertools.count():
            try:
                response = await self._client.follow(since, whole=whole)
            except Refused as refused:
                if refused.logged_out:
                    raise
                if refused.retry_after_s is None and since is not None and refused.status in {400, 404}:
                    _log.error("the homeserver does not know where the sync stood", code=refused.code)
                    self._folder.forget_since()
                    return None
                await self._wait(
                    attempt, f"the homeserver refuses to sync ({refused})", refused.retry_after_s
                )
            except Unreachable as error:
                await self._wait(attempt, error.reason)
            except Exception as error:  # noqa: BLE001 - some event broke nio: it must not break everything behind it
                _log.error("sync broke", **cause(error))
                self._failures += 1
                if self._failures >= _POISON and since is not None and await self._leave_out(since):
                    return None
                await self._wait(attempt, "an answer of the homeserver cannot be read")
            else:
                self._failures = 0
                return response
        return None

    async def _leave_out(self, since: str) -> bool:
        """Go on behind an answer that cannot be read."""
        try:
            answer = await self._client.ask("GET", f"/sync?since={segment(since)}&timeout=0", timeout_s=60.0)
        except HomeserverError:
            return False
        self._failures = 0
        self._folder.keep_since(str(answer["next_batch"]))
        _log.error("an answer of the homeserver was left out")
        return True

    async def _wait(self, attempt: int, reason: str, told_s: float | None = None) -> None:
        _log.warning("no sync", reason=reason, attempt=attempt + 1)
        self._in_sync(reason)
        await self._clock.sleep(told_s or min(_LONGEST_PAUSE_S, 2.0 ** min(attempt, 10)))

    async def _keys(self) -> None:
        try:
            await self._client.keep_keys()
        except HomeserverError as error:  # the next sync shows again what is missing
            _log.warning("keys not kept up", error=str(error))

    def _keep(self, *, at_once: bool) -> None:
        """Keep on disk where the sync stands, up to the first batch that is not settled."""
        now = asyncio.get_running_loop().time()
        if self._settled is None or not (at_once or now - self._kept_at >= _KEEP_EVERY_S):
            return
        self._folder.keep_since(self._settled)
        self._settled, self._kept_at = None, now

    def _done(self, batch: _Batch) -> None:
        batch.open -= 1
        while self._batches and self._batches[0].open == 0:
            self._settled = self._batches.popleft().since

    def _spawn(
        self, tasks: asyncio.TaskGroup, batch: _Batch, work: Callable[..., Awaitable[None]], *args: object
    ) -> None:
        async def run() -> None:
            try:
                await work(*args)
            except Exception as error:  # noqa: BLE001 - one event's fault must not end the others
                _log.error("an event was left out", **cause(error))
            self._done(batch)  # not when cancelled: then it was not seen to

        batch.open += 1
        tasks.create_task(run())

    # --- one answer ---------------------------------------------------------------------------------------------------

    def _take(
        self,
        response: SyncResponse,
        batch: _Batch,
        tasks: asyncio.TaskGroup,
        *,
        since: str | None,
        backlog: bool,
    ) -> None:
        """`backlog`: nothing that was said up to now is for us."""
        for room_id in response.rooms.leave:
            self._client.rooms.pop(room_id, None)
            self._rooms.forget(room_id)
        for room_id, info in response.rooms.join.items():
            for event in [*info.state, *info.timeline.events]:
                self._rooms.observe(room_id, event.source)
            if not backlog:
                self._spawn(tasks, batch, self._room, room_id, info, since, batch, tasks)
        for room_id, state in self._client.invitations.items():
            self._spawn(tasks, batch, self._invited, room_id, state)

    async def _invited(self, room_id: str, state: list[dict[str, Any]]) -> None:
        await self._until_done(lambda: self._membership.invited(room_id, state))

    async def _room(
        self, room_id: str, info: RoomInfo, since: str | None, batch: _Batch, tasks: asyncio.TaskGroup
    ) -> None:
        # in the order of the syncs; what is in a timeline is begun before the next one of that room is looked at
        async with self._turn(room_id):
            events, inviter = await self._until_done(lambda: self._timeline(room_id, info, since))
            if inviter is not None:
                self._spawn(tasks, batch, self._greet, room_id, inviter)
            for event in events:
                self._spawn(tasks, batch, self._event, room_id, event)
            if any(event.source.get("type") == "m.room.member" for event in events):
                await self._until_done(lambda: self._membership.leave_if_alone(room_id))

    async def _greet(self, room_id: str, inviter: str) -> None:
        room = self._rooms.room(room_id)
        if room is not None and not self._rooms.space(room_id):
            person = self._rooms.person(room_id, inviter)
            await self._handle(Incoming(f"matrix:welcome:{room_id}", room, person, WELCOME))

    async def _timeline(
        self, room_id: str, info: RoomInfo, since: str | None
    ) -> tuple[list[Event], str | None]:
        """All events since that token, oldest first; in a room just joined since the invitation, and whose it was."""
        events = list(info.timeline.events)
        joined = _my_membership(events, self._client.user_id, "join")
        known = [event for event in info.state if event not in events]
        came = joined is not None or _my_membership(known, self._client.user_id, "join") is not None
        position = info.timeline.prev_batch if info.timeline.limited else None
        pages = 0
        while position is not None and pages < _MOST_PAGES:
            if joined is not None and (
                pages >= _PAGES_BEFORE_JOINING
                or _my_membership(events, self._client.user_id, "invite") is not None
            ):
                break
            path = f"/rooms/{segment(room_id)}/messages?dir=b&limit={_PAGE}&from={segment(position)}"
            if since is not None:
                path += f"&to={segment(since)}"
            try:
                page = await self._client.ask("GET", path)
            except Refused as refused:
                if refused.retry_after_s is not None or refused.logged_out:
                    raise
                break  # the room is not ours any more
            chunk = [
                Event.parse_event(source) for source in page.get("chunk", []) if isinstance(source, dict)
            ]
            events = [*reversed(chunk), *events]
            joined = _my_membership(events, self._client.user_id, "join") if came else None
            end = page.get("end")
            position = end if chunk and isinstance(end, str) else None
            pages += 1
        if pages:
            _log.info("paged back", room=room_id, pages=pages, events=len(events))
        if joined is None:
            return events, None
        invited = _my_membership(events, self._client.user_id, "invite")
        if invited is None:
            return events[joined + 1 :], None
        return events[invited + 1 :], str(events[invited].source.get("sender"))

    async def _event(self, room_id: str, event: Event) -> None:
        sender = event.source.get("sender")
        if event.source.get("type") == "m.room.tombstone" and event.source.get("state_key") == "":
            await self._upgraded(room_id, event)
            return
        if "state_key" in event.source or sender == self._client.user_id:
            return
        async with self._turn(f"{room_id} {sender}"), self._width:
            message = await self._until_done(lambda: self._reception.incoming(room_id, event))
            if message is not None:
                await self._handle(message)

    async def _upgraded(self, room_id: str, event: Event) -> None:
        new = await self._until_done(lambda: self._membership.replaced(room_id, event.source))
        if new is None:
            return
        for _ in range(50):  # until the sync has shown the new room
            room = self._rooms.room(new)
            if room is not None:
                person = self._rooms.person(new, str(event.source.get("sender")))
                told = Incoming(f"{full_id(event.event_id)}:followed", room, person, "", trouble=FOLLOWED)
                await self._handle(told)
                return
            await self._clock.sleep(0.2)

    async def _until_done(self, work: Callable[[], Awaitable[_T]]) -> _T:
        """Try until the homeserver has answered. Raises Refused where it has refused for good."""
        attempt = 0
        while True:
            try:
                return await work()
            except Refused as refused:
                if refused.retry_after_s is None:
                    raise
                await self._clock.sleep(refused.retry_after_s)
            except Unreachable:
                await self._clock.sleep(min(_LONGEST_PAUSE_S, 2.0**attempt))
            attempt = min(attempt + 1, 10)

    def _turn(self, of: str) -> asyncio.Lock:
        lock = self._turns.get(of)
        if lock is None:
            lock = self._turns[of] = asyncio.Lock()
        return lock


def _my_membership(events: list[Event], me: str, membership: str) -> int | None:
    """Where the last event stands by which the bot came to that membership from another one."""
    for at in range(len(events) - 1, -1, -1):
        source: dict[str, Any] = events[at].source
        if source.get("type") != "m.room.member" or source.get("state_key") != me:
            continue
        before = (source.get("unsigned") or {}).get("prev_content") or {}
        if (source.get("content") or {}).get("membership") == membership != before.get("membership"):
            return at
    return None
