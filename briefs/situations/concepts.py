"""What a demand is about, as weighted words that two reports of it have in common however they put it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from briefs.terms import STOPWORDS, Meanings, Term, stem, terms

_IDLE = frozenset(
    stem(w)
    for w in (
        "say said demand want ask call urge seek require insist press appeal request warn government official people "
        "year month week day last next time also remain continue go come make take get put give year-long nationwide "
        "national country ongoing part new one order offer propose agree accept refuse reject willing ready prepared "
        "until unless Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
    ).split()
)
"""Words that tell how something is wanted, or when, not what."""
_TEXT, _QUOTE, _KIN = 1.0, 0.35, 0.6
"""What is wanted counts in full, the words around it a third; a word of the same meaning 0.6 of the word itself."""

Concepts = Mapping[str, float]


class Aboutness:
    """Weighs the words of demands and tells how alike two are."""

    def __init__(self, meanings: Meanings) -> None:
        self._meanings = meanings

    def of(self, text: str, around: Iterable[str] = (), without: frozenset[str] = frozenset()) -> Concepts:
        """Weights by stem. `around` are quotes that hold the text; `without` are the stems of the parties' names."""
        out: dict[str, float] = {}
        for found in _stems(text):
            if found not in without:
                out[found] = _TEXT
        for quote in around:
            for found in _stems(quote):
                if found not in without:
                    out.setdefault(found, _QUOTE)
        return out

    def likeness(self, a: Concepts, b: Concepts) -> float:
        """0 to 1: half how much of the smaller one is in the larger, half how much of both they share."""
        if not a or not b:
            return 0.0
        shared = self._shared(a, b)
        low, high = sorted((sum(a.values()), sum(b.values())))
        return 0.5 * min(1.0, shared / low) + 0.5 * shared / (low + high - shared)

    def coverage(self, wanted: Concepts, said: Concepts) -> float:
        """Share of what is wanted that is said, 0 to 1."""
        return self._shared(wanted, said) / sum(wanted.values()) if wanted else 0.0

    def _shared(self, a: Concepts, b: Concepts) -> float:
        total = 0.0
        for word, weight in a.items():
            if word in b:
                total += min(weight, b[word])
                continue
            kin = max((b[k] for k in self._kin(word) if k in b), default=0.0)
            total += _KIN * min(weight, kin)
        return total

    def _kin(self, word: str) -> frozenset[str]:
        return _kin(self._meanings, word)


@lru_cache(maxsize=5_000)
def _kin(meanings: Meanings, word: str) -> frozenset[str]:
    return meanings.kin(word)


@lru_cache(maxsize=50_000)
def _stems(text: str) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(t.stem for t in terms(text) if _tells(t) and t.stem not in _IDLE and len(t.stem) > 1)
    )


def _tells(term: Term) -> bool:
    return term.form.casefold() not in STOPWORDS
