"""Who does what an event tells, and to whom, as far as the sentence names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from briefs.engines.rules.cast import Cast
from briefs.engines.rules.events import grammar
from briefs.engines.rules.signals import clause
from briefs.parse import ParsedBlock

if TYPE_CHECKING:
    from spacy.tokens import Token

    from briefs.engines.rules.events.found import Found

_TOWARDS = frozenset({"on", "against", "to", "with", "at", "upon", "of", "from", "toward", "towards", "over"})
_LIGHT = frozenset({
    "carry", "launch", "conduct", "hold", "stage", "make", "issue", "have", "take", "face", "begin", "start",
    "continue", "announce", "declare", "lead", "join",
})  # fmt: skip
_FELT = frozenset({
    "commit", "concern", "worry", "alarm", "dismay", "disappoint", "outrage", "sadden", "encourage", "hearten", "anger",
    "appal", "appall", "shock", "horrify", "disturb", "trouble", "frustrate", "relieve", "please", "prepare", "oppose",
})  # fmt: skip
"""Passives that tell what their subject feels or means to do."""
_COPULAS = frozenset({"be", "remain", "stay", "become", "appear", "seem", "stand"})
_FOR_EXAMPLE = frozenset({"like", "including", "as"})


def of(found: Found, part: ParsedBlock, cast: Cast) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Keys of the actors and of the targets of an event; nobody is in both."""
    anchor, trigger = found.anchor, found.trigger
    actors: list[str] = []
    targets: list[str] = []
    verb = anchor if anchor.pos_ in {"VERB", "AUX"} else None
    if verb is not None:
        for subject in grammar.subjects(verb):
            nearest = _nearest(verb, subject, part, cast)
            actors += nearest or _keys(subject, part, cast) or _authors(subject, part, cast)
        felt = grammar.is_passive(verb) and grammar.lemma(verb) in _FELT
        for thing in grammar.objects(verb):
            if felt and thing.dep_ == "nsubjpass":
                actors += _keys(thing, part, cast)
            else:
                targets += _keys(thing, part, cast)
    for noun in dict.fromkeys((anchor, trigger)):
        for child in noun.children:
            if child.dep_ in {"poss", "compound", "amod", "nmod"} and noun.pos_ not in {"VERB", "AUX"}:
                actors += _keys(child, part, cast)
        for preposition, inner in grammar.prepositions(noun):
            if preposition == "by":
                actors += _keys(inner, part, cast)
            elif preposition in _TOWARDS:
                targets += _keys(inner, part, cast)
    if not actors and (verb is None or anchor.dep_ == "acomp"):
        above = anchor.head if anchor.dep_ == "acomp" else clause.head_verb(anchor)
        attribute = anchor.pos_ != "NOUN" and grammar.lemma(above) in _COPULAS
        if above.pos_ in {"VERB", "AUX"} and (attribute or grammar.lemma(above) in _LIGHT):
            for subject in grammar.subjects(above):
                actors += _keys(subject, part, cast)
    if not actors and found.event == "protest" and trigger.pos_ == "NOUN":
        actors += _keys(trigger, part, cast)  # "protesters" names the deed and who does it
    return tuple(dict.fromkeys(actors)), tuple(dict.fromkeys(t for t in targets if t not in actors))


def _nearest(verb: Token, subject: Token, part: ParsedBlock, cast: Cast) -> list[str]:
    """The one party right before a singular verb whose subject seems to be several: "A and B meet as A warns C"."""
    if verb.tag_ != "VBZ" or verb.i < 1 or subject.i == verb.i - 1 or not subject.conjuncts:
        return []
    name = verb.nbor(-1)
    if name.pos_ != "PROPN" or name in subject.conjuncts:
        return []
    key = cast.at(part.start(name), part.end(name))
    return [key] if key else []


def _keys(head: Token, part: ParsedBlock, cast: Cast) -> list[str]:
    """Parties that a noun phrase names: by its examples ("countries like X and Y"), else its head and conjuncts."""
    examples = [
        inner
        for child in head.children
        if child.dep_ == "prep" and child.lower_ in _FOR_EXAMPLE
        for inner in child.children
        if inner.dep_ == "pobj"
    ]
    out = [key for example in examples for key in _named(example, part, cast)]
    return out or _named(head, part, cast)


def _named(head: Token, part: ParsedBlock, cast: Cast) -> list[str]:
    out: list[str] = []
    for noun in (head, *head.conjuncts):
        left = min(
            (c.i for c in noun.children if c.dep_ in {"compound", "nmod", "amod"} and c.i < noun.i),
            default=noun.i,
        )
        span = part.doc[left : noun.i + 1]
        key = cast.at(part.start(noun), part.end(noun))
        if key is None and not _stands_alone(noun, cast):
            key = cast.at(part.start(span), part.end(span))
        if key and key not in out:
            out.append(key)
    return out


_MEASURES = frozenset({
    "ban", "law", "bill", "act", "rule", "order", "restriction", "policy", "program", "programme", "history", "limit", "politics",
    "economy", "market", "tour", "trip", "visit", "holiday", "election", "referendum", "season", "dollar", "flag", "anthem",
})  # fmt: skip


def _stands_alone(noun: Token, cast: Cast) -> bool:
    """Whether a state's name before the noun tells only where somebody is from or what a law is of."""
    return grammar.lemma(noun) in _MEASURES or grammar.lemma(noun) in cast.people


def _authors(head: Token, part: ParsedBlock, cast: Cast) -> list[str]:
    """Who speaks through the subject: "a statement [by the churches]"."""
    return [
        key
        for preposition, inner in grammar.prepositions(head)
        if preposition in {"by", "from", "of"}
        for key in _named(inner, part, cast)
    ]
