"""`bot.ports.Platform` for Matrix."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from bot.clock import Clock
from bot.log import cause
from bot.platforms.matrix import content
from bot.platforms.matrix.account import Account, log_in, new_login
from bot.platforms.matrix.checkup import look
from bot.platforms.matrix.client import Client, segment
from bot.platforms.matrix.errors import HomeserverError, Refused, Unreachable
from bot.platforms.matrix.folder import Folder, FolderInUse
from bot.platforms.matrix.inbox import Inbox
from bot.platforms.matrix.membership import Membership
from bot.platforms.matrix.reception import Reception
from bot.platforms.matrix.rooms import PLATFORM, Rooms, full_id, native_id
from bot.platforms.matrix.signing import sign_device
from bot.ports import Capabilities, Found, Incoming, Part, Posted, PostError, PostUncertain, Receipt, Room

_EYES = "👀"
_TYPING_S = 60
_LOGIN_PAUSE_S = 300.0  # a homeserver lets nobody try passwords for long
_LONGEST_PAUSE_S = 30.0
_REMEMBERED = timedelta(hours=20)  # Synapse keeps transactions for a day
_QUIET_S = 30.0  # after a rate limit no more decorations for a while: they count like messages
_LOOK_PAGES = 20  # of 100 events, in a look-up
_SLACK = timedelta(minutes=10)  # between our clock and the homeserver's

_log = structlog.get_logger(__name__)


class Matrix:
    """One account on one homeserver."""

    name = PLATFORM
    capabilities = Capabilities(edit=True, remembers_keys=_REMEMBERED)

    def __init__(self, account: Account, folder: Folder, clock: Clock) -> None:
        self._account = account
        self._folder = folder
        self._clock = clock
        self._client: Client | None = None
        self._rooms: Rooms | None = None
        self._reception: Reception | None = None
        self._said: str | None = "connecting"
        self._ready = False
        self._first_sync = asyncio.Event()
        self._busy: Counter[str] = Counter()
        self._eyes: dict[str, asyncio.Task[str | None]] = {}
        self._beside: set[asyncio.Task[Any]] = set()
        self._quiet_until = 0.0

    # --- receiving ----------------------------------------------------------------------------------------------------

    async def run(self, handle: Callable[[Incoming], Awaitable[None]]) -> None:
        try:
            with self._folder.in_use():
                await self._run(handle)
        except FolderInUse:
            self._said = f"another process uses {self._folder.path}: only one may"
            _log.error("the folder is in use", folder=str(self._folder.path))
            raise

    async def _run(self, handle: Callable[[Incoming], Awaitable[None]]) -> None:
        while True:
            client = await self._connected()
            rooms = Rooms(client.rooms, client.user_id)
            membership = Membership(client, rooms, self._account.allow)
            reception = Reception(client, rooms)
            await self._patiently(membership.load_direct)
            self._rooms, self._reception = rooms, reception
            inbox = Inbox(
                client=client,
                folder=self._folder,
                rooms=rooms,
                reception=reception,
                membership=membership,
                clock=self._clock,
                handle=handle,
                in_sync=self._in_sync,
            )
            try:
                await inbox.run()
            except* Refused as group:
                self._ready = False
                _log.error("logged out", cause=str(group.exceptions[0]))
            await self._log_in_again(client)

    async def check(self) -> str | None:
        """A check for `bot.health`."""
        return self._said

    async def examine(self) -> list[tuple[str, bool]]:
        """What `communique doctor` finds of homeserver, login and device, and whether that is wrong."""
        return [(f"{seen.what}: {seen.said}", seen.wrong) async for seen in look(self._account, self._folder)]

    async def connected(self) -> None:
        """Return when a sync has ended well."""
        await self._first_sync.wait()

    async def close(self) -> None:
        """Give back the connections; nothing is posted any more."""
        self._ready = False
        for task in list(self._beside):
            task.cancel()
        await asyncio.gather(*self._beside, return_exceptions=True)
        client, self._client = self._client, None
        if client is not None:
            await client.close()  # type: ignore[no-untyped-call]
            if client.store is not None:
                client.store.database.close()

    def _in_sync(self, trouble: str | None) -> None:
        self._said = trouble
        if trouble is None:
            self._ready = True
            self._first_sync.set()

    # --- the account --------------------------------------------------------------------------------------------------

    async def _connected(self) -> Client:
        """The client, logged in, with its keys published and signed; waits until that is so."""
        if self._client is not None and self._client.access_token:
            return self._client
        await self.close()
        login = await self._patiently(lambda: log_in(self._account, self._folder))
        client = Client(login.homeserver, login.user_id, self._folder.path, login.device_id)
        client.restore_login(login.user_id, login.device_id, login.access_token)
        self._client = client
        await self._patiently(lambda: self._publish_keys(client))
        _log.info("connected", user=login.user_id, device=login.device_id)
        return client

    async def _log_in_again(self, client: Client) -> None:
        """After the homeserver has ended the login: the same device, so that its keys go on."""
        client.access_token = ""
        kept = self._folder.login()
        if self._account.token is not None or kept is None:
            self._said = "the access token is not valid any more: make a new one"
            await self._clock.sleep(_LOGIN_PAUSE_S)
            return
        login = await self._patiently(lambda: new_login(client, self._account, kept.device_id))
        self._folder.keep_login(login)

    async def _publish_keys(self, client: Client) -> None:
        """Raises HomeserverError."""
        assert client.olm is not None
        if client.should_upload_keys:
            await client.upload_keys()
        outcome = await sign_device(client, self._folder, self._account.password)
        if outcome == "no_device_keys":  # the homeserver has forgotten the device
            client.olm.account.shared = False
            await client.upload_keys()
            outcome = await sign_device(client, self._folder, self._account.password)
        if outcome != "signed":
            _log.error("the device is not signed: `communique doctor` says what to do", outcome=outcome)

    async def _patiently(self, work: Callable[[], Awaitable[Any]]) -> Any:
        """Until it is done; what an operator has to mend is said once and tried again now and then."""
        attempt = 0
        while True:
            try:
                return await work()
            except Unreachable as error:
                self._said = error.reason
                pause_s = min(_LONGEST_PAUSE_S, 2.0 ** min(attempt, 10))
            except Refused as refused:
                self._said = f"the homeserver refuses ({refused})"
                pause_s = refused.retry_after_s or _LOGIN_PAUSE_S
            _log.warning("not connected", reason=self._said, attempt=attempt + 1)
            await self._clock.sleep(pause_s)
            attempt += 1

    # --- posting ------------------------------------------------------------------------------------------------------

    async def post(self, part: Part) -> Receipt:
        client, reception = self._connection()
        room_id = native_id(part.room.id)
        if room_id not in client.rooms:
            raise PostError("the bot is not in the room", None)
        contents = content.events(part)
        first = ""
        for number, made in enumerate(contents):
            transaction = content.transaction(part.key, number)
            event_id = await self._told(client.put_event(room_id, "m.room.message", made, transaction))
            reception.posted(event_id, made)
            first = first or event_id
        return Receipt(part.replaces or first, self._clock.now())

    async def find(self, part: Part, since: datetime) -> Found:
        client, _ = self._connection()
        room_id = native_id(part.room.id)
        wanted = content.transaction(part.key)
        position: str | None = None
        for _ in range(_LOOK_PAGES):
            path = f"/rooms/{segment(room_id)}/messages?dir=b&limit=100"
            if position is not None:
                path += f"&from={segment(position)}"
            page = await self._told(client.ask("GET", path))
            for source in page.get("chunk", []):
                at = datetime.fromtimestamp(source["origin_server_ts"] / 1000, UTC)
                if at < since - _SLACK:
                    return "absent"
                if source.get("sender") == client.user_id and _key(client, room_id, source) == wanted:
                    return Receipt(str(source["event_id"]), at)
            position = page.get("end")
            if position is None:
                return "absent"
        return "unknown"

    async def delete(self, posted: Posted) -> None:
        client, _ = self._connection()
        room_id = native_id(posted.room)
        if room_id not in client.rooms:
            raise PostError("the bot is not in the room", None)
        transaction = content.transaction(f"withdrawn:{posted.message_id}")
        await self._told(client.redact(room_id, posted.message_id, transaction))

    def _connection(self) -> tuple[Client, Reception]:
        if self._client is None or self._reception is None or not self._ready:
            raise PostError("not connected", 1.0)
        return self._client, self._reception

    async def _told(self, request: Awaitable[Any]) -> Any:
        """The answer. Raises PostError or PostUncertain."""
        try:
            return await request
        except Unreachable as error:
            if error.begun:
                raise PostUncertain from error
            raise PostError(error.reason, 1.0) from error
        except Refused as refused:
            retry_after_s = 30.0 if refused.logged_out else refused.retry_after_s
            if refused.status == 429:
                self._hush(refused.retry_after_s)
            raise PostError(f"the homeserver refuses ({refused})", retry_after_s) from refused
        except KeyError as error:  # the room was left meanwhile
            raise PostError("the bot is not in the room", None) from error

    async def members(self, room: Room) -> Sequence[str] | None:
        found = None if self._rooms is None else self._rooms.members(native_id(room.id))
        return None if found is None else [full_id(user) for user in found]

    # --- signs of work ------------------------------------------------------------------------------------------------

    async def working(self, message: Incoming, busy: bool) -> None:
        """Eyes on the message and "is typing" in its room. Nobody waits for them."""
        if self._client is None or not self._ready:
            return
        client, room_id = self._client, native_id(message.room.id)
        before = self._busy[room_id]
        self._busy[room_id] += 1 if busy else -1
        if (before == 0) == busy:
            self._aside(self._type(client, room_id, typing=busy))
        if self._busy[room_id] <= 0:
            del self._busy[room_id]
        if busy and asyncio.get_running_loop().time() >= self._quiet_until:
            eyes = self._aside(self._look(client, room_id, native_id(message.event_id)))
            self._eyes[message.event_id] = eyes
        elif not busy:
            eyes_ = self._eyes.pop(message.event_id, None)
            if eyes_ is not None:
                self._aside(self._look_away(client, room_id, eyes_, message.event_id))

    async def _type(self, client: Client, room_id: str, *, typing: bool) -> None:
        body = {"typing": True, "timeout": _TYPING_S * 1000} if typing else {"typing": False}
        path = f"/rooms/{segment(room_id)}/typing/{segment(client.user_id)}"
        with suppress(HomeserverError):
            await client.ask("PUT", path, body, timeout_s=10.0)

    async def _look(self, client: Client, room_id: str, event_id: str) -> str | None:
        made = {"m.relates_to": {"rel_type": "m.annotation", "event_id": event_id, "key": _EYES}}
        try:
            return await client.put_event(
                room_id, "m.reaction", made, content.transaction(f"eyes:{event_id}")
            )
        except Refused as refused:
            if refused.status == 429:
                self._hush(refused.retry_after_s)
        except Unreachable:
            pass
        return None

    async def _look_away(
        self, client: Client, room_id: str, eyes: asyncio.Task[str | None], message: str
    ) -> None:
        event_id = await eyes
        if event_id is not None:
            with suppress(HomeserverError):
                await client.redact(room_id, event_id, content.transaction(f"no eyes:{message}"))

    def _hush(self, retry_after_s: float | None) -> None:
        loop = asyncio.get_running_loop()
        self._quiet_until = loop.time() + max(_QUIET_S, retry_after_s or 0.0)

    def _aside(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        async def run() -> Any:
            try:
                return await work
            except Exception as error:  # noqa: BLE001 - a decoration that fails is no news to anybody
                _log.warning("sign of work failed", **cause(error))
                return None

        task = asyncio.create_task(run())
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)
        return task


def _key(client: Client, room_id: str, source: dict[str, Any]) -> object:
    """Which part of ours an event shows."""
    from nio.events.room_events import Event, MegolmEvent
    from nio.exceptions import EncryptionError

    if source.get("type") == "m.room.encrypted":
        event = Event.parse_event(source)
        if not isinstance(event, MegolmEvent):
            return None
        event.room_id = room_id
        try:
            source = client.decrypt_event(event).source
        except EncryptionError:
            return None
    return (source.get("content") or {}).get(content.KEY)
