"""Whether the conditions of an event rule hold at a token: what stands in which relation to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from briefs.engines.rules.events import grammar
from briefs.engines.rules.events.rules import Rule

if TYPE_CHECKING:
    from spacy.tokens import Token


class Facts:
    """What stands in which relation to one token; each relation is looked up once."""

    def __init__(self, token: Token, about: frozenset[str], present: frozenset[str]) -> None:
        self.present = present
        """Every lemma and form of the token's sentence."""
        self._token = token
        self._about = about
        self._flags: dict[str, bool] = {}
        self._words: dict[str, set[str]] = {}

    def satisfy(self, rule: Rule) -> bool:
        return all(
            test.negated != any(self._holds(relation, words) for relation, words in test.alternatives)
            for test in rule.tests
        )

    def _holds(self, relation: str, words: frozenset[str]) -> bool:
        if relation == "topic":
            return not words.isdisjoint(self._about)
        if not words:
            if relation not in self._flags:
                self._flags[relation] = _flag(self._token, relation)
            return self._flags[relation]
        if relation not in self._words:
            self._words[relation] = _related(self._token, relation)
        found = self._words[relation]
        return bool(found) if "*" in words else not words.isdisjoint(found)


def _flag(token: Token, relation: str) -> bool:
    match relation:
        case "neg":
            return grammar.is_negated(token)
        case "pass":
            return grammar.is_passive(token)
        case "modal":
            return grammar.modal(token) in {"will", "would", "shall", "could", "may", "might", "must"}
        case "predicate":
            return token.dep_ in {"acomp", "attr", "oprd", "ROOT", "ccomp"}
        case "opinion":
            clauses = [c for c in token.children if c.dep_ == "ccomp"]
            return any(grammar.modal(c) not in {"will", "would", "shall"} for c in clauses)
        case _:  # hasobj
            return bool(grammar.objects(token)) or any(c.dep_ == "ccomp" for c in token.children)


def _related(token: Token, relation: str) -> set[str]:
    """The lemmas that stand in a relation to a token; any relation without a name here is a preposition."""
    heads: list[Token]
    match relation:
        case "obj":
            heads = grammar.objects(token)
        case "subj":
            heads = grammar.subjects(token)
        case "prep":
            heads = [n for _, n in grammar.prepositions(token)]
        case "comp":
            return {grammar.lemma(c) for c in grammar.complements(token)}
        case "any":
            return {grammar.lemma(t) for t in token.subtree}
        case "adv":
            return {c.lower_ for c in token.children if c.dep_ == "advmod"}
        case "mod":
            near = [c for c in token.children if c.dep_ in {"compound", "amod", "nmod", "poss", "nummod"}]
            near += [g for c in near if c.dep_ in {"compound", "amod", "nmod"} for g in c.children]
            return {
                grammar.lemma(c) for c in (*near, *(g for o in grammar.objects(token) for g in o.children))
            }
        case "oprd":
            ends = [c for c in token.children if c.dep_ in {"oprd", "ccomp", "xcomp"}]
            return {
                grammar.lemma(c) for c in (*ends, *(g for c in ends if c.dep_ != "oprd" for g in c.children))
            }
        case _:
            heads = [n for p, n in grammar.prepositions(token) if p == relation]
    return set().union(*(grammar.noun_words(h) for h in heads))
