"""What to search for: a question's words, with the other names of the parties that it speaks of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from briefs.terms import Meanings, Names, terms

_NAME = 0.5  # an alias found is as good as the name, but it comes as several words, each common
_KIN = 0.3  # a word of like meaning is a hint

MAX_TERMS = 64  # of a question of ten thousand characters the rarest words decide anyway


@dataclass(frozen=True, slots=True)
class Query:
    """Stems with their weights: 1.0 for the question's own words, less for what was added."""

    weights: dict[str, float]
    phrases: tuple[tuple[str, ...], ...] = ()
    """Other names of the parties named, as phrases of stems, for a store that can search phrases."""


def expand(
    text: str, names: Names, meanings: Meanings | None = None, aliases: Iterable[Iterable[str]] = ()
) -> Query:
    """The query for a question.

    `aliases` are groups of names that briefs found to mean one party; a group speaks if one of its names stands in
    the question. At most MAX_TERMS of the question's own words enter.
    """
    words = terms(text)
    weights: dict[str, float] = {}
    for word in words:
        if word.content and len(weights) < MAX_TERMS:
            weights[word.stem] = 1.0
    phrases: dict[tuple[str, ...], None] = {}
    for _, _, name in names.found(words, cased=False):
        phrases |= dict.fromkeys(names.forms(name))
    folded = f" {' '.join(w.stem for w in words)} "
    for group in aliases:
        forms = [tuple(t.stem for t in terms(alias)) for alias in group]
        if any(form and f" {' '.join(form)} " in folded for form in forms):
            phrases |= dict.fromkeys(forms)
    own = frozenset(weights)
    for phrase in phrases:
        for stem in phrase:
            weights.setdefault(stem, _NAME / len(phrase))
    if meanings is not None:
        for stem in own:
            for kin in meanings.kin(stem):
                weights.setdefault(kin, _KIN)
    return Query(weights, tuple(p for p in phrases if p))
