"""Pages from the web, behind the guard: bounded in time, bytes, connections and redirects."""

from __future__ import annotations

import asyncio
import codecs
import re
import ssl
import zlib
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from email.message import Message
from types import TracebackType
from typing import Final, Self
from urllib.parse import urljoin

import httpcore
import httpx
import structlog

from bot.net.errors import (
    Denied,
    FetchError,
    Garbled,
    InvalidUrl,
    NotFound,
    ServerError,
    TimedOut,
    TooLarge,
    TooManyRedirects,
    Unreachable,
    UnsupportedMedia,
)
from bot.net.guard import WEB_PORTS, Dial, GuardedBackend, Resolve, SystemResolver, dial_tcp
from bot.ports import Page
from briefs import urls

USER_AGENT: Final = "Mozilla/5.0 (compatible; Communique; reads single articles for a person who asked)"

_ACCEPT: Final = "text/html, application/xhtml+xml, application/pdf;q=0.9, text/plain;q=0.8, text/markdown;q=0.8, */*;q=0.1"
_READABLE: Final = frozenset(
    {
        "text/html",
        "application/xhtml+xml",
        "application/pdf",
        "application/x-pdf",
        "text/plain",
        "text/markdown",
        "text/x-markdown",
    }
)
_UNSAID: Final = frozenset(
    {"", "application/octet-stream", "binary/octet-stream", "application/force-download"}
)
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_FOR_GOOD: Final = frozenset({301, 308})
_DENIALS: Final = frozenset({401, 402, 403, 407, 451})
_PIECE_BYTES: Final = 65_536
_CHUNKS_IN_A_ROW: Final = 64  # then others have their turn: a page may come in millions of chunks of one byte
_SNIFFED_BYTES: Final = 1_024
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_TEXT: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_NOT_CHARSETS: Final = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"})


class HttpFetcher:
    """Fetches pages one try each, apart from one more after a connection that broke before the answer began.

    Nothing is remembered from one fetch to the next: neither cookies nor connections, so that every request is judged
    anew and what one room reads cannot show in another. `timeout_s` is for everything from the name to the last byte
    and the wait for a free connection; `max_bytes` counts after decompression. `allow_hosts`, `ports`, `resolve` and
    `dial` go to `GuardedBackend`. `tls` is for sites with certificates of a private authority.

    Raises ValueError for a name in `allow_hosts` that cannot be one.
    """

    def __init__(
        self,
        *,
        allow_hosts: Iterable[str] = (),
        ports: Collection[int] | None = WEB_PORTS,
        resolve: Resolve | None = None,
        dial: Dial = dial_tcp,
        timeout_s: float = 20.0,
        max_bytes: int = 5_000_000,
        max_redirects: int = 5,
        max_connections: int = 20,
        user_agent: str = USER_AGENT,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._own_resolver = None
        if resolve is None:
            resolve = self._own_resolver = SystemResolver()
        self._backend = GuardedBackend(resolve=resolve, dial=dial, allow_hosts=allow_hosts, ports=ports)
        self._timeout_s = timeout_s
        self._max_bytes = max_bytes
        self._max_redirects = max_redirects
        self._slots = asyncio.Semaphore(max_connections)
        self._headers = {"User-Agent": user_agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip"}
        self._tls = httpx.create_ssl_context(trust_env=False) if tls is None else tls
        self._log = structlog.get_logger(__name__)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the resolver's threads; fetches under way end with an error."""
        if self._own_resolver is not None:
            self._own_resolver.close()

    async def fetch(self, url: str) -> Page:
        """Fetch a page. Raises a subclass of FetchError, each with one sentence for a person.

        `Page.media_type` is what the bytes show where the server says nothing or calls a PDF something else;
        `Page.charset` is the byte order mark's, else the server's, and always one that `bytes.decode` knows.
        """
        started = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(self._timeout_s), self._slots, self._answer(url, {}) as answer:
                page = await self._page(answer)
        except TimeoutError as error:
            self._log.info("fetch failed", kind=TimedOut.kind, host=_host_of(url))
            raise TimedOut(
                f"{_host_of(url)} did not deliver the page within {self._timeout_s:g} seconds; "
                "please try again later or paste the article's text.",
                url=url,
            ) from error
        except FetchError as error:
            error.url = error.url or url
            cause = repr(error.__cause__) if error.__cause__ else None
            self._log.info("fetch failed", kind=error.kind, host=_host_of(error.url), cause=cause)
            raise
        ms = round((asyncio.get_running_loop().time() - started) * 1000)
        self._log.info("fetched", bytes=len(page.content), hops=answer.hops, ms=ms)
        return page

    async def get(self, url: str, headers: Mapping[str, str]) -> Got:
        """Ask for anything at all: the answer as it is, whatever its status and kind. Raises a subclass of FetchError.

        The body is empty where the status is not 2xx. `headers` go before the fetcher's own.
        """
        try:
            async with asyncio.timeout(self._timeout_s), self._slots, self._answer(url, headers) as answer:
                content = await self._content(answer) if 200 <= answer.status < 300 else b""
        except TimeoutError as error:
            raise TimedOut(
                f"{_host_of(url)} did not answer within {self._timeout_s:g} seconds; please try again later.",
                url=url,
            ) from error
        except FetchError as error:
            error.url = error.url or url
            raise
        media_type, charset = _content_type(answer.headers)
        return Got(str(answer.url), answer.status, answer.headers, content, media_type, charset, answer.moved)

    @asynccontextmanager
    async def _answer(self, url: str, headers: Mapping[str, str]) -> AsyncIterator[_Answer]:
        """The answer at the end of the redirects, its body not yet read. `headers` go with every request."""
        try:
            target = urls.parse(url)
        except ValueError as error:
            raise InvalidUrl(str(error), url=url) from None
        cookies = httpx.Cookies()  # some sites send a reader round in circles until a cookie comes back
        moved = True
        for hops in range(self._max_redirects + 1):
            async with self._request(target, hops, headers, cookies) as answer:
                answer.moved = moved and hops > 0
                moved = moved and answer.status in _FOR_GOOD
                location = answer.headers.get("location")
                if answer.status not in _REDIRECTS or location is None:
                    yield answer
                    return
            target = self._next(target, location)
        raise TooManyRedirects(
            f"{target.host} sends readers on more than {self._max_redirects} times; "
            "please open the link yourself and give the address that you arrive at.",
            url=str(target),
        )

    def _next(self, target: urls.Url, location: str) -> urls.Url:
        try:
            following = urls.parse(urljoin(str(target), location))
        except ValueError as error:
            raise Garbled(
                f"{target.host} sends readers on to an address that is no web page; please check the link.",
                url=str(target),
            ) from error
        if target.scheme == "https" and following.scheme == "http":
            self._log.warning("redirect from https to http", host=target.host, to=following.host)
        return following

    @asynccontextmanager
    async def _request(
        self, target: urls.Url, hops: int, headers: Mapping[str, str], cookies: httpx.Cookies
    ) -> AsyncIterator[_Answer]:
        request = httpx.Request("GET", str(target), headers={**self._headers, **headers})
        cookies.set_cookie_header(request)
        async with AsyncExitStack() as held:
            try:
                try:
                    response = await self._send(request, held)
                except (httpcore.ReadError, httpcore.RemoteProtocolError) as error:
                    if not _is_disconnect(error):
                        raise
                    response = await self._send(request, held)
            except _BROKEN as error:
                raise _failure(target, error) from error
            held.push_async_callback(response.aclose)
            cookies.extract_cookies(
                httpx.Response(response.status, headers=response.headers, request=request)
            )
            yield _Answer(
                target, hops, response.status, httpx.Headers(response.headers), _body(target, response)
            )

    async def _send(self, request: httpx.Request, held: AsyncExitStack) -> httpcore.Response:
        # Not through httpcore's pool: a request that is cancelled while it waits there can keep its place for good,
        # and every page that runs out of time is a request cancelled.
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        connection = await held.enter_async_context(
            httpcore.AsyncHTTPConnection(url.origin, ssl_context=self._tls, network_backend=self._backend)
        )
        return await connection.handle_async_request(
            httpcore.Request(request.method, url, headers=request.headers.raw)
        )

    async def _page(self, answer: _Answer) -> Page:
        _check_status(answer)
        media_type, charset = _content_type(answer.headers)
        if media_type not in _READABLE | _UNSAID:
            raise _unsupported(answer)
        content = await self._content(answer)
        head = content[:_SNIFFED_BYTES]
        marked = next((name for mark, name in _BOMS if head.startswith(mark)), None)
        charset = marked or charset
        if head.startswith(b"%PDF-"):
            media_type = "application/pdf"
        elif not (charset or "").startswith(("utf-16", "utf-32")) and _NOT_TEXT.search(head):
            raise _unsupported(answer)
        if media_type in _UNSAID:
            media_type = (
                "text/html" if head.lstrip(codecs.BOM_UTF8 + b" \t\r\n").startswith(b"<") else "text/plain"
            )
        return Page(str(answer.url), content, media_type, charset, answer.status)

    async def _content(self, answer: _Answer) -> bytes:
        """The body unpacked. Raises TooLarge as soon as it is, Garbled if it cannot be unpacked."""
        too_large = TooLarge(
            f"The page of {answer.url.host} is larger than {self._max_bytes / 1e6:g} MB; "
            "please paste the part that matters as text.",
            url=str(answer.url),
        )
        length = answer.headers.get("content-length", "")
        if length.isdigit() and int(length) > self._max_bytes:
            raise too_large
        unpack = _unpacking(answer)
        content = bytearray()
        packed_bytes = chunks = 0
        try:
            async for packed in answer.body:
                chunks += 1
                if chunks % _CHUNKS_IN_A_ROW == 0:
                    await asyncio.sleep(0)
                # What is packed is never much longer than what comes out, but a stream of empty blocks has no end.
                packed_bytes += len(packed)
                if packed_bytes > self._max_bytes + _PIECE_BYTES:
                    raise too_large
                for piece in unpack.feed(packed):
                    content += piece
                    if len(content) > self._max_bytes:
                        raise too_large
            unpack.finish()
        except zlib.error as error:
            raise Garbled(
                f"The page of {answer.url.host} arrived damaged; please try again or paste its text.",
                url=str(answer.url),
            ) from error
        return bytes(content)


@dataclass(frozen=True, slots=True)
class Got:
    """An answer of any kind."""

    url: str
    """After redirects."""
    status: int
    headers: httpx.Headers
    content: bytes
    media_type: str
    charset: str | None
    moved: bool
    """There were redirects, and all of them are for good."""


@dataclass(slots=True)
class _Answer:
    url: urls.Url
    hops: int
    """Redirects followed before it."""
    status: int
    headers: httpx.Headers
    body: AsyncIterator[bytes]
    """As it comes over the wire, without the chunked framing but still packed. Raises Unreachable."""
    moved: bool = False


class _Plain:
    def feed(self, packed: bytes) -> Iterator[bytes]:
        yield packed

    def finish(self) -> None:
        pass


class _Gzip:
    """Unpacks in pieces of at most `_PIECE_BYTES`, so that no input makes more than that at once.

    Raises zlib.error for damaged input; `finish` also if the end is missing, since half an article would be read as
    one that does not state the rest.
    """

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)

    def feed(self, packed: bytes) -> Iterator[bytes]:
        while packed:
            if (
                self._inflate.eof
            ):  # several members in a row are one content; zeros and rubbish after it are not
                if not packed.startswith(b"\x1f"):
                    return
                self._inflate = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
            yield self._inflate.decompress(packed, _PIECE_BYTES)
            packed = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail

    def finish(self) -> None:
        if not self._inflate.eof:
            raise zlib.error("the end is missing")


_BROKEN: Final = (httpcore.NetworkError, httpcore.ProtocolError, OSError)


async def _body(target: urls.Url, response: httpcore.Response) -> AsyncIterator[bytes]:
    try:
        async for packed in response.aiter_stream():
            yield packed
    except _BROKEN as error:
        raise Unreachable(
            f"The connection to {target.host} broke off in the middle of the page; please try again.",
            url=str(target),
        ) from error


def _is_disconnect(error: Exception) -> bool:
    """Whether the connection ended before an answer began; an answer that is no HTTP carries h11's error instead."""
    return isinstance(error, httpcore.ReadError) or not any(
        isinstance(part, Exception) for part in error.args
    )


def _failure(target: urls.Url, error: Exception) -> FetchError:
    cause = error.args[0] if error.args else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Unreachable(
            f"The certificate of {target.host} is not valid, so the page was not read; please check the link.",
            url=str(target),
        )
    if isinstance(error, httpcore.ProtocolError) and not _is_disconnect(error):
        return Garbled(
            f"{target.host} does not answer as a web server does; please check the link.", url=str(target)
        )
    if isinstance(error, httpcore.ConnectError | ssl.SSLError):
        return Unreachable(
            f"No secure connection to {target.host} can be made; please check the link or try again later.",
            url=str(target),
        )
    return Unreachable(
        f"{target.host} closed the connection without an answer; please try again later.", url=str(target)
    )


def _check_status(answer: _Answer) -> None:
    status, host, url = answer.status, answer.url.host, str(answer.url)
    if 200 <= status < 300:
        return
    if status in {404, 410}:
        raise NotFound(f"{host} has no page under this link ({status}); please check it.", url=url)
    if status in _DENIALS:
        raise Denied(
            f"{host} asks for a login or turns the bot away ({status}); please paste the article's text instead.",
            url=url,
        )
    raise ServerError(
        f"{host} answers with an error ({status}) at the moment; please try again later.",
        url=url,
        status=status,
    )


def _content_type(headers: httpx.Headers) -> tuple[str, str | None]:
    said = headers.get_list("content-type")
    if not said:
        return "", None
    message = Message()
    message["content-type"] = said[-1]
    charset = message.get_content_charset()
    return re.split("[;,]", said[-1])[0].strip().lower(), charset if charset and _is_charset(
        charset
    ) else None


def _is_charset(name: str) -> bool:
    try:
        bytes(4).decode(name)  # LookupError also for codecs that do not make text, such as zip and hex
    except (LookupError, ValueError):
        return False
    return name.replace("-", "_") not in _NOT_CHARSETS


def _unpacking(answer: _Answer) -> _Plain | _Gzip:
    packings = [
        name
        for value in answer.headers.get_list("content-encoding", split_commas=True)
        if (name := value.strip().lower()) not in {"", "identity"}
    ]
    if not packings:
        return _Plain()
    if packings in (["gzip"], ["x-gzip"]):
        return _Gzip()
    raise Garbled(
        f"{answer.url.host} packs the page in a way that the bot did not ask for; please paste the article's text.",
        url=str(answer.url),
    )


def _unsupported(answer: _Answer) -> UnsupportedMedia:
    return UnsupportedMedia(
        f"What {answer.url.host} sends is neither a web page, text nor PDF; please give the link of an article.",
        url=str(answer.url),
    )


def _host_of(url: str) -> str:
    try:
        return urls.parse(url).host
    except ValueError:
        return ""
