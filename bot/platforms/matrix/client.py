"""nio's client where it is good (state, sync, Olm), and its own requests where more must be known of their end.

No request here waits for ever or is repeated in silence: every one ends within its time, with its answer or with one of
`errors`.
"""

from __future__ import annotations

import asyncio
import copy
import json
import logging
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote
from uuid import uuid4

import aiohttp
from nio.api import Api
from nio.client.async_client import AsyncClient, AsyncClientConfig
from nio.responses import ErrorResponse, KeysUploadResponse, ShareGroupSessionResponse, SyncResponse
from nio.store.database import SqliteStore

from bot.platforms.matrix.errors import HomeserverError, Refused, Unreachable

_T = TypeVar("_T")

CLIENT = "/_matrix/client/v3"
_REQUEST_S = 25.0  # less than the outbox gives a post
_SYNC_S = 30.0
_DEFAULT_PAUSE_S = 5.0  # of a 429 that names none
_FILTER = {
    "presence": {"not_types": ["*"]},
    "account_data": {"not_types": ["*"]},
    "room": {
        "timeline": {"limit": 50},
        "ephemeral": {"not_types": ["*"]},
        "account_data": {"not_types": ["*"]},
    },
}

logging.getLogger("nio").setLevel(logging.CRITICAL)  # it would log names of rooms and people


class Client(AsyncClient):
    """One device of one account. `folder` holds its keys."""

    def __init__(self, homeserver: str, user: str, folder: Path, device_id: str | None = None) -> None:
        super().__init__(
            homeserver.rstrip("/"),
            user,
            device_id=device_id,
            store_path=str(folder),
            config=AsyncClientConfig(
                max_limit_exceeded=0,
                max_timeouts=0,
                request_timeout=_REQUEST_S,
                encryption_enabled=True,
                store=SqliteStore,
                store_name="keys.db",
            ),
        )
        self.sync_s = _SYNC_S
        """How long a sync waits for something new."""
        self._keys = asyncio.Lock()
        """Queries and claims of keys, one at a time."""
        self._sharing: dict[str, asyncio.Lock] = {}
        self.invitations: dict[str, list[dict[str, Any]]] = {}
        """Of the last sync: room → the state shown with it. nio leaves out half of it."""

    # --- requests -----------------------------------------------------------------------------------------------------

    async def ask(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        timeout_s: float = _REQUEST_S,
        root: str = CLIENT,
    ) -> dict[str, Any]:
        """A request of our own; returns the JSON answer. Raises HomeserverError."""
        async with self._answer(method, root + path, body, timeout_s=timeout_s) as response:
            return await _json(response)

    async def download(  # nio's reads all that comes, however much it is
        self, server: str, media_id: str, *, max_bytes: int, timeout_s: float = 60.0
    ) -> bytes | None:
        """A file from the media store; None if it is larger than `max_bytes`. Raises HomeserverError."""
        path = f"/_matrix/client/v1/media/download/{segment(server)}/{segment(media_id)}"
        async with self._answer("GET", path, None, timeout_s=timeout_s) as response:
            content = bytearray()
            async for chunk in response.content.iter_chunked(65_536):
                content += chunk
                if len(content) > max_bytes:
                    return None
            return bytes(content)

    @asynccontextmanager
    async def _answer(
        self, method: str, path: str, body: dict[str, Any] | None, *, timeout_s: float
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        headers = {"Content-Type": "application/json"}
        if self.access_token:
            headers["Authorization"] = f"Bearer {self.access_token}"
        try:
            async with asyncio.timeout(timeout_s):
                data = None if body is None else json.dumps(body)
                response = await self.send(method, path, data, headers)
                async with response:
                    if response.status >= 400:
                        raise await _refusal(response)
                    yield response
        except aiohttp.ClientConnectorError as error:
            raise Unreachable("the homeserver cannot be reached", begun=False) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreachable(type(error).__name__) from error

    async def _nio(self, request: Awaitable[_T | ErrorResponse]) -> _T:
        """The answer to one of nio's own requests. Raises HomeserverError."""
        try:
            async with asyncio.timeout(_SYNC_S + 40):
                answer = await request
        except aiohttp.ClientConnectorError as error:
            raise Unreachable("the homeserver cannot be reached", begun=False) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreachable(type(error).__name__) from error
        if isinstance(answer, ErrorResponse):
            status: int = getattr(answer.transport_response, "status", 0)
            if status == 0 or status >= 500 or status < 400:
                raise Unreachable(f"{status} {answer.status_code or ''}".strip())
            retry = answer.retry_after_ms
            pause_s = (retry / 1000 if retry else _DEFAULT_PAUSE_S) if status == 429 else None
            raise Refused(status, str(answer.status_code or ""), retry_after_s=pause_s)
        return answer

    # --- sync ---------------------------------------------------------------------------------------------------------

    async def follow(self, since: str | None, *, whole: bool) -> SyncResponse:
        """What is new since that token, waiting for it up to 30 s; `whole`: with the state of all rooms, at once.

        Raises HomeserverError.
        """
        timeout_ms = 0 if whole else int(self.sync_s * 1000)
        self.next_batch = ""  # nio passes over an answer that ends where it stands, with all the rooms in it
        response = await self._nio(
            self.sync(timeout=timeout_ms, sync_filter=_FILTER, since=since, full_state=whole or None)
        )
        assert isinstance(response, SyncResponse)
        return response

    async def parse_body(self, transport_response: aiohttp.ClientResponse) -> dict[Any, Any]:
        body = await super().parse_body(transport_response)
        if "next_batch" in body:
            invited = body.get("rooms", {}).get("invite", {})
            self.invitations = {
                room: copy.deepcopy(info.get("invite_state", {}).get("events", []))
                for room, info in invited.items()
            }
        return body

    async def keep_keys(self) -> None:
        """Upload, query and claim what the last sync has shown to be missing. Raises HomeserverError."""
        async with self._keys:
            if self.olm is None:
                return
            await self._send_to_devices()
            if self.should_upload_keys:
                await self.upload_keys()
            if self.should_query_keys:
                await self._nio(self.keys_query())
            if self.should_claim_keys:
                await self._nio(self.keys_claim(self.get_users_for_key_claiming()))
                await self._send_to_devices()

    async def upload_keys(self) -> None:
        """Raises HomeserverError."""
        assert self.olm is not None
        keys = self.olm.share_keys()
        # nio saves them after the upload: a process that dies in between would not have the keys that others are given
        self.olm.save_account()
        method, path, data = Api.keys_upload(self.access_token, keys)
        await self._nio(self._send(KeysUploadResponse, method, path, data))

    async def _send_to_devices(self) -> None:
        for message in list(self.outgoing_to_device_messages):
            await self._nio(self.to_device(message))

    # --- sending ------------------------------------------------------------------------------------------------------

    async def put_event(self, room_id: str, kind: str, content: dict[str, Any], transaction: str) -> str:
        """Send an event, encrypted where the room is; returns its id.

        The same transaction gives the same id for a day, whatever the content. Raises HomeserverError.
        """
        room = self.rooms.get(room_id)
        if room is not None and room.encrypted and kind != "m.reaction":
            await self._share_key(room_id)
            kind, content = self.encrypt(room_id, kind, content)
        path = f"/rooms/{segment(room_id)}/send/{segment(kind)}/{segment(transaction)}"
        answer = await self.ask("PUT", path, content)
        return _text(answer, "event_id")

    async def redact(self, room_id: str, event_id: str, transaction: str) -> None:
        """Raises HomeserverError."""
        path = f"/rooms/{segment(room_id)}/redact/{segment(event_id)}/{segment(transaction)}"
        await self.ask("PUT", path, {})

    async def _share_key(self, room_id: str) -> None:
        """Give every device in the room the key of what is sent next.

        nio's own way takes a request that failed for one that did its work; then nobody could read what follows.
        """
        async with self._sharing.setdefault(room_id, asyncio.Lock()):
            room, olm = self.rooms[room_id], self.olm
            assert olm is not None
            if not room.members_synced:
                await self._nio(self.joined_members(room_id))
            async with self._keys:
                if self.should_query_keys:
                    await self._nio(self.keys_query())
                if not olm.should_share_group_session(room_id):
                    return
                missing = self.get_missing_sessions(room_id)
                if missing:
                    await self._nio(self.keys_claim(missing))
            shares = olm.share_group_session_parallel(
                room_id, list(room.users), ignore_unverified_devices=True
            )
            for devices, messages in shares:
                method, path, data = Api.to_device(
                    self.access_token, "m.room.encrypted", messages, str(uuid4())
                )
                await self._nio(
                    self._send(
                        ShareGroupSessionResponse, method, path, data, response_data=(room_id, devices)
                    )
                )
            olm.outbound_group_sessions[room_id].shared = True


def segment(text: str) -> str:
    """As one segment of a URL's path."""
    return quote(text, safe="")


async def _refusal(response: aiohttp.ClientResponse) -> HomeserverError:
    body = await _json(response, lenient=True)
    code = body.get("errcode")
    if response.status >= 500:
        return Unreachable(f"{response.status}")
    pause_s = None
    if response.status == 429:
        told = body.get("retry_after_ms")
        header = response.headers.get("Retry-After", "")
        pause_s = _DEFAULT_PAUSE_S
        if isinstance(told, int | float):
            pause_s = told / 1000
        elif header.isdigit():
            pause_s = float(header)
    return Refused(response.status, code if isinstance(code, str) else "", retry_after_s=pause_s, body=body)


async def _json(response: aiohttp.ClientResponse, *, lenient: bool = False) -> dict[str, Any]:
    try:
        found = json.loads(await response.read())
    except ValueError as error:
        if lenient:
            return {}
        raise Unreachable("an answer that is no JSON") from error
    if isinstance(found, dict):
        return found
    return {"": found}


def _text(answer: dict[str, Any], key: str) -> str:
    value = answer.get(key)
    if not isinstance(value, str):
        raise Unreachable(f"an answer without {key}")
    return value
