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

_PRONOUN = re.compile(r"^(he|she|they|it|we|i|who|him|her|them|that|this)$", re.IGNORECASE)


class Quoter:
    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def cite(self, judged: Judged, of: Material) -> Citation:
        """The line as a citation. Raises ValueError if its words do not stand in the article: they always do."""
        line = judged.line
        article = of.candidates[line.of].article
        mode, speaker = self._voice(judged, article.text)
        why = standing(Quote(line.start, line.end, line.text), article.text, [line.block])
        if why is not None:
            raise ValueError(why)
        return Citation(
            article_id=article.id,
            quote=line.text,
            start=line.start,
            end=line.end,
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
