"""What articles of one matter do not agree on: figures of one day (later, they may have grown), what one says and another
denies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from briefs.situations.models import Contest, Figure
from briefs.situations.moves import Reading

_ROUNDED = 0.02  # "about 9,000" and 8,950 are no contest


def found(readings: Sequence[Reading], quantities: Sequence[Figure]) -> tuple[Contest, ...]:
    """Each once, in order of the article that brought it up."""
    return (*_figures(quantities), *_inside(readings))


def _figures(quantities: Sequence[Figure]) -> Iterator[Contest]:
    for figure in quantities:
        for a, b in combinations(figure.values, 2):
            told = a.source.speaker or a.source.article, b.source.speaker or b.source.article
            if a.date != b.date or told[0] == told[1]:
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
