"""What `communique situations --format json` prints of a ledger."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from briefs.models import DemandStatus, Model
from briefs.situations.models import Ledger, LedgerDemand, Trend


class PublishedEntry(Model):
    article: str
    date: str
    status: DemandStatus
    quote: str


class PublishedDemand(Model):
    id: str
    from_: tuple[str, ...] = Field(default=(), alias="from")
    to: tuple[str, ...] = ()
    """Names."""
    text: str
    status: DemandStatus
    history: tuple[PublishedEntry, ...]


class PublishedTrend(Model):
    article: str
    trend: Trend
    why: str
    quote: str
    """Empty where nothing could be quoted for it."""


class PublishedSituation(Model):
    id: str
    title: str
    trend: Trend
    demands: tuple[PublishedDemand, ...]
    """The main ones, at most ten."""
    risk_by_article: tuple[PublishedTrend, ...]


_MOST = 10
"""Demands that are shown of a situation: those that most speaks for, if it has more."""


def leading(ledger: Ledger, most: int = _MOST) -> list[LedgerDemand]:
    """The main demands of a situation, at most so many, in the order of the ledger."""
    main = [d for d in ledger.demands if d.main]
    kept = {d.id for d in sorted(main, key=lambda d: -d.weight)[:most]}
    return [d for d in main if d.id in kept]


def published(ledgers: Iterable[Ledger]) -> list[PublishedSituation]:
    """In the order given. Dump with `by_alias=True`."""
    return [
        PublishedSituation(
            id=ledger.id,
            title=ledger.title,
            trend=ledger.trend,
            demands=tuple(
                PublishedDemand(
                    id=d.id,
                    from_=d.from_,
                    to=d.to,
                    text=d.text,
                    status=d.status,
                    history=tuple(
                        PublishedEntry(article=e.article, date=e.date, status=e.status, quote=e.source.quote)
                        for e in d.history
                    ),
                )
                for d in leading(ledger)
            ),
            risk_by_article=tuple(
                PublishedTrend(
                    article=t.article, trend=t.trend, why=t.why, quote=t.source.quote if t.source else ""
                )
                for t in ledger.trends
            ),
        )
        for ledger in ledgers
    ]
