"""Which addresses of the network a page may come from, judged where the connection is made.

A name is resolved once, every answer is judged, and the connection goes to the very address that was judged: a second
answer (DNS rebinding), a redirect or an odd spelling of an address has no chance to lead elsewhere. There is no switch
that turns the guard off; hosts inside the network are let through by name.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final

import httpcore
import structlog

from bot.net.errors import Blocked, Unreachable
from briefs import urls

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host name and port → IP addresses in the order in which to try them. Raises OSError where there are none."""

Dial = Callable[[str, int], Awaitable[httpcore.AsyncNetworkStream]]
"""IP address and port → a connection. Raises OSError or httpcore's connection errors."""

WEB_PORTS: Final = frozenset({80, 443, 8080, 8443})
"""Articles are not served elsewhere, and the bot is not a port scanner."""

# Source: IANA's IPv4 and IPv6 special-purpose address registries. Written out here since `ipaddress.is_global` differs
# from one Python to the next (3.11.7 takes 192.0.0.192 for global) and says yes to multicast and site-local addresses.
_CLOSED_4: Final = tuple(
    (ipaddress.IPv4Network(network), reason)
    for network, reason in (
        ("0.0.0.0/8", "this network"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "carrier-grade NAT"),
        ("127.0.0.0/8", "loopback"),
        ("168.63.129.16/32", "platform service of a cloud, public by number only"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "protocol assignments"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved or broadcast"),
    )
)
_GLOBAL_6: Final = ipaddress.IPv6Network("2000::/3")  # all that is given out for global unicast
_CLOSED_6: Final = tuple(
    (ipaddress.IPv6Network(network), reason)
    for network, reason in (
        ("2001::/23", "protocol assignments, Teredo among them"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4"),
        ("3fff::/20", "documentation"),
    )
)
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_ISATAP: Final = frozenset({0x0000_5EFE, 0x0200_5EFE})  # RFC 5214: first half of the interface identifier
_ADDRESSES_TRIED: Final = 4  # a name with hundreds of dead addresses must not use up the page's time
_READ_BYTES: Final = (
    8_192  # what one read brings is taken apart in one go, and a hostile page makes that slow
)
_RESOLVER_THREADS: Final = (
    20  # getaddrinfo cannot be interrupted: slow names may hold threads after their page ended
)


def closed(address: Address) -> str | None:
    """Why no page is read from an address (a few words for the log), or None if it is a global one.

    An IPv4 address inside an IPv6 one (NAT64, ISATAP) is judged as well; IPv4-mapped, 6to4 and Teredo addresses are
    closed whatever they hold.
    """
    if isinstance(address, ipaddress.IPv4Address):
        return next((reason for network, reason in _CLOSED_4 if address in network), None)
    if address.scope_id is not None:
        return "link-local"
    inner = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    if address in _NAT64:
        return closed(inner)
    if address not in _GLOBAL_6:
        return "not global unicast"
    if int(address) >> 32 & 0xFFFF_FFFF in _ISATAP and (reason := closed(inner)) is not None:
        return f"ISATAP: {reason}"
    return next((reason for network, reason in _CLOSED_6 if address in network), None)


class SystemResolver:
    """Asks the operating system. It has threads of its own, so that slow names hold up nothing but other names."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_RESOLVER_THREADS, thread_name_prefix="resolve")

    async def __call__(self, host: str, port: int) -> list[str]:
        ask = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        found = await asyncio.get_running_loop().run_in_executor(self._threads, ask)
        return [str(info[4][0]) for info in found]

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


async def dial_tcp(address: str, port: int) -> httpcore.AsyncNetworkStream:
    return await httpcore.AnyIOBackend().connect_tcp(address, port)


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """The only way out for httpcore: connects to global addresses and to the hosts that the operator named.

    `allow_hosts` are host names or IP addresses as they stand in a link; they are let through on every port and
    whatever they resolve to. `ports` are open on all other hosts, None opens all. A host of which one answer is closed
    is refused as a whole: no honest site mixes them. `dial_timeout_s` is the time for one address of several.

    `connect_tcp` raises Blocked and Unreachable.
    """

    def __init__(
        self,
        *,
        resolve: Resolve,
        dial: Dial = dial_tcp,
        allow_hosts: Iterable[str] = (),
        ports: Collection[int] | None = WEB_PORTS,
        dial_timeout_s: float = 6.0,
    ) -> None:
        """Raises ValueError for a name in `allow_hosts` that cannot be one."""
        self._resolve = resolve
        self._dial = dial
        self._allowed = frozenset(urls.host(name) for name in allow_hosts)
        self._ports = ports
        self._dial_timeout_s = dial_timeout_s
        self._log = structlog.get_logger(__name__)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109, ARG002 - httpcore's signature; the page's deadline rules
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        trusted = host in self._allowed
        if not trusted and self._ports is not None and port not in self._ports:
            self._log.warning("address blocked", host=host, reason=f"port {port}")
            raise Blocked(
                f"{host} is asked for at port {port}, where the bot reads no pages; "
                "please give the article's usual link."
            )
        addresses = await self._addresses(host, port)
        for address in addresses:
            reason = None if trusted else closed(address)
            if reason is not None:
                self._log.warning("address blocked", host=host, reason=reason)
                raise Blocked(
                    f"{host} is inside a network that is closed to the bot; if it is an intranet source, "
                    "ask the operator to name it under fetch.allow_hosts."
                )
        causes: list[str] = []
        for address in addresses[:_ADDRESSES_TRIED]:
            try:
                async with asyncio.timeout(self._dial_timeout_s):
                    return _Connection(await self._dial(str(address), port))
            except (OSError, httpcore.NetworkError, httpcore.TimeoutException) as error:
                causes.append(repr(error))
        self._log.info("no connection", host=host, causes=causes)
        raise Unreachable(f"{host} does not accept connections; please check the link or try again later.")

    async def _addresses(self, host: str, port: int) -> list[Address]:
        try:
            return [ipaddress.ip_address(host)]
        except ValueError:
            pass  # a name
        try:
            answers = await self._resolve(host, port)
            addresses = [ipaddress.ip_address(answer) for answer in answers]
        except (OSError, ValueError) as error:
            self._log.info("name not resolved", host=host, cause=repr(error))
            addresses = []
        if not addresses:
            raise Unreachable(f"There is no host called {host}; please check the link.")
        return list(dict.fromkeys(addresses))


class _Connection(httpcore.AsyncNetworkStream):
    """A stream that reads in small portions, and whose socket is closed also when the TLS handshake is cancelled."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        return await self._stream.read(min(max_bytes, _READ_BYTES), timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        try:
            return _Connection(await self._stream.start_tls(ssl_context, server_hostname, timeout))
        except BaseException:
            await self._stream.aclose()
            raise

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
