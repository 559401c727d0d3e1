"""One demand is told once: overlapping finds in a sentence, and the same demand in several places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from briefs.engines.rules.demands.wish import Wish
from briefs.proposals import ProposedDemand

_WORD = re.compile(r"\w+")
_SMALL = frozenset(
    "a an the to of in on for and or with by at as its his her their this that be is are was were not it they".split()
)
_SPARE = 0.34  # share of the longer one's: a headline says in three words what the body says in eight
_ALIKE = (
    0.6  # share of the shorter one's content words that must recur; below, two demands on one subject merged
)


def unnested(bound: Sequence[tuple[Wish, ProposedDemand]]) -> list[ProposedDemand]:
    """Of finds in one sentence with the same words wanted, the first (conditions before verbs before nouns)."""
    kept: list[tuple[Wish, ProposedDemand]] = []
    for wish, demand in bound:
        low, high = wish.wanted
        if not any(
            _group(d) == _group(demand)
            and _shared(k.wanted, wish.wanted) >= _ALIKE * min(high - low, k.wanted[1] - k.wanted[0])
            for k, d in kept
        ):
            kept.append((wish, demand))
    return [demand for _, demand in kept]


def _shared(a: tuple[int, int], b: tuple[int, int]) -> int:
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


def merged(demands: Iterable[ProposedDemand]) -> list[ProposedDemand]:
    """Join demands of the same parties and kind group whose wanted words are the same."""
    out: list[ProposedDemand] = []
    for demand in demands:
        twin = next((n for n, other in enumerate(out) if _same(other, demand)), None)
        if twin is None:
            out.append(demand)
            continue
        other = out[twin]
        fuller = other if (len(other.from_), len(other.to)) >= (len(demand.from_), len(demand.to)) else demand
        quotes = other.quotes + tuple(
            q for q in demand.quotes if all((q.start, q.end) != (o.start, o.end) for o in other.quotes)
        )
        out[twin] = replace(
            fuller,
            quotes=quotes,
            text=other.text,
            status="reiterated" if other.status == "stated" else other.status,
        )
    return out


def _same(a: ProposedDemand, b: ProposedDemand) -> bool:
    if _group(a) != _group(b) or not _agree(a.from_, b.from_) or not _agree(a.to, b.to):
        return False
    one, two = _content(a.text), _content(b.text)
    if min(len(one), len(two)) < 2:
        return one == two and bool(one)
    return len(one & two) >= _ALIKE * min(len(one), len(two)) and len(one & two) >= _SPARE * max(
        len(one), len(two)
    )


def _group(demand: ProposedDemand) -> str:
    return {"offer": "give", "concession": "give", "refusal": "refuse"}.get(demand.kind, "ask")


def _agree(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    return not a or not b or bool(set(a) & set(b))


def _content(text: str) -> set[str]:
    return {w for w in (m.group().casefold() for m in _WORD.finditer(text)) if w not in _SMALL}
