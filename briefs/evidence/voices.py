"""Whether the words beside a quote name the speaker that an engine gives, and in what mode the quote stands."""

from __future__ import annotations

import re
from collections.abc import Sequence

from briefs.evidence.quotes import block_of
from briefs.evidence.wording import mentions
from briefs.models import Mode
from briefs.proposals import Quote
from briefs.speech import Span, Utterance
from briefs.text import Block

_PRONOUN = re.compile(r"^(he|she|they|it|we|i|who|him|her|them)$", re.IGNORECASE)


class Voices:
    """The utterances of one article, asked about by place."""

    def __init__(self, text: str, blocks: Sequence[Block], said: Sequence[Utterance]) -> None:
        self._text = text
        self._blocks = blocks
        self._said = said

    def of(self, quote: Quote) -> Utterance | None:
        """The innermost utterance that the quote mostly belongs to (half of the one lies in the other)."""
        found = [u for u in self._said if _shared(u.content, (quote.start, quote.end))]
        return min(found, key=lambda u: u.content[1] - u.content[0], default=None)

    def mode(self, quote: Quote) -> Mode:
        """How the quote stands in the article; the layout and the quotation marks tell, not the engine."""
        block = block_of(quote, self._blocks)
        if block is not None and block.kind == "headline":
            return "headline"
        if block is not None and block.kind == "caption":
            return "caption"
        utterance = self.of(quote)
        return utterance.mode if utterance else "narration"

    def speaker_words(self, quote: Quote) -> Span | None:
        utterance = self.of(quote)
        return utterance.speaker if utterance else None

    def confirms(self, quote: Quote, forms: frozenset[str], others: Sequence[frozenset[str]]) -> bool:
        """Whether the text says that a party with these `forms` speaks the quote.

        A pronoun counts for the person mentioned last before it in the paragraph (or in the one before), if no one
        of `others` (the forms of the other persons) is mentioned later.
        """
        span = self.speaker_words(quote)
        if span is None:
            return False
        spoken = self._text[slice(*span)]
        if any(mentions(form, spoken) for form in forms):
            return True
        if not _PRONOUN.match(spoken.strip()):
            return False
        before = self._before(span[0])
        mine = max((_last(form, before) for form in forms), default=-1)
        return mine >= 0 and all(_last(form, before) < mine for party in others for form in party)

    def _before(self, position: int) -> str:
        """The text from the beginning of the paragraph before up to a position."""
        index = next((i for i, b in enumerate(self._blocks) if b.start <= position < b.end), None)
        if index is None:
            return ""
        first = self._blocks[max(0, index - 1)]
        return self._text[first.start : position]


def _last(form: str, text: str) -> int:
    if not mentions(form, text):
        return -1
    bare = re.sub(r"^(the|a|an) ", "", form, flags=re.IGNORECASE)
    return text.casefold().rfind(bare.casefold())


def _shared(one: Span, other: Span) -> bool:
    common = min(one[1], other[1]) - max(one[0], other[0])
    return common > 0 and (common * 2 >= one[1] - one[0] or common * 2 >= other[1] - other[0])
