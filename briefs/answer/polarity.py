"""Whether lines say yes or no to what a question puts to them."""

from __future__ import annotations

from collections.abc import Iterable

from briefs.questions import Question
from briefs.terms import stem, terms

_NEGATIVE = frozenset(
    stem(w)
    for w in "no not never none neither nor nobody nothing without cannot unrelated unlike dissimilar unnecessary unable inconsistent "
    "inconsistency inconsistently deny refuse reject fail decline lack halt contradict unlikely".split()
)


def negative(text: str) -> bool:
    """Whether a sentence is negative: it has an odd number of words that deny."""
    found = sum(
        t.stem in _NEGATIVE or t.form.casefold().replace("’", "'").endswith("n't") for t in terms(text)
    )
    return found % 2 == 1


def affirms(question: Question, lines: Iterable[str]) -> bool:
    """Whether lines that speak of what is asked affirm it: question and lines are both negative or neither is.

    Without lines the question alone decides: sources that together speak of all that it puts to them bear it out.
    """
    return negative(question.text) == any(negative(line) for line in lines)
