"""A wire to the homeserver on which everything can go wrong that goes wrong on wires."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Literal

import aiohttp
from aiohttp import web

Trouble = Literal["down", "reset", "broken", "limited", "deaf", "slow"]
"""down: nobody listens. reset: the connection breaks before the homeserver hears anything. broken: 502 from a proxy in
between. limited: 429. deaf: the homeserver does its work and its answer is lost. slow: it takes a second."""

_HOP_BY_HOP = {"connection", "transfer-encoding", "content-length", "content-encoding", "host", "keep-alive"}


class Wire:
    def __init__(self, to: str) -> None:
        self.url = ""
        self.trouble: Trouble | None = None
        self.fate: Callable[[str, str], Trouble | None] | None = None
        """Method and path → the trouble of that one request; goes before `trouble`."""
        self.requests: Counter[str] = Counter()
        """Those of each kind of trouble."""
        self._to = to
        self._port = 0
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        app = web.Application(client_max_size=100_000_000)
        app.router.add_route("*", "/{path:.*}", self._pass)
        self._runner = web.AppRunner(app, handle_signals=False, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        if not self._port:
            self._port = self._runner.addresses[0][1]
            self.url = f"http://127.0.0.1:{self._port}"
        if self._session is None:
            self._session = aiohttp.ClientSession(auto_decompress=False)

    async def set(self, trouble: Trouble | None) -> None:
        """Begin or end a trouble; connections that are open feel it, too."""
        if self._runner is not None and trouble == "down":
            await self._runner.cleanup()
            self._runner = None
        elif self._runner is None and trouble != "down":
            await self.open()
        self.trouble = trouble

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
        if self._session is not None:
            await self._session.close()

    async def _pass(self, request: web.Request) -> web.StreamResponse:
        trouble = self.fate(request.method, request.path) if self.fate is not None else None
        trouble = trouble or self.trouble
        self.requests[trouble or "none"] += 1
        body = await request.read()
        match trouble:
            case "reset":
                return self._hang_up(request)
            case "broken":
                return web.Response(status=502, text="<html>Bad Gateway</html>", content_type="text/html")
            case "limited":
                limits = {"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests", "retry_after_ms": 700}
                return web.json_response(limits, status=429)
            case "slow":
                await asyncio.sleep(1)
        assert self._session is not None
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOP_BY_HOP}
        async with self._session.request(
            request.method, self._to + request.path_qs, data=body, headers=headers
        ) as answer:
            content = await answer.read()
            if trouble == "deaf" or self.trouble in {"reset", "deaf"}:  # or it has come up meanwhile
                return self._hang_up(request)
            kept = {name: value for name, value in answer.headers.items() if name.lower() not in _HOP_BY_HOP}
            return web.Response(status=answer.status, body=content, headers=kept)

    @staticmethod
    def _hang_up(request: web.Request) -> web.Response:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()


@asynccontextmanager
async def wire(to: str) -> AsyncIterator[Wire]:
    made = Wire(to)
    await made.open()
    try:
        yield made
    finally:
        await made.close()
