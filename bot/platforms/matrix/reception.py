"""What happened in a room → a message for the core, with its files, if it is one."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import structlog
from nio.crypto.attachments import decrypt_attachment
from nio.events.room_events import Event, MegolmEvent
from nio.exceptions import EncryptionError

from bot.log import cause
from bot.platforms.matrix import content
from bot.platforms.matrix.client import Client, segment
from bot.platforms.matrix.errors import HomeserverError, Refused, Unreachable
from bot.platforms.matrix.reading import File, Pressed, Said, pressed, said
from bot.platforms.matrix.rooms import Rooms, full_id
from bot.ports import Attachment, Incoming
from briefs import urls

_MOST_BYTES = 20_000_000  # of a file; the largest reports that people pass around are smaller
_KEY_WAIT_S = 20.0  # a message's key comes with it, or some seconds later where its sender's device is slow
_ASK_AFTER_S = 3.0
_TRIES = 4  # of a look-up that a message needs; a homeserver that is gone for longer stops the sync, too
_REMEMBERED = 5_000  # messages and threads

UNREADABLE = (
    "I cannot decrypt your message: your app has not shared its key with me. Please send it again. If that does not "
    "help, look whether your app sends keys to verified devices only (Settings, Security), or write to me in a new "
    "direct chat. What was written before I came into a room I can never read."
)
NO_PICTURES = "I read links, PDF, HTML and text files, but no pictures, sound or video."
TOO_LARGE = f"That file is too large: I read files of up to {_MOST_BYTES // 1_000_000} MB."
NOT_THERE = "I could not get that file from the homeserver. Please send it again."

_T = TypeVar("_T")
_K = TypeVar("_K")
_V = TypeVar("_V")
_log = structlog.get_logger(__name__)


class _Recent(Generic[_K, _V]):
    """The last things looked at."""

    def __init__(self) -> None:
        self._kept: OrderedDict[_K, _V] = OrderedDict()

    def get(self, key: _K) -> _V | None:
        return self._kept.get(key)

    def put(self, key: _K, value: _V) -> None:
        self._kept[key] = value
        self._kept.move_to_end(key)
        while len(self._kept) > _REMEMBERED:
            self._kept.popitem(last=False)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is remembered of a message: never its text."""

    mine: bool
    thread: str | None
    actions: Mapping[str, str]


class Reception:
    def __init__(self, client: Client, rooms: Rooms) -> None:
        self._client = client
        self._rooms = rooms
        self._messages: _Recent[str, _Known] = _Recent()
        self._threads: _Recent[str, bool] = _Recent()
        self._synced = asyncio.Condition()

    async def synced(self) -> None:
        """A sync has ended, so keys may have come."""
        async with self._synced:
            self._synced.notify_all()

    def posted(self, event_id: str, sent: Mapping[str, Any]) -> None:
        """Remember a message of the bot."""
        known = _known(sent, mine=True)
        self._messages.put(event_id, known)
        if known.thread is not None:
            self._threads.put(known.thread, True)

    async def incoming(self, room_id: str, event: Event) -> Incoming | None:
        """None for what is not for the bot. Raises HomeserverError where it is to be tried again."""
        if isinstance(event, MegolmEvent):
            clear = await self._decrypted(room_id, event)
            if clear is None:
                return self._undecryptable(room_id, event)
            event = clear
        source = event.source
        me = self._client.user_id
        reaction = pressed(source, me=me)
        if reaction is not None:
            return await self._press(room_id, reaction)
        message = said(source, me=me, names=self._names(room_id))
        if message is None:
            return None
        if message.kind == "m.key.verification.request":
            return await self._verification(room_id, source, message)
        return await self._message(room_id, message)

    def _names(self, room_id: str) -> list[str]:
        me = self._client.user_id
        room = self._client.rooms.get(room_id)
        shown = room.user_name(me) if room is not None else None
        return [me.partition(":")[0].removeprefix("@"), *([shown] if shown else [])]

    async def _message(self, room_id: str, message: Said) -> Incoming | None:
        room = self._rooms.room(room_id)
        if room is None or self._rooms.space(room_id):
            return None
        addressed = (
            message.called or self._rooms.two_of_us(room_id) or await self._follows_up(room_id, message)
        )
        made = Incoming(
            event_id=full_id(message.event_id),
            room=room,
            person=self._rooms.person(room_id, message.sender),
            text=message.text,
            thread=message.thread,
            reply_to=message.reply_to,
            answer_thread=None if addressed else message.event_id,
            addressed=addressed,
        )
        if not addressed:
            return made if message.file is None and urls.find(message.text) else None
        file = message.file
        if file is None and not message.text and message.reply_to is not None:
            original = await self._original(room_id, message.reply_to)
            if original is not None:
                made, file = replace(made, text=original.text), original.file
        return made if file is None else await self._with_file(made, file)

    async def _follows_up(self, room_id: str, message: Said) -> bool:
        """Whether it goes on with what the bot said, and is not meant for somebody else."""
        if message.to_others:
            return False
        if message.thread is not None and await self._my_thread(room_id, message.thread):
            return True
        if message.reply_to is None:
            return False
        known = await self._look_up(room_id, message.reply_to)
        return known is not None and known.mine

    async def _press(self, room_id: str, reaction: Pressed) -> Incoming | None:
        room = self._rooms.room(room_id)
        known = await self._look_up(room_id, reaction.to)
        if room is None or known is None or not known.mine or reaction.mark not in known.actions:
            return None
        return Incoming(
            event_id=full_id(reaction.event_id),
            room=room,
            person=self._rooms.person(room_id, reaction.sender),
            text=known.actions[reaction.mark],
            thread=known.thread or reaction.to,
            reply_to=reaction.to,
        )

    # --- files --------------------------------------------------------------------------------------------------------

    async def _with_file(self, message: Incoming, file: File) -> Incoming:
        if file.media_type.startswith(("image/", "audio/", "video/")):
            return replace(message, trouble=NO_PICTURES)
        if (file.size or 0) > _MOST_BYTES:
            return replace(message, trouble=TOO_LARGE)
        try:
            content = await self._retried(
                lambda: self._client.download(file.server, file.media_id, max_bytes=_MOST_BYTES)
            )
            if content is None:
                return replace(message, trouble=TOO_LARGE)
            if file.key is not None:
                key = file.key
                content = decrypt_attachment(content, key["key"]["k"], key["hashes"]["sha256"], key["iv"])
        except (HomeserverError, EncryptionError, KeyError, TypeError, ValueError) as error:
            _log.warning("file not read", message=message.event_id, **cause(error))
            return replace(message, trouble=NOT_THERE)
        return replace(message, attachments=(Attachment(file.name, file.media_type, content),))

    # --- other messages -----------------------------------------------------------------------------------------------

    async def _my_thread(self, room_id: str, root: str) -> bool:
        known = self._threads.get(root)
        if known is None:
            head = await self._look_up(room_id, root)
            known = (head is not None and head.mine) or await self._spoke_in(room_id, root)
            self._threads.put(root, known)
        return known

    async def _spoke_in(self, room_id: str, root: str) -> bool:
        path = f"/rooms/{segment(room_id)}/relations/{segment(root)}/m.thread?limit=50"
        try:
            found = await self._retried(lambda: self._client.ask("GET", path, root="/_matrix/client/v1"))
        except Refused:
            return False
        chunk = found.get("chunk")
        return isinstance(chunk, list) and any(
            isinstance(event, dict) and event.get("sender") == self._client.user_id for event in chunk
        )

    async def _look_up(self, room_id: str, event_id: str) -> _Known | None:
        known = self._messages.get(event_id)
        if known is None:
            source = await self._fetch(room_id, event_id)
            if source is None:
                return None
            mine = source.get("sender") == self._client.user_id
            known = _known(source.get("content") or {}, mine=mine)
            self._messages.put(event_id, known)
        return known

    async def _original(self, room_id: str, event_id: str) -> Said | None:
        source = await self._fetch(room_id, event_id)
        return None if source is None else said(source, me=self._client.user_id, names=())

    async def _fetch(self, room_id: str, event_id: str) -> dict[str, Any] | None:
        """An event, decrypted where it can be; None if it is not there (any more)."""
        path = f"/rooms/{segment(room_id)}/event/{segment(event_id)}"
        try:
            source = await self._retried(lambda: self._client.ask("GET", path))
        except Refused:
            return None
        if source.get("type") == "m.room.encrypted":
            event = Event.parse_event(source)
            if isinstance(event, MegolmEvent):
                event.room_id = room_id
                try:
                    return dict(self._client.decrypt_event(event).source)
                except EncryptionError:
                    return source
        return source

    async def _retried(self, request: Callable[[], Awaitable[_T]]) -> _T:
        for attempt in range(_TRIES):
            try:
                return await request()
            except HomeserverError as error:
                pause_s = error.retry_after_s if isinstance(error, Refused) else 0.5 * 2**attempt
                if pause_s is None or attempt + 1 == _TRIES:
                    raise
                await asyncio.sleep(min(pause_s, 30.0))
        raise Unreachable("gave up")

    # --- encryption ---------------------------------------------------------------------------------------------------

    async def _decrypted(self, room_id: str, event: MegolmEvent) -> Event | None:
        """The event in the clear, waiting a while for its key."""
        event.room_id = room_id
        loop = asyncio.get_running_loop()
        begun = loop.time()
        asked = False
        while True:
            try:
                found: Event = self._client.decrypt_event(event)
            except EncryptionError:
                pass
            else:
                return found
            waited = loop.time() - begun
            if waited >= _KEY_WAIT_S:
                return None
            if waited >= _ASK_AFTER_S and not asked:
                asked = True
                await self._ask_for_key(event)
            try:
                async with asyncio.timeout(_ASK_AFTER_S), self._synced:
                    await self._synced.wait()
            except TimeoutError:
                continue

    async def _ask_for_key(self, event: MegolmEvent) -> None:
        """Of the device that wrote the message."""
        if self._client.olm is None or event.session_id in self._client.outgoing_key_requests:
            return
        request = event.as_key_request(
            event.sender, str(self._client.device_id), event.session_id, event.device_id
        )
        self._client.olm.outgoing_to_device_messages.append(request)  # goes out with the next sync

    def _undecryptable(self, room_id: str, event: MegolmEvent) -> Incoming | None:
        room = self._rooms.room(room_id)
        if room is None or event.sender == self._client.user_id:
            return None
        _log.warning("undecryptable", room=room.id, message=event.event_id)
        return Incoming(
            # once for each device in each room: who keeps a device from reading along need not hear of it every day
            event_id=f"matrix:undecryptable:{room_id}:{event.sender}:{event.device_id}",
            room=room,
            person=self._rooms.person(room_id, event.sender),
            text="",
            trouble=UNREADABLE,
        )

    async def _verification(self, room_id: str, source: Mapping[str, Any], message: Said) -> Incoming | None:
        room = self._rooms.room(room_id)
        if room is None or (source.get("content") or {}).get("to") != self._client.user_id:
            return None
        declined = {
            "code": "m.user",
            "reason": "This is a bot.",
            "m.relates_to": {"rel_type": "m.reference", "event_id": message.event_id},
        }
        transaction = content.transaction(f"declined:{message.event_id}")
        await self._client.put_event(room_id, "m.key.verification.cancel", declined, transaction)
        return Incoming(
            event_id=full_id(message.event_id),
            room=room,
            person=self._rooms.person(room_id, message.sender),
            text="",
            trouble=self.verification_answer(),
        )

    def verification_answer(self) -> str:
        olm = self._client.olm
        assert olm is not None
        print_ = olm.account.identity_keys["ed25519"]
        grouped = " ".join(print_[at : at + 4] for at in range(0, len(print_), 4))
        return (
            "I am a bot and cannot compare emoji. You need not verify me to write to me: my account vouches for my "
            f"device. To make sure of it, compare the fingerprint of my session {self._client.device_id} in your app "
            f"with this one: {grouped}"
        )


def _known(content_: Mapping[str, Any], *, mine: bool) -> _Known:
    relation = content_.get("m.relates_to")
    thread = None
    if isinstance(relation, dict) and relation.get("rel_type") == "m.thread":
        thread = relation.get("event_id")
    actions = content_.get(content.ACTIONS) if mine else None
    return _Known(
        mine=mine,
        thread=thread if isinstance(thread, str) else None,
        actions={str(mark): str(command) for mark, command in actions.items()}
        if isinstance(actions, dict)
        else {},
    )
