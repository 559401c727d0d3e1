"""Whether a line says yes or no to what a question puts to it."""

from __future__ import annotations

from briefs.evidence.wording import negation_agrees
from briefs.questions import Question
from briefs.terms import stem, terms

_NEGATIVE = frozenset(
    stem(w)
    for w in "no not never none neither nor nobody nothing without cannot unrelated unlike dissimilar unnecessary unable inconsistent "
    "inconsistency inconsistently deny refuse reject fail decline lack halt contradict unlikely".split()
)


def negative(text: str) -> bool:
    """Whether a sentence has a word that denies."""
    return any(
        t.stem in _NEGATIVE or t.form.casefold().replace("’", "'").endswith("n't") for t in terms(text)
    )


def affirms(question: Question, line: str) -> bool:
    """Whether a line that speaks of what is asked affirms it: in the words they share both are negative or neither is."""
    return negation_agrees(question.text, line)
