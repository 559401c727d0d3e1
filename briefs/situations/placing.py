"""To which situation an article belongs, decided as it arrives.

Articles are compared by their words (rarer ones count more, those of the headline and of names most) with the members
of each situation: half the mean over all of them, half the mean over the three that are likest. So a long matter is
held together by its newest turn, and one article that touches two matters does not tie them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from heapq import nlargest
from math import exp, log, sqrt

from briefs.models import Article, Brief, Model
from briefs.situations.reports import day_of
from briefs.terms import terms

_MOST_CHARS = 6_000  # what an article is about is told in its first thousand words
_MOST_TERMS = 250  # different words that are kept of an article, the most used ones
_TITLE, _NAME = 2.0, 0.5
"""A word of the headline counts two more; a word that is written with a capital counts half as much again."""
_PRIOR = 100
"""Articles that are taken as seen before the first one: in a new library no word is yet common or rare."""
_NEAREST = 3
_RARE = 1.6
"""Power of the rarity of a word: in a library on one field, the words of the field would otherwise tie all of it."""
_MOST_A_WORD = 0.045
"""What one word may add to a likeness, so that the name of a place does not tie everything that happens there."""
_SAME = 0.14
"""From here on an article belongs to a situation: as a stream, .13 to .15 is a plateau."""
_TWINS = 0.3  # of two situations: above what two strikes in one country have in common
_APART = 0.08  # of the halves of one situation
_QUIET_DAYS = 400.0
"""Time constant with which a situation that nothing comes for is given up: after 90 days it asks for a quarter more."""


class Facets(Model):
    """What is kept of an article to place others beside it. Holds single words of it, so it stays in its library."""

    id: str
    day: str | None
    words: dict[str, float]
    """How much each word (as a stem) weighs in the article, before it is known how rare it is."""


@dataclass(frozen=True, slots=True)
class Placement:
    """`situation` None: it opens a new one. `likeness` is that of the best one, `runner_up` the next one over the bar."""

    situation: str | None
    likeness: float
    runner_up: str | None = None


def facets(article: Article, brief: Brief | None = None) -> Facets:
    """The facets of an article; `brief` adds the names of its parties, where there is one."""
    counts: Counter[str] = Counter()
    names: set[str] = set()
    for term in terms(article.text[:_MOST_CHARS]):
        if term.content and len(term.stem) > 1:
            counts[term.stem] += 1
            if term.form[0].isupper():
                names.add(term.stem)
    if brief is not None:
        names.update(t.stem for p in brief.parties for t in terms(p.name) if t.content and t.stem in counts)
    weights = {word: float(n) for word, n in counts.items()}
    for term in terms(article.title):
        if term.content and len(term.stem) > 1:
            weights[term.stem] = weights.get(term.stem, 0.0) + _TITLE
    words = {w: (1 + log(n)) * (1 + _NAME * (w in names)) for w, n in weights.items()}
    kept = nlargest(_MOST_TERMS, words.items(), key=lambda it: (it[1], it[0]))
    found = day_of(article.published)
    return Facets(
        id=article.id,
        day=found.isoformat() if found else None,
        words={w: round(x, 3) for w, x in sorted(kept)},
    )


class Placer:
    """The situations of one library, for placing. Add what is held in the order of arrival, then place and add."""

    def __init__(self) -> None:
        self._documents: Counter[str] = Counter()
        self._count = 0
        self._vectors: dict[str, dict[str, float]] = {}
        self._postings: dict[str, dict[str, float]] = defaultdict(dict)
        self._days: dict[str, date | None] = {}
        self._situation: dict[str, str] = {}
        self._members: dict[str, list[str]] = defaultdict(list)

    def place(self, new: Facets, *, copy_of: str | None = None) -> Placement:
        """Where an article belongs; nothing is remembered. A copy of one that is held goes where that one is."""
        if copy_of is not None and copy_of in self._situation:
            return Placement(self._situation[copy_of], 1.0)
        found = self._likenesses(self._vector(new), day_of(new.day), without=new.id)
        over = [(s, likeness) for s, likeness in found if likeness >= _SAME]
        if not over:
            return Placement(None, found[0][1] if found else 0.0)
        return Placement(over[0][0], over[0][1], over[1][0] if len(over) > 1 else None)

    def add(self, new: Facets, situation: str) -> None:
        """Take an article up as a member of a situation; one that is held is taken out first."""
        self.remove(new.id)
        self._count += 1
        self._documents.update(new.words.keys())
        vector = self._vector(new)
        self._vectors[new.id] = vector
        for word, weight in vector.items():
            self._postings[word][new.id] = weight
        self._days[new.id] = day_of(new.day)
        self._situation[new.id] = situation
        self._members[situation].append(new.id)

    def remove(self, article: str) -> None:
        """Forget an article; nothing happens for one that is not held."""
        vector = self._vectors.pop(article, None)
        if vector is None:
            return
        self._count -= 1
        self._documents.subtract(vector.keys())
        for word in vector:
            self._postings[word].pop(article, None)
            if not self._postings[word]:
                del self._postings[word], self._documents[word]
        situation = self._situation.pop(article)
        self._days.pop(article)
        self._members[situation].remove(article)
        if not self._members[situation]:
            del self._members[situation]

    def move(self, article: str, situation: str) -> None:
        """By hand: a member of another situation from now on. Raises KeyError for an article that is not held."""
        self._members[self._situation[article]].remove(article)
        if not self._members[self._situation[article]]:
            del self._members[self._situation[article]]
        self._situation[article] = situation
        self._members[situation].append(article)

    def merge(self, situation: str, into: str) -> None:
        """By hand: all members of one situation go to another."""
        for article in list(self._members.get(situation, ())):
            self.move(article, into)

    def members(self, situation: str) -> tuple[str, ...]:
        return tuple(self._members.get(situation, ()))

    def twins(self) -> list[tuple[str, str, float]]:
        """Pairs of situations that look like one, likest first: what to suggest for a merge."""
        found: dict[tuple[str, str], float] = {}
        for situation, members in self._members.items():
            sums: dict[str, float] = defaultdict(float)
            for member in members:
                for other, likeness in self._raw(self._vectors[member]).items():
                    sums[self._situation[other]] += likeness
            for other, total in sums.items():
                if other > situation:
                    mean = total / (len(members) * len(self._members[other]))
                    if mean >= _TWINS:
                        found[situation, other] = mean
        return sorted(((a, b, x) for (a, b), x in found.items()), key=lambda it: (-it[2], it[0], it[1]))

    def parts(self, situation: str) -> list[tuple[str, ...]]:
        """The groups that a situation falls into by its words: what to suggest for a split. One group: it holds."""
        groups: list[list[str]] = [[m] for m in self._members.get(situation, ())]
        while len(groups) > 1:
            likeness, a, b = max(
                (
                    (self._between(groups[i], groups[j]), -i, -j)
                    for i in range(len(groups))
                    for j in range(i + 1, len(groups))
                ),
            )
            if likeness < _APART:
                break
            groups[-a] += groups.pop(-b)
        return [tuple(group) for group in groups]

    def _between(self, one: Iterable[str], other: Iterable[str]) -> float:
        pairs = [(self._vectors[a], self._vectors[b]) for a in one for b in other]
        return sum(sum(x * b.get(w, 0.0) for w, x in a.items()) for a, b in pairs) / len(pairs)

    def _likenesses(
        self, vector: dict[str, float], day: date | None, *, without: str
    ) -> list[tuple[str, float]]:
        by_situation: dict[str, list[float]] = defaultdict(list)
        last: dict[str, int] = {}
        for article, likeness in self._raw(vector).items():
            if article == without:
                continue
            situation = self._situation[article]
            by_situation[situation].append(likeness)
            other = self._days[article]
            if day is not None and other is not None:
                apart = abs((day - other).days)
                last[situation] = min(apart, last.get(situation, apart))
        found = []
        for situation, likenesses in by_situation.items():
            mean = sum(likenesses) / len(self._members[situation])
            near = nlargest(_NEAREST, likenesses)
            likeness = (mean + sum(near) / len(near)) / 2
            found.append((situation, likeness * exp(-last.get(situation, 0) / _QUIET_DAYS)))
        return sorted(found, key=lambda it: (-it[1], it[0]))

    def _raw(self, vector: dict[str, float]) -> dict[str, float]:
        """Cosines with all members that share a word."""
        sums: dict[str, float] = defaultdict(float)
        for word, weight in vector.items():
            for article, other in self._postings.get(word, {}).items():
                sums[article] += min(weight * other, _MOST_A_WORD)
        return sums

    def _vector(self, new: Facets) -> dict[str, float]:
        total = self._count + _PRIOR + 1
        weighed = {w: x * log(total / (self._documents[w] + 1)) ** _RARE for w, x in new.words.items()}
        length = sqrt(sum(x * x for x in weighed.values())) or 1.0
        return {w: x / length for w, x in weighed.items()}
