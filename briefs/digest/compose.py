"""Ledgers and what went wrong → the Digest of one room. Pure: the same input gives the same digest, letter for letter."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from functools import cached_property

from briefs.digest.corrections import Amendment
from briefs.digest.models import (
    CitedSource,
    Correction,
    Counts,
    Digest,
    DigestContest,
    DigestFigure,
    DigestLine,
    DigestSignal,
    DigestSituation,
    FailedFeed,
    UnchangedSituation,
)
from briefs.models import DemandStatus
from briefs.situations import phrases, standing
from briefs.situations.concepts import telling
from briefs.situations.ledger import status_of
from briefs.situations.models import (
    ArticleTrend,
    Entry,
    Ledger,
    LedgerDemand,
    LedgerSignal,
    Prospect,
    Source,
    Trend,
)
from briefs.situations.reports import day_of, instant

_QUIET_DAYS = 5
"""Without a word for so long, a demand that is open is gone quiet: a week's news cycle is over."""
_DORMANT_DAYS = 30
"""Without an article for so long, a situation is no longer counted as unchanged, nor a demand as gone quiet."""
_ONCE_DAYS = 7
"""The same for one that a single article told of: what nobody came back to in a week is over as news."""
_REPEATS = 0.5
"""Share of a line's words from which on another line says the same."""
_SIGNAL = 3  # severity from which on a signal is worth a line
_MOST_SIGNALS = 3
_TOP_WEIGHT = 2  # that a side makes it: of whom is often left to the headline
_ASKED = frozenset({"demand", "appeal", "ultimatum"})
_NEWS = 4
"""Paragraphs in which good news stands, if it is new: further down are the deals of earlier years."""
_MOST_OPEN = 3
_RANK: dict[Trend, int] = {"deteriorated": 0, "new": 1, "improved": 2, "unchanged": 3}


@dataclass(frozen=True)
class Window:
    """What one digest is of. All instants are aware. `since` None: the first digest of a room, everything is new."""

    room: str
    since: datetime | None
    until: datetime
    zone: tzinfo
    timezone: str
    """IANA name of `zone`, as it is shown."""
    frequency: str = ""
    """"daily", "weekly", "hourly"; "" for one that was asked for."""
    due: datetime | None = None
    late: bool = False

    @cached_property
    def _bounds(self) -> tuple[str, str]:
        return instant(self.since) if self.since else "", instant(self.until)

    def new(self, seen_at: str) -> bool:
        """Whether something seen then is news of this digest."""
        return self._bounds[0] < seen_at <= self._bounds[1]

    def known(self, seen_at: str) -> bool:
        """Whether the last digest could know something seen then."""
        return seen_at <= self._bounds[0]

    def reached(self, seen_at: str) -> bool:
        """Whether it was seen by the end of the window."""
        return seen_at <= self._bounds[1]

    def local(self, moment: datetime) -> str:
        return moment.astimezone(self.zone).isoformat(timespec="seconds")

    @property
    def today(self) -> date:
        return self.until.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class Happenings:
    """What a digest tells beside its ledgers. `articles_read`, `outlets`: None: count those of the ledgers."""

    corrections: Sequence[Amendment] = ()
    failed_feeds: Sequence[FailedFeed] = ()
    dropped_lines: int = 0
    engines: Sequence[str] = ()
    articles_read: int | None = None
    outlets: int | None = None


@dataclass(slots=True)
class _Sources:
    """The quotes of a digest; each place in an article once."""

    found: dict[tuple[str, int, int], CitedSource] = field(default_factory=dict)

    def cite(self, ledger: Ledger, *sources: Source) -> tuple[str, ...]:
        facts = {a.id: a for a in ledger.articles}
        out = []
        for source in sources:
            place = source.article, source.start, source.end
            if place not in self.found:
                of = facts[source.article]
                self.found[place] = CitedSource(
                    **source.model_dump(),
                    id=f"s{len(self.found) + 1}",
                    title=of.title,
                    outlet=of.outlet,
                    url=of.url,
                    published=of.published,
                )
            out.append(self.found[place].id)
        return tuple(dict.fromkeys(out))

    def known(self, source: Source) -> str:
        """Its id, "" where it was not cited yet."""
        found = self.found.get((source.article, source.start, source.end))
        return found.id if found else ""

    def amended(self, amendment: Amendment) -> tuple[str, ...]:
        if amendment.after is None:
            return ()
        place = amendment.after.article, amendment.after.start, -amendment.after.end  # of the new text
        if place not in self.found:
            self.found[place] = CitedSource(
                **amendment.after.model_dump(),
                id=f"s{len(self.found) + 1}",
                title=amendment.title,
                outlet=amendment.outlet,
                url=amendment.url,
                published=amendment.published,
            )
        return (self.found[place].id,)


def compose(ledgers: Iterable[Ledger], window: Window, happenings: Happenings | None = None) -> Digest:
    """The digest of what came into `ledgers` within the window. Worst news first."""
    told = happenings or Happenings()
    sources = _Sources()
    changed: list[tuple[tuple[int, int, int], Ledger]] = []
    unchanged: list[UnchangedSituation] = []
    read: list[tuple[str, str | None]] = []
    for ledger in ledgers:
        fresh = [a for a in ledger.articles if window.new(a.seen_at)]
        read += [(a.id, a.outlet) for a in fresh]
        if _news(ledger, window):
            changed.append((_order(ledger, window), ledger))
        elif _alive(ledger, window):
            opened = day_of(ledger.opened) or window.today
            unchanged.append(
                UnchangedSituation(
                    id=ledger.id, title=ledger.title, day=max(1, (window.today - opened).days + 1)
                )
            )
    situations = tuple(
        _situation(ledger, window, sources) for _, ledger in sorted(changed, key=lambda it: (it[0], it[1].id))
    )
    corrections = tuple(
        Correction(
            digest_at=it.digest_at,
            line=it.line,
            before=it.before,
            after=it.after.quote if it.after else None,
            article=it.article,
            title=it.title,
            evidence=sources.amended(it),
        )
        for it in told.corrections
    )
    lines = [line for s in situations for line in s.lines]
    up, down = _signals_of(ledgers_of(changed), window)
    counts = Counts(
        articles=len(read) if told.articles_read is None else told.articles_read,
        outlets=len({o for _, o in read if o}) if told.outlets is None else told.outlets,
        new_situations=sum(s.trend == "new" for s in situations),
        new_demands=sum(line.change == "new" for line in lines),
        status_changes=sum(line.change == "changed" for line in lines),
        signals_up=up,
        signals_down=down,
        corrections=len(corrections),
        unchanged=len(unchanged),
    )
    return Digest(
        room=window.room,
        frequency=window.frequency,
        since=window.local(window.since) if window.since else None,
        until=window.local(window.until),
        due=window.local(window.due) if window.due else None,
        late=window.late,
        timezone=window.timezone,
        counts=counts,
        situations=situations,
        unchanged=tuple(sorted(unchanged, key=lambda s: (-s.day, s.id))),
        corrections=corrections,
        failed_feeds=tuple(told.failed_feeds),
        dropped_lines=told.dropped_lines,
        engines=tuple(dict.fromkeys(told.engines)),
        sources=tuple(sources.found.values()),
    )


def ledgers_of(changed: Iterable[tuple[tuple[int, int, int], Ledger]]) -> list[Ledger]:
    return [ledger for _, ledger in changed]


def _news(ledger: Ledger, window: Window) -> bool:
    """Whether something worth a line came: an article of no dispute is only counted."""
    return (
        any(window.new(e.seen_at) for d in ledger.demands if worth_a_line(d) for e in d.history)
        or any(window.new(s.seen_at) and _worth(s) for s in ledger.signals)
        or any(window.new(c.seen_at) for c in ledger.contests)
    )


def _alive(ledger: Ledger, window: Window) -> bool:
    last = day_of(ledger.last)
    known = any(worth_a_line(d) and d.open for d in ledger.demands) or any(_worth(s) for s in ledger.signals)
    seen = sum(window.reached(a.seen_at) for a in ledger.articles)
    awake = _DORMANT_DAYS if seen > 1 else _ONCE_DAYS
    return known and seen > 0 and last is not None and (window.today - last).days <= awake


def worth_a_line(demand: LedgerDemand) -> bool:
    """Whether a demand is shown: a main one, or one near the top of its article, whose words stand alone.

    A complaint that something was not done is one only if it says who was to do it.
    """
    first = demand.history[0].source
    complaint = phrases.FAILED.search(first.quote) is not None
    top = demand.weight >= _TOP_WEIGHT and demand.kind in _ASKED and first.paragraph <= _NEWS
    told = demand.main or (top and bool(demand.from_))
    return told and standing.asks(demand.text) and bool(demand.to or not complaint)


def _worth(signal: LedgerSignal) -> bool:
    return signal.severity >= _SIGNAL and standing.stands(signal.text)


def _order(ledger: Ledger, window: Window) -> tuple[int, int, int]:
    turn = _turn(ledger, window)
    top = max((s.severity for s in ledger.signals if window.new(s.seen_at)), default=0)
    new = sum(window.new(e.seen_at) for d in ledger.demands if worth_a_line(d) for e in d.history)
    return _RANK[turn[0]], -top, -new


def _turn(ledger: Ledger, window: Window) -> tuple[Trend, ArticleTrend | None]:
    """Where the matter went within the window, and the article that took it there."""
    fresh = [t for t in ledger.trends if window.new(t.seen_at)]
    if not fresh:
        return "unchanged", None
    moved = [t for t in fresh if t.trend not in {"unchanged", "new"}]
    if fresh[0].trend == "new":
        return "new", moved[-1] if moved else fresh[0]
    return (moved[-1].trend, moved[-1]) if moved else ("unchanged", fresh[-1])


def _situation(ledger: Ledger, window: Window, sources: _Sources) -> DigestSituation:
    trend, turn = _turn(ledger, window)
    why = turn.why if turn and turn.source and standing.stands(turn.why) else ""
    if _alike(frozenset(telling(why)), frozenset(telling(ledger.title))):
        why = ""
    evidence = sources.cite(ledger, turn.source) if why and turn and turn.source else ()
    lines = _lines(ledger, window, sources)
    if trend == "unchanged" and any(set(evidence) & set(line.evidence) for line in lines):
        why, evidence = "", ()  # the demand's line says it
    said = [why] if why else [t for t in (ledger.title,) if len(ledger.articles) == 1]
    signals = _signals(ledger, window, sources, turn, {e for line in lines for e in line.evidence})
    said += [line.text for line in lines]
    said += [signal.text for signal in signals]
    return DigestSituation(
        id=ledger.id,
        title=ledger.title,
        trend=trend,
        why=why,
        evidence=evidence,
        articles=tuple(a.id for a in ledger.articles if window.new(a.seen_at)),
        lines=lines,
        signals=signals,
        figures=_figures(ledger, window, sources),
        contests=tuple(
            DigestContest(text=c.text, evidence=sources.cite(ledger, *c.sources))
            for c in ledger.contests
            if window.new(c.seen_at)
        ),
        risk=_prospect(ledger, ledger.risk, window, sources, said),
        opportunity=_prospect(ledger, ledger.opportunity, window, sources, said[:1]),
    )


def _prospect(
    ledger: Ledger, prospect: Prospect | None, window: Window, sources: _Sources, said: Iterable[str]
) -> DigestContest | None:
    """A risk or a way out, where it adds something to what was `said`."""
    if prospect is None or not window.new(prospect.seen_at):
        return None
    if any(_repeats(ledger, prospect.text, line) for line in said):
        return None
    return DigestContest(text=prospect.text, evidence=sources.cite(ledger, *prospect.sources))


def _repeats(ledger: Ledger, text: str, line: str) -> bool:
    """Whether a line says the same: whose names stand in both tells nothing."""
    names = {
        stem for actor in ledger.actors for name in (actor.name, *actor.aliases) for stem in telling(name)
    }
    words, others = set(telling(text)), set(telling(line))
    if not words - names or not others - names:
        return words <= others
    words, others = words - names, others - names
    return len(words & others) > _REPEATS * min(len(words), len(others))


def _lines(ledger: Ledger, window: Window, sources: _Sources) -> tuple[DigestLine, ...]:
    new: list[DigestLine] = []
    changed: list[DigestLine] = []
    still: list[DigestLine] = []
    quiet: list[DigestLine] = []
    for demand in ledger.demands:
        if not worth_a_line(demand):
            continue
        known = [e for e in demand.history if window.known(e.seen_at)]
        fresh = [e for e in demand.history if window.new(e.seen_at)]
        if fresh and not known and not demand.main and _told_already(ledger, demand, window):
            continue
        if fresh and not known:
            new.append(_line("new", demand, fresh, sources.cite(ledger, fresh[0].source)))
        elif fresh and (turn := _turned(known, fresh)):
            before, entry = turn
            line = _line("changed", demand, [*known, *fresh], sources.cite(ledger, entry.source))
            changed.append(line.model_copy(update={"before": before, "text": demand.text}))
        elif known and status_of(known) not in {"accepted", "met", "withdrawn", "lapsed"}:
            last = (known + fresh)[-1]
            silent = (window.today - date.fromisoformat(last.date)).days
            if not fresh and silent > _DORMANT_DAYS:
                continue
            cited = sources.cite(ledger, last.source)
            if not fresh and silent >= _QUIET_DAYS:
                quiet.append(_line("gone_quiet", demand, known, cited, day=silent))
            else:
                opened = date.fromisoformat(known[0].date)
                day = max(1, (window.today - opened).days + 1)
                still.append(_line("still_open", demand, known + fresh, cited, day=day))
    return (*new, *changed, *still[:_MOST_OPEN], *quiet[:_MOST_OPEN])


def _told_already(ledger: Ledger, demand: LedgerDemand, window: Window) -> bool:
    """Whether a minor demand is a part of one that an earlier digest could tell."""
    quotes = (
        e.source.quote
        for d in ledger.demands
        if d is not demand
        for e in d.history
        if window.known(e.seen_at)
    )
    return any(_repeats(ledger, demand.text, quote) for quote in quotes)


def _turned(known: Sequence[Entry], fresh: Sequence[Entry]) -> tuple[DemandStatus, Entry] | None:
    """The status before and the entry that brought another one; None where it was only said again."""
    before = status_of(known)
    turns = [e for e in fresh if e.status not in {"stated", "reiterated"}]
    if not turns or turns[-1].status == before:
        return None
    return before, turns[-1]


def _line(
    change: str,
    demand: LedgerDemand,
    entries: Sequence[Entry],
    evidence: tuple[str, ...],
    day: int | None = None,
) -> DigestLine:
    return DigestLine(
        change=change,
        demand=demand.id,
        from_=demand.from_,
        to=demand.to,
        kind=demand.kind,
        text=demand.text,
        status=status_of(entries),
        day=day,
        opened=demand.opened,
        evidence=evidence,
    )


def _signals(
    ledger: Ledger, window: Window, sources: _Sources, turn: ArticleTrend | None, cited: Container[str]
) -> tuple[DigestSignal, ...]:
    """The gravest of the new signals, one of each kind, without what is said as reason, risk or way out."""
    kinds = {s.event for s in ledger.signals if turn and turn.source and s.source == turn.source}
    said = {turn.why} if turn and turn.source else set()
    said |= {p.text for p in (ledger.risk, ledger.opportunity) if p and window.new(p.seen_at)}
    out: list[DigestSignal] = []
    for signal in sorted(_fresh(ledger, window), key=lambda s: (-s.severity, s.source.paragraph)):
        if (
            signal.event in kinds
            or any(_repeats(ledger, signal.text, it) for it in said)
            or len(out) == _MOST_SIGNALS
        ):
            continue
        if sources.known(signal.source) in cited:
            continue  # a demand's line says it
        kinds.add(signal.event)
        out.append(
            DigestSignal(
                polarity=signal.polarity,
                severity=signal.severity,
                text=signal.text,
                evidence=sources.cite(ledger, signal.source),
            )
        )
    return tuple(out)


def _fresh(ledger: Ledger, window: Window) -> list[LedgerSignal]:
    """The signals worth a line that no article said before in about the same words."""
    out: list[LedgerSignal] = []
    told: dict[str, list[LedgerSignal]] = {}
    for signal in ledger.signals:
        if not window.reached(signal.seen_at):
            continue
        earlier = told.setdefault(signal.event, [])
        old = signal.polarity == "de_escalatory" and signal.source.paragraph > _NEWS
        tells = _worth(signal) and not old
        if tells and window.new(signal.seen_at):
            words = frozenset(telling(signal.text))
            if not any(_alike(words, frozenset(telling(it.text))) for it in earlier):
                out.append(signal)
        earlier.append(signal)
    return out


def _alike(a: frozenset[str], b: frozenset[str]) -> bool:
    return 2 * len(a & b) > len(a | b)


def _figures(ledger: Ledger, window: Window, sources: _Sources) -> tuple[DigestFigure, ...]:
    out = []
    for figure in ledger.figures:
        known = [v for v in figure.values if window.known(v.seen_at)]
        fresh = [v for v in figure.values if window.new(v.seen_at)]
        if known and fresh and known[-1].value != fresh[-1].value:
            out.append(
                DigestFigure(
                    subject=figure.subject,
                    before=known[-1].text,
                    after=fresh[-1].text,
                    evidence=sources.cite(ledger, known[-1].source, fresh[-1].source),
                )
            )
    return tuple(out)


def _signals_of(ledgers: Iterable[Ledger], window: Window) -> tuple[int, int]:
    """How many new signals worth a line go up, and how many down; an article counts once for each kind."""
    new = {(s.article, s.event, s.polarity) for ledger in ledgers for s in _fresh(ledger, window)}
    up = sum(polarity == "escalatory" for _, _, polarity in new)
    return up, len(new) - up
