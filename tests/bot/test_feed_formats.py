"""Feeds of every format, well and ill formed, and the pages that name them."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.routine.feeds import FetchedFeed, ParsedFeed
from bot.work.feed_formats import discover, parse
from briefs.errors import NotAFeed

URL = "https://courier.example/news/feed"

RSS = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>The Courier</title>
<item><title>Older</title><link>/older</link><guid>1</guid><pubDate>Mon, 03 Mar 2031 09:00:00 GMT</pubDate></item>
<item><title>Newer &amp; better</title><link>https://courier.example/newer</link><guid>2</guid>
<pubDate>Tue, 04 Mar 2031 09:00:00 +0200</pubDate></item></channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>The Courier</title><entry><title>One</title>
<id>tag:1</id><link rel="alternate" href="one"/><updated>2031-03-04T07:00:00Z</updated></entry></feed>"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "The Courier",
        "items": [
            {"id": 7, "url": "https://courier.example/7", "title": "Seven", "date_published": "2031-03-04T09:00:00+02:00"},
            {"id": "8", "external_url": "https://other.example/8", "date_published": "yesterday"},
            "nonsense",
        ],
    }
).encode()  # fmt: skip


def fetched(content: bytes, media_type: str = "", url: str = URL) -> FetchedFeed:
    return FetchedFeed(url, content, media_type, None, None, None)


def read(content: bytes, media_type: str = "") -> ParsedFeed:
    return parse(fetched(content, media_type))


def test_rss_is_read_newest_first_with_absolute_links() -> None:
    feed = read(RSS, "text/xml")
    assert feed.title == "The Courier"
    assert [(e.id, e.link, e.title, e.published) for e in feed.entries] == [
        ("2", "https://courier.example/newer", "Newer & better", "2031-03-04T07:00:00+00:00"),
        ("1", "https://courier.example/older", "Older", "2031-03-03T09:00:00+00:00"),
    ]


def test_atom_is_read() -> None:
    (entry,) = read(ATOM, "application/atom+xml").entries
    assert (entry.id, entry.link) == ("tag:1", "https://courier.example/news/one")
    assert entry.published == "2031-03-04T07:00:00+00:00"


def test_json_feed_is_read() -> None:
    feed = read(JSON_FEED, "application/feed+json")
    assert [(e.id, e.link, e.published) for e in feed.entries] == [
        ("7", "https://courier.example/7", "2031-03-04T07:00:00+00:00"),
        ("8", "https://other.example/8", None),
    ]


def test_an_ill_formed_feed_gives_what_can_be_read_of_it() -> None:
    cut = RSS[: RSS.index(b"</channel>")].replace(b"&amp;", b"&")
    feed = read(cut, "text/xml")
    assert feed.ill_formed
    assert {e.id for e in feed.entries} == {"1", "2"}


def test_an_item_without_an_id_is_known_by_its_link() -> None:
    (entry,) = read(ATOM.replace(b"<id>tag:1</id>", b"")).entries
    assert entry.id == entry.link


def test_links_that_lead_nowhere_on_the_web_are_left_out() -> None:
    (entry,) = read(ATOM.replace(b'href="one"', b'href="javascript:alert(1)"')).entries
    assert entry.link is None


@pytest.mark.parametrize(
    "content",
    [b"", b"<html><body>No feed</body></html>", b"{}", b"[1, 2]", b'{"version": 1}', b"\x00\xff" * 40,
     b"https://courier.example/feed", b"{" * 5_000],
)  # fmt: skip
def test_what_is_no_feed_is_refused(content: bytes) -> None:
    with pytest.raises(NotAFeed):
        read(content)


@given(st.binary(max_size=300))
def test_whatever_comes_nothing_else_is_raised(content: bytes) -> None:
    for start in (b"", b"<rss version='2.0'>", b"<feed>", b'{"version": "https://jsonfeed.org/version/1", '):
        with contextlib.suppress(NotAFeed):
            read(start + content)


def test_entities_are_not_blown_up() -> None:
    bomb = b'<!DOCTYPE r [<!ENTITY a "' + b"x" * 1_000 + b'">' + b"".join(
        b'<!ENTITY %c "%b">' % (98 + n, b"&%c;" % (97 + n) * 50) for n in range(6)
    ) + b"]><rss version='2.0'><channel><title>&g;</title></channel></rss>"  # fmt: skip
    with contextlib.suppress(NotAFeed):
        assert len(read(bomb).title) <= 200


def test_a_page_names_its_feeds_in_its_head_comments_last() -> None:
    page = b"""<html><head><base href="/de/"><link rel="alternate" type="application/rss+xml" href="comments/feed">
    <link rel="Alternate home" type="application/atom+xml; charset=utf-8" href="atom.xml">
    <link rel="alternate" type="text/html" href="/en/"><link rel="stylesheet" type="text/xml" href="x"></head>"""
    assert discover(fetched(page, "text/html")) == (
        "https://courier.example/de/atom.xml",
        "https://courier.example/de/comments/feed",
    )


def test_a_page_without_one_in_its_head_may_link_to_one() -> None:
    page = b'<p><a href="/about">About</a> <a href="/rss.xml">RSS</a> <a href="/newsfeed-story">no</a>'
    assert discover(fetched(page)) == ("https://courier.example/rss.xml",)


@pytest.mark.parametrize("page", [b"", b"\x00", b"plain words", b"<html>"])
def test_a_page_that_names_none_has_none(page: bytes) -> None:
    assert discover(fetched(page)) == ()
