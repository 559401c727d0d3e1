"""The PLOVER class of what a text reports between two given parties."""

from __future__ import annotations

from typing import TYPE_CHECKING

from briefs.engines.rules.events import grammar, reading
from briefs.engines.rules.events.rules import EventRules, Plover

if TYPE_CHECKING:
    from spacy.tokens import Token

    from briefs.engines.rules.events.found import Found
    from briefs.parse import Parsed, ParsedBlock

_Span = tuple[int, int]
_PROMISED = frozenset({"YIELD", "AID", "CONSULT", "COOPERATE", "AGREE"})
_THREATENED = frozenset({"SANCTION", "COERCE", "ASSAULT", "MOBILIZE", "PROTEST"})
_DRILLS = frozenset({"exercise", "drill", "game", "manoeuvre", "maneuver", "patrol"})
_UNSTATED: Plover = (
    "CONSULT"  # two parties in one sentence and no event that the rules know: at least they deal
)


def classify(parsed: Parsed, source: _Span, target: _Span, rules: EventRules) -> Plover:
    """The class of the event that a text reports from `source` to `target` (article positions).

    Among the events of the text the one that ties the two most closely counts: the source does it, the target stands
    in what it is done to. What is announced is a promise (AGREE) or a threat (THREATEN), not yet the deed.
    """
    about = reading.topics((part.doc for part in parsed.blocks), rules)
    best: tuple[float, Found, ParsedBlock] | None = None
    for part in parsed.blocks:
        for sentence in part.sentences:
            for found in reading.find(sentence, rules, about):
                score = _tie(found, part, source, target)
                if best is None or score > best[0]:
                    best = (score, found, part)
    if best is None:
        return _UNSTATED
    found, part = best[1], best[2]
    if found.plover == "MOBILIZE" and _together(found, part, source, target):
        return "COOPERATE"
    return _announced(found)


def _announced(found: Found) -> Plover:
    if found.outlook == "asserted":
        return found.plover
    if found.plover in _PROMISED:
        return "AGREE"
    return "THREATEN" if found.plover in _THREATENED else found.plover


def _together(found: Found, part: ParsedBlock, source: _Span, target: _Span) -> bool:
    """Whether both parties hold the same exercise: armies that drill together work together."""
    words = {grammar.lemma(found.trigger), *(grammar.lemma(o) for o in grammar.objects(found.trigger))}
    words |= {grammar.lemma(o) for o in grammar.objects(found.anchor)}
    doers = grammar.subjects(found.anchor)
    return not words.isdisjoint(_DRILLS) and all(
        any(_holds(doer, part, span) for doer in doers) for span in (source, target)
    )


def _tie(found: Found, part: ParsedBlock, source: _Span, target: _Span) -> float:
    """How closely an event ties source and target; larger is closer."""
    anchor, trigger = found.anchor, found.trigger
    score = found.weight / 4
    if any(_holds(s, part, source) for s in grammar.subjects(anchor)):
        score += 4
    elif any(_holds(s, part, source) for s in _doers_above(anchor)):
        score += 2
    elif _holds(anchor, part, source):
        score += 1
    things = [*grammar.objects(trigger), *grammar.objects(anchor)]
    things += [n for _, n in grammar.prepositions(trigger)] + [n for _, n in grammar.prepositions(anchor)]
    if any(_holds(t, part, target) for t in things):
        score += 3
    elif _holds(trigger, part, target):
        score += 2
    elif _holds(anchor, part, target):
        score += 1
    at = part.start(trigger)
    low, high = min(source[0], target[0]), max(source[1], target[1])
    if low <= at <= high:
        score += 1
    if source[0] <= at < source[1] or target[0] <= at < target[1]:
        score -= 3  # a word of the party's own name or description
    if found.event in {"warning", "hardship"}:
        score -= 1.5
    if found.hypothetical:
        score -= 2
    return score - abs(at - target[0]) / 400


def _doers_above(anchor: Token) -> list[Token]:
    """Who does what the verb above says: "[they] issued a statement [condemning] it"."""
    above = next((a for a in anchor.ancestors if a.pos_ in {"VERB", "AUX"}), None)
    return grammar.subjects(above) if above is not None else []


def _holds(head: Token, part: ParsedBlock, span: _Span) -> bool:
    """Whether a word of the party stands in the phrase of a head."""
    return any(span[0] <= part.start(head.doc[i]) < span[1] for i in grammar.extent(head))
