"""Feeds as bytes → their items: RSS and Atom by feedparser, JSON Feed as its standard has it. Runs in a worker.

An ill-formed feed gives what can be read of it. What is no feed at all raises NotAFeed, and nothing else is raised.
"""

from __future__ import annotations

import calendar
import io
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

from bot.routine.feeds import Entry, FetchedFeed, ParsedFeed
from briefs.errors import NotAFeed

_MOST_ENTRIES = 500  # the longest feeds hold a few hundred; what is more is an archive
_MOST_CHARS = 2_000  # of an id or a link
_FEED_TYPES = frozenset(
    "application/rss+xml application/atom+xml application/feed+json application/rdf+xml".split()
)
_MAYBE_FEED_TYPES = frozenset("application/json application/xml text/xml".split())
_FEED_PATH = re.compile(
    r"(?:\.(?:rss|rdf|atom)|/(?:rss|feed|atom)(?:\.xml|\.json)?|feed\.(?:xml|json))/?$", re.IGNORECASE
)
_MOST_FOUND = 5


def parse(fetched: FetchedFeed) -> ParsedFeed:
    """Raises NotAFeed."""
    found = _json_feed(fetched) or _xml_feed(fetched)
    if found is None:
        raise NotAFeed(
            "There is no feed at that address: give the address of an RSS, Atom or JSON feed, or of a site that names one."
        )
    return found


def discover(fetched: FetchedFeed) -> tuple[str, ...]:
    """The feeds that a page names in its head, else those that it links to; comment feeds last."""
    from lxml import etree, html

    try:
        page = html.document_fromstring(fetched.content, base_url=fetched.url)  # type: ignore[no-untyped-call]
    except (etree.LxmlError, ValueError, TypeError):
        return ()
    base = next(iter(page.xpath("//base/@href")), None)
    root = urljoin(fetched.url, base) if base else fetched.url
    named = [
        link.get("href")
        for link in page.xpath("//link[@href]")
        if "alternate" in (link.get("rel") or "").lower().split()
        and (link.get("type") or "").lower().partition(";")[0].strip() in _FEED_TYPES | _MAYBE_FEED_TYPES
    ]
    if not named:
        named = [href for href in page.xpath("//a/@href") if _FEED_PATH.search(href.partition("?")[0])]
    links = dict.fromkeys(link for href in named if (link := _link(root, href)) is not None)
    return tuple(sorted(links, key=lambda link: "comment" in link.lower())[:_MOST_FOUND])


def _xml_feed(fetched: FetchedFeed) -> ParsedFeed | None:
    import feedparser

    said = {"content-type": _content_type(fetched)}  # ids stay as they are; links are made whole below
    # a stream, because bytes that look like an address would be fetched
    found = feedparser.parse(  # type: ignore[attr-defined, no-untyped-call]
        io.BytesIO(fetched.content), response_headers=said, resolve_relative_uris=False, sanitize_html=False
    )
    if not found.get("version") and not found.entries:
        return None
    entries = []
    for item in found.entries[:_MOST_ENTRIES]:
        link = _link(fetched.url, _text(item.get("link")))
        title = _text(item.get("title"))
        name = _text(item.get("id")) or link or title
        if name:
            entries.append(Entry(name[:_MOST_CHARS], link, title[:300], _struct_time(item)))
    return ParsedFeed(_text(found.feed.get("title"))[:200], _newest_first(entries), bool(found.get("bozo")))


def _json_feed(fetched: FetchedFeed) -> ParsedFeed | None:
    if not fetched.content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return None
    try:
        document = json.loads(fetched.content.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, Mapping) or "jsonfeed.org/version/" not in _text(document.get("version")):
        return None
    items = document.get("items")
    entries = []
    for item in items[:_MOST_ENTRIES] if isinstance(items, list) else ():
        if not isinstance(item, Mapping):
            continue
        link = _link(fetched.url, _text(item.get("url")) or _text(item.get("external_url")))
        title = _text(item.get("title"))
        name = _text(item.get("id")) or link or title
        if name:
            entries.append(
                Entry(name[:_MOST_CHARS], link, title[:300], _iso(_text(item.get("date_published"))))
            )
    return ParsedFeed(_text(document.get("title"))[:200], _newest_first(entries))


def _newest_first(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """By date where all have one; else as they stand, which is newest first in nearly all feeds."""
    unique = list({entry.id: entry for entry in entries}.values())
    if all(entry.published is not None for entry in unique):
        unique.sort(key=lambda entry: entry.published or "", reverse=True)
    return tuple(unique)


def _link(base: str, href: object) -> str | None:
    """An absolute web address; None for anything else."""
    if not isinstance(href, str) or not href.strip():
        return None
    try:
        link = urljoin(base, href.strip())
    except ValueError:
        return None
    fits = link.startswith(("http://", "https://")) and len(link) <= _MOST_CHARS
    return link if fits else None


def _struct_time(item: Mapping[str, Any]) -> str | None:
    for name in ("published_parsed", "updated_parsed", "created_parsed"):
        parts = item.get(name)
        if parts is not None:
            try:
                return datetime.fromtimestamp(calendar.timegm(parts), UTC).isoformat(timespec="seconds")
            except (ValueError, OverflowError, OSError, TypeError):
                return None
    return None


def _iso(text: str) -> str | None:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    instant = instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)
    try:
        return instant.astimezone(UTC).isoformat(timespec="seconds")
    except OverflowError:
        return None


def _text(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return " ".join(value.split()) if isinstance(value, str) else ""


def _content_type(fetched: FetchedFeed) -> str:
    kind = fetched.media_type or "application/xml"
    return f"{kind}; charset={fetched.charset}" if fetched.charset else kind
