"""/healthz: the process lives. /readyz: it can do its work. For load balancers and people; plain HTTP/1.1, GET only."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import h11
import structlog

Check = Callable[[], Awaitable[str | None]]
"""None if all is well, else one sentence about what is wrong, without secrets."""

_REQUEST_TIMEOUT_S = 5.0
_CHECK_TIMEOUT_S = 2.0
_READ_BYTES = 4_096
_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_log = structlog.get_logger(__name__)


class Health:
    """`checks` are asked at each /readyz, all at once; `metrics` gives the text of /metrics."""

    def __init__(
        self, checks: Mapping[str, Check], metrics: Callable[[], Awaitable[bytes]] | None = None
    ) -> None:
        self._checks = dict(checks)
        self._metrics = metrics
        self.draining = False
        """True: /readyz says no, so that nothing new is sent here while work in hand ends."""

    @asynccontextmanager
    async def serve(self, host: str, port: int) -> AsyncIterator[int]:
        """Answer while the block runs; yields the port. Raises OSError if it cannot listen there."""
        server = await asyncio.start_server(self._connected, host, port)
        async with server:
            yield int(server.sockets[0].getsockname()[1])

    async def ready(self) -> tuple[bool, dict[str, str]]:
        """Whether work can be done, and what each check says."""
        names = list(self._checks)
        said = await asyncio.gather(*(self._ask(self._checks[name]) for name in names))
        found = {name: answer or "ok" for name, answer in zip(names, said, strict=True)}
        if self.draining:
            found["service"] = "shutting down"
        return not self.draining and not any(said), found

    async def _ask(self, check: Check) -> str | None:
        try:
            async with asyncio.timeout(_CHECK_TIMEOUT_S):
                return await check()
        except TimeoutError:
            return f"no answer within {_CHECK_TIMEOUT_S:g} seconds"
        except Exception as error:  # noqa: BLE001 - a broken check is an answer, too
            return f"failed ({type(error).__name__})"

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER)
        try:
            async with asyncio.timeout(_REQUEST_TIMEOUT_S):
                status, body, method = await self._answer(connection, reader)
                payload = body if isinstance(body, bytes) else (json.dumps(body) + "\n").encode()
                headers = [
                    ("content-type", _METRICS_TYPE if isinstance(body, bytes) else "application/json"),
                    ("content-length", str(len(payload))),
                    ("cache-control", "no-store"),
                    ("connection", "close"),
                ]
                writer.write(connection.send(h11.Response(status_code=status, headers=headers)) or b"")
                if method != b"HEAD":
                    writer.write(connection.send(h11.Data(data=payload)) or b"")
                await writer.drain()
        except (TimeoutError, ConnectionError, h11.ProtocolError) as error:
            _log.debug("health request failed", error=type(error).__name__)
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _answer(
        self, connection: h11.Connection, reader: asyncio.StreamReader
    ) -> tuple[int, dict[str, object] | bytes, bytes]:
        try:
            request = await _request(connection, reader)
        except h11.RemoteProtocolError as error:
            return error.error_status_hint, {"error": "not a proper HTTP request"}, b"GET"
        path = request.target.partition(b"?")[0]
        if request.method not in {b"GET", b"HEAD"}:
            return 405, {"error": "GET only"}, request.method
        if path == b"/healthz":
            return 200, {"status": "ok"}, request.method
        if path == b"/readyz":
            ready, checks = await self.ready()
            body: dict[str, object] = {"status": "ready" if ready else "not ready", "checks": checks}
            return 200 if ready else 503, body, request.method
        if path == b"/metrics" and self._metrics is not None:
            return 200, await self._metrics(), request.method
        return 404, {"error": "only /healthz, /readyz and /metrics are here"}, request.method


async def _request(connection: h11.Connection, reader: asyncio.StreamReader) -> h11.Request:
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(_READ_BYTES))
        elif isinstance(event, h11.Request):
            return event
        else:
            raise ConnectionResetError("closed before a request came")
