"""How sure a line answers a question: what of it is covered, and whether it fits what is asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from briefs.answer.coverage import Coverage
from briefs.answer.fit import Fit, Fitter
from briefs.answer.lines import Line, Material
from briefs.parse import ParsedBlock, Parser
from briefs.questions import Question, Unit
from briefs.terms import Meanings, stem, terms
from briefs.text import Block

_PARSED = 6  # lines looked at with grammar: some 300 words, about 100 ms
_ANOTHER = 0.65  # last year's final is not this year's, though every other word is the same
_SCATTERED = 0.5  # the words of a name, each on its own, are hardly ever the name
_IDENTIFIED, _MOST, _SHORT = (
    0.3,
    0.7,
    4.0,
)  # at most; the share of a question that says nothing yet; a short one
_AGREED = 1.2  # two articles tell the same
_KINDLESS = 0.25  # nothing of the kind asked for is in the line
_ASKING = 0.4  # a question answers nothing
_YEAR = re.compile(r"(19|20)\d\d")
_ORDINAL = re.compile(r"\d+")
_GONE = frozenset(stem(w) for w in "former ex previous late erstwhile".split())
_UNTOLD = 0.6  # of a line without any figure where one is asked for: another may have it
_LOOKED_AT = 40  # lines whose surroundings are looked at
_ASIDE = 0.9  # headlines and captions say in short what a sentence says in full
_LEAST_PRIOR = 0.75  # what the worst of the articles found keeps of a line's coverage


@dataclass(frozen=True, slots=True)
class Judged:
    """A line with what speaks for it; all figures 0-1."""

    line: Line
    part: ParsedBlock
    covered: float
    """Share of the question met in the line or around it."""
    here: float
    """Share met in the line itself."""
    fit: Fit
    confidence: float


class Judge:
    def __init__(self, parser: Parser, meanings: Meanings, fitter: Fitter) -> None:
        self._parser = parser
        self._meanings = meanings
        self._fitter = fitter

    def judge(self, question: Question, material: Material, *, limit: int = _PARSED) -> list[Judged]:
        """The lines that speak most of the question, those first that are surest and in the articles found first."""
        coverage = Coverage(question, material, self._meanings)
        best = max((c.score for c in material.candidates), default=0.0)
        first: list[tuple[float, float, Line]] = []
        for of, lines in enumerate(material.lines):
            prior = _LEAST_PRIOR + (1 - _LEAST_PRIOR) * (
                material.candidates[of].score / best if best > 0 else 1.0
            )
            for line in lines:
                here = coverage.share([coverage.direct(u, line) for u in question.units])
                if here > 0.0:
                    weight = prior * (1.0 if line.block.kind == "paragraph" else _ASIDE)
                    first.append((weight * here, here, line))
        first.sort(key=lambda item: -item[0])
        ranked: list[tuple[float, float, float, Line]] = []
        for value, here, line in first[:_LOOKED_AT]:
            covered = coverage.share(coverage.degrees(line))
            weight = value / here * (1.0 if self._fitter.may_tell(question, line.text) else _UNTOLD)
            ranked.append((weight * (0.5 * covered + 0.5 * here), covered, here, line))
        ranked.sort(key=lambda item: (-item[0], item[3].of, item[3].number))
        top = ranked[:limit]
        parts = self._parts([line for _, _, _, line in top], material)
        judged = []
        for _, covered, here, line in top:
            part = parts[line.of, line.block.start]
            fit = self._fitter.fit(line, part, coverage)
            judged.append(
                Judged(
                    line,
                    part,
                    covered,
                    here,
                    fit,
                    confidence(
                        question,
                        covered,
                        here,
                        fit,
                        _circumstances(question, line, material),
                    ),
                )
            )
        scores = [c.score / best if best > 0 else 1.0 for c in material.candidates]
        return sorted(_agreed(judged), key=lambda j: -j.confidence * scores[j.line.of])

    def together(
        self, question: Question, material: Material, judged: Sequence[Judged], limit: int
    ) -> list[Judged]:
        """Up to `limit` lines of those judged that meet most of the question together, best first."""
        coverage = Coverage(question, material, self._meanings)
        weights = coverage.weights
        degrees = {id(j): _own(coverage, j.line) for j in judged}
        chosen: list[Judged] = []
        met = [0.0] * len(weights)
        left = list(judged)
        while left and len(chosen) < limit:
            gains = [
                sum(max(0.0, d - m) * w for d, m, w in zip(degrees[id(j)], met, weights, strict=True))
                for j in left
            ]
            best = max(range(len(left)), key=gains.__getitem__)
            if gains[best] <= 0.0:
                break
            j = left.pop(best)
            met = [max(d, m) for d, m in zip(degrees[id(j)], met, strict=True)]
            chosen.append(j)
        return chosen

    def met(self, question: Question, material: Material, chosen: Sequence[Judged]) -> float:
        """The share of the question, 0-1, that lines meet together with their headlines."""
        coverage = Coverage(question, material, self._meanings)
        degrees = [_own(coverage, j.line) for j in chosen]
        return coverage.whole([max((d[n] for d in degrees), default=0.0) for n in range(len(question.units))])

    def _parts(self, lines: Sequence[Line], material: Material) -> dict[tuple[int, int], ParsedBlock]:
        wanted: dict[int, dict[int, Block]] = {}
        for line in lines:
            if (line.of, line.block.start) not in material.parsed:
                wanted.setdefault(line.of, {})[line.block.start] = line.block
        for of, found in wanted.items():
            parsed = self._parser.parse(material.candidates[of].article.text, list(found.values()))
            for part in parsed.blocks:
                material.parsed[of, part.block.start] = part
        return material.parsed


def _own(coverage: Coverage, line: Line) -> list[float]:
    """How far each unit stands in a line or in its article's headline."""
    head = coverage.material.lines[line.of][0]
    stems, names = line.stems | head.stems, line.names | head.names
    return [coverage.meets(u, stems, names) for u in coverage.question.units]


def _agreed(judged: Sequence[Judged]) -> list[Judged]:
    """The same lines, surer where another article tells the same name, date or number as the answer."""
    out = []
    for j in judged:
        others = {o.line.of for o in judged if o.line.of != j.line.of and o.fit.told & j.fit.told}
        out.append(replace(j, confidence=min(1.0, j.confidence * _AGREED)) if others else j)
    return out


def confidence(question: Question, covered: float, here: float, fit: Fit, around: float) -> float:
    """How sure a line answers, 0-1: what it covers, lowered where the kind, the verb, the doer or the time do not fit."""
    sure = _mostly(0.0, 0.5 * covered + 0.5 * here)
    for value, least in ((max(fit.kinds), _KINDLESS), (fit.predicate, 0.7), (fit.subject, 0.9)):
        sure *= _mostly(least, value)
    if question.whether and question.predicates:
        sure *= (
            0.4 + 0.6 * fit.predicate
        )  # whether it is so cannot be told by a line that does not speak of it
    return min(1.0, sure * fit.apart * around)


def _mostly(least: float, value: float) -> float:
    """A factor between `least`, where a feature is missing, and 1.0. What is missing may be worded in another way."""
    return least + (1 - least) * value


def _circumstances(question: Question, line: Line, material: Material) -> float:
    """A factor, at most 1.0, for what makes a line that fits speak of another thing: its year, its number, its past."""
    factor = 1.0
    lines = material.lines[line.of]
    around = frozenset().union(
        lines[0].stems, *(o.stems for o in lines[max(0, line.number - 2) : line.number + 3])
    )
    years = set() if question.change else {str(p.first.year) for p in question.periods}
    if years:
        published = (material.candidates[line.of].article.published or "")[:4]
        told = {s for s in line.stems if _YEAR.fullmatch(s)}
        if not years <= around | {published} or (told and not told & years):
            factor *= _ANOTHER
    numbers = {
        s for u in question.units if u.role != "date" for s in u.stems if _ORDINAL.fullmatch(s)
    } - years
    counts = {str(ask.count) for ask in question.asks}
    if not numbers - counts <= material.words[line.of]:
        factor *= _ANOTHER
    if _bare(question, line):
        factor *= _ANOTHER
    asked = {s for u in question.units for s in u.stems}
    if any(_longer(u, line.text, asked) for u in question.units if u.role == "name" and u.name is None):
        factor *= _ANOTHER
    if any(_scattered(u, line) for u in question.units if u.role == "name" and u.name is None):
        factor *= _SCATTERED
    if (line.stems & _GONE) - asked and any(
        ask.focus and set(ask.focus) & line.stems for ask in question.asks
    ):
        factor *= _ANOTHER
    if line.text.rstrip("\"'”’").endswith("?"):
        factor *= _ASKING
    return factor


def _bare(question: Question, line: Line) -> bool:
    """Whether a line has the verb of "who threatens a strike" in other words, and nothing of what it is done to."""
    if not question.predicates or not question.asks[0].agent or question.asks[0].kind != "party":
        return False
    things = {s for u in question.units if u.role in {"content", "name"} for s in u.stems}
    verbs = {s for i in question.predicates for s in question.units[i].stems}
    have = line.stems | line.implied
    return bool(things) and not things & have and not verbs & line.stems


def _longer(unit: Unit, text: str, asked: set[str]) -> bool:
    """Whether a name stands in a line only as part of a longer one: "Ocean Quest 2", "the Harbour Prize Committee"."""
    last = re.split(r"\W+", unit.text.removesuffix("'s"))[-1]
    follows = re.findall(rf"(?<!\w){re.escape(last)}(?!\w)(?: ([A-Z]\w+|\d+)\b)?", text)
    further = [f for f in follows if f and stem(f) not in asked and (f.isdigit() or len(unit.stems) > 1)]
    return bool(follows) and len(further) == len(follows)


def _scattered(unit: Unit, line: Line) -> bool:
    """Whether all words of a name stand in a line, but nowhere together: "an award … Brandon Maxwell" is no
    Maxwell Award, the "Prize of Honour" is the Honour Prize.
    """
    wanted = frozenset(unit.stems)
    if len(wanted) < 2 or not wanted <= line.stems:
        return False
    words = list(terms(line.text))
    for first, start in enumerate(words):
        if start.stem not in wanted:
            continue
        found: list[str] = []
        between = 0
        for word in words[first:]:
            if word.stem in wanted:
                found.append(word.stem)
            elif word.content:
                between += 1
            if between > 1:
                break
            if wanted <= set(found) and (not between or tuple(found) == unit.stems):
                return False  # "President Otto Lindqvar" is President Lindqvar
    return True
