"""From a question to its answer: search in what may be read, then answer from what was found."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import structlog

from bot.consulting import Consultant
from bot.ports import ArticleRef, Embedder, FoundPassage, Inquiry, Library, Meant, Passages, Respondent
from briefs.answer import Candidate
from briefs.answer.consulted import answered, consult
from briefs.answers import Answer
from briefs.errors import CommuniqueError, ModelFailed
from briefs.models import Article, Brief
from briefs.retrieve import weigh
from briefs.retrieve.dates import published_on

_READ = 6  # articles read for one search: the answer stands in the first or second nearly always
_WORD = re.compile(r"\w{4,}")  # shorter ones are nobody's own
_MORE = 0.2  # what an article's further passages count beside its best one

_REPLY_TOKENS = 500  # three sentences with their numbers take 150

_NOT_ENGLISH = "I understand questions in English; ask it again in English if that was another language."


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer, and what belongs to it without standing in it."""

    answer: Answer
    cited: tuple[ArticleRef, ...]
    """The articles whose words it carries."""
    read: tuple[ArticleRef, ...]
    """All that were read for it."""
    worded: tuple[ArticleRef, ...] = ()
    """Those of them that alone have a word of the question: it may be taken from them, and goes with them."""
    notes: tuple[str, ...] = ()
    strange: bool = False
    """It was probably asked in a language that is not understood."""


class Asking:
    """Says nothing to anybody: commands and the command line do that with what they get from here."""

    def __init__(
        self,
        *,
        passages: Passages,
        library: Library,
        respondent: Respondent,
        consultant: Consultant | None = None,
        embedder: Embedder | None = None,
    ) -> None:
        """Without an `embedder` articles are found by their words alone."""
        self._consultant = consultant
        self._embedder = embedder
        self._passages = passages
        self._library = library
        self._respondent = respondent
        self._log = structlog.get_logger(__name__)

    async def ask(
        self,
        question: str,
        libraries: Sequence[str],
        *,
        about: Sequence[ArticleRef] = (),
        earlier: Sequence[str] = (),
        room: str | None = None,
    ) -> Asked:
        """Answer from these libraries: from the articles of `about` first, from all if those do not say.

        `earlier`: questions of the same conversation before it, oldest first; `room` pays for the language model,
        which is not asked without one.
        Raises CommuniqueError.
        """
        started = time.monotonic()
        outlets = await self._passages.outlets(libraries)
        inquiry = await self._respondent.inquire(question, outlets, earlier)
        reading = _Reading(self._library)
        answer: Answer | None = None
        if about:
            found = [await self._within(reading, inquiry, number, about) for number in _searches(inquiry)]
            answer = await self._respondent.answer(inquiry, found, held=len(about))
        if answer is None or answer.abstained:
            held = await self._library.count(libraries)
            found = [await self._among(reading, inquiry, number, libraries) for number in _searches(inquiry)]
            answer = await self._respondent.answer(inquiry, found, held=held)
        answer, failure = await self._consulted(answer, found, room)
        self._log.info(
            "asked",
            chars=len(question),
            verdict=answer.verdict,
            read=len(reading.refs),
            seconds=round(time.monotonic() - started, 3),
        )
        cited = list(dict.fromkeys(c.article_id for c in answer.citations))
        strange = answer.abstained and inquiry.language not in {None, "en"}
        return Asked(
            answer=answer,
            cited=tuple(reading.refs[name] for name in cited),
            read=tuple(reading.refs.values()),
            worded=reading.worded(question),
            notes=((_NOT_ENGLISH,) if strange else ()) + ((failure,) if failure else ()),
            strange=strange,
        )

    async def _consulted(
        self, answer: Answer, found: Sequence[Sequence[Candidate]], room: str | None
    ) -> tuple[Answer, str | None]:
        """The answer with the language model's help, or as it is with the reason why there was none."""
        if self._consultant is None or room is None:
            return answer, None
        reading = self._consultant.reading
        candidates = {c.article.id: c for part in found for c in part}
        consultation = consult(
            answer,
            candidates.values(),
            context_tokens=reading.context_tokens,
            reply_tokens=min(_REPLY_TOKENS, reading.reply_tokens),
        )
        if consultation is None:
            return answer, None
        try:
            reply = await self._consultant.ask(consultation.request, room=room)
        except ModelFailed as failed:
            return answer, f"Answered by the embedded reader alone: {failed.message}."
        return answered(answer, consultation, reply.text, reading.name), None

    async def _among(
        self, reading: _Reading, inquiry: Inquiry, number: int, libraries: Sequence[str]
    ) -> list[Candidate]:
        sought = inquiry.searches[number]
        meant = await self._meant(inquiry.plan.searches[number].text) if sought.outlets is None else None
        found = await self._passages.search(libraries, sought.query, outlets=sought.outlets, meant=meant)
        return await reading.candidates(_ranked(found, inquiry)[:_READ])

    async def _meant(self, text: str) -> Meant | None:
        """What is sought as a vector; None where words have to do."""
        if self._embedder is None:
            return None
        try:
            (vector,) = await self._embedder.embed([text])
        except CommuniqueError as error:
            self._log.warning("asked by words alone", kind=error.kind)
            return None
        return Meant(self._embedder.model, vector)

    async def _within(
        self, reading: _Reading, inquiry: Inquiry, number: int, about: Sequence[ArticleRef]
    ) -> list[Candidate]:
        """These articles, whether or not they have a word of the question: it is about them."""
        sought = inquiry.searches[number]
        libraries = list(dict.fromkeys(ref.library for ref in about))
        found = await self._passages.search(libraries, sought.query, within=about)
        ranked = _ranked(found, inquiry)
        known = {article.ref for article in ranked}
        ranked += [_Ranked(ref, 0.0) for ref in about if ref not in known]
        return await reading.candidates(ranked[:_READ])


@dataclass(slots=True)
class _Ranked:
    ref: ArticleRef
    score: float
    spans: list[tuple[int, int]] = field(default_factory=list)


def _searches(inquiry: Inquiry) -> Iterable[int]:
    return range(len(inquiry.searches))


def _ranked(found: Sequence[FoundPassage], inquiry: Inquiry) -> list[_Ranked]:
    """Articles by their passages, weighed by their dates; best first."""
    days = [day for day in (published_on(p.published) for p in found) if day is not None]
    newest: date | None = max(days, default=None)
    by_article: dict[ArticleRef, _Ranked] = {}
    for passage in found:
        factor = weigh(passage.published, inquiry.periods, newest=newest)
        known = by_article.get(passage.article)
        if known is None:
            known = by_article[passage.article] = _Ranked(passage.article, factor * passage.score)
        else:
            known.score += _MORE * factor * passage.score
        known.spans.append((passage.start, passage.end))
    return sorted(by_article.values(), key=lambda article: -article.score)


class _Reading:
    """The articles read for one question, each once. Ids are unique in one library only; here they are made so."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._held: dict[ArticleRef, tuple[Article, Brief | None]] = {}
        self.refs: dict[str, ArticleRef] = {}
        """By the id that the article has here."""

    def worded(self, question: str) -> tuple[ArticleRef, ...]:
        """The articles that alone of those read have one of the question's longer words."""
        texts = {ref: article.text.casefold() for ref, (article, _) in self._held.items()}
        found: dict[ArticleRef, None] = {}
        for word in set(_WORD.findall(question.casefold())):
            having = [ref for ref, text in texts.items() if word in text]
            if len(having) == 1:
                found[having[0]] = None
        return tuple(found)

    async def candidates(self, ranked: Sequence[_Ranked]) -> list[Candidate]:
        out = []
        for entry in ranked:
            known = self._held.get(entry.ref) or await self._read(entry.ref)
            if known is not None:
                out.append(Candidate(known[0], entry.score, tuple(entry.spans), known[1]))
        return out

    async def _read(self, ref: ArticleRef) -> tuple[Article, Brief | None] | None:
        article = await self._library.article([ref.library], ref.id)
        if article is None:
            return None  # forgotten a moment ago
        brief = await self._library.brief([ref.library], ref.id)
        if article.id in self.refs:
            article = article.model_copy(update={"id": f"{article.id}#{len(self.refs)}"})
        self.refs[article.id] = ref
        self._held[ref] = article, brief
        return article, brief
