"""What articles of one matter do not agree on: figures of one day (later, they may have grown), what one says and another
denies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from briefs.situations.models import Contest, Figure, FigureValue
from briefs.situations.moves import Reading

_ROUNDED = 0.02  # "about 9,000" and 8,950 are no contest


def found(readings: Sequence[Reading], quantities: Sequence[Figure]) -> tuple[Contest, ...]:
    """Each once, in order of the article that brought it up."""
    outlets = {
        r.report.id: r.report.brief.article.outlet for r in readings if r.report.brief.article.published
    }
    return (*_figures(quantities, outlets), *_inside(readings))


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
