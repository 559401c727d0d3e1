"""Feeds from a web of this machine: asked for conditionally, as rarely as the site wants, behind the guard."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.net import errors
from bot.net.feeds import FeedClient
from bot.net.fetch import HttpFetcher
from bot.routine.feeds import AskLater, FetchedFeed, Gone, NotModified
from briefs.errors import CommuniqueError
from tests.bot.fakes import FakeClock
from tests.bot.net.site import Site, answer, redirects, sends

HERE = "http://news.example"
FEED = b'<?xml version="1.0"?><rss version="2.0"><channel><title>The Courier</title></channel></rss>'
ROOM = "fake:r1"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with Site() as site:
        site.pages["/robots.txt"] = sends(answer(b"", status="404 Not Found"))
        site.pages["/feed"] = sends(
            answer(FEED, 'ETag: "v1"', "Last-Modified: Tue, 04 Mar 2031 07:00:00 GMT", "Cache-Control: max-age=900",
                   media="application/rss+xml")
        )  # fmt: skip
        yield site


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def client(site: Site, clock: FakeClock) -> FeedClient:
    web = HttpFetcher(resolve=site.resolve, dial=site.dial, tls=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    return FeedClient(web, clock.now)


async def fetched(client: FeedClient, path: str = "/feed", **options: str) -> FetchedFeed:
    found = await client.feed(HERE + path, scope=ROOM, **options)
    assert isinstance(found, FetchedFeed)
    return found


async def test_a_feed_comes_with_its_validators(client: FeedClient) -> None:
    found = await fetched(client)
    assert (found.content, found.media_type, found.moved) == (FEED, "application/rss+xml", False)
    assert (found.etag, found.modified, found.fresh_s) == ('"v1"', "Tue, 04 Mar 2031 07:00:00 GMT", 900)


async def test_validators_go_back_to_the_server(client: FeedClient, site: Site) -> None:
    site.pages["/feed"] = sends(answer(b"", status="304 Not Modified"))
    found = await client.feed(
        f"{HERE}/feed", scope=ROOM, etag='"v1"', modified="Tue, 04 Mar 2031 07:00:00 GMT"
    )
    assert found == NotModified()
    request = site.requests[-1].lower()
    assert 'if-none-match: "v1"\r\n' in request
    assert "if-modified-since: tue, 04 mar 2031 07:00:00 gmt\r\n" in request
    assert "accept: application/atom+xml" in request


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("120", 120.0), ("Tue, 04 Mar 2031 08:10:00 GMT", 600.0), ("99999999", 86_400.0), ("0", 0.0)],
)
@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
async def test_a_server_that_asks_to_wait_is_waited_for(
    client: FeedClient, site: Site, said: str, seconds: float, status: str
) -> None:
    site.pages["/feed"] = sends(answer(b"", f"Retry-After: {said}", status=status))
    with pytest.raises(AskLater) as later:
        await fetched(client)
    assert later.value.after_s == seconds


@pytest.mark.parametrize(
    ("status", "kind"),
    [("410 Gone", Gone), ("404 Not Found", errors.NotFound), ("403 Forbidden", errors.Denied),
     ("500 Oops", errors.ServerError), ("429 Too Many Requests", errors.ServerError)],
)  # fmt: skip
async def test_other_answers_are_errors_of_their_kind(
    client: FeedClient, site: Site, status: str, kind: type[CommuniqueError]
) -> None:
    site.pages["/feed"] = sends(answer(b"", status=status))
    with pytest.raises(kind) as failed:
        await fetched(client)
    assert type(failed.value) is kind


@pytest.mark.parametrize(("status", "moved"), [("301 Moved Permanently", True), ("302 Found", False)])
async def test_a_feed_that_moved_for_good_says_so(
    client: FeedClient, site: Site, status: str, moved: bool
) -> None:
    site.pages["/old"] = redirects("/feed", status)
    found = await fetched(client, "/old")
    assert (found.url, found.moved) == (f"{HERE}/feed", moved)


async def test_what_robots_txt_keeps_programs_from_is_not_asked_for(client: FeedClient, site: Site) -> None:
    site.pages["/robots.txt"] = sends(answer(b"User-agent: *\nDisallow: /feed\n", media="text/plain"))
    with pytest.raises(errors.Disallowed):
        await fetched(client)
    assert not any(request.startswith("GET /feed") for request in site.requests)
    assert await client.admitted(f"{HERE}/article", scope=ROOM)


async def test_robots_txt_is_read_again_after_some_hours_and_for_each_room(
    client: FeedClient, site: Site, clock: FakeClock
) -> None:
    async def asked() -> int:
        await fetched(client)
        return sum(request.startswith("GET /robots.txt") for request in site.requests)

    assert (await asked(), await asked()) == (1, 1)
    clock.jump(timedelta(hours=13).total_seconds())
    assert await asked() == 2
    await client.feed(f"{HERE}/feed", scope="fake:r2")
    assert await asked() == 3


async def test_a_site_that_turns_readers_of_robots_txt_away_is_closed(client: FeedClient, site: Site) -> None:
    site.pages["/robots.txt"] = sends(answer(b"", status="403 Forbidden"))
    assert not await client.admitted(f"{HERE}/article", scope=ROOM)


async def test_addresses_inside_the_network_are_refused_as_they_are_for_links(
    client: FeedClient, site: Site
) -> None:
    site.names["inside.example"] = ["10.0.0.7"]
    with pytest.raises(errors.Blocked):
        await client.feed("http://inside.example/feed", scope=ROOM)
    site.pages["/feed"] = redirects("http://inside.example/feed")
    with pytest.raises(errors.Blocked):
        await fetched(client)
    assert ("10.0.0.7", 80) not in site.dialled
