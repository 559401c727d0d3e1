import asyncio
import gzip
import socket
import ssl
import struct
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.net import errors, fetch
from bot.net.fetch import HttpFetcher
from tests.bot.net.site import PUBLIC, Serve, Site, Visit, answer, redirects, sends

HERE = "http://news.example"
ARTICLE = b"<!doctype html><title>Port talks</title><p>Both sides met."
CERTIFICATE = Path(__file__).parent / "data" / "news.example.pem"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with Site() as site:
        site.pages["/article"] = sends(answer(ARTICLE))
        yield site


def fetcher(site: Site, **options: object) -> HttpFetcher:
    options.setdefault("tls", ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))  # trusts nobody, and is quick to make
    return HttpFetcher(resolve=site.resolve, dial=site.dial, **options)  # type: ignore[arg-type]


async def failure(site: Site, path: str, **options: object) -> errors.FetchError:
    """What comes of a page that cannot be had; its message is one sentence that names neither path nor address."""
    with pytest.raises(errors.FetchError) as failed:
        await fetcher(site, **options).fetch(HERE + path)
    message = failed.value.message
    assert message.endswith(".")
    assert ". " not in message
    assert path not in message
    assert PUBLIC not in message
    return failed.value


def never(raw: bytes = b"") -> Serve:
    """Sends so much and then says nothing until the visitor leaves."""

    async def serve(visit: Visit) -> None:
        await visit.send(raw)
        await visit.left()

    return serve


def endless(start: bytes, more: bytes, pause_s: float = 0.0) -> Serve:
    async def serve(visit: Visit) -> None:
        await visit.send(start)
        while True:
            await visit.send(more)
            await asyncio.sleep(pause_s)

    return serve


async def reset(visit: Visit) -> None:
    visit.writer.get_extra_info("socket").setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
    )
    visit.writer.transport.abort()


def in_turn(*serves: Serve) -> Serve:
    left = list(serves)

    async def serve(visit: Visit) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(visit)

    return serve


# --- what is asked for and what comes back


async def test_a_page_comes_with_what_the_server_said_of_it(site: Site) -> None:
    site.pages["/article"] = sends(answer(ARTICLE, media="Text/HTML; Charset=ISO-8859-1"))
    page = await fetcher(site).fetch("http://News.Example:80/article?id=7#top")
    assert page.url == "http://news.example/article?id=7"
    assert page.content == ARTICLE
    assert (page.media_type, page.charset, page.status) == ("text/html", "iso-8859-1", 200)
    assert site.dialled == [(PUBLIC, 80)]


async def test_the_request_names_the_host_and_says_who_asks(site: Site) -> None:
    await fetcher(site).fetch(f"{HERE}/article")
    (request,) = site.requests
    assert request.startswith("GET /article HTTP/1.1\r\n")
    assert "host: news.example\r\n" in request.lower()
    assert "communique" in request.lower()
    assert "accept: text/html" in request.lower()
    assert "accept-encoding: gzip\r\n" in request.lower()


async def test_the_environment_is_not_asked_for_a_proxy(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert (await fetcher(site).fetch(f"{HERE}/article")).content == ARTICLE


@pytest.mark.parametrize(
    ("header", "body", "charset"),
    [
        ("text/html; charset=utf-8", "é".encode(), "utf-8"),
        ("text/html", "é".encode(), None),
        ("text/html; charset=windows-1251", b"\xef", "windows-1251"),
        ("text/html; charset=nonsense", b"x", None),
        ("text/html; charset=hex", b"x", None),
        ("text/html; charset=unicode-escape", b"x", None),
        ("text/html; charset=windows-1252", b"\xef\xbb\xbfx", "utf-8"),
        ("text/html", b"\xff\xfe" + "x".encode("utf-16-le"), "utf-16"),
        ("text/plain; charset=utf-16be", "x".encode("utf-16-be"), "utf-16be"),
    ],
)
async def test_the_charset_is_one_that_decodes(
    site: Site, header: str, body: bytes, charset: str | None
) -> None:
    site.pages["/article"] = sends(answer(body, media=header))
    page = await fetcher(site).fetch(f"{HERE}/article")
    assert page.charset == charset
    body.decode(charset or "utf-8")


@pytest.mark.parametrize(
    ("media", "body", "seen_as"),
    [
        ("text/html", ARTICLE, "text/html"),
        ("application/xhtml+xml", ARTICLE, "application/xhtml+xml"),
        ("text/plain", b"Talks", "text/plain"),
        ("text/markdown", b"# Talks", "text/markdown"),
        ("application/pdf", b"%PDF-1.7", "application/pdf"),
        ("text/html", b"%PDF-1.7", "application/pdf"),
        ("application/octet-stream", b"%PDF-1.7", "application/pdf"),
        ("application/octet-stream", ARTICLE, "text/html"),
        ("", b"\n <html>", "text/html"),
        ("", b"Talks went on.", "text/plain"),
        ("", b"", "text/plain"),
    ],
)
async def test_html_text_and_pdf_are_known_by_what_they_are(
    site: Site, media: str, body: bytes, seen_as: str
) -> None:
    site.pages["/article"] = sends(answer(body, media=media))
    assert (await fetcher(site).fetch(f"{HERE}/article")).media_type == seen_as


@pytest.mark.parametrize(
    "media", ["image/png", "video/mp4", "application/zip", "application/json", "nonsense"]
)
async def test_an_unsupported_type_is_refused_before_its_body_is_read(site: Site, media: str) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {media}\r\nContent-Length: 100\r\n\r\n"
    site.pages["/file"] = never(head.encode())
    assert (await failure(site, "/file")).kind == "unsupported_type"


@pytest.mark.parametrize("media", ["text/html", "text/plain", "application/octet-stream", ""])
async def test_bytes_that_are_no_text_are_refused_whatever_they_are_called(site: Site, media: str) -> None:
    site.pages["/file"] = sends(answer(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", media=media))
    assert (await failure(site, "/file")).kind == "unsupported_type"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (404, "not_found"),
        (410, "not_found"),
        (401, "denied"),
        (402, "denied"),
        (403, "denied"),
        (451, "denied"),
        (400, "server_error"),
        (429, "server_error"),
        (500, "server_error"),
        (503, "server_error"),
        (304, "server_error"),
        (302, "server_error"),
    ],
)
async def test_every_status_that_is_no_page_has_its_outcome(site: Site, status: int, kind: str) -> None:
    site.pages["/article"] = sends(answer(b"", status=f"{status} Whatever"))
    failed = await failure(site, "/article")
    assert failed.kind == kind
    assert failed.url == f"{HERE}/article"


@pytest.mark.parametrize(
    "link", ["", "news.example", "ftp://news.example/", "http://reader:secret@news.example/"]
)
async def test_what_is_no_web_link_is_refused_without_a_connection(site: Site, link: str) -> None:
    with pytest.raises(errors.InvalidUrl) as refused:
        await fetcher(site).fetch(link)
    assert "secret" not in refused.value.message
    assert site.dialled == []


# --- where it goes


@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"]
)
@pytest.mark.parametrize(
    "location", ["/article", "article", "//news.example/article", "http://news.example/article#top"]
)
async def test_redirects_are_followed_however_they_are_written(
    site: Site, status: str, location: str
) -> None:
    site.pages["/old"] = redirects(location, status)
    page = await fetcher(site).fetch(f"{HERE}/old")
    assert (page.url, page.content) == (f"{HERE}/article", ARTICLE)


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1/",
        "http://127.0.0.1:26120/",
        "//10.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:169.254.169.254]/latest/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://wiki.corp.example/",
        "https://wiki.corp.example/",
    ],
)
async def test_a_redirect_into_the_network_is_blocked(site: Site, location: str) -> None:
    site.names["wiki.corp.example"] = ["192.168.0.7"]
    site.pages["/old"] = redirects(location)
    assert (await failure(site, "/old", ports=None)).kind == "blocked"
    assert site.dialled == [(PUBLIC, 80)]


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "gopher://127.0.0.1/_x", "http://a@news.example/", "http://x y/"],
)
async def test_a_redirect_to_no_web_page_is_said(site: Site, location: str) -> None:
    site.pages["/old"] = redirects(location)
    assert (await failure(site, "/old")).kind == "garbled"


async def test_a_name_that_changes_its_answer_is_judged_at_every_hop(site: Site) -> None:
    site.names["news.example"] = [[PUBLIC], ["127.0.0.1"]]
    site.pages["/old"] = redirects("/article")
    assert (await failure(site, "/old")).kind == "blocked"
    assert site.dialled == [(PUBLIC, 80)]
    assert site.questions == ["news.example"] * 2


async def test_a_name_is_asked_for_once_for_each_connection(site: Site) -> None:
    site.names["news.example"] = [[PUBLIC], ["127.0.0.1"]]
    await fetcher(site).fetch(f"{HERE}/article")
    assert site.dialled == [(PUBLIC, 80)]


async def test_five_redirects_are_followed_and_no_more(site: Site) -> None:
    for number in range(6):
        site.pages[f"/{number}"] = redirects(f"/{number + 1}")
    site.pages["/6"] = sends(answer(ARTICLE))
    assert (await fetcher(site).fetch(f"{HERE}/1")).content == ARTICLE
    assert (await failure(site, "/0")).kind == "too_many_redirects"


async def test_a_redirect_to_itself_ends(site: Site) -> None:
    site.pages["/loop"] = redirects("/loop")
    assert (await failure(site, "/loop")).kind == "too_many_redirects"
    assert len(site.requests) == 6


async def test_a_cookie_lives_for_the_redirects_of_one_page(site: Site) -> None:
    async def gate(visit: Visit) -> None:
        if "Cookie: seen=1" in visit.head:
            await visit.send(answer(ARTICLE))
        else:
            await visit.send(answer(b"", "Location: /gate", "Set-Cookie: seen=1", status="302 Found"))

    site.pages["/gate"] = gate
    web = fetcher(site)
    for _ in range(2):
        assert (await web.fetch(f"{HERE}/gate")).content == ARTICLE
    assert ["seen=1" in request for request in site.requests] == [False, True, False, True]


async def test_a_host_inside_the_network_is_read_once_the_operator_names_it(site: Site) -> None:
    site.names["wiki.corp.example"] = ["192.168.0.7"]
    page = await fetcher(site, allow_hosts=["wiki.corp.example"]).fetch(
        "http://wiki.corp.example:8090/article"
    )
    assert page.content == ARTICLE
    assert site.dialled == [("192.168.0.7", 8090)]


async def test_the_system_resolves_and_connects_where_nothing_else_is_given(site: Site) -> None:
    async with HttpFetcher(allow_hosts=["localhost"]) as web:
        page = await web.fetch(f"http://localhost:{site.port}/article")
        assert page.content == ARTICLE
        with pytest.raises(errors.Blocked):
            await web.fetch("http://127.0.0.1/article")


# --- how much


def _gzipped(content: bytes) -> bytes:
    return answer(gzip.compress(content), "Content-Encoding: gzip")


@pytest.mark.parametrize("name", ["gzip", "x-gzip", "GZIP", "gzip, identity", "identity, gzip"])
async def test_a_packed_page_is_unpacked(site: Site, name: str) -> None:
    site.pages["/article"] = sends(answer(gzip.compress(ARTICLE), f"Content-Encoding: {name}"))
    assert (await fetcher(site).fetch(f"{HERE}/article")).content == ARTICLE


async def test_a_page_packed_in_several_members_is_whole(site: Site) -> None:
    packed = gzip.compress(ARTICLE[:10]) + gzip.compress(ARTICLE[10:]) + b"\0\0\0"
    site.pages["/article"] = sends(answer(packed, "Content-Encoding: gzip"))
    assert (await fetcher(site).fetch(f"{HERE}/article")).content == ARTICLE


async def test_a_large_page_arrives_whole_whichever_way_it_is_cut(site: Site) -> None:
    content = b"".join(b"<p>%d</p>" % number for number in range(200_000))
    packed = gzip.compress(content)
    chunks = b"".join(
        b"%x\r\n%s\r\n" % (len(packed[at : at + 777]), packed[at : at + 777])
        for at in range(0, len(packed), 777)
    )
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    site.pages["/article"] = sends(head + chunks + b"0\r\n\r\n")
    assert (await fetcher(site).fetch(f"{HERE}/article")).content == content


@given(
    pieces=st.lists(st.tuples(st.binary(min_size=1, max_size=40), st.integers(1, 9_000)), max_size=4),
    cut=st.integers(1, 3_000),
    level=st.integers(0, 9),
)
def test_whatever_is_packed_comes_out_again_in_small_pieces(
    pieces: list[tuple[bytes, int]], cut: int, level: int
) -> None:
    content = b"".join(piece * times for piece, times in pieces)
    packed = gzip.compress(content, level)
    unpack = fetch._Gzip()
    out = [part for at in range(0, len(packed), cut) for part in unpack.feed(packed[at : at + cut])]
    unpack.finish()
    assert b"".join(out) == content
    assert max(map(len, out)) <= 65_536


async def test_a_page_of_just_the_allowed_size_is_read_and_one_byte_more_is_not(site: Site) -> None:
    for make in (answer, _gzipped):
        site.pages["/article"] = sends(make(b"x" * 10_000))
        assert len((await fetcher(site, max_bytes=10_000).fetch(f"{HERE}/article")).content) == 10_000
        assert (await failure(site, "/article", max_bytes=9_999)).kind == "too_large"


async def test_a_gzip_bomb_is_stopped_before_it_takes_memory(site: Site) -> None:
    bomb = _gzipped(b"\0" * 60_000_000)
    site.pages["/bomb"] = sends(bomb)
    tracemalloc.start()
    try:
        assert (await failure(site, "/bomb")).kind == "too_large"
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["gzip, gzip", "gzip, br", "br", "deflate", "zstd", "compress"])
async def test_a_packing_that_was_not_asked_for_is_refused(site: Site, name: str) -> None:
    packed = gzip.compress(gzip.compress(ARTICLE))
    site.pages["/bomb"] = sends(answer(packed, f"Content-Encoding: {name}"))
    assert (await failure(site, "/bomb")).kind == "garbled"


async def test_a_packing_named_in_two_headers_counts_as_two(site: Site) -> None:
    site.pages["/bomb"] = sends(
        answer(gzip.compress(gzip.compress(ARTICLE)), "Content-Encoding: gzip", "Content-Encoding: gzip")
    )
    assert (await failure(site, "/bomb")).kind == "garbled"


async def test_a_page_packed_twice_and_labelled_once_is_no_text(site: Site) -> None:
    site.pages["/bomb"] = sends(_gzipped(gzip.compress(ARTICLE)))
    assert (await failure(site, "/bomb")).kind == "unsupported_type"


@pytest.mark.parametrize(
    "packed",
    [gzip.compress(ARTICLE * 50)[:-20], b"not gzip", gzip.compress(ARTICLE)[:-8] + b"\0" * 8],
    ids=["cut off", "not packed at all", "wrong checksum"],
)
async def test_a_damaged_page_is_not_taken_for_the_whole(site: Site, packed: bytes) -> None:
    site.pages["/article"] = sends(answer(packed, "Content-Encoding: gzip"))
    assert (await failure(site, "/article")).kind == "garbled"


async def test_a_page_that_is_announced_too_large_is_not_read(site: Site) -> None:
    site.pages["/article"] = never(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 200000000\r\n\r\n"
    )
    assert (await failure(site, "/article")).kind == "too_large"


@pytest.mark.parametrize(
    ("head", "more"),
    [
        (b"", b"x" * 65_536),
        (b"Transfer-Encoding: chunked\r\n", b"10000\r\n" + b"x" * 65_536 + b"\r\n"),
    ],
)
async def test_an_endless_page_is_cut_off(site: Site, head: bytes, more: bytes) -> None:
    site.pages["/article"] = endless(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + head + b"\r\n", more)
    assert (await failure(site, "/article")).kind == "too_large"
    await site.closed.wait()


async def test_a_packed_stream_that_never_gives_a_byte_is_cut_off(site: Site) -> None:
    start = zlib.compressobj(wbits=31)
    header = start.compress(b"") + start.flush(zlib.Z_SYNC_FLUSH)
    empty_blocks = b"\x00\x00\x00\xff\xff" * 10_000
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"
    site.pages["/article"] = endless(head + header, empty_blocks)
    assert (await failure(site, "/article", max_bytes=1_000_000)).kind == "too_large"


@pytest.mark.parametrize(
    "head",
    [
        b"X: " + b"x" * 2_000_000,
        b"X: x\r\n" * 200_000,
        b"Set-Cookie: " + b"a" * 150_000 + b"=1\r\n\r\n",
    ],
)
async def test_headers_without_measure_are_refused(site: Site, head: bytes) -> None:
    site.pages["/article"] = sends(b"HTTP/1.1 200 OK\r\n" + head)
    assert (await failure(site, "/article")).kind in {"garbled", "unreachable"}


# --- how long


@pytest.mark.parametrize(
    "serve",
    [
        never(),
        never(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"),
        never(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\nTalks"),
        endless(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b"x", pause_s=0.01),
        endless(b"HTTP/1.1 200 OK\r\n", b"X: x\r\n", pause_s=0.01),
        endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
    ],
    ids=["silence", "half a head", "half a body", "dripping body", "dripping head", "endless 100 Continue"],
)
async def test_a_page_that_does_not_come_to_an_end_is_given_up_in_time(site: Site, serve: Serve) -> None:
    site.pages["/slow"] = serve
    assert (await failure(site, "/slow", timeout_s=0.2)).kind == "timed_out"
    await site.closed.wait()


async def test_a_name_that_is_never_answered_is_given_up_in_time(site: Site) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        await asyncio.Event().wait()
        return []

    with pytest.raises(errors.TimedOut, match=r"news\.example"):
        await HttpFetcher(resolve=resolve, dial=site.dial, timeout_s=0.05).fetch(f"{HERE}/article")


async def test_pages_that_ran_out_of_time_leave_room_for_the_next(site: Site) -> None:
    site.pages["/slow"] = never()
    web = fetcher(site, timeout_s=0.2, max_connections=2)
    slow = await asyncio.gather(*(web.fetch(f"{HERE}/slow") for _ in range(8)), return_exceptions=True)
    assert {type(outcome) for outcome in slow} == {errors.TimedOut}
    assert site.most_visitors == 2
    assert (await web.fetch(f"{HERE}/article")).content == ARTICLE


@pytest.mark.parametrize(
    ("start", "more"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["chunks of one byte", "100 Continue"],
)
async def test_another_page_is_read_at_once_while_one_floods_the_bot(
    site: Site, start: bytes, more: bytes
) -> None:
    begun = asyncio.Event()
    pour = endless(start, more * 10_000)

    async def flood(visit: Visit) -> None:
        begun.set()
        await pour(visit)

    site.pages["/flood"] = flood
    web = fetcher(site)
    flooded = asyncio.create_task(web.fetch(f"{HERE}/flood"))
    await begun.wait()
    assert (await web.fetch(f"{HERE}/article")).content == ARTICLE
    assert not flooded.done()
    flooded.cancel()
    await asyncio.wait([flooded])


# --- what breaks


async def test_a_connection_reset_before_the_answer_is_tried_once_more(site: Site) -> None:
    site.pages["/article"] = in_turn(reset, sends(answer(ARTICLE)))
    assert (await fetcher(site).fetch(f"{HERE}/article")).content == ARTICLE
    site.pages["/article"] = in_turn(sends(b""), sends(answer(ARTICLE)))
    assert (await fetcher(site).fetch(f"{HERE}/article")).content == ARTICLE


async def test_a_connection_that_is_reset_again_is_given_up(site: Site) -> None:
    site.pages["/article"] = reset
    assert (await failure(site, "/article")).kind == "unreachable"
    assert len(site.requests) == 2


@pytest.mark.parametrize(
    "serve", [sends(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99\r\n\r\nTalks")]
)
async def test_a_page_that_breaks_off_is_not_taken_for_the_whole_nor_tried_again(
    site: Site, serve: Serve
) -> None:
    site.pages["/article"] = serve
    assert (await failure(site, "/article")).kind == "unreachable"
    assert len(site.requests) == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"\x00" * 100,
        b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n",
    ],
)
async def test_an_answer_that_is_no_http_is_said_and_not_tried_again(site: Site, raw: bytes) -> None:
    site.pages["/article"] = sends(raw)
    assert (await failure(site, "/article")).kind == "garbled"
    assert len(site.requests) == 1


async def test_a_damaged_framing_is_not_taken_for_a_page(site: Site) -> None:
    site.pages["/article"] = sends(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nTalks"
    )
    assert (await failure(site, "/article")).kind == "unreachable"


# --- TLS


@pytest.fixture
async def secure_site() -> AsyncIterator[Site]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    async with Site(context) as site:
        site.pages["/article"] = sends(answer(ARTICLE))
        site.pages["/plain"] = redirects("http://news.example/article")
        site.names["other.example"] = [PUBLIC]
        yield site


def _trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(CERTIFICATE))


async def test_the_certificate_is_the_hosts_although_an_address_is_dialled(secure_site: Site) -> None:
    web = fetcher(secure_site, tls=_trusting())
    assert (await web.fetch("https://news.example/article")).content == ARTICLE
    assert secure_site.dialled == [(PUBLIC, 443)]


@pytest.mark.parametrize(
    ("link", "trusted"), [("https://other.example/article", True), ("https://news.example/article", False)]
)
async def test_a_certificate_of_another_host_or_a_stranger_is_refused(
    secure_site: Site, link: str, trusted: bool
) -> None:
    web = fetcher(secure_site, tls=_trusting() if trusted else None)
    with pytest.raises(errors.Unreachable, match="certificate"):
        await web.fetch(link)
    assert secure_site.requests == []


async def test_a_server_that_speaks_no_tls_is_unreachable(site: Site) -> None:
    site.pages["/article"] = sends(answer(ARTICLE))
    with pytest.raises(errors.FetchError) as failed:
        await fetcher(site, timeout_s=0.3).fetch("https://news.example/article")
    assert failed.value.kind in {"unreachable", "timed_out"}


async def test_a_handshake_that_never_ends_is_given_up_and_its_connection_closed() -> None:
    hung_up = asyncio.Event()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1_000):
            pass
        hung_up.set()
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    site = Site()
    site._server = server
    with pytest.raises(errors.TimedOut):
        await fetcher(site, timeout_s=0.2).fetch("https://news.example/article")
    async with asyncio.timeout(1):
        await hung_up.wait()
    server.close()


async def test_a_step_down_from_https_to_http_is_followed_and_logged(secure_site: Site) -> None:
    async with Site() as plain:
        plain.pages["/article"] = sends(answer(ARTICLE))

        async def dial(address: str, port: int) -> object:
            return await (secure_site if port == 443 else plain).dial(address, port)

        web = HttpFetcher(resolve=plain.resolve, dial=dial, tls=_trusting())  # type: ignore[arg-type]
        with capture_logs() as logs:
            assert (await web.fetch("https://news.example/plain")).content == ARTICLE
    assert [entry["event"] for entry in logs].count("redirect from https to http") == 1


# --- what the log holds


async def test_the_log_holds_neither_paths_nor_text(site: Site) -> None:
    site.pages["/old"] = redirects("/article?token=abc123")
    with capture_logs() as logs:
        await fetcher(site).fetch(f"{HERE}/old?token=abc123")
        await failure(site, "/nothing-here")
    assert [entry["event"] for entry in logs] == ["fetched", "fetch failed"]
    assert logs[0]["bytes"] == len(ARTICLE)
    for word in ("abc123", "nothing-here", "Talks", "talks"):
        assert word not in repr(logs)
