"""An article with its brief as a situation takes it up: what was reported, of which day, and when it came."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from briefs.models import Brief, Evidence
from briefs.situations.models import ArticleFacts, Source

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


@dataclass(frozen=True, slots=True)
class Report:
    """`seen_at` (aware) is when the article came into the library. `copy_of` is the id of a near-duplicate held before."""

    brief: Brief
    seen_at: datetime
    copy_of: str | None = None

    @property
    def id(self) -> str:
        return self.brief.article.id

    @property
    def day(self) -> date:
        """The day that the article is of: published, else seen. Never later than the day after it was seen."""
        published = day_of(self.brief.article.published)
        seen = self.seen_at.astimezone(UTC).date()
        return seen if published is None or (published - seen).days > 1 else published

    @property
    def seen(self) -> str:
        return instant(self.seen_at)

    def facts(self) -> ArticleFacts:
        article = self.brief.article
        return ArticleFacts(
            id=article.id,
            title=article.title,
            outlet=article.outlet,
            url=article.url,
            published=article.published,
            date=self.day.isoformat(),
            seen_at=self.seen,
            copy_of=self.copy_of,
        )

    def source(self, evidence: Evidence, names: dict[str, str]) -> Source:
        """`names` by party id of the brief."""
        return Source(
            article=self.id,
            quote=evidence.quote,
            start=evidence.start,
            end=evidence.end,
            speaker=names.get(evidence.speaker or ""),
            mode=evidence.mode,
            paragraph=evidence.paragraph,
        )


def ordered(reports: Iterable[Report]) -> list[Report]:
    """By day, then hour where it is known, then arrival, then id: the same order whatever order they come in."""
    return sorted(reports, key=lambda r: (r.day, r.brief.article.published or "", r.seen_at, r.id))


def day_of(iso: str | None) -> date | None:
    """The day of an ISO 8601 date or date-time; None where it has none or an impossible one."""
    found = _DAY.match(iso or "")
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def instant(moment: datetime) -> str:
    """An aware datetime as ISO 8601 in UTC, of fixed width, so that it sorts as text. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
