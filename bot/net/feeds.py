"""Feeds from the web, behind the same guard as links: conditional, as rarely and where the site wants it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, Protocol
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

import httpx

from bot.net.errors import Denied, Disallowed, FetchError, NotFound, ServerError
from bot.net.fetch import Got
from bot.routine.feeds import AskLater, FetchedFeed, Gone, NotModified

AGENT: Final = "Communique"
_ACCEPT: Final = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, "
    "application/json;q=0.8, text/html;q=0.7, */*;q=0.1"
)
_ROBOTS_FOR: Final = timedelta(hours=12)
_ROBOTS_BYTES: Final = 500_000  # Google reads as much
_MOST_SITES: Final = 2_000
_LONGEST_WAIT_S: Final = 24 * 3_600.0
_WAITING: Final = frozenset({429, 503})
_DENIALS: Final = frozenset({401, 402, 403, 407, 451})
_MAX_AGE: Final = re.compile(r"(?:^|[,\s])max-age=(\d{1,9})")


class Web(Protocol):
    async def get(self, url: str, headers: Mapping[str, str]) -> Got: ...


class FeedClient:
    """`bot.routine.feeds.FeedFetcher`. `now` is the clock by which robots.txt is read anew."""

    def __init__(self, web: Web, now: Callable[[], datetime]) -> None:
        self._web = web
        self._now = now
        self._robots: dict[tuple[str, str], tuple[datetime, RobotFileParser]] = {}

    async def feed(
        self, url: str, *, scope: str, etag: str | None = None, modified: str | None = None
    ) -> FetchedFeed | NotModified:
        if not await self.admitted(url, scope=scope):
            raise Disallowed(
                f"{_host(url)} does not let programs read that address (robots.txt); give another feed of it.",
                url=url,
            )
        conditions = {"If-None-Match": etag, "If-Modified-Since": modified}
        headers = {"Accept": _ACCEPT} | {name: value for name, value in conditions.items() if value}
        got = await self._web.get(url, headers)
        fresh_s = _fresh_s(got.headers)
        if got.status == 304:
            return NotModified(fresh_s)
        self._check(got)
        return FetchedFeed(
            url=got.url,
            content=got.content,
            media_type=got.media_type,
            charset=got.charset,
            etag=_short(got.headers.get("etag")),
            modified=_short(got.headers.get("last-modified")),
            moved=got.moved,
            fresh_s=fresh_s,
        )

    async def admitted(self, url: str, *, scope: str) -> bool:
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        now = self._now()
        known = self._robots.get((scope, site))
        if known is None or known[0] <= now:
            if len(self._robots) >= _MOST_SITES:
                self._robots.clear()
            known = now + _ROBOTS_FOR, await self._rules(site)
            self._robots[scope, site] = known
        return known[1].can_fetch(AGENT, url)

    async def _rules(self, site: str) -> RobotFileParser:
        """Where there are none, or none can be had, all is open, but a site that turns readers away is closed."""
        rules = RobotFileParser()
        try:
            got = await self._web.get(f"{site}/robots.txt", {"Accept": "text/plain, */*;q=0.1"})
        except FetchError:
            rules.parse([])
            return rules
        if got.status in {401, 403}:
            rules.parse(["User-agent: *", "Disallow: /"])
        else:
            text = got.content[:_ROBOTS_BYTES].decode("utf-8", "replace") if got.status == 200 else ""
            rules.parse(text.removeprefix("\ufeff").splitlines())
        return rules

    def _check(self, got: Got) -> None:
        status, host = got.status, _host(got.url)
        if 200 <= status < 300:
            return
        if status == 410:
            raise Gone(f"{host} says that this feed is gone for good; please give another one.")
        if status == 404:
            raise NotFound(f"{host} has no feed under this address (404); please check it.", url=got.url)
        if status in _DENIALS:
            raise Denied(f"{host} turns the bot away ({status}); give another feed of it.", url=got.url)
        message = f"{host} answers with an error ({status}) at the moment; I shall ask again later."
        after_s = self._retry_after_s(got.headers)
        if status in _WAITING and after_s is not None:
            raise AskLater(message, after_s)
        raise ServerError(message, url=got.url, status=status)

    def _retry_after_s(self, headers: httpx.Headers) -> float | None:
        """Seconds, whether the server says so or names an instant; None if it says nothing that can be understood."""
        said = headers.get("retry-after", "").strip()
        if said.isascii() and said.isdigit() and len(said) < 10:
            seconds = float(said)
        else:
            try:
                instant = parsedate_to_datetime(said)
            except (ValueError, TypeError, IndexError):
                return None
            instant = instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)
            seconds = (instant - self._now()).total_seconds()
        return min(max(seconds, 0.0), _LONGEST_WAIT_S)


def _fresh_s(headers: httpx.Headers) -> float:
    found = _MAX_AGE.search(headers.get("cache-control", "").lower())
    return min(float(found[1]), _LONGEST_WAIT_S) if found else 0.0


def _short(validator: str | None) -> str | None:
    """Validators come from outside: one that is longer than any real one is left out."""
    return validator if validator is not None and 0 < len(validator) <= 500 else None


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
