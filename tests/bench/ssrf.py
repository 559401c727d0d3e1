"""How many hostile links reach an address that they must not: `python -m tests.bench.ssrf DIR > figures`.

DIR holds urls.json: `urls`, pairs of a label and a link, and `names`, the DNS answers to serve ("REBIND": a public
address first, then a private one, in turn). Every link is fetched with any port open, then every name is fetched
directly, behind a redirect, and several times over. One server of this machine plays all hosts; what counts as
reached is what was dialled, judged here and not by the guard under test.

Prints `name value (hit/of)`: `reached` must be 0; `public_loaded` must be 1; `reached_unguarded` is what a plain client
reaches with the same answers, and shows that the measure can fail.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import ipaddress
import json
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpcore
import httpx
import structlog

from bot.net.errors import FetchError
from bot.net.fetch import HttpFetcher

PUBLIC = "93.184.216.34"
PUBLIC_6 = "2606:2800:220:1:248:1893:25c8:1946"
INSIDE = {
    "localhost": ["127.0.0.1", "::1"],
    "ip6-localhost": ["::1"],
    "metadata": ["169.254.169.254"],
    "metadata.google.internal": ["169.254.169.254"],
    "metadata.packet.net": ["192.168.0.1"],
    "metadata.tencentyun.com": ["169.254.0.23"],
}
OUTSIDE = {
    "public.test": [PUBLIC],
    "six.test": [PUBLIC_6, PUBLIC],
    "www.google.com": [PUBLIC],
    "example.com": [PUBLIC],
}
PAGE = b"<!doctype html><title>A public page</title><p>Anybody may read this."
FORBIDDEN_BY_NUMBER = [ipaddress.ip_network("192.0.0.0/24"), ipaddress.ip_network("168.63.129.16/32")]
REBINDINGS = 20
_HTTPCORE = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol)


def is_forbidden(text: str) -> bool:
    """Asks the interpreter's own registry, about the address and about every IPv4 address that it may carry."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv4Address):
        named = any(address in network for network in FORBIDDEN_BY_NUMBER)
        return named or not address.is_global or address.is_multicast or address.is_reserved
    carried = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    high, low = int(address) >> 32, ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    if high in {0, 0x64_FF9B << 64} or high & 0xFDFF_FFFF == 0x5EFE:
        carried.append(low)
    if any(inner is not None and is_forbidden(str(inner)) for inner in carried):
        return True
    nat64 = high == 0x64_FF9B << 64
    return not nat64 and (
        not address.is_global or address.is_multicast or address.is_reserved or address.is_site_local
    )


class World:
    """All hosts at once; `dialled` keeps the addresses since the last `clear()`."""

    def __init__(self, names: dict[str, Any]) -> None:
        self.names = {**OUTSIDE, **INSIDE, **names}
        self.dialled: list[str] = []
        self.asked = 0
        self.port = 0

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        answers = self.names.get(host)
        if answers == "REBIND":
            self.asked += 1
            return [PUBLIC] if self.asked % 2 else ["127.0.0.1"]
        if answers is not None:
            return list(answers)
        return [socket.inet_ntoa(socket.inet_aton(host))]  # what a system's resolver makes of 0x7f.1

    async def dial(self, address: str, port: int) -> httpcore.AsyncNetworkStream:
        self.dialled.append(address)
        return await httpcore.AnyIOBackend().connect_tcp("127.0.0.1", self.port)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            start = await reader.readexactly(1)
            if start != b"G":  # a TLS handshake: that it was dialled is all that counts
                writer.close()
                return
            head = (start + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            link = urlsplit(head.split(" ")[1])
            asked = parse_qs(link.query)
            body, extra, status = PAGE, "", "200 OK"
            if link.path == "/redir":
                body, status = b"", f"{asked['code'][0]} Elsewhere"
                extra = f"Location: {asked['to'][0]}\r\n"
            elif link.path == "/packed":
                body, extra = gzip.compress(PAGE), "Content-Encoding: gzip\r\n"
            writer.write(
                f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n"
                f"Connection: close\r\n{extra}\r\n".encode()
                + body
            )
            await writer.drain()
        writer.close()


class Unguarded(httpx.AsyncBaseTransport):
    """A plain client's way out: it takes the first answer for a name."""

    def __init__(self, world: World) -> None:
        self._pool = httpcore.AsyncConnectionPool(network_backend=_FirstAnswer(world))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        core = await self._pool.handle_async_request(
            httpcore.Request(
                request.method,
                httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
            )
        )
        body = await core.aread()
        await core.aclose()
        return httpx.Response(core.status, headers=core.headers, content=body, request=request)


class _FirstAnswer(httpcore.AsyncNetworkBackend):
    def __init__(self, world: World) -> None:
        self._world = world

    async def connect_tcp(self, host: str, port: int, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        try:
            address = str(ipaddress.ip_address(host))
        except ValueError:
            address = (await self._world.resolve(host, port))[0]
        return await self._world.dial(address, port)


@contextlib.asynccontextmanager
async def open_world(names: dict[str, Any]) -> AsyncIterator[World]:
    world = World(names)
    server = await asyncio.start_server(world.serve, "127.0.0.1", 0)
    world.port = server.sockets[0].getsockname()[1]
    try:
        yield world
    finally:
        server.close()


def redirected(to: str, times: int = 1) -> str:
    for _ in range(times):
        to = f"http://public.test/redir?code=302&to={quote(to, safe='')}"
    return to


def hostile(data: dict[str, Any]) -> list[str]:
    links = [link for _, link in data["urls"]]
    for name, answers in data["names"].items():
        links += [f"http://{name}:26120/x", f"https://{name}/x", redirected(f"http://{name}:26120/x")]
        if answers == "REBIND":
            links += [f"http://{name}/x", redirected(f"http://{name}/x", 3)] * REBINDINGS
    return links


def public() -> list[str]:
    return [
        "http://public.test/page",
        "http://public.test:26120/page",
        f"http://{PUBLIC}/page",
        f"http://[{PUBLIC_6}]/page",
        "http://six.test/page",
        "http://public.test/packed",
        redirected("http://public.test/page"),
        redirected("http://www.google.com/page", 5),
        "http://ⓔⓧⓐⓜⓟⓛⓔ.ⓒⓞⓜ/page",
    ]


async def reached(world: World, links: list[str], fetch: Callable[[str], Awaitable[object]]) -> list[str]:
    """The links by which a forbidden address was dialled."""
    bad = []
    for link in links:
        world.dialled.clear()
        with contextlib.suppress(FetchError, httpx.HTTPError, httpx.InvalidURL, *_HTTPCORE, OSError):
            await fetch(link)
        if any(is_forbidden(address) for address in world.dialled):
            bad.append(link)
    return bad


async def measure(data: dict[str, Any]) -> bool:
    links = hostile(data)
    async with open_world(data["names"]) as world:
        fetcher = HttpFetcher(resolve=world.resolve, dial=world.dial, ports=None)
        bad = await reached(world, links, fetcher.fetch)
        loaded = 0
        for link in public():
            with contextlib.suppress(FetchError):
                loaded += (await fetcher.fetch(link)).content == PAGE
        plain = httpx.AsyncClient(transport=Unguarded(world), trust_env=False, follow_redirects=True)
        bad_plain = await reached(world, links, plain.get)
    for link in bad:
        print("reached by", link, file=sys.stderr)
    of_public = len(public())
    print(f"reached {len(bad) / len(links):.3f} ({len(bad)}/{len(links)})")
    print(f"public_loaded {loaded / of_public:.3f} ({loaded}/{of_public})")
    print(f"reached_unguarded {len(bad_plain) / len(links):.3f} ({len(bad_plain)}/{len(links)})")
    return not bad and loaded == of_public


def main() -> int:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    data = json.loads((Path(sys.argv[1]) / "urls.json").read_text(encoding="utf-8"))
    return 0 if asyncio.run(measure(data)) else 1


if __name__ == "__main__":
    sys.exit(main())
