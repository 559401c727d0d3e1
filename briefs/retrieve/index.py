"""Ranking by words, in memory: Okapi BM25."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from heapq import nlargest
from math import log
from typing import Generic, TypeVar

_K1 = 1.2  # the values that BM25 is published with; news passages are of much the same length anyway
_B = 0.75

Key = TypeVar("Key", bound=Hashable)


class WordIndex(Generic[Key]):
    """Documents as bags of stems. Memory: about 100 bytes for each different word of each document."""

    def __init__(self) -> None:
        self._postings: dict[str, dict[Key, int]] = {}
        self._lengths: dict[Key, int] = {}
        self._total = 0

    def __len__(self) -> int:
        return len(self._lengths)

    def add(self, key: Key, stems: Iterable[str]) -> None:
        """Take up a document. Raises ValueError for a key that is known."""
        if key in self._lengths:
            raise ValueError(f"the index already holds {key!r}")
        counts = Counter(stems)
        for stem, count in counts.items():
            self._postings.setdefault(stem, {})[key] = count
        self._lengths[key] = counts.total()
        self._total += counts.total()

    def documents(self, stem: str) -> int:
        """In how many documents a stem stands."""
        return len(self._postings.get(stem, ()))

    def rarity(self, stem: str) -> float:
        """How much a stem tells (BM25's idf): near 0 for a word of every document, log(documents) for a unique one."""
        found = self.documents(stem)
        return log(1 + (len(self) - found + 0.5) / (found + 0.5))

    def search(self, weights: Mapping[str, float], limit: int) -> list[tuple[Key, float]]:
        """The best documents for the stems given, each with its weight; best first, none without a common stem."""
        if not self._lengths:
            return []
        mean = self._total / len(self)
        scores: dict[Key, float] = {}
        for stem, weight in weights.items():
            rarity = self.rarity(stem) * weight
            for key, count in self._postings.get(stem, {}).items():
                norm = _K1 * (1 - _B + _B * self._lengths[key] / mean)
                scores[key] = scores.get(key, 0.0) + rarity * count * (_K1 + 1) / (count + norm)
        return nlargest(limit, scores.items(), key=lambda item: item[1])
