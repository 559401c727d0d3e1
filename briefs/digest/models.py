"""The words of a digest as types; JSON of these is the `digest/1` document.

What changed in a room's situations since its last digest. Lines cite `sources` by id. Instants are ISO 8601 with the
offset of the room's time zone at that moment ("2031-05-06T08:00:00+02:00"), so that nobody needs a table of zones.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from briefs.models import DemandKind, DemandStatus, Model
from briefs.situations.models import Source, Trend

Change = Literal["new", "changed", "still_open", "gone_quiet"]


class DigestLine(Model):
    """A demand in a digest."""

    change: Change
    demand: str
    """Id in its ledger."""
    from_: tuple[str, ...] = Field(default=(), alias="from")
    to: tuple[str, ...] = ()
    kind: DemandKind
    text: str
    before: DemandStatus | None = None
    """`changed`: the status that the last digest knew."""
    status: DemandStatus
    day: int | None = None
    """`still_open`: days since it was opened, the first day is 1. `gone_quiet`: days without a word of it."""
    opened: str
    evidence: tuple[str, ...]


class DigestSignal(Model):
    """A new signal of today that is worth a line."""

    polarity: Literal["escalatory", "de_escalatory"]
    severity: int
    text: str
    evidence: tuple[str, ...]


class DigestFigure(Model):
    """A quantity that took another value: `before` → `after`, as printed."""

    subject: str
    before: str
    after: str
    evidence: tuple[str, ...]


class DigestContest(Model):
    text: str
    evidence: tuple[str, ...]


class DigestSituation(Model):
    """A situation with something new."""

    id: str
    title: str
    trend: Trend
    why: str
    """In one line; empty where nothing could be quoted for it."""
    evidence: tuple[str, ...] = ()
    """Of `why`."""
    articles: tuple[str, ...]
    """Ids of the articles that came since the last digest."""
    lines: tuple[DigestLine, ...] = ()
    signals: tuple[DigestSignal, ...] = ()
    figures: tuple[DigestFigure, ...] = ()
    contests: tuple[DigestContest, ...] = ()
    risk: DigestContest | None = None
    opportunity: DigestContest | None = None


class UnchangedSituation(Model):
    id: str
    title: str
    day: int
    """Days since its first article, the first day is 1."""


class Correction(Model):
    """A line of an earlier digest whose article no longer says it."""

    digest_at: str
    """Instant of the digest that holds the line."""
    line: str
    """The line's words."""
    before: str
    """The quote that stood behind it."""
    after: str | None = None
    """What stands in its place now; None where it is gone."""
    article: str
    title: str
    """Of the article."""
    evidence: tuple[str, ...] = ()
    """Of `after`."""


class FailedFeed(Model):
    name: str
    since: str | None = None
    """Instant of the first failure in a row."""


class Counts(Model):
    articles: int = 0
    """Read since the last digest, those of no dispute included."""
    outlets: int = 0
    new_situations: int = 0
    new_demands: int = 0
    status_changes: int = 0
    signals_up: int = 0
    signals_down: int = 0
    corrections: int = 0
    unchanged: int = 0


class CitedSource(Source):
    """Words that the digest stands on, with their article's facts, so that they can be shown by themselves."""

    id: str
    """What lines cite it by."""
    title: str
    outlet: str | None = None
    url: str | None = None
    published: str | None = None


class Digest(Model):
    """Made by `briefs.digest.compose` alone, from ledgers; nothing in it is worded anew but counts and days."""

    schema_: Literal["digest/1"] = Field(default="digest/1", alias="schema")
    room: str
    """The room's title as people know it."""
    frequency: str
    """"daily", "weekly", "hourly", "" for one that was asked for."""
    since: str | None
    """Instant of the last digest, None for a first one."""
    until: str
    """Instant that it covers up to."""
    due: str | None = None
    """Instant that it was due at; None for one that was asked for."""
    late: bool = False
    timezone: str
    """IANA name: what days and hours are shown in."""
    counts: Counts
    situations: tuple[DigestSituation, ...] = ()
    unchanged: tuple[UnchangedSituation, ...] = ()
    corrections: tuple[Correction, ...] = ()
    failed_feeds: tuple[FailedFeed, ...] = ()
    dropped_lines: int = 0
    """Lines of the articles read that the gate did not let through."""
    engines: tuple[str, ...] = ()
    sources: tuple[CitedSource, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing changed."""
        return not self.situations and not self.corrections
