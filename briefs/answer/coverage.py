"""How much of a question a line speaks of, its neighbours and its headline counting for less."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from briefs.answer.lines import Line, Material
from briefs.questions import Question, Unit
from briefs.retrieve.dates import same_time
from briefs.terms import Meanings, derived

# What it is worth to find a word elsewhere than in the line itself. News goes on speaking of "the strike" without
# saying again whose: the sentence beside it and the headline carry nearly as much, the rest of the article some.
_BESIDE, _PARAGRAPH, _HEADLINE = 0.75, 0.5, 0.6
_NAME_ELSEWHERE, _WORD_ELSEWHERE = 0.6, 0.25
_KNOWN = 0.9
_MEANING, _FAMILY, _ONE_NAME = 0.8, 0.9, 0.9
_SHORT, _BEYOND = 4.0, 0.4  # four telling words or names are a short question
_ROLES = {"name": 1.2, "focus": 1.0, "predicate": 1.0, "content": 1.0, "date": 0.7, "frame": 0.25}


@dataclass(slots=True)
class Coverage:
    """Meets the units of one question with lines; remembers what it has compared."""

    question: Question
    material: Material
    meanings: Meanings
    _kin: dict[tuple[str, str], float] = field(default_factory=dict)
    _classes: dict[str, frozenset[int]] = field(default_factory=dict)
    _alike: dict[str, list[tuple[str, float]]] = field(default_factory=dict)
    _weights: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        self._weights = tuple(self._weight(unit) for unit in self.question.units)

    @property
    def weights(self) -> Sequence[float]:
        """What each unit of the question weighs, by how much its words tell and by its role."""
        return self._weights

    def _weight(self, unit: Unit) -> float:
        if unit.role == "date" and self.question.change:
            return 0.0  # its dates say which articles to compare, not what a line of them speaks of
        return _ROLES[unit.role] * max(self.material.rarity(s) for s in unit.stems)

    def likeness(self, one: str, other: str) -> float:
        """How much two stems say the same, 0-1."""
        if one == other:
            return 1.0
        known = self._kin.get((one, other))
        if known is None:
            if self._meaning(one) & self._meaning(other):
                known = _MEANING
            else:
                known = _FAMILY if derived(one, other) else 0.0
            self._kin[one, other] = known
        return known

    def _meaning(self, stem: str) -> frozenset[int]:
        found = self._classes.get(stem)
        if found is None:
            found = self._classes[stem] = self.meanings.classes(stem)
        return found

    def meets(self, unit: Unit, stems: frozenset[str], names: frozenset[str]) -> float:
        """How far a unit stands in some words, 0-1."""
        if unit.name is not None and unit.name in names:
            return 1.0
        if unit.role in {"name", "date"}:
            hits = [s in stems for s in unit.stems]
            if all(hits):
                return 1.0
            return (
                _ONE_NAME if hits[-1] and unit.role == "name" and len(hits) > 1 else sum(hits) / len(hits) / 2
            )
        return max(
            max((degree for other, degree in self._kindred(s) if other in stems), default=0.0)
            for s in unit.stems
        )

    def _kindred(self, stem: str) -> list[tuple[str, float]]:
        """The words of the material that say the same as a stem, with how much."""
        found = self._alike.get(stem)
        if found is None:
            likely = ((other, self.likeness(stem, other)) for other in self.material.vocabulary)
            found = self._alike[stem] = [(other, degree) for other, degree in likely if degree > 0.0]
        return found

    def direct(self, unit: Unit, line: Line) -> float:
        """How far a unit stands in a line, what a brief knows of the line counting almost as much as its words."""
        if unit.role == "date" and same_time(unit.text, self.material.candidates[line.of].article.published):
            return 1.0
        here = self.meets(unit, line.stems, line.names)
        if here >= _KNOWN or not line.implied:
            return here
        return max(here, _KNOWN * self.meets(unit, line.implied, line.implied_names))

    def degrees(self, line: Line) -> list[float]:
        """For each unit how far it stands in the line or around it, 0-1."""
        of = self.material.lines[line.of]
        beside = [
            of[n]
            for n in (line.number - 1, line.number + 1)
            if 0 <= n < len(of) and of[n].block.start == line.block.start
        ]
        paragraphs = [
            other
            for other in of[max(0, line.number - 4) : line.number]
            if other.block.paragraph == line.block.paragraph - 1 and other.block.kind != "headline"
        ]
        out = []
        for unit in self.question.units:
            here = self.direct(unit, line)
            if here < _BESIDE:
                near = max((self.meets(unit, o.stems, o.names) for o in beside), default=0.0) * _BESIDE
                back = max((self.meets(unit, o.stems, o.names) for o in paragraphs), default=0.0) * _PARAGRAPH
                head = self.meets(unit, of[0].stems, of[0].names) * _HEADLINE
                far = self.meets(unit, self.material.words[line.of], self.material.named[line.of])
                far *= _NAME_ELSEWHERE if unit.role == "name" else _WORD_ELSEWHERE
                here = max(here, near, back, head, far)
            out.append(here)
        return out

    def whole(self, degrees: Sequence[float]) -> float:
        """The share of the question's weight that is met, 0-1, every word of it wanted."""
        total = sum(self._weights)
        return sum(d * w for d, w in zip(degrees, self._weights, strict=True)) / total if total else 0.0

    def share(self, degrees: Sequence[float]) -> float:
        """The share of the question's weight that is met, 0-1.

        Of what goes beyond a short question's weight only a part is wanted: a long question describes its matter from
        several sides, and no sentence repeats them all.
        """
        total = sum(self._weights)
        wanted = min(total, _SHORT + _BEYOND * (total - _SHORT))
        met = sum(d * w for d, w in zip(degrees, self._weights, strict=True))
        return min(1.0, met / wanted) if total else 0.0
