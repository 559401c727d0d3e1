"""The words of a situation as types: a ledger is what many briefs on one matter say, in order.

Every line carries the words that it stands on: the article, the quote, and where it stands in that article's text (code
points, half-open). Dates are ISO 8601 days ("2031-05-06"), instants ISO 8601 in UTC.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from briefs.models import DemandKind, DemandStatus, Event, Mode, Model, Polarity

Trend = Literal["new", "deteriorated", "improved", "unchanged"]
FigureUnit = Literal["count", "percent", "money", "duration"]
ContestKind = Literal["figure", "denial"]


class Source(Model):
    """Words of an article that a line stands on."""

    article: str
    """Id of the article in its library."""
    quote: str
    start: int
    end: int
    speaker: str | None = None
    """Name; None where nobody speaks or it is not certain who does."""
    mode: Mode = "narration"
    paragraph: int = 0
    """Counted from 1; the headline is 0."""


class Entry(Model):
    """One time that something was reported of a demand."""

    article: str
    date: str
    """Day of the article, or the day it was seen where it has no date."""
    seen_at: str
    """When the article came into the library: what a digest counts from."""
    status: DemandStatus
    text: str
    """What was said this time, in the words of the brief."""
    source: Source
    further: tuple[Source, ...] = ()
    """Quotes that name who is meant, where they stand outside `source`."""


class LedgerDemand(Model):
    """A demand, condition, appeal or offer over time. `history` is in order and never empty."""

    id: str
    """Stays the same when the ledger is computed again, as long as its first article is held."""
    kind: DemandKind
    from_: tuple[str, ...] = Field(default=(), alias="from")
    to: tuple[str, ...] = ()
    text: str
    status: DemandStatus
    """The last one that is more than a repetition; `reiterated` where there is none but the first."""
    main: bool = True
    """False for what is said once in passing, of and to nobody who is a side in the matter."""
    weight: int = 0
    """How much speaks for its being one of the main ones."""
    opened: str
    last: str
    """First and last day that it was spoken of."""
    history: tuple[Entry, ...]

    @property
    def open(self) -> bool:
        """Whether an answer is still due."""
        return self.status not in CLOSED


CLOSED: frozenset[DemandStatus] = frozenset({"accepted", "met", "withdrawn", "lapsed"})
"""What ends a demand; a refused one stays open."""


class Actor(Model):
    """A party as it is known over all articles."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    articles: tuple[str, ...]


class FigureValue(Model):
    value: float
    text: str
    """As it is printed: "1.2 million", "35%"."""
    date: str
    seen_at: str
    source: Source


class Figure(Model):
    """A quantity that is reported more than once: seats, deaths, per cent. `values` in order of their articles."""

    subject: str
    unit: FigureUnit
    values: tuple[FigureValue, ...]


class Contest(Model):
    """Two things that different articles or speakers say and that cannot both be so."""

    kind: ContestKind
    text: str
    sources: tuple[Source, ...]
    seen_at: str


class LedgerSignal(Model):
    """A risk signal of today in one article (background is left out)."""

    article: str
    date: str
    seen_at: str
    event: Event
    polarity: Polarity
    severity: int
    actors: tuple[str, ...]
    targets: tuple[str, ...]
    text: str
    source: Source


class DaySignals(Model):
    """How many signals of a day are laid to a party ("" where nobody is named), and the highest severity."""

    date: str
    party: str
    escalatory: int
    de_escalatory: int
    severity: int


class ArticleTrend(Model):
    """Where the matter went with one article, and why."""

    article: str
    date: str
    seen_at: str
    trend: Trend
    why: str
    source: Source | None = None
    """None where nothing in the article could be quoted for it: the trend is then `unchanged` or `new`."""


class Prospect(Model):
    """A conflict-risk alert or a resolution opportunity: what points to it."""

    text: str
    sources: tuple[Source, ...]
    date: str
    seen_at: str


class ArticleFacts(Model):
    """An article of the ledger, without its text."""

    id: str
    title: str
    outlet: str | None
    url: str | None
    published: str | None
    date: str
    """ISO day used for order: published, else seen."""
    seen_at: str
    copy_of: str | None = None
    """Id of an article of this ledger that has nearly the same text; a copy adds nothing but itself."""


class Ledger(Model):
    """A matter followed over time, recomputed from its articles' briefs by `briefs.situations.ledger`."""

    id: str
    title: str
    trend: Trend
    """Of the last article that is no copy."""
    articles: tuple[ArticleFacts, ...]
    """In order of date, then of arrival."""
    actors: tuple[Actor, ...] = ()
    demands: tuple[LedgerDemand, ...] = ()
    """Main ones first, then those that most articles tell of, then in the order in which they came up."""
    figures: tuple[Figure, ...] = ()
    signals: tuple[LedgerSignal, ...] = ()
    days: tuple[DaySignals, ...] = ()
    trends: tuple[ArticleTrend, ...] = ()
    contests: tuple[Contest, ...] = ()
    risk: Prospect | None = None
    opportunity: Prospect | None = None

    @property
    def opened(self) -> str | None:
        return self.articles[0].date if self.articles else None

    @property
    def last(self) -> str | None:
        return self.articles[-1].date if self.articles else None
