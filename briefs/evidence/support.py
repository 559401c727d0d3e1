"""Whether a text that a model wrote freely is borne out by its source, sentence by sentence, by words alone.

It tells likely inventions, not certain ones: what must be certain passes `wording.composed`.
"""

from __future__ import annotations

from collections.abc import Sequence

from briefs.evidence import wording
from briefs.terms import stems

_SHARE = 0.55  # of a sentence's words that some four sentences of the source hold: below, F1 on 426 summaries falls
_AROUND = 4  # sentences of the source that one sentence may sum up
_LEAST_WORDS = 3  # fewer tell nothing


class Source:
    """A text that others are held against, given as its sentences in order."""

    def __init__(self, sentences: Sequence[str]) -> None:
        held = [set(stems(sentence)) for sentence in sentences]
        starts = range(max(1, len(held) - _AROUND + 1))
        self._windows = [set().union(*held[n : n + _AROUND]) for n in starts]
        self._text = " ".join(sentences)
        self._numbers = wording.numbers(self._text)
        self._capitals = wording.capitals(self._text)

    def bears(self, sentence: str) -> bool:
        """Whether the source holds the sentence's numbers and names, and most of its words close together."""
        if wording.numbers(sentence) - self._numbers:
            return False
        if wording.foreign_names(sentence, [self._text], (), self._capitals):
            return False
        wanted = stems(sentence)
        if len(wanted) < _LEAST_WORDS:
            return True
        best = max(sum(stem in window for stem in wanted) for window in self._windows)
        return best / len(wanted) >= _SHARE
