"""People with a Matrix client: plain requests for rooms in the clear, nio for encrypted ones."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import httpx

from bot.platforms.matrix.client import Client
from tests.bot.matrix.homeserver import Account, Homeserver

Event = dict[str, Any]
WELCOME = "lists all that I understand"
"""In what the bot says when it comes into a room; nobody counts that among its answers."""
_PATIENCE_S = 60.0  # for a machine that does many other things, too


class Person:
    """Somebody who sees all events of the rooms that they are in, in order."""

    def __init__(self, homeserver: Homeserver, account: Account) -> None:
        self.account = account
        self.id = account.user_id
        self.seen: list[Event] = []
        self.invitations: list[str] = []
        self._since: str | None = None
        self._numbers = itertools.count()
        self._http = httpx.AsyncClient(
            base_url=homeserver.url,
            headers={"Authorization": f"Bearer {account.token}"},
            timeout=60,
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        await self.sync(0)
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._http.aclose()

    async def ask(self, method: str, path: str, body: object = None) -> Event:
        answer = await self._http.request(method, f"/_matrix/client/v3{path}", json=body)
        assert answer.is_success, answer.text
        return dict(answer.json())

    async def create_room(self, *invite: str, **more: object) -> str:
        made = await self.ask("POST", "/createRoom", {"invite": list(invite), **more})
        return str(made["room_id"])

    async def direct_room(self, other: str) -> str:
        return await self.create_room(other, is_direct=True, preset="trusted_private_chat")

    async def upload(self, content: bytes, media_type: str = "application/octet-stream") -> str:
        """Returns the mxc:// address."""
        answer = await self._http.post(
            "/_matrix/media/v3/upload", content=content, headers={"Content-Type": media_type}
        )
        return str(answer.json()["content_uri"])

    async def send(self, room: str, content: Event | str, kind: str = "m.room.message") -> str:
        made = {"msgtype": "m.text", "body": content} if isinstance(content, str) else content
        return await self.put(room, made, kind)

    async def put(self, room: str, made: Event, kind: str) -> str:
        """As it is, in the clear."""
        number = f"{time.time_ns()}-{next(self._numbers)}"
        return str((await self.ask("PUT", f"/rooms/{room}/send/{kind}/{number}", made))["event_id"])

    async def react(self, room: str, to: str, mark: str) -> str:
        relation = {"rel_type": "m.annotation", "event_id": to, "key": mark}
        return await self.send(room, {"m.relates_to": relation}, "m.reaction")

    async def state(self, room: str, kind: str, content: Event, key: str = "") -> None:
        await self.ask("PUT", f"/rooms/{room}/state/{kind}/{quote(key)}", content)

    async def get_state(self, room: str, kind: str) -> Event:
        return await self.ask("GET", f"/rooms/{room}/state/{kind}/")

    async def sync(self, timeout_ms: int = 1_000) -> None:
        query = f"?timeout={timeout_ms}" + (f"&since={self._since}" if self._since else "")
        answer = await self.ask("GET", f"/sync{query}")
        self._since = answer["next_batch"]
        rooms = answer.get("rooms", {})
        self.invitations += rooms.get("invite", {})
        for room, info in rooms.get("join", {}).items():
            for event in info["timeline"]["events"]:
                self.take({**event, "room_id": room})

    def take(self, event: Event) -> None:
        self.seen.append(event)

    async def until(self, wanted: Callable[[Event], bool], count: int = 1) -> list[Event]:
        """The first `count` events that are wanted, once they have come."""
        end = time.monotonic() + _PATIENCE_S
        while len(found := [event for event in self.seen if wanted(event)]) < count:
            assert time.monotonic() < end, [(e["type"], e.get("content", {}).get("body")) for e in self.seen]
            await self.sync()
        return found

    async def said(self, who: str, room: str, text: str = "", count: int = 1) -> list[Event]:
        """The first messages of somebody in a room that hold the text."""
        return await self.until(lambda event: is_message(event, who, room, text), count)

    def heard(self, who: str, room: str, text: str = "") -> list[Event]:
        """What was said so far."""
        return [event for event in self.seen if is_message(event, who, room, text)]


class NioPerson(Person):
    """Somebody whose client encrypts."""

    def __init__(self, homeserver: Homeserver, account: Account, folder: Path) -> None:
        super().__init__(homeserver, account)
        folder.mkdir(parents=True)
        self.client = Client(homeserver.url, account.user_id, folder, account.device_id)

    async def __aenter__(self) -> Self:
        self.client.restore_login(self.account.user_id, self.account.device_id, self.account.token)
        await self.client.upload_keys()
        await self.sync(0)
        return self

    async def __aexit__(self, *error: object) -> None:
        await super().__aexit__(*error)
        await self.client.close()
        self.client.store.database.close()

    async def send(self, room: str, content: Event | str, kind: str = "m.room.message") -> str:
        made = {"msgtype": "m.text", "body": content} if isinstance(content, str) else content
        while room not in self.client.rooms:
            await self.sync()
        return await self.client.put_event(room, kind, made, f"{time.time_ns()}-{next(self._numbers)}")

    async def sync(self, timeout_ms: int = 1_000) -> None:
        first = self._since is None
        self.client.sync_s = timeout_ms / 1000
        response = await self.client.follow(self._since, whole=first)
        self._since = response.next_batch
        await self.client.keep_keys()
        self.invitations += response.rooms.invite
        for room, info in response.rooms.join.items():
            for event in info.timeline.events:
                self.take({**event.source, "room_id": room})


def is_message(event: Event, who: str, room: str, text: str) -> bool:
    return (
        event["type"] == "m.room.message"
        and event["sender"] == who
        and event["room_id"] == room
        and text in event["content"].get("body", "")
        and (text == WELCOME or WELCOME not in event["content"].get("body", ""))
    )


async def everybody(*waits: Any) -> Sequence[Any]:
    return await asyncio.gather(*waits)
