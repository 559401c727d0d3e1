"""What articles of one matter do not agree on: figures of one day (later, they may have grown), what one says and another
denies.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from briefs.models import Evidence, RiskSignal, Statement
from briefs.situations.concepts import Aboutness, telling
from briefs.situations.models import Contest, Figure, FigureValue
from briefs.situations.moves import Reading

_DENIED = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|disput(?:e|es|ed|ing) (?:that|the claim)|"
    r"(?:reject|dismiss)(?:s|es|ed|ing)? (?:the |an? )?(?:claims?|accusations?|allegations?|suggestions?|reports?|notion)|"
    r"contradict(?:s|ed|ing)?|not true|untrue|false(?:ly)?)\b",
    re.IGNORECASE,
)
_DENIES = 0.6
"""Share of what is denied that the claim must say."""
_SHARED = 2  # words of its own that a claim must have in common with a denial to be looked at
_LEAST = 3  # words that a denial must be about: what is told in two is said of everything
_ROUNDED = 0.02  # "about 9,000" and 8,950 are no contest


def found(readings: Sequence[Reading], quantities: Sequence[Figure], about: Aboutness) -> tuple[Contest, ...]:
    """Figures first, then denials, then what an article says against itself; each once."""
    outlets = {
        r.report.id: r.report.brief.article.outlet for r in readings if r.report.brief.article.published
    }
    return (*_figures(quantities, outlets), *_denials(readings, about), *_inside(readings))


def _figures(quantities: Sequence[Figure], outlets: Mapping[str, str | None]) -> Iterator[Contest]:
    for figure in quantities:
        for a, b in combinations(figure.values, 2):
            if a.date != b.date or not _differ(a, b, outlets):
                continue
            if abs(a.value - b.value) <= _ROUNDED * max(abs(a.value), abs(b.value)):
                continue
            who = [f"{v.text} ({v.source.speaker})" if v.source.speaker else v.text for v in (a, b)]
            yield Contest(
                kind="figure",
                text=f"{figure.subject}: {who[0]} or {who[1]}",
                sources=(a.source, b.source),
                seen_at=max(a.seen_at, b.seen_at),
            )
            break


def _denials(readings: Sequence[Reading], about: Aboutness) -> Iterator[Contest]:
    """What one article reports and somebody denies in another one."""
    claims: list[tuple[Reading, Evidence, str]] = []
    denials: list[tuple[Reading, Evidence]] = []
    for reading in readings:
        lines: tuple[RiskSignal | Statement, ...] = (
            *reading.report.brief.risk_signals,
            *reading.report.brief.bottom_line,
        )
        for line in lines:
            for first in reading.support(line.evidence)[:1]:
                if _DENIED.search(first.quote):
                    denials.append((reading, first))
                else:
                    claims.append((reading, first, line.text))
    told: set[tuple[str, int]] = set()
    for reading, quote in denials:
        denied = about.of(_DENIED.sub(" ", quote.quote), (), reading.parties)
        source = reading.source(quote)
        if (source.article, source.start) in told or len(denied) < _LEAST:
            continue
        best = max(
            (
                (about.coverage(denied, about.of(claim.quote, (), other.parties)), -n)
                for n, (other, claim, _) in enumerate(claims)
                if other is not reading and len(denied.words.keys() & telling(claim.quote)) >= _SHARED
            ),
            default=(0.0, 0),
        )
        if best[0] >= _DENIES:
            told.add((source.article, source.start))
            other, claim, text = claims[-best[1]]
            said = other.source(claim)
            if said.speaker is not None and said.speaker == source.speaker:
                continue  # who denies what he said before has changed his mind, which is another matter
            yield Contest(
                kind="denial",
                text=f"{text} · against it: “{' '.join(source.quote.split())}”",
                sources=(said, source),
                seen_at=max(other.seen_at, reading.seen_at),
            )


def _differ(a: FigureValue, b: FigureValue, outlets: Mapping[str, str | None]) -> bool:
    """Whether two values are the word of two: different speakers, or different papers of that day."""
    if a.source.speaker or b.source.speaker:
        return a.source.speaker != b.source.speaker
    one, other = outlets.get(a.source.article), outlets.get(b.source.article)
    return one is not None and other is not None and one != other


def _inside(readings: Sequence[Reading]) -> Iterator[Contest]:
    for reading in readings:
        brief = reading.report.brief
        evidence = {e.id: e for e in brief.evidence}
        for it in brief.contradictions:
            if it.a in evidence and it.b in evidence:
                yield Contest(
                    kind="figure" if it.kind == "number" else "denial",
                    text=it.note,
                    sources=(reading.source(evidence[it.a]), reading.source(evidence[it.b])),
                    seen_at=reading.seen_at,
                )
