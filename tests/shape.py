"""What no brief may look like, whatever the article: faults that a reader would see at first glance."""

from __future__ import annotations

import re
from collections.abc import Iterator

from briefs.models import Brief

_MOST_NAME_CHARS = 90  # longer ones are sentences
_MOST_NAME_WORDS = 12
_MOST_TEXT_CHARS = 420  # a quote of sixty words, where the words of the quote alone are sure
_FEWEST_DEMAND_WORDS = 1
_STRANDED = 4  # "deal with", "get back to" are whole
_LOOSE_END = re.compile(r"(?:^[,;:.)\]’”]|[,;:(\[“‘]$|\b(?:and|or|the|a|an|to|of|that|which|by|with|from)$)")
_ARTICLE_WORDS = {"the", "a", "an", "this", "that", "it", "he", "she", "they", "we", "you", "who", "which"}


def faults(brief: Brief) -> Iterator[str]:
    """One sentence for each fault found."""
    yield from _parties(brief)
    yield from _lines(brief)
    ids = {e.id for e in brief.evidence}
    for item in (*brief.bottom_line, *brief.parties, *brief.demands, *brief.risk_signals):
        if not item.evidence or not set(item.evidence) <= ids:
            yield f"a line without evidence: {item!r:.80}"
    for evidence in brief.evidence:
        if not evidence.quote.strip():
            yield "an empty quote"
    if len(set(brief.not_stated)) != len(brief.not_stated):
        yield "the same thing is named twice as not stated"


def _parties(brief: Brief) -> Iterator[str]:
    names = [p.name.casefold() for p in brief.parties]
    for party in brief.parties:
        name = party.name
        if not any(c.isalnum() for c in name) or len(name) < 2:
            yield f"a party without a name: {name!r}"
        if len(name) > _MOST_NAME_CHARS or len(name.split()) > _MOST_NAME_WORDS:
            yield f"a party's name is a sentence: {name!r}"
        if _LOOSE_END.search(name) or name.count('"') % 2 or name.count("“") != name.count("”"):
            yield f"a party's name is cut: {name!r}"
        if name.casefold() in _ARTICLE_WORDS or name.isdigit():
            yield f"a party is called by a word that names nobody: {name!r}"
        if names.count(name.casefold()) > 1:
            yield f"two parties of one name: {name!r}"
        if party.member_of == party.id:
            yield f"a party is its own member: {name!r}"


def _lines(brief: Brief) -> Iterator[str]:
    for statement in brief.bottom_line:
        if not statement.text[0].isupper() and statement.text[0].isalpha():
            yield f"a bottom line begins in the middle: {statement.text[:60]!r}"
        if len(statement.text.split()) < 4:
            yield f"a bottom line is a fragment: {statement.text!r}"
    for demand in brief.demands:
        if len(demand.text.split()) < _FEWEST_DEMAND_WORDS or len(demand.text) > _MOST_TEXT_CHARS:
            yield f"a demand says nothing or too much: {demand.text!r}"
        if _LOOSE_END.search(demand.text) and len(demand.text.split()) > _STRANDED:
            yield f"a demand is cut: {demand.text!r}"
        if set(demand.from_) & set(demand.to):
            yield f"somebody demands of himself: {demand.text!r}"
    for signal in brief.risk_signals:
        if len(signal.text) > _MOST_TEXT_CHARS or not signal.text:
            yield f"a signal says nothing or too much: {signal.text!r}"
        if set(signal.actors) & set(signal.targets):
            yield f"somebody does something to himself: {signal.text!r}"
    texts = [(d.kind, d.text, d.from_, d.to) for d in brief.demands]
    for text in {t for t in texts if texts.count(t) > 1}:
        yield f"a demand is told twice: {text[1]!r}"
