"""What stands in which relation to a word in a parsed sentence: objects, subjects, complements, negation."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Token

_WRONG_LEMMAS = {"fin": "fine", "barr": "bar", "bann": "ban", "su": "sue", "fre": "free", "accus": "accuse"}
_MODALS = frozenset(
    {"will", "would", "shall", "could", "may", "might", "must", "can", "should", "'ll", "'d", "wo"}
)
_NEGATORS = frozenset(
    {"not", "n't", "never", "no", "neither", "nor", "without", "hardly", "nobody", "none", "nothing"}
)
_PARTITIVE = frozenset({
    "number", "series", "round", "kind", "type", "lot", "range", "host", "wave", "member", "group", "package", "piece",
    "batch", "set", "pair", "couple", "majority", "part", "act", "use", "form", "state", "level", "amount", "tone",
    "dozen", "hundred", "thousand", "million", "billion", "ton", "tonne", "barrage", "string", "all", "some", "most",
    "one", "shipment", "sort", "spate", "rest", "half", "third", "release", "sale", "supply", "delivery", "flow",
    "imposition", "announcement", "start", "beginning", "resumption", "prospect", "possibility", "idea", "framework",
})  # fmt: skip


def lemma(token: Token) -> str:
    """The dictionary form, lower case; "fined" gives back its e where the parser took it."""
    word = token.lemma_.lower()
    return _WRONG_LEMMAS.get(word, word) if token.pos_ == "VERB" else word


def extent(token: Token) -> range:
    """Positions of a token and all that hangs on it; the parser's trees leave no gaps."""
    return range(token.left_edge.i, token.right_edge.i + 1)


def noun_words(head: Token, depth: int = 0) -> set[str]:
    """Lemmas that say what a noun phrase is about: head, modifiers, what it is a number of, its conjuncts.

    A person's name adds "#person", a place's "#place".
    """
    words = {lemma(head), head.lower_}
    if head.ent_type_ == "PERSON":
        words.add("#person")
    elif head.ent_type_ in {"GPE", "LOC", "FAC"}:
        words.add("#place")
    if head.i > 1 and head.nbor(-1).text == "-":
        words.add(f"{head.nbor(-2).lower_}-{head.lower_}")
    for child in head.children:
        if child.dep_ in {"compound", "amod", "nmod"}:
            words.add(child.lower_ if child.tag_ in {"VBN", "VBG"} else lemma(child))
            words.update(lemma(c) for c in child.children if c.dep_ in {"compound", "amod"})
        elif child.dep_ in {"conj", "appos"} and child.pos_ in {"NOUN", "PROPN"} and depth < 3:
            words |= noun_words(child, depth + 1)
        elif (child.dep_ == "prep" and child.lower_ == "of" and depth < 3) or (
            child.dep_ == "prep" and depth < 2 and lemma(head) in _PARTITIVE
        ):
            for inner in child.children:
                if inner.dep_ == "pobj":
                    words |= noun_words(inner, depth + 1)
    return words


def is_passive(verb: Token) -> bool:
    if verb.tag_ == "VBN" and verb.dep_ == "acl":
        return True
    return any(c.dep_ in {"nsubjpass", "auxpass", "csubjpass"} for c in verb.children)


def objects(verb: Token) -> list[Token]:
    """Heads of what a verb acts on, whether it is active, passive, relative or a participle."""
    out = [c for c in verb.children if c.dep_ in {"dobj", "obj", "nsubjpass", "attr", "oprd", "dative"}]
    if not out and verb.dep_ == "acl" and verb.tag_ == "VBN":
        out.append(verb.head)
    if verb.dep_ == "relcl":
        relative = [o for o in out if o.tag_ in {"WDT", "WP"}]
        if relative or (
            not out and any(c.dep_ == "nsubj" and c.tag_ not in {"WDT", "WP"} for c in verb.children)
        ):
            out.append(verb.head)
    if not out and verb.dep_ == "conj" and verb.head.pos_ == "VERB" and verb.tag_ == verb.head.tag_:
        # "arrested and deported two men": the first verb's object counts only where it follows the second verb
        out = [
            c
            for c in verb.head.children
            if c.dep_ in {"dobj", "nsubjpass"} and (c.i > verb.i or is_passive(verb.head))
        ]
    return out


def subjects(verb: Token) -> list[Token]:
    """Heads of who does what a verb says; the agent of a passive; the controller of an infinitive."""
    seen: set[int] = set()
    current = verb
    while current.i not in seen:
        seen.add(current.i)
        if is_passive(current):
            agents = [
                p for c in current.children if c.dep_ == "agent" for p in c.children if p.dep_ == "pobj"
            ]
            if agents or current == verb:
                return agents
            return [c for c in current.children if c.dep_ == "nsubjpass"]
        found = [c for c in current.children if c.dep_ in {"nsubj", "csubj"}]
        if found:
            if found[0].tag_ in {"WDT", "WP"} and current.dep_ == "relcl":
                return [current.head]
            return found
        if current.dep_ == "acl" and current.head.pos_ in {"NOUN", "PROPN", "PRON"} and current.tag_ == "VBG":
            return [current.head]
        if current.dep_ in {"conj", "xcomp", "advcl", "pcomp", "prep", "acl"} and current.head != current:
            if current.dep_ == "xcomp":
                controlled = [
                    c for c in current.head.children if c.dep_ in {"dobj", "nsubjpass"} and c.i < current.i
                ]
                if controlled:
                    return controlled
            current = current.head
            continue
        return []
    return []


def prepositions(word: Token) -> Iterator[tuple[str, Token]]:
    """(preposition, head of what follows it) under a word, and under its direct object."""
    hosts = [word, *(c for c in word.children if c.dep_ in {"dobj", "prt", "advmod", "nsubjpass"})]
    for host in hosts:
        for prep in host.children:
            if prep.dep_ in {"prep", "agent", "dative"} and prep.pos_ in {"ADP", "SCONJ", "PART"}:
                for inner in prep.children:
                    if inner.dep_ in {"pobj", "pcomp"}:
                        yield prep.lower_, inner
                    elif inner.dep_ == "prep":
                        for deep in inner.children:
                            if deep.dep_ == "pobj":
                                yield inner.lower_, deep


def complements(verb: Token) -> list[Token]:
    """Heads of the clauses that complete a verb: "threatened to [attack]", "accused them of [bombing]"."""
    out = [c for c in verb.children if c.dep_ in {"xcomp", "ccomp"}]
    for child in verb.children:
        if child.dep_ in {"prep", "dobj"}:
            out.extend(c for c in child.children if c.dep_ in {"pcomp", "acl"})
    out.extend(c for o in tuple(out) for c in o.children if c.dep_ == "conj")
    return out


def is_negated(token: Token) -> bool:
    """Whether a verb, noun or adjective is denied where it stands ("did not meet", "no talks", "without a deal")."""
    for child in token.children:
        if child.dep_ == "neg" or (child.dep_ == "det" and child.lower_ in {"no", "neither"}):
            return True
        if child.dep_ in {"advmod", "preconj"} and child.lower_ in _NEGATORS:
            return True
        if child.dep_ in {"nsubj", "nsubjpass"} and (
            child.lower_ in {"none", "nobody", "neither", "nothing"}
            or any(g.lower_ in {"no", "neither"} for g in child.children)
        ):
            return True
        if child.dep_ == "dobj" and any(g.dep_ == "det" and g.lower_ == "no" for g in child.children):
            return True
    if token.dep_ in {"pobj", "pcomp"} and token.head.lower_ == "without":
        return True
    if (
        token.pos_ == "VERB"
        and token.head.pos_ in {"ADJ", "ADV"}
        and any(c.lower_ == "too" for c in token.head.children)
    ):
        return True  # "too early to normalise"
    if (
        token.dep_ == "xcomp"
        and token.head.pos_ in {"AUX", "VERB"}
        and token.head.lemma_ in {"be", "have", "do"}
    ):
        return is_negated(token.head)
    if token.dep_ in {"acomp", "attr"} and token.head.pos_ == "AUX":
        return is_negated(token.head)
    return False


def modal(verb: Token) -> str | None:
    """The modal that governs a verb, lower case; "will" for "be going to"; None without one."""
    for child in verb.children:
        if child.dep_ == "aux" and child.lower_ in _MODALS:
            return (
                "will" if child.lower_ in {"'ll", "wo"} else "would" if child.lower_ == "'d" else child.lower_
            )
    if (
        verb.dep_ == "conj"
        and verb.head.pos_ == "VERB"
        and not any(c.dep_ in {"nsubj", "nsubjpass"} for c in verb.children)
    ):
        return modal(verb.head)
    if verb.dep_ == "xcomp" and verb.head.lower_ == "going":
        return "will"
    return None
