"""Which events a parsed text reports: triggers whose conditions hold, changed by the words that govern them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from briefs.engines.rules.events import grammar
from briefs.engines.rules.events.conditions import Facts
from briefs.engines.rules.events.found import Found
from briefs.engines.rules.events.operators import governed
from briefs.engines.rules.events.rules import (
    EventRules,
    Rule,
)

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

_Forms = tuple[str, str]
"""Lemma and lower-case form of a token."""

_GAP = 4  # words that a trigger of several words may leave open
_TOPIC_WORDS = 3  # so many words of a topic in an article make it the article's topic
_NOMINAL = frozenset({"nsubj", "nsubjpass", "dobj", "pobj", "ROOT", "attr", "conj", "appos"})


def topics(docs: Iterable[Doc], rules: EventRules) -> frozenset[str]:
    """Topics of an article that decide between readings ("strike" as walkout or as blow)."""
    lemmas = Counter(grammar.lemma(t) for doc in docs for t in doc if t.is_alpha)
    return frozenset(
        name for name, words in rules.topics.items() if sum(lemmas[w] for w in words) >= _TOPIC_WORDS
    )


def find(sentence: Span, rules: EventRules, about: frozenset[str] = frozenset()) -> list[Found]:
    """All events of a sentence in order of their triggers, each trigger read once.

    `about` holds the topics of the article. Requests and worthless readings are in the result too.
    """
    tokens = list(sentence)
    forms = [(grammar.lemma(t), t.lower_) for t in tokens]
    present = frozenset(form for pair in forms for form in pair)
    taken: set[int] = set()
    out: list[Found] = []
    for at, token in enumerate(tokens):
        if token.i in taken or (not token.is_alpha and "-" not in token.text):
            continue
        if token.lower_ == "according":  # "according to" tells a source, not an accord
            continue
        facts = Facts(token, about, present)
        read = _read(tokens, forms, at, rules, facts)
        if read is None:
            continue
        rule, covered, weight = read
        taken.update(covered)
        out.append(
            Found(
                trigger=token,
                anchor=token,
                event=rule.event,
                plover=rule.plover,
                severity=rule.severity,
                rule=rule.name,
                weight=weight,
                conditions=rule.conditions,
            )
        )
    return _settled(out, rules)


def _read(
    tokens: Sequence[Token], forms: Sequence[_Forms], at: int, rules: EventRules, facts: Facts
) -> tuple[Rule, set[int], int] | None:
    token = tokens[at]
    word, lower = forms[at]
    if token.pos_ in {"VERB", "AUX"}:
        tables = [(rules.verbs, 6)]
    elif token.pos_ in {"NOUN", "PROPN"}:
        tables = [(rules.nouns, 3)]
        if token.pos_ == "PROPN" and _is_name(token):
            tables = []
    elif token.pos_ in {"ADJ", "ADV", "INTJ", "DET", "ADP", "PART", "SCONJ"}:
        tables = [(rules.adjectives, 1)] if token.pos_ == "ADJ" else []
    else:
        tables = []
    # a part of "live-fire" or "anti-war" is no event of its own
    # neither is the verb of "life-threatening"
    before = at > 0 and _joined(tokens, at - 1)
    hyphened = before if token.tag_ in {"VBG", "VBN"} and token.dep_ == "amod" else False
    if token.pos_ != "VERB":
        hyphened = before or _joined(tokens, at + 1)
    for table, weight in tables:
        for rule in table.get(word, ()):
            if hyphened and len(rule.words) == 1:
                continue
            if not rule.parts <= facts.present:
                continue
            covered = _covers(tokens, forms, at, rule.words)
            if covered is not None and facts.satisfy(rule):
                return rule, covered, weight + 2 * (len(rule.words) > 1) + rule.conditions
    if (
        token.text.endswith("ing") and token.pos_ != "NOUN" and token.dep_ in _NOMINAL
    ):  # "the shelling of the town"
        for rule in rules.nouns.get(lower, ()):
            if len(rule.words) == 1 and facts.satisfy(rule):
                return rule, {token.i}, 3 + rule.conditions
    # a fixed phrase may begin with any part of speech
    for table in (rules.verbs, rules.nouns):
        if table is rules.verbs and token.dep_ == "pobj":
            continue  # "in order to …" orders nothing
        for rule in table.get(word, table.get(lower, ())):
            if len(rule.words) > 1 and not rule.tests and rule.parts <= facts.present:
                covered = _covers(tokens, forms, at, rule.words)
                if covered is not None:
                    return rule, covered, 5
    if token.pos_ in {"VERB", "AUX"} and grammar.modal(token) in {"must", "should"}:
        return _DEMANDED, {token.i}, 2
    return None


_DEMANDED = Rule(("must",), (), "request", 2, "REQUEST", 0)
"""Whatever must be done is a demand, also where nothing that is known as an event shall be done."""


def _is_name(token: Token) -> bool:
    """Whether a capitalised noun is part of somebody's or something's name ("the Women's March")."""
    if token.ent_type_ in {"PERSON", "GPE", "DATE"}:
        return True
    if token.ent_type_ not in {"ORG", "EVENT", "WORK_OF_ART", "PRODUCT", "FAC", "LOC"}:
        return False
    words = [t for t in token.sent if t.is_alpha]
    return sum(t.is_title for t in words) * 2 < len(words)  # in a headline every word has a capital


def _joined(tokens: Sequence[Token], at: int) -> bool:
    """Whether a hyphen without spaces stands at a position."""
    return (
        0 < at < len(tokens)
        and tokens[at].text == "-"
        and not (tokens[at].whitespace_ or tokens[at - 1].whitespace_)
    )


def _covers(
    tokens: Sequence[Token], forms: Sequence[_Forms], at: int, words: tuple[str, ...]
) -> set[int] | None:
    """Positions of the tokens that a trigger covers from `at` on, None where it does not stand there."""
    covered = {tokens[at].i}
    if len(words) == 1:
        return covered
    if len(words) == 2 and any(words[1] == lower for _, lower in forms[at + 1 : at + 2 + _GAP]):
        for child in tokens[at].children:
            if child.dep_ == "prt" and child.lower_ == words[1]:
                return covered | {child.i}
    position, gap = at + 1, 0
    for word in words[1:]:
        if word == "_":
            gap = _GAP
            continue
        limit = min(position + gap + 1, len(tokens))
        hit = next((j for j in range(position, limit) if word in forms[j]), None)
        if hit is None:
            return None
        covered.add(tokens[hit].i)
        position, gap = hit + 1, 0
    return covered


def _settled(found: list[Found], rules: EventRules) -> list[Found]:
    """Each reading after its governing words; readings that a governor swallowed are gone."""
    claimed = set().union(*(_arguments(f.trigger) for f in found if f.conditions))
    changed = [governed(f, rules) for f in found if f.conditions or f.trigger.i not in claimed]
    best: dict[int, Found] = {}
    for reading in changed:
        if reading is None:
            continue
        known = best.get(reading.anchor.i)
        if known is None or _rank(reading) > _rank(known):
            best[reading.anchor.i] = reading
    return sorted(best.values(), key=lambda f: f.trigger.i)


def _arguments(verb: Token) -> set[int]:
    """Heads of the phrases that a verb's rule has read as part of its own event."""
    if verb.pos_ not in {"VERB", "AUX"}:
        return set()
    heads = [
        *grammar.objects(verb),
        *grammar.subjects(verb),
        *(n for _, n in grammar.prepositions(verb) if n.head.head == verb),
    ]
    return {h.i for h in heads} - {verb.i}


def _rank(found: Found) -> tuple[bool, float]:
    """A rule that names the very object ("approved sanctions") knows better than an operator ("approved" anything)."""
    return found.event not in {"-", "request"}, _GOVERNED_WEIGHT if found.governed_by else found.weight


_GOVERNED_WEIGHT = 6.5  # between a verb's plain rule and one with a condition
