"""The answer to a question, from what a search found."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from briefs.answer.fit import Fitter
from briefs.answer.judging import Judge, Judged
from briefs.answer.lines import Candidate, Material, material
from briefs.answer.naming import shared_name
from briefs.answer.polarity import affirms
from briefs.answer.quoting import Quoter
from briefs.answers import Answer, Citation, Verdict
from briefs.lexicon import Lexicon
from briefs.parse import Parser
from briefs.questions import Question, QuestionReader
from briefs.questions.pieces import Pieces, pieces
from briefs.retrieve.dates import published_on
from briefs.terms import Meanings, Names

ENGINE = "rules"
_SURE = 0.48  # stands where refusing wrongly and answering wrongly are about as frequent
_SURE_TOGETHER = 0.40  # of a question put to several outlets, the share that their articles meet together
_SURE_SIDE = 0.25  # a side of a comparison is a phrase: it has no verb and asks for nothing that could fit
_ALONGSIDE = 0.6  # a second sentence is worth its place if it is nearly as sure as the first
_NARROW, _BROAD = 3, 4  # sentences
_NAMED = frozenset({"person", "party", "name", "place", "any"})


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for, in all articles or in those of one outlet."""

    text: str
    outlet: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A question as understood, and the searches that its answer needs.

    `searches` are the whole question, then the question in each outlet that it names, then each of its sides.
    """

    question: Question
    searches: tuple[Search, ...]
    pieces: Pieces | None = None
    sides: tuple[Question, ...] = ()


class Answerer:
    """Answers with the embedded reader. Uses the language model of `parser`."""

    def __init__(self, parser: Parser, lexicon: Lexicon) -> None:
        self._names = Names(lexicon)
        self._reader = QuestionReader(parser, lexicon, self._names)
        self._judge = Judge(parser, Meanings.of(lexicon), Fitter(lexicon))
        self._quoter = Quoter(lexicon)

    def plan(self, text: str, outlets_held: Collection[str] = ()) -> Plan:
        """Understand a question. `outlets_held` are the outlets of the articles that may answer it."""
        question = self._reader.read(text, outlets_held)
        parts = pieces(question.text)
        searches = [Search(question.text)]
        searches += [Search(question.text, outlet) for outlet in question.outlets]
        if parts is None:
            return Plan(question, tuple(searches))
        searches += [Search(side) for side in parts.sides]
        sides = tuple(self._reader.read(side, outlets_held) for side in parts.sides)
        return Plan(question, tuple(searches), parts, sides)

    def answer(self, plan: Plan, found: Sequence[Sequence[Candidate]], *, held: int) -> Answer:
        """Answer from the candidates found for each of the plan's searches, best first. `held`: articles searched.

        Raises ValueError if there are not as many lists of candidates as searches.
        """
        if len(found) != len(plan.searches):
            raise ValueError("one list of candidates is needed for each search")
        if plan.question.outlets:
            return self._from_sources(plan, found, held)
        if plan.sides:
            return self._of_sides(plan, found, held)
        whole = material(found[0], self._names)
        judged = self._judge.judge(plan.question, whole)
        if not judged or judged[0].confidence < _SURE:
            return self._not_stated(plan, whole, judged[:1], held)
        best = judged[0]
        chosen = [j for j in judged[:_NARROW] if j.confidence >= _ALONGSIDE * best.confidence]
        return self._answer(plan, whole, self._verdict(plan.question, chosen[:1]), chosen, held)

    def _from_sources(self, plan: Plan, found: Sequence[Sequence[Candidate]], held: int) -> Answer:
        """A question put to outlets: each must be held, and together their articles must speak of all of it."""
        outlets = plan.question.outlets
        by_outlet = found[1 : 1 + len(outlets)]
        missing = [name for name, articles in zip(outlets, by_outlet, strict=True) if not articles]
        everything = _merged(by_outlet if not missing else found[:1])
        whole = material(everything, self._names)
        judged = self._judge.judge(plan.question, whole, limit=10)
        if missing:
            return self._not_stated(plan, whole, judged[:1], held, missing)
        chosen = self._judge.together(plan.question, whole, judged, _BROAD)
        if self._judge.met(plan.question, whole, chosen) < _SURE_TOGETHER:
            return self._not_stated(plan, whole, judged[:1], held)
        name = shared_name(plan.question, judged) if plan.question.asks[0].kind in _NAMED else None
        return self._answer(plan, whole, self._verdict(plan.question, ()), chosen, held, name)

    def _of_sides(self, plan: Plan, found: Sequence[Sequence[Candidate]], held: int) -> Answer:
        """Which came first, how they compare: the surest lines of each side, the two beside each other."""
        whole = material(_merged(found[-2:]), self._names)
        chosen: list[Judged] = []
        for question, articles in zip(plan.sides, found[-2:], strict=True):
            own = frozenset(c.article.id for c in articles)
            judged = [
                j for j in self._judge.judge(question, whole) if whole.candidates[j.line.of].article.id in own
            ]
            if not judged or judged[0].confidence < _SURE_SIDE:
                return self._not_stated(plan, whole, judged[:1], held)
            chosen += [j for j in judged[:2] if j.line not in {c.line for c in chosen}]
        return self._answer(plan, whole, "stated", chosen[:_BROAD], held)

    @staticmethod
    def _verdict(question: Question, chosen: Sequence[Judged]) -> Verdict:
        if not question.whether:
            return "stated"
        return "yes" if affirms(question, (j.line.text for j in chosen)) else "no"

    def _answer(
        self, plan: Plan, of: Material, verdict: Verdict, chosen: Sequence[Judged], held: int, name: str | None = None
    ) -> Answer:  # fmt: skip
        citations = [self._quoter.cite(j, of, plan.question) for j in chosen]
        lead = f"{name}. " if name else ""
        return Answer(
            question=plan.question.text,
            verdict=verdict,
            text=lead + " ".join(_dated(c, alone=held == 1) for c in citations),
            citations=tuple(citations),
            abstained=False,
            articles_used=tuple(dict.fromkeys(c.article_id for c in citations)),
            articles_held=held,
            engine=ENGINE,
        )

    def _not_stated(
        self, plan: Plan, of: Material, closest: Sequence[Judged], held: int, missing: Sequence[str] = ()
    ) -> Answer:
        citations: list[Citation] = [self._quoter.cite(j, of, plan.question) for j in closest]
        return Answer(
            question=plan.question.text,
            verdict="not_stated",
            text=_absence(held, missing),
            citations=tuple(citations),
            abstained=True,
            articles_held=held,
            engine=ENGINE,
        )


def _absence(held: int, missing: Sequence[str]) -> str:
    if not held:
        return "Not stated: I hold no article yet."
    where = f"Not stated in the {held} articles I hold" if held > 1 else "Not stated in the 1 article I hold"
    return f"{where}: none of them is from {' or '.join(missing)}." if missing else f"{where}."


def _dated(citation: Citation, *, alone: bool) -> str:
    """A sentence with the day of its article, so that its "Monday" can be placed; without it for a single article."""
    day = None if alone else published_on(citation.published)
    return citation.quote if day is None else f"{citation.quote} ({day.day} {day:%B %Y})"


def _merged(found: Sequence[Sequence[Candidate]]) -> list[Candidate]:
    best: dict[str, Candidate] = {}
    for candidate in (c for part in found for c in part):
        known = best.get(candidate.article.id)
        if known is None or known.score < candidate.score:
            best[candidate.article.id] = candidate
    return sorted(best.values(), key=lambda c: -c.score)
