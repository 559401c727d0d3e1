"""Which rooms the bot is in: invitations, upgrades, rooms that everybody has left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

import structlog

from bot.platforms.matrix.client import Client, segment
from bot.platforms.matrix.errors import Refused
from bot.platforms.matrix.rooms import Rooms

_log = structlog.get_logger(__name__)


class Membership:
    """`allow`: who may bring the bot into a room: "@anna:example.org", a homeserver ("example.org", "*.example.org"),
    a room's id, "*" for everybody; empty: everybody on the bot's own homeserver.
    """

    def __init__(self, client: Client, rooms: Rooms, allow: Sequence[str]) -> None:
        self._client = client
        self._rooms = rooms
        self._allow = tuple(allow) or (server(client.user_id),)

    def allows(self, inviter: str, room_id: str) -> bool:
        return any(
            pattern in {inviter, room_id}
            if pattern[:1] in {"@", "!"}
            else fnmatchcase(server(inviter), pattern)
            for pattern in self._allow
        )

    async def invited(self, room_id: str, state: Sequence[Mapping[str, Any]]) -> None:
        """Take or refuse an invitation. Raises HomeserverError where it is to be tried again."""
        mine = [
            event
            for event in state
            if event.get("type") == "m.room.member" and event.get("state_key") == self._client.user_id
        ]
        inviter = str(mine[-1].get("sender", "")) if mine else ""
        content = (mine[-1].get("content") or {}) if mine else {}
        space = any(
            event.get("type") == "m.room.create" and (event.get("content") or {}).get("type") == "m.space"
            for event in state
        )
        if space or not self.allows(inviter, room_id):
            _log.info("invitation refused", room=room_id, inviter=inviter, space=space)
            await self._leave(room_id)
            return
        direct = content.get("is_direct") is True
        if direct:
            await self.remember_direct(
                room_id, inviter
            )  # first: what is said in it at once is meant for the bot
        if await self._join(room_id, inviter):
            _log.info("joined", room=room_id, direct=direct)

    async def load_direct(self) -> None:
        """Which rooms are direct messages, as the account remembers. Raises HomeserverError."""
        self._rooms.direct = {room for rooms in (await self._direct()).values() for room in rooms}

    async def remember_direct(self, room_id: str, person: str) -> None:
        """Raises HomeserverError."""
        known = await self._direct()
        if room_id not in known.get(person, []):
            known[person] = [*known.get(person, []), room_id]
            await self._client.ask("PUT", self._direct_path, known)
        self._rooms.direct.add(room_id)

    async def replaced(self, room_id: str, source: Mapping[str, Any]) -> str | None:
        """Follow a room that was upgraded; returns the id of the one that takes its place, if the bot is in it now.

        Raises HomeserverError where it is to be tried again.
        """
        new = (source.get("content") or {}).get("replacement_room")
        sender = source.get("sender")
        if not isinstance(new, str) or not isinstance(sender, str) or new == room_id:
            return None
        if new not in self._client.rooms and not await self._join(new, sender):
            return None
        _log.info("followed an upgrade", room=room_id, to=new)
        if room_id in self._rooms.direct:
            await self.remember_direct(new, sender)
        await self._leave(room_id)
        return new

    async def leave_if_alone(self, room_id: str) -> None:
        """Raises HomeserverError where it is to be tried again."""
        if self._rooms.alone(room_id):
            _log.info("left an empty room", room=room_id)
            await self._leave(room_id)

    async def _join(self, room_id: str, through: str) -> bool:
        try:
            path = f"/join/{segment(room_id)}?via={segment(server(through))}"
            await self._client.ask("POST", path, {}, timeout_s=60.0)
        except Refused as refused:
            if refused.retry_after_s is not None or refused.logged_out:
                raise
            _log.warning("cannot join", room=room_id, code=refused.code)
            return False
        return True

    async def _leave(self, room_id: str) -> None:
        for act in ("leave", "forget"):
            try:
                await self._client.ask("POST", f"/rooms/{segment(room_id)}/{act}", {})
            except Refused as refused:
                if refused.retry_after_s is not None or refused.logged_out:
                    raise
                _log.info("cannot leave", room=room_id, code=refused.code)

    @property
    def _direct_path(self) -> str:
        return f"/user/{segment(self._client.user_id)}/account_data/m.direct"

    async def _direct(self) -> dict[str, list[str]]:
        try:
            found = await self._client.ask("GET", self._direct_path)
        except Refused as refused:
            if refused.status == 404:
                return {}
            raise
        return {
            person: [room for room in rooms if isinstance(room, str)]
            for person, rooms in found.items()
            if isinstance(rooms, list)
        }


def server(user_id: str) -> str:
    """The homeserver of a user: "@anna:example.org:8448" → "example.org:8448"."""
    return user_id.partition(":")[2]
