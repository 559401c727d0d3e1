"""What a demand is about, as weighted words that two reports of it have in common however they put it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from briefs.terms import STOPWORDS, Meanings, stem, terms

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


@dataclass(frozen=True, slots=True)
class Concepts:
    """`words` are stems by weight, `kin` the stems that mean about the same, with the weight that meeting them has."""

    words: Mapping[str, float]
    kin: Mapping[str, float]
    total: float = field(default=0.0)

    def __len__(self) -> int:
        return len(self.words)


class Aboutness:
    """Weighs the words of demands and tells how alike two are."""

    def __init__(self, meanings: Meanings) -> None:
        self._meanings = meanings
        self._kin: dict[str, frozenset[str]] = {}

    def of(self, text: str, around: Iterable[str] = (), without: frozenset[str] = frozenset()) -> Concepts:
        """Of a text; `around` are quotes that hold it, `without` the stems of the parties' names."""
        out: dict[str, float] = {}
        for found in telling(text):
            if found not in without:
                out[found] = _TEXT
        for quote in around:
            for found in telling(quote):
                if found not in without:
                    out.setdefault(found, _QUOTE)
        return self._made(out)

    def both(self, a: Concepts, b: Concepts) -> Concepts:
        """Of two texts that are about the same: each word with its greater weight."""
        if b.words.items() <= a.words.items():
            return a
        return self._made({w: max(a.words.get(w, 0.0), b.words.get(w, 0.0)) for w in (*a.words, *b.words)})

    def likeness(self, a: Concepts, b: Concepts) -> float:
        """0 to 1: half how much of the smaller one is in the larger, half how much of both they share."""
        shared = self._shared(a, b)
        if not shared:
            return 0.0
        low, high = (a.total, b.total) if a.total < b.total else (b.total, a.total)
        return 0.5 * min(1.0, shared / low) + 0.5 * shared / (low + high - shared)

    def coverage(self, wanted: Concepts, said: Concepts) -> float:
        """Share of what is wanted that is said, 0 to 1."""
        return self._shared(wanted, said) / wanted.total if wanted.words else 0.0

    @staticmethod
    def _shared(a: Concepts, b: Concepts) -> float:
        words, kin = b.words, b.kin
        total = 0.0
        for word, weight in a.words.items():
            other = words.get(word)
            if other is not None:
                total += min(other, weight)
            elif word in kin:
                other = kin[word]
                total += _KIN * (min(other, weight))
        return total

    def _made(self, words: dict[str, float]) -> Concepts:
        kin: dict[str, float] = {}
        for word, weight in words.items():
            for other in self._kin_of(word):
                if weight > kin.get(other, 0.0):
                    kin[other] = weight
        return Concepts(words, kin, sum(words.values()))

    def _kin_of(self, word: str) -> frozenset[str]:
        found = self._kin.get(word)
        if found is None:
            found = self._kin[word] = self._meanings.kin(word)
            if len(self._kin) > _MOST_KNOWN:
                self._kin.clear()
        return found


_MOST_KNOWN = 20_000  # stems of some thousand articles; a process may run for months


@lru_cache(maxsize=50_000)
def telling(text: str) -> tuple[str, ...]:
    """The stems of a text that tell what it is about, each once, in order."""
    found = (t for t in terms(text) if t.form.casefold() not in STOPWORDS)
    return tuple(dict.fromkeys(t.stem for t in found if t.stem not in _IDLE and len(t.stem) > 1))
