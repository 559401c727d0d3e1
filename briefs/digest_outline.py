"""A digest and a list of ledgers in the words in which a person reads them; templates only set them in type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from briefs.digest.models import Digest, DigestLine, DigestSituation
from briefs.markdown import date
from briefs.models import DemandStatus
from briefs.outline import MODES, SEVERITY
from briefs.situations.models import Ledger, LedgerDemand, Source, Trend
from briefs.situations.published import leading

ARROWS: dict[Trend, str] = {"deteriorated": "▲", "improved": "▼", "unchanged": "▬", "new": "◆"}
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ENGINES = {"rules": "embedded reader"}
_ANSWERS: dict[DemandStatus, str] = {
    "stated": "unanswered", "reiterated": "unanswered", "hardened": "hardened", "softened": "softened",
    "conditional": "answered with conditions", "rejected": "rejected", "accepted": "accepted", "met": "met",
    "withdrawn": "withdrawn", "lapsed": "lapsed",
}  # fmt: skip
_CHANGES = {"new": "NEW", "changed": "CHANGED", "still_open": "STILL OPEN", "gone_quiet": "GONE QUIET"}


@dataclass(frozen=True, slots=True)
class DigestLimits:
    """How much of a digest is shown in the main message; the rest goes into the thread."""

    situations: int = 5
    lines: int = 6
    contests: int = 2
    figures: int = 3
    corrections: int = 4
    unchanged: int = 3
    chars: int = 180


@dataclass(frozen=True, slots=True)
class LineView:
    """A demand's line: `who` is "ministry → junior doctors", "" where nobody is named; `note` stands in brackets."""

    word: str
    who: str
    text: str
    turn: str
    note: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CitedQuote:
    """A quote as it is shown in the thread of a digest."""

    id: str
    quote: str
    place: str
    article: str


class DigestOutline:
    """What the templates ask of a digest."""

    def __init__(self, digest: Digest, limits: DigestLimits) -> None:
        self.digest = digest
        self.limits = limits

    @property
    def title(self) -> str:
        word = {"daily": "Daily brief", "weekly": "Weekly brief", "hourly": "Hourly brief"}
        return word.get(self.digest.frequency, "Digest")

    @property
    def when(self) -> str:
        return f"{moment(self.digest.until, year=True)} {self.digest.timezone}"

    @property
    def window(self) -> str:
        """How long it covers: "24 h", "9 days", "first digest"."""
        if self.digest.since is None:
            return "first digest"
        return length(self.digest.since, self.digest.until)

    @property
    def late(self) -> str:
        if not self.digest.late or self.digest.due is None:
            return ""
        return (
            f"late: due {moment(self.digest.due)}; covers everything since {moment(self.digest.since)}"
            if self.digest.since
            else f"late: due {moment(self.digest.due)}"
        )

    @property
    def counts(self) -> list[str]:
        """The counts line, without what there is none of."""
        c = self.digest.counts
        read = _n(c.articles, "article")
        if c.outlets:
            read += f" from {_n(c.outlets, 'outlet')}"
        out = [read]
        for count, one in (
            (c.new_situations, "new situation"),
            (c.new_demands, "new demand"),
            (c.status_changes, "status change"),
        ):
            if count:
                out.append(_n(count, one))
        if c.signals_up:
            out.append(f"{_n(c.signals_up, 'signal')} up")
        if c.signals_down:
            out.append(f"{_n(c.signals_down, 'signal')} down")
        if c.corrections:
            out.append(_n(c.corrections, "correction"))
        if c.unchanged:
            out.append(f"{_n(c.unchanged, 'other')} unchanged")
        return out

    @property
    def nothing(self) -> str:
        """The one line of an empty day."""
        c = self.digest.counts
        since = f" since {moment(self.digest.since)}" if self.digest.since else ""
        failed = len(self.digest.failed_feeds)
        return f"No change{since}; {_n(c.articles, 'article')} read, {_n(failed, 'feed')} failed."

    @property
    def shown(self) -> tuple[DigestSituation, ...]:
        return self.digest.situations[: self.limits.situations]

    @property
    def further(self) -> tuple[DigestSituation, ...]:
        return self.digest.situations[self.limits.situations :]

    @staticmethod
    def arrow(situation: DigestSituation) -> str:
        return f"{ARROWS[situation.trend]} {situation.trend}"

    def lines(self, situation: DigestSituation, *, cut: bool = True) -> list[LineView]:
        found = situation.lines[: self.limits.lines] if cut else situation.lines
        return [self._line(line) for line in found]

    def _line(self, line: DigestLine) -> LineView:
        turn = note = ""
        kind = line.kind.replace("_", " ")
        if line.change == "new":
            note = kind if line.status in {"stated", "reiterated"} else f"{kind}, {self._answer(line)}"
        elif line.change == "changed":
            turn = f"{_words(line.before or 'stated')} → {_words(line.status)}"
        elif line.change == "still_open":
            note = f"day {line.day}, {_ANSWERS[line.status]}"
        else:
            note = f"nothing for {_n(line.day or 0, 'day')}"
        return LineView(_CHANGES[line.change], who(line.from_, line.to), line.text, turn, note, line.evidence)

    @staticmethod
    def _answer(line: DigestLine) -> str:
        """A demand that is new with a condition in it was made so; nobody has answered it."""
        return "conditional" if line.status == "conditional" else _ANSWERS[line.status]

    @staticmethod
    def severity(number: int) -> str:
        return SEVERITY[number]

    @property
    def unchanged(self) -> str:
        """The situations without news: the longest ones by name, the others by number."""
        named = self.digest.unchanged[: self.limits.unchanged]
        rest = len(self.digest.unchanged) - len(named)
        return ", ".join(
            [
                *(f"{s.title} (day {s.day})" for s in named),
                *([f"{rest} other{'s' if rest > 1 else ''}"] if rest else []),
            ]
        )

    @property
    def footer(self) -> list[str]:
        out = []
        if self.digest.dropped_lines:
            out.append(f"{_n(self.digest.dropped_lines, 'line')} dropped as unsupported")
        failed = self.digest.failed_feeds
        if failed:
            since = min((f.since for f in failed if f.since), default=None)
            names = ", ".join(f.name for f in failed[:3]) + (
                f" +{len(failed) - 3}" if len(failed) > 3 else ""
            )
            out.append(
                f"{_n(len(failed), 'feed')} failed{f' since {moment(since)}' if since else ''}: {names}"
            )
        out += [_ENGINES.get(e, e) for e in self.digest.engines]
        return out

    @property
    def quotes(self) -> dict[str, CitedQuote]:
        return {
            s.id: CitedQuote(
                s.id,
                s.quote,
                place(s),
                " · ".join(filter(None, (s.title, s.outlet, date(s.published) if s.published else ""))),
            )
            for s in self.digest.sources
        }


class LedgerOutline:
    """What the template asks of one situation of `situations`."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    @property
    def head(self) -> str:
        return f"{ARROWS[self.ledger.trend]} {self.ledger.trend}"

    @property
    def span(self) -> str:
        """As in "4 articles, 5 May 2031 to 8 May 2031"."""
        days = dict.fromkeys(date(day) for day in (self.ledger.opened, self.ledger.last) if day)
        return f"{_n(len(self.ledger.articles), 'article')}, {' to '.join(days)}"

    @property
    def why(self) -> Source | None:
        return self.ledger.trends[-1].source if self.ledger.trends else None

    @property
    def demands(self) -> list[LedgerDemand]:
        return leading(self.ledger)

    @staticmethod
    def who(demand: LedgerDemand) -> str:
        return who(demand.from_, demand.to)

    @staticmethod
    def status(status: DemandStatus) -> str:
        return _words(status)


def who(from_: Sequence[str], to: Sequence[str]) -> str:
    """As in "ministry → junior doctors"; empty where nobody is named."""
    if not from_ and not to:
        return ""
    return f"{_names(from_)} → {_names(to)}"


def _names(names: Sequence[str]) -> str:
    return ", ".join(names[:2]) + (f" +{len(names) - 2}" if len(names) > 2 else "") if names else "not stated"


def place(source: Source) -> str:
    """Who says it, how, and where: "Solvik, reported speech, paragraph 4"."""
    where = f"paragraph {source.paragraph}" if source.paragraph else ""
    return ", ".join(filter(None, (source.speaker, MODES[source.mode], where)))


def moment(iso: str | None, *, year: bool = False) -> str:
    """As in "Sat 7 Feb 2026, 08:00" or "Sat 7 Feb, 08:00", of an instant with its offset."""
    if iso is None:
        return ""
    at = datetime.fromisoformat(iso)
    day = f"{_WEEKDAYS[at.weekday()]} {at.day} {_MONTHS[at.month - 1]}"
    return f"{day} {at.year}, {at:%H:%M}" if year else f"{day}, {at:%H:%M}"


def length(since: str, until: str) -> str:
    """As in "24 h", "9 days"."""
    hours = (datetime.fromisoformat(until) - datetime.fromisoformat(since)).total_seconds() / 3600
    if hours <= 48:
        return f"{max(1, round(hours))} h"
    return f"{round(hours / 24)} days"


def ids(situations: Iterable[DigestSituation]) -> list[str]:
    return [s.id for s in situations]


def _n(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _words(name: str) -> str:
    return name.replace("_", " ")
