"""The answer to a question, from what a search found."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from briefs.answer import verdicts
from briefs.answer.fit import Fitter
from briefs.answer.judging import Judge, Judged
from briefs.answer.lines import Candidate, Material, material
from briefs.answer.naming import shared_name
from briefs.answer.polarity import negative
from briefs.answer.quoting import Quoter
from briefs.answers import Answer, Citation, Verdict
from briefs.evidence.wording import mentions
from briefs.lexicon import Lexicon
from briefs.parse import Parser
from briefs.questions import Ask, Question, QuestionReader, resolve
from briefs.questions.pieces import Pieces, parts, pieces
from briefs.retrieve.dates import published_on, same_time, spelled
from briefs.terms import Meanings, Names

ENGINE = "rules"

# Where an answer is sure enough to be given. Below these, refusing is right more often than answering is.
_SURE = 0.47
_SURE_TOGETHER = 0.40  # of a question put to several outlets, the share that their articles meet together
_SURE_SIDE = 0.25  # a side of a comparison is a phrase: it has no verb and asks for nothing that could fit
_SURE_CHANGE = 0.35  # no single line tells a change; each need only speak of what changed

_ALONGSIDE = 0.6  # of the best line's confidence: what a second sentence must have
_HIS_OWN = 0.75  # somebody else than the subject asked about, or perhaps nobody, is below it
_NARROW, _BROAD = 3, 4  # sentences
_ACROSS = 12  # lines judged where several articles must have their say
_NAMED = frozenset({"person", "party", "name", "place", "any"})


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for, in all articles or in those of one outlet."""

    text: str
    outlet: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A question as understood, and the searches that its answer needs.

    `searches` are the whole question, then the question in each outlet that it names, then each of its two sides.
    `parts` are the questions that it puts one after the other, if it puts several.
    """

    question: Question
    searches: tuple[Search, ...]
    pieces: Pieces | None = None
    sides: tuple[Question, ...] = ()
    parts: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class _Finding:
    """What will be said: the lines, best first, with what they were found in."""

    verdict: Verdict
    lines: tuple[Judged, ...]
    of: Material
    name: str | None = None
    missing: tuple[str, ...] = ()


class Answerer:
    """Answers with the embedded reader. Uses the language model of `parser`.

    `caution` multiplies how sure an answer must be: above 1.0 more is refused, below it more is answered.
    """

    def __init__(self, parser: Parser, lexicon: Lexicon, *, caution: float = 1.0) -> None:
        self._caution = caution
        self._names = Names(lexicon)
        self._reader = QuestionReader(parser, lexicon, self._names)
        self._judge = Judge(parser, Meanings.of(lexicon), Fitter(lexicon, self._names))
        self._quoter = Quoter(lexicon)

    def plan(self, text: str, outlets_held: Collection[str] = (), earlier: Sequence[Question] = ()) -> Plan:
        """Understand a question.

        `outlets_held` are the outlets of the articles that may answer it; `earlier` are the questions of its thread,
        oldest first, from which a follow-up takes what it leaves out.
        """
        question = self._reader.read(resolve(text, earlier, self._names), outlets_held)
        searches = [Search(question.text)]
        searches += [Search(question.text, outlet) for outlet in question.outlets]
        both = pieces(question.text)
        if both is not None:
            searches += [Search(side) for side in both.sides]
            sides = tuple(self._reader.read(side, outlets_held) for side in both.sides)
            return Plan(question, tuple(searches), both, sides)
        several: list[Question] = []
        for part in parts(question.text):
            several.append(self._reader.read(resolve(part, several, self._names), outlets_held))
        return Plan(question, tuple(searches), parts=tuple(several) if len(several) > 1 else ())

    def answer(self, plan: Plan, found: Sequence[Sequence[Candidate]], *, held: int) -> Answer:
        """Answer from the candidates found for each of the plan's searches, best first. `held`: articles searched.

        Raises ValueError if there are not as many lists of candidates as searches.
        """
        if len(found) != len(plan.searches):
            raise ValueError("one list of candidates is needed for each search")
        if plan.question.outlets:
            finding = self._from_sources(plan, found)
        elif plan.sides:
            finding = self._of_sides(plan, found)
        else:
            of = material(found[0], self._names)
            finding = self._of_change(plan, of) or self._plainly(plan, of)
        return self._say(plan, finding, held)

    # -- finding --

    def _plainly(self, plan: Plan, of: Material) -> _Finding:
        """One question, or several in a row: the surest lines of each."""
        judged = self._judge.judge(plan.question, of)
        sure = [j for j in judged if j.confidence >= _SURE * self._caution]
        chosen: list[Judged] = []
        verdict: Verdict = "stated"
        if sure:
            verdict, chosen = verdicts.judge(plan.question, _with(sure, judged), of)
            more = [
                j
                for j in judged
                if j.confidence >= _ALONGSIDE * sure[0].confidence and _of_the_same(j, sure[0], plan.question)
            ]
            chosen = _with(chosen, more)[:_NARROW]
        for part in plan.parts:
            own = self._judge.judge(part, of)
            chosen = _with(chosen, [j for j in own[:2] if j.confidence >= _SURE * self._caution])
        if not chosen:
            return _Finding("not_stated", tuple(judged[:1]), of)
        body = [j for j in chosen if j.line.block.kind != "headline"]
        return _Finding(verdict, tuple((body or chosen)[: _BROAD + len(plan.parts)]), of)

    def _of_change(self, plan: Plan, of: Material) -> _Finding | None:
        """How something changed over time: the surest line of each article, oldest first. None: it asks no change."""
        days = [published_on(c.article.published) for c in of.candidates]
        if not plan.question.change or len({d for d in days if d is not None}) < 2:
            return None
        judged = self._judge.judge(plan.question, of, limit=_ACROSS)
        for part in plan.parts:
            judged = _with(judged, self._judge.judge(part, of, limit=_ACROSS))
        judged.sort(key=lambda j: -j.confidence)
        if not judged or judged[0].confidence < _SURE_CHANGE * self._caution:
            return _Finding("not_stated", tuple(judged[:1]), of)
        dates = [u.text for u in plan.question.units if u.role == "date"]
        asked = {
            n for n, c in enumerate(of.candidates) if any(same_time(d, c.article.published) for d in dates)
        }
        best: dict[int, Judged] = {}
        for j in judged:
            meant = (
                j.line.of in asked if len(asked) > 1 else j.confidence >= _ALONGSIDE * judged[0].confidence
            )
            if days[j.line.of] is not None and meant:
                best.setdefault(j.line.of, j)
        lines = sorted(best.values(), key=lambda j: str(days[j.line.of]))
        return _Finding("stated", tuple(lines[-_BROAD:]), of)

    def _from_sources(self, plan: Plan, found: Sequence[Sequence[Candidate]]) -> _Finding:
        """A question put to outlets: each must be held, and together their articles must speak of all of it."""
        outlets = plan.question.outlets
        by_outlet = found[1 : 1 + len(outlets)]
        missing = tuple(name for name, articles in zip(outlets, by_outlet, strict=True) if not articles)
        of = material(_merged(found[:1] if missing else by_outlet), self._names)
        judged = self._judge.judge(plan.question, of, limit=_ACROSS)
        chosen = self._judge.together(plan.question, of, judged, _BROAD)
        if missing or self._judge.met(plan.question, of, chosen) < _SURE_TOGETHER * self._caution:
            return _Finding("not_stated", tuple(judged[:1]), of, missing=missing)
        if plan.question.whether:
            # Sources that together speak of all that the question puts to them bear it out; a question that denies
            # something is borne out by the opposite.
            return _Finding("no" if negative(plan.question.text) else "yes", tuple(chosen), of)
        name = shared_name(plan.question, judged) if plan.question.asks[0].kind in _NAMED else None
        return _Finding("stated", tuple(chosen), of, name)

    def _of_sides(self, plan: Plan, found: Sequence[Sequence[Candidate]]) -> _Finding:
        """Which came first, how two things compare: the surest lines of each side."""
        of = material(_merged(found[-2:]), self._names)
        chosen: list[Judged] = []
        for question, articles in zip(plan.sides, found[-2:], strict=True):
            own = frozenset(c.article.id for c in articles)
            judged = [
                j for j in self._judge.judge(question, of) if of.candidates[j.line.of].article.id in own
            ]
            if not judged or judged[0].confidence < _SURE_SIDE * self._caution:
                return _Finding("not_stated", tuple(judged[:1]), of)
            chosen = _with(chosen, judged[:2])
        return _Finding("stated", tuple(chosen[:_BROAD]), of)

    # -- saying --

    def _say(self, plan: Plan, finding: _Finding, held: int) -> Answer:
        citations = tuple(self._quoter.cite(j, finding.of, plan.question) for j in finding.lines)
        abstained = finding.verdict == "not_stated"
        return Answer(
            question=plan.question.text,
            verdict=finding.verdict,
            text=_absence(held, finding.missing)
            if abstained
            else _told(plan.question.asks[0], finding, citations, held),
            citations=citations,
            abstained=abstained,
            articles_used=() if abstained else tuple(dict.fromkeys(c.article_id for c in citations)),
            articles_held=held,
            engine=ENGINE,
        )


def _told(asked: Ask, finding: _Finding, citations: Sequence[Citation], held: int) -> str:
    """The sentences: the name that was asked for if several articles share it, or the day; then the dated quotes."""
    said = [_dated(c, alone=held == 1) for c in citations]
    if finding.name is not None and any(mentions(finding.name, c.quote) for c in citations):
        return " ".join([f"{finding.name}.", *said])
    day = spelled(citations[0].quote) if asked.kind == "date" else None
    return " ".join([f"{day}.", *said] if day else said)


def _dated(citation: Citation, *, alone: bool) -> str:
    """A sentence with the day of its article, so that its "Monday" can be placed; without it for a single article."""
    day = None if alone else published_on(citation.published)
    return citation.quote if day is None else f"{citation.quote} ({day.day} {day:%B %Y})"


def _absence(held: int, missing: Sequence[str]) -> str:
    if not held:
        return "Not stated: I hold no article yet."
    where = f"Not stated in the {held} articles I hold" if held > 1 else "Not stated in the 1 article I hold"
    return f"{where}: none of them is from {' or '.join(missing)}." if missing else f"{where}."


def _of_the_same(j: Judged, best: Judged, question: Question) -> bool:
    """Whether a further line may stand beside the best: what X demands is not told by what others demand."""
    if question.asks[0].kind != "any" or not question.predicates or best.fit.subject < 1.0:
        return True
    return j.fit.subject >= _HIS_OWN


def _with(lines: Sequence[Judged], more: Sequence[Judged]) -> list[Judged]:
    """Lines and then the others that are not among them."""
    known = {j.line for j in lines}
    return [*lines, *(j for j in more if j.line not in known)]


def _merged(found: Sequence[Sequence[Candidate]]) -> list[Candidate]:
    """The candidates of several searches, each once with its best score, best first."""
    best: dict[str, Candidate] = {}
    for candidate in (c for part in found for c in part):
        known = best.get(candidate.article.id)
        if known is None or known.score < candidate.score:
            best[candidate.article.id] = candidate
    return sorted(best.values(), key=lambda c: -c.score)
