"""A web of made-up hosts, all served by one server of this machine."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Self

import httpcore

PUBLIC = "93.184.216.34"


@dataclass(frozen=True)
class Visit:
    head: str
    """Of the request."""
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, raw: bytes) -> None:
        self.writer.write(raw)
        await self.writer.drain()

    async def left(self) -> None:
        """Wait until the visitor has hung up."""
        while await self.reader.read(65_536):
            pass


Serve = Callable[[Visit], Awaitable[None]]


def answer(body: bytes = b"", *headers: str, status: str = "200 OK", media: str = "text/html") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    if media:
        lines.append(f"Content-Type: {media}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def sends(raw: bytes) -> Serve:
    async def serve(visit: Visit) -> None:
        await visit.send(raw)

    return serve


def redirects(location: str, status: str = "302 Found") -> Serve:
    return sends(answer(b"", f"Location: {location}", status=status))


class Site:
    """`pages` maps a path to what serves it; `names` maps a host to its addresses, or to one list for each question.

    Every address is dialled here; `dialled` and `requests` keep what happened, `questions` the names asked for.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.pages: dict[str, Serve] = {}
        self.names: dict[str, Sequence[str] | list[Sequence[str]]] = {"news.example": [PUBLIC]}
        self.dialled: list[tuple[str, int]] = []
        self.requests: list[str] = []
        self.questions: list[str] = []
        self.visitors = 0
        self.most_visitors = 0
        """At the same time."""
        self.closed = asyncio.Event()
        """Set whenever a visitor has hung up."""
        self._tls = tls
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()

    @property
    def port(self) -> int:
        """Of the server, on this machine."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        self.questions.append(host)
        answers = self.names.get(host)
        if not answers:
            raise OSError("Name or service not known")
        if isinstance(answers[0], str):
            return [str(address) for address in answers]
        assert isinstance(answers, list)
        return list(answers.pop(0) if len(answers) > 1 else answers[0])

    async def dial(self, address: str, port: int) -> httpcore.AsyncNetworkStream:
        self.dialled.append((address, port))
        return await httpcore.AnyIOBackend().connect_tcp("127.0.0.1", self.port)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.requests.append(head)
            path = head.split(" ")[1].partition("?")[0]
            serve = self.pages.get(path, sends(answer(b"", status="404 Not Found")))
            self.visitors += 1
            self.most_visitors = max(self.most_visitors, self.visitors)
            try:
                await serve(Visit(head, reader, writer))
            finally:
                self.visitors -= 1
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            writer.close()
            await writer.wait_closed()
        self.closed.set()
