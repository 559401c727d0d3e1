"""The answer to a question, from what a search found."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from briefs.answer.fit import Fitter
from briefs.answer.judging import Judge, Judged
from briefs.answer.lines import Candidate, Material, material
from briefs.answer.quoting import Quoter
from briefs.answers import Answer, Citation, Verdict
from briefs.lexicon import Lexicon
from briefs.parse import Parser
from briefs.questions import Question, QuestionReader
from briefs.questions.pieces import Pieces, pieces
from briefs.terms import Meanings, Names

ENGINE = "rules"
_SURE = 0.40
_ALONGSIDE = 0.75


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for, in all articles or in those of one outlet."""

    text: str
    outlet: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A question as understood, and the searches that its answer needs: first the whole question, then its parts."""

    question: Question
    searches: tuple[Search, ...]
    pieces: Pieces | None = None


class Answerer:
    """Answers with the embedded reader. Uses the language model of `parser`."""

    def __init__(self, parser: Parser, lexicon: Lexicon) -> None:
        self._names = Names(lexicon)
        self._reader = QuestionReader(parser, lexicon, self._names)
        self._judge = Judge(parser, Meanings.of(lexicon), Fitter(lexicon))
        self._quoter = Quoter(lexicon)

    def plan(self, text: str, outlets_held: Collection[str] = ()) -> Plan:
        question = self._reader.read(text, outlets_held)
        parts = pieces(question.text)
        searches = [Search(question.text)]
        searches += [Search(question.text, outlet) for outlet in question.outlets]
        if parts is not None:
            searches += [Search(side) for side in parts.sides]
        return Plan(question, tuple(searches), parts)

    def answer(self, plan: Plan, found: Sequence[Sequence[Candidate]], *, held: int) -> Answer:
        """Answer from the candidates found for each of the plan's searches. `held`: articles searched in all."""
        candidates = list({c.article.id: c for part in reversed(found) for c in part}.values())
        candidates.sort(key=lambda c: -c.score)
        whole = material(candidates, self._names)
        judged = self._judge.judge(plan.question, whole)
        if not judged or judged[0].confidence < _SURE:
            return self._not_stated(plan, whole, judged[:1], held)
        best = judged[0]
        chosen = [j for j in judged[:3] if j.confidence >= _ALONGSIDE * best.confidence]
        return self._answer(plan, whole, "stated", chosen, held)

    def _answer(
        self, plan: Plan, of: Material, verdict: Verdict, chosen: Sequence[Judged], held: int
    ) -> Answer:
        citations = [self._quoter.cite(j, of) for j in chosen]
        return Answer(
            question=plan.question.text,
            verdict=verdict,
            text=" ".join(c.quote for c in citations),
            citations=tuple(citations),
            abstained=False,
            articles_used=tuple(dict.fromkeys(c.article_id for c in citations)),
            articles_held=held,
            engine=ENGINE,
        )

    def _not_stated(self, plan: Plan, of: Material, closest: Sequence[Judged], held: int) -> Answer:
        citations: list[Citation] = [self._quoter.cite(j, of) for j in closest]
        return Answer(
            question=plan.question.text,
            verdict="not_stated",
            text=_absence(held),
            citations=tuple(citations),
            abstained=True,
            articles_held=held,
            engine=ENGINE,
        )


def _absence(held: int) -> str:
    if not held:
        return "Not stated: I hold no article yet."
    return f"Not stated in the {held} articles I hold." if held > 1 else "Not stated in the 1 article I hold."
