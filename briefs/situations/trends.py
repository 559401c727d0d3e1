"""Signals over time: per day and party, where each article took the matter, what may come of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from briefs.models import Evidence, RiskSignal
from briefs.situations import standing
from briefs.situations.actors import Roster
from briefs.situations.models import (
    ArticleTrend,
    DaySignals,
    LedgerDemand,
    LedgerSignal,
    Prospect,
    Trend,
)
from briefs.situations.moves import Reading
from briefs.text import after_dateline

_LEAD = 2
"""Paragraphs in which an article says what is new; further down it tells how things came about."""
_TOLD = 4  # a way out is news, so it stands near the top
_DOWN = 0.35  # weight of what stands further down
_SOFTER = {"current": 1.0, "future": 0.8, "conditional": 0.5, "past_background": 0.0}
_EFFECT = 0.5  # hardship is what a move brings about, not a move
_BAND = 0.2  # of all weight: below, ups and downs are even
_RISK = 4  # severity of a signal that is an alert by itself
_WAYS = frozenset({"agree", "consult", "concede", "retreat"})
_FRESH = 2  # articles: what the newest two say is what may come


def signals(readings: Iterable[Reading], roster: Roster) -> tuple[LedgerSignal, ...]:
    """All signals of today in order; background is left out."""
    out = []
    for reading in readings:
        for signal in reading.report.brief.risk_signals:
            if signal.tense == "past_background":
                continue
            support = reading.support(signal.evidence)
            if not support or standing.misfortune(support[0].quote):
                continue
            out.append(
                LedgerSignal(
                    article=reading.report.id,
                    date=reading.date,
                    seen_at=reading.seen_at,
                    event=signal.event,
                    polarity=signal.polarity,
                    severity=signal.severity,
                    actors=tuple(roster.name(a) for a in reading.actors(signal.actors)),
                    targets=tuple(roster.name(a) for a in reading.actors(signal.targets)),
                    text=_told(reading, signal, support[0]),
                    source=reading.source(support[0]),
                )
            )
    return tuple(out)


def days(found: Iterable[LedgerSignal]) -> tuple[DaySignals, ...]:
    """Signals by day and party, both in order."""
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for signal in found:
        for party in signal.actors or ("",):
            it = counts[signal.date, party]
            it[0 if signal.polarity == "escalatory" else 1] += 1
            it[2] = max(it[2], signal.severity)
    return tuple(
        DaySignals(date=date, party=party, escalatory=up, de_escalatory=down, severity=top)
        for (date, party), (up, down, top) in sorted(counts.items())
    )


def course(readings: Sequence[Reading]) -> tuple[ArticleTrend, ...]:
    """The trend of each article against what was known before it."""
    out: list[ArticleTrend] = []
    told: set[str] = set()
    for n, reading in enumerate(readings):
        weighed: list[tuple[float, RiskSignal]] = []
        for signal in reading.report.brief.risk_signals:
            weight = _weight(reading, signal, told)
            if weight:
                weighed.append((weight, signal))
        told |= {e.quote for e in reading.report.brief.evidence}
        net, total = sum(w for w, _ in weighed), sum(abs(w) for w, _ in weighed)
        trend: Trend = "unchanged"
        if total and abs(net) > _BAND * total:
            trend = "deteriorated" if net > 0 else "improved"
        sign = -1 if trend == "improved" or (n == 0 and net < 0) else 1
        lead = max(
            weighed, key=lambda it: (it[0] * sign > 0, _sayable(reading, it[1]), it[0] * sign), default=None
        )
        source = None
        why = ""
        if lead is not None and lead[0] * sign > 0:
            first = reading.support(lead[1].evidence)[0]
            source = reading.source(first)
            why = _told(reading, lead[1], first)
        out.append(
            ArticleTrend(
                article=reading.report.id,
                date=reading.date,
                seen_at=reading.seen_at,
                trend="new" if n == 0 else trend,
                why=why,
                source=source,
            )
        )
    return tuple(out)


def _sayable(reading: Reading, signal: RiskSignal) -> bool:
    first = reading.support(signal.evidence)[0]
    return standing.stands(_told(reading, signal, first)) and not standing.misfortune(first.quote)


def _told(reading: Reading, signal: RiskSignal, first: Evidence) -> str:
    """The signal in words that can stand alone: its whole quote where its text begins within a sentence, the whole
    headline where it is a part of one.
    """
    if first.mode == "headline":
        return " ".join(reading.report.brief.article.title.split())
    if standing.points(signal.text) and (actors := reading.actors(signal.actors)):
        return f"{reading.name(actors[0])}: {signal.text}"
    flat = " ".join(first.quote[after_dateline(first.quote) :].split())
    if signal.text[:1].islower() and signal.text != flat and not flat[:1].islower():
        return flat
    return signal.text


def _weight(reading: Reading, signal: RiskSignal, told: set[str]) -> float:
    """How much a signal says about today: above 0 upward, below 0 downward."""
    support = reading.support(signal.evidence)
    if not support or signal.claim_status == "denied" or standing.misfortune(support[0].quote):
        return 0.0
    if all(e.quote in told for e in support):
        return 0.0
    first = min(support, key=lambda e: e.start)
    place = 1.0 if first.paragraph <= _LEAD else _DOWN
    weight = signal.severity * place * _SOFTER[signal.tense]
    if signal.event == "hardship":
        weight *= _EFFECT
    return weight if signal.polarity == "escalatory" else -weight


def prospects(
    found: Sequence[LedgerSignal],
    trends: Sequence[ArticleTrend],
    demands: Sequence[LedgerDemand],
    readings: Sequence[Reading],
) -> tuple[Prospect | None, Prospect | None]:
    """Conflict-risk alert and resolution opportunity, after the newest articles.

    Alert: a signal of severity 4 or more, or an open ultimatum, in a matter that got worse. Opportunity: a deal, talks, a
    yes or an offer of one of the sides in the newest articles, if there is a dispute that it can end.
    """
    fresh = {t.article for t in trends[-_FRESH:]}
    new = [s for s in found if s.article in fresh]
    worse = bool(trends) and trends[-1].trend != "improved"
    risk = max(
        (
            s
            for s in new
            if s.polarity == "escalatory"
            and s.severity >= _RISK
            and s.event != "hardship"
            and standing.stands(s.text)
        ),
        key=lambda s: (s.severity, s.seen_at),
        default=None,
    )
    alert = None
    if worse and risk is not None:
        alert = Prospect(text=risk.text, sources=(risk.source,), date=risk.date, seen_at=risk.seen_at)
    elif worse:
        pressed = [d for d in demands if d.kind == "ultimatum" and d.open and d.history[-1].article in fresh]
        if pressed:
            last = pressed[-1].history[-1]
            alert = Prospect(
                text=pressed[-1].text, sources=(last.source,), date=last.date, seen_at=last.seen_at
            )
    if not any(d.main for d in demands) and not any(s.polarity == "escalatory" for s in found):
        return alert, None
    return alert, _way_out([r for r in readings if r.report.id in fresh])


def _way_out(readings: Sequence[Reading]) -> Prospect | None:
    """The newest offer, yes or deal that a side makes, nearest to the top of its article."""
    best: tuple[tuple[str, int], Prospect] | None = None
    for reading in readings:
        for signal in reading.report.brief.risk_signals:
            if signal.event not in _WAYS or signal.tense not in {"current", "future"}:
                continue
            for first in reading.support(signal.evidence)[:1]:
                text = first.quote if first.mode == "headline" else _told(reading, signal, first)
                if (
                    signal.claim_status == "denied"
                    or not reading.of_a_side(signal.actors)
                    or first.paragraph > _TOLD
                    or not (standing.stands(text) or first.mode == "headline")
                    or not standing.way_out(first.quote)
                ):
                    continue
                key = reading.seen_at, -(first.paragraph or _TOLD)  # a headline says it shorter than it is
                if best is None or key > best[0]:
                    source = reading.source(first)
                    best = (
                        key,
                        Prospect(text=text, sources=(source,), date=reading.date, seen_at=reading.seen_at),
                    )
    return best[1] if best else None
