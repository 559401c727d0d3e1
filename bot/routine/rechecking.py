"""Sources are looked at again: whoever changes an article after it was briefed is noticed, and digests are corrected."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from bot.log import cause
from bot.ports import Fetcher, Reader
from bot.routine.feeds import FeedFetcher
from bot.routine.matters import Recheck, Rechecks
from bot.service import Service
from briefs.errors import CommuniqueError

_FIRST = timedelta(hours=3)
_THEN = (timedelta(hours=9), timedelta(hours=24), timedelta(hours=48))
"""Pauses between looks: most corrections come within a day, nearly all within three."""
_OLDEST = timedelta(days=5)
_LEASE = timedelta(minutes=15)
_AT_ONCE = 4

_log = structlog.get_logger(__name__)


class Rechecking:
    def __init__(
        self, *, rechecks: Rechecks, fetcher: Fetcher, robots: FeedFetcher, reader: Reader, service: Service
    ) -> None:
        """`robots` knows which pages a site lets programs read."""
        self._rechecks = rechecks
        self._robots = robots
        self._fetcher = fetcher
        self._reader = reader
        self._service = service

    async def look(self, now: datetime) -> datetime | None:
        """Look at the sources that are due by then, a few at a time."""
        due = await self._rechecks.due(
            now=now,
            first_after=now - _FIRST,
            came_after=now - _OLDEST,
            lease_until=now + _LEASE,
            limit=_AT_ONCE,
        )
        for recheck in due:
            await self._look(recheck)
            pause = _THEN[recheck.checks - 1] if recheck.checks <= len(_THEN) else None
            await self._rechecks.done(recheck.ref, next_at=now + pause if pause is not None else None)
        return now if len(due) == _AT_ONCE else None

    async def _look(self, recheck: Recheck) -> None:
        log = _log.bind(library=recheck.ref.library, article=recheck.ref.id)
        try:
            if not await self._robots.admitted(recheck.url, scope=recheck.ref.library):
                return
            page = await self._fetcher.fetch(recheck.url)
            article = await self._reader.read(page, recheck.url)
            if article.url != recheck.url:
                return  # sent elsewhere: a front page in the place of what is gone is no new version of it
            await self._service.brief_article(
                article, recheck.url, library=recheck.ref.library, by=f"recheck:{recheck.checks}"
            )
        except CommuniqueError as error:
            log.info("source not looked at", kind=error.kind)
        except Exception as error:  # noqa: BLE001 - one page must not keep the others from being looked at
            log.error("source not looked at", **cause(error))  # noqa: TRY400 - may quote an article
