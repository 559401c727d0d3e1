"""Whether a quote stands in the article: letter for letter, in whole words, inside one paragraph."""

from __future__ import annotations

from collections.abc import Sequence

from briefs.proposals import Quote
from briefs.text import Block


def standing(quote: Quote, text: str, blocks: Sequence[Block]) -> str | None:
    """None if the quote stands in `text`, else why it does not (a few words for the log and for `why`)."""
    if not (0 <= quote.start < quote.end <= len(text)) or text[quote.start : quote.end] != quote.text:
        return "the quote does not stand in the article"
    if quote.text != quote.text.strip():
        return "the quote has white space around it"
    if not any(c.isalnum() for c in quote.text):
        return "the quote holds no word"
    if _cuts_a_word(text, quote.start) or _cuts_a_word(text, quote.end):
        return "the quote cuts a word in two"
    inside = block_of(quote, blocks)
    if inside is None:
        return "the quote runs over the border of a paragraph"
    if inside.kind == "boilerplate":
        return "the quote is not part of the article's own text"
    return None


def block_of(quote: Quote, blocks: Sequence[Block]) -> Block | None:
    """The block that holds the whole quote."""
    return next((b for b in blocks if b.start <= quote.start and quote.end <= b.end), None)


def _cuts_a_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()
