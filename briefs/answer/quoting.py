"""Lines as citations: their words letter for letter, with whoever says them."""

from __future__ import annotations

import re

from briefs import speech
from briefs.answer.judging import Judged
from briefs.answer.lines import Line, Material
from briefs.answers import Citation
from briefs.evidence import standing
from briefs.lexicon import Lexicon
from briefs.models import Mode
from briefs.parse import Parsed
from briefs.proposals import Quote
from briefs.questions import Question
from briefs.terms import terms

_LONGEST = 45  # words: a longer sentence is quoted by the clauses that answer
_MARKS = (("“", "”"), ('"', '"'))
_EDGE = " \t\u00a0,;:-–—"
_CLAUSE = re.compile(
    r"(?<=[,;:])\s+|\s+(?=[-–—]\s)|\s+(?=\((?!\w+\)))|\s+(?=(?:and|but|while|which|who|that|as)\s)"
)
_PRONOUN = re.compile(r"^(he|she|they|it|we|i|who|him|her|them|that|this)$", re.IGNORECASE)


class Quoter:
    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def cite(self, judged: Judged, of: Material, question: Question) -> Citation:
        """The line as a citation. Raises ValueError if its words do not stand in the article: they always do."""
        line = judged.line
        article = of.candidates[line.of].article
        mode, speaker = self._voice(judged, article.text)
        start, end = _even(article.text, *_telling(line, question, judged.fit.told))
        quote = article.text[start:end]
        why = standing(Quote(start, end, quote), article.text, [line.block])
        if why is not None:
            raise ValueError(why)
        return Citation(
            article_id=article.id,
            quote=quote,
            start=start,
            end=end,
            speaker=speaker,
            title=article.title,
            published=article.published,
            published_basis=article.published_basis,
            mode=mode,
            paragraph=line.block.paragraph,
        )

    def _voice(self, judged: Judged, text: str) -> tuple[Mode, str | None]:
        line: Line = judged.line
        if line.block.kind == "headline":
            return "headline", None
        if line.block.kind == "caption":
            return "caption", None
        said = speech.utterances(Parsed(text, (judged.part,)), self._lexicon)
        inside = [
            u
            for u in said
            if min(u.content[1], line.end) - max(u.content[0], line.start) > (line.end - line.start) / 2
        ]
        if not inside:
            return "narration", None
        utterance = min(inside, key=lambda u: u.content[1] - u.content[0])
        if utterance.speaker is None:
            return utterance.mode, None
        words = text[slice(*utterance.speaker)]
        return utterance.mode, None if _PRONOUN.match(words) else words


def _telling(line: Line, question: Question, told: frozenset[str]) -> tuple[int, int]:
    """The whole line, or of a very long one its neighbouring clauses that hold most of the question and the answer."""
    if len(line.text.split()) <= _LONGEST:
        return line.start, line.end
    cuts = [0, *(m.end() for m in _CLAUSE.finditer(line.text)), len(line.text)]
    wanted = frozenset(s for unit in question.units for s in unit.stems) | told
    best, most = (line.start, line.end), -1.0
    for n, first in enumerate(cuts[:-1]):
        for last in cuts[n + 1 :]:
            lead = len(line.text[first:last]) - len(line.text[first:last].lstrip(_EDGE))
            piece = line.text[first:last].strip(_EDGE)
            words = terms(piece)
            if len(piece.split()) > _LONGEST or not words:
                break
            value = len(wanted & {w.stem for w in words}) + 0.001 * len(
                words
            )  # of equals the longer: it reads better
            if value > most:
                start = line.start + first + lead
                best, most = (start, start + len(piece)), value
    return best


def _even(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without a quotation mark at its edge whose partner stands in another sentence."""
    for opening, closing in _MARKS:
        inside = text[start:end]
        if inside.startswith(opening) and closing not in inside[1:]:
            start += len(opening)
        if inside.endswith(closing) and opening not in inside[:-1]:
            end -= len(closing)
    return start, end
