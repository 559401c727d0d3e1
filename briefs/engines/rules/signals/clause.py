"""The words that carry an event: the clause to quote, and a short line made of its words alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from briefs.engines.rules.events import grammar
from briefs.text import after_dateline

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spacy.tokens import Doc, Token

MAX_QUOTE_WORDS = 58  # a quote of up to 60 words still reads as one
MAX_LINE_WORDS = 16
_SIDE = frozenset({"relcl", "advcl", "parataxis", "appos", "acl", "npadvmod", "meta", "dep", "prep"})
_EDGES = frozenset({",", ";", ":", "-", "--", "(", ")", "[", "]", ".", "!", "?", "...", "…", "—", "–"})


def head_verb(anchor: Token) -> Token:
    """The verb whose clause tells the event: the anchor's own, else the nearest above; the anchor if there is none."""
    current = anchor
    while current.head != current:
        if current.pos_ in {"VERB", "AUX"} and not (
            current.dep_ in {"xcomp", "acomp", "aux", "auxpass", "pcomp", "acl", "amod", "csubj"}
            and current.dep_ != "ccomp"
        ):
            if current.dep_ == "conj" and not _has_subject(current) and current.head.pos_ in {"VERB", "AUX"}:
                current = current.head
                continue
            return current
        current = current.head
    return current


def _has_subject(verb: Token) -> bool:
    return any(c.dep_ in {"nsubj", "nsubjpass", "csubj", "expl"} for c in verb.children)


def quote(anchor: Token, trigger: Token) -> tuple[int, int]:
    """Token positions [first, end) of the clause that carries an event, at most MAX_QUOTE_WORDS words.

    A relative clause comes with the noun that it is about. A clause that is too long loses its far ends first.
    """
    verb = head_verb(anchor)
    inside = grammar.extent(verb)
    first, end = inside.start, inside.stop
    if verb.dep_ in {"relcl", "acl"}:
        first = min(first, _noun_start(verb.head))
    doc = verb.doc
    for conjunct in verb.conjuncts:
        # what another subject does is another clause
        if conjunct.i > verb.i and _has_subject(conjunct) and trigger.i not in grammar.extent(conjunct):
            end = min(end, conjunct.left_edge.i)
    first = max(first, _after_dateline(doc, trigger.i))
    first, end = _fit(doc, first, end, trigger.i, verb.i)
    return trim(doc, first, end)


def _after_dateline(doc: Doc, before: int) -> int:
    """Where the story begins after "GENEVA (AP) -"; 0 where a block has no dateline."""
    story = after_dateline(doc.text)
    at = next((t.i for t in doc if t.idx >= story), 0) if story else 0
    return at if at <= before else 0


def _noun_start(noun: Token) -> int:
    return min((c.left_edge.i for c in noun.children if c.i < noun.i and c.dep_ != "punct"), default=noun.i)


def _fit(doc: Doc, first: int, end: int, *keep: int) -> tuple[int, int]:
    """Narrow a span to MAX_QUOTE_WORDS words round the tokens to keep, at commas where possible."""
    if _words(doc, first, end) <= MAX_QUOTE_WORDS:
        return first, end
    low, high = max(first, min(keep)), min(end, max(keep) + 1)
    cuts = [i for i in range(first, end) if doc[i].text in {",", ";", ":", "-", "--"}]
    best = (max(first, low - 12), min(end, high + 30))
    for left in [first, *(c + 1 for c in cuts if c < low)]:
        for right in [*(c for c in cuts if c > high), end]:
            count = _words(doc, left, right)
            if count <= MAX_QUOTE_WORDS and count > _words(doc, *best):
                best = (left, right)
    while _words(doc, *best) > MAX_QUOTE_WORDS:
        best = (best[0], best[1] - 1)
    return best


def _words(doc: Doc, first: int, end: int) -> int:
    return sum(t.is_alpha or t.like_num for t in doc[first:end])


def trim(doc: Doc, first: int, end: int) -> tuple[int, int]:
    """Cut loose punctuation and joining words off both ends; a lone quotation mark goes too."""
    while end - first > 1:
        head, tail = doc[first], doc[end - 1]
        if (
            head.text in _EDGES
            or head.is_space
            or (head.dep_ in {"cc", "mark"} and head.lower_ in {"and", "but", "or", "that"})
        ):
            first += 1
        elif tail.text in _EDGES or tail.is_space or tail.dep_ == "cc":
            end -= 1
        elif head.text in {'"', "'", "''", "``"} and sum(t.text == head.text for t in doc[first:end]) == 1:
            first += 1
        elif tail.text in {'"', "'", "''", "``"} and sum(t.text == tail.text for t in doc[first:end]) == 1:
            end -= 1
        else:
            break
    return first, end


def line(anchor: Token, trigger: Token, first: int, end: int) -> str:
    """A short clause out of the words of doc[first:end]: at most MAX_LINE_WORDS words, in their order.

    Who and what and the event's own words stay; asides go first, then the circumstances at the far end.
    """
    doc = anchor.doc
    verb = head_verb(anchor)
    below = set(grammar.extent(verb))
    spine = {trigger.i, anchor.i, verb.i} | {a.i for a in trigger.ancestors if a.i in below}
    kept = {i for i in below if first <= i < end}
    if verb.dep_ in {"relcl", "acl"}:
        kept |= {t.i for t in doc[first:end] if t.i < verb.i and t.head.i == verb.head.i} | {verb.head.i}
    if not kept:
        kept = set(range(first, end))
    kept, spine = _own_part(anchor, verb, trigger, kept, spine)
    asides = sorted(
        (t for t in doc[first:end] if t.i in kept and t.dep_ in _SIDE and t.i not in spine),
        key=lambda t: (t.dep_ == "prep", t.dep_ == "acl", abs(t.i - trigger.i) * -1),
    )
    for aside in asides:
        if _count(doc, kept) <= MAX_LINE_WORDS:
            break
        gone = _with_marks(doc, set(grammar.extent(aside)))
        if not gone & spine and not _hyphened(doc, gone):
            kept -= gone
    long = _count(doc, kept) > MAX_LINE_WORDS
    for conjunct in [t for t in doc[first:end] if long and t.dep_ == "conj" and t.i in kept - spine]:
        gone = set(grammar.extent(conjunct)) | {t.i for t in conjunct.head.children if t.dep_ == "cc"}
        if not gone & spine and _count(doc, kept) > MAX_LINE_WORDS:
            kept -= gone
    order = sorted(kept)
    if _count(doc, kept) > MAX_LINE_WORDS:
        order = _window(doc, order, trigger.i)
    return _joined(doc, order)


_COMPLETING = frozenset({"dobj", "attr", "acomp", "prep", "xcomp", "ccomp", "oprd", "dative", "prt", "agent"})


def _own_part(
    anchor: Token, verb: Token, trigger: Token, kept: set[int], spine: set[int]
) -> tuple[set[int], set[int]]:
    """Of verbs that share a subject, the one that tells the event: "the firm [sued and] accused the board"."""
    chain = [trigger, *trigger.ancestors]
    own = next((t for t in chain if t.dep_ == "conj" and t.head == verb and t.pos_ == "VERB"), None)
    finite = {"VBD", "VBZ", "VBP"}
    if own is None:
        later = [c for c in verb.children if c.dep_ == "conj" and c.pos_ == "VERB" and not _has_subject(c)]
        gone = {i for c in later for i in grammar.extent(c)}
        if not later or gone & spine or not any(c.dep_ == "cc" and c.i in kept for c in verb.children):
            return kept, spine
        things = [c for c in verb.children if c.dep_ in _COMPLETING and c.i > verb.i]
        if verb.tag_ not in finite or not things or min(c.i for c in things) > min(gone):
            return kept, spine  # "denying or delaying care": what follows is of both
        gone |= {c.i for c in verb.children if c.dep_ == "cc" and c.i > verb.i}
        gone |= {c.i for c in verb.children if c.dep_ == "punct" and c.i > verb.i}
        return kept - gone, spine
    if (
        own.tag_ not in finite
        or verb.tag_ not in finite
        or (anchor != own and anchor.i not in grammar.extent(own))
    ):
        return kept, spine
    shared = {i for c in verb.children if c.dep_ in {"nsubj", "nsubjpass"} for i in grammar.extent(c)}
    if any(c.dep_ in {"aux", "auxpass", "neg"} for c in verb.children):
        return kept, spine  # an auxiliary is shared as well
    inside = set(grammar.extent(own))
    if own.tag_ == "VBZ" and verb.tag_ != "VBZ":
        return kept, spine  # another one does it: "two states meet as one warns", run together in a headline
    if not shared & kept or verb.doc[min(shared)].tag_ in {"WDT", "WP"}:
        return kept, spine
    return kept & (inside | shared), spine & (inside | shared)


def _window(doc: Doc, order: list[int], centre: int) -> list[int]:
    at = order.index(centre) if centre in order else 0
    start = max(0, at - 7)
    out: list[int] = []
    for i in order[start:]:
        out.append(i)
        if _count(doc, out) >= MAX_LINE_WORDS:
            break
    return out


def _count(doc: Doc, kept: Iterable[int]) -> int:
    return sum(doc[i].is_alpha or doc[i].like_num for i in kept)


def _with_marks(doc: Doc, gone: set[int]) -> set[int]:
    """An aside with the commas or brackets round it."""
    low, high = min(gone) - 1, max(gone) + 1
    if low >= 0 and high < len(doc) and doc[low].text in _OPENING and doc[high].text in _CLOSING:
        return gone | {low, high}
    if low >= 0 and doc[low].text == ",":
        return gone | {low}
    return gone


def _hyphened(doc: Doc, gone: set[int]) -> bool:
    """Whether a hyphen ties what would go to what would stay ("tax-funded")."""
    after, before = max(gone) + 1, min(gone) - 1
    return (after < len(doc) and doc[after].text == "-" and not doc[after - 1].whitespace_) or (
        before >= 0 and doc[before].text == "-" and not doc[before].whitespace_
    )


_OPENING = frozenset({",", "(", "-", "--", "["})
_CLOSING = frozenset({",", ")", "-", "--", "]"})
_QUOTED = frozenset({'"', "``", "''"})


def _joined(doc: Doc, order: list[int]) -> str:
    out = ""
    gap = False
    previous = -1
    for i in order:
        token = doc[i]
        gap = gap or (previous >= 0 and i != previous + 1)
        mark = token.text in _QUOTED or (token.text == "'" and token.dep_ != "case")
        if not mark and not token.is_space:
            tight = token.text in {",", ";", ":", ".", ")", "'s", "n't", "%", "?", "!"} and token.text != "("
            out += (" " if gap and out and not tight and not out.endswith("(") else "") + token.text
            gap = False
        gap = gap or bool(token.whitespace_)
        previous = i
    return re.sub(r"\(\s*\)\s*|,(?=\s*,)", "", out).strip(" ,;:-(")
