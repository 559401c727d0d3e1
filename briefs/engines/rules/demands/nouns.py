"""Demands told by a noun: a call for, its demand that, an ultimatum to, the need for …"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from briefs.engines.rules.demands import clauses
from briefs.engines.rules.demands.cues import Cues, NounCue
from briefs.engines.rules.demands.wish import Scene, Wish

if TYPE_CHECKING:
    from spacy.tokens import Token

_LIGHT = frozenset({
    "issue", "make", "repeat", "reiterate", "renew", "voice", "present", "set", "deliver", "give", "launch", "have",
    "put", "send", "sign", "submit", "file", "join", "back", "support", "echo", "drop", "stress", "underline",
    "underscore", "emphasise", "emphasize", "highlight", "press", "lay", "impose", "increase", "raise", "see", "step",
    "lodge", "receive", "extend", "table", "announce", "reaffirm", "express", "include", "withdraw", "abandon",
    "outline", "add", "state", "address", "speak", "circulate", "endorse", "defend", "drive", "insist",
})  # fmt: skip
_NEEDING = frozenset({
    "stress", "underline", "underscore", "emphasise", "emphasize", "highlight", "reiterate", "see", "reaffirm",
    "recognise", "recognize", "repeat", "express", "acknowledge", "note", "discuss", "have",
})  # fmt: skip
_ADDRESSING = frozenset({"to", "on", "upon"})


@dataclass(frozen=True, slots=True)
class _Named:
    """A noun that tells a demand, and the verb that it is object or subject of."""

    noun: Token
    cue: NounCue
    verb: Token | None


def find(scene: Scene, cues: Cues) -> Iterator[Wish]:
    for token in scene.sentence:
        if token.pos_ not in {"NOUN", "PROPN"}:
            continue
        cue = cues.nouns.get(token.lemma_.lower())
        if cue is None:
            continue
        verb = _governor(token)
        if verb is not None and (clauses.supposed(verb) or clauses.denied(verb) or clauses.negated(verb)):
            continue
        wish = _read(scene, _Named(token, cue, verb), cues)
        if wish is not None:
            yield wish


def _governor(noun: Token) -> Token | None:
    """The verb that the noun is object or subject of."""
    node = noun
    for _ in range(4):
        if node.dep_ in {"conj", "appos"} and node.head.pos_ in {"NOUN", "PROPN"}:
            node = node.head
            continue
        if node.dep_ in {"dobj", "nsubj", "nsubjpass", "attr"}:
            return node.head
        if node.dep_ == "pobj":
            head = node.head.head
            return head if head.pos_ in {"VERB", "AUX"} else None
        return None
    return None


def _read(scene: Scene, named: _Named, cues: Cues) -> Wish | None:
    noun, cue, verb = named.noun, named.cue, named.verb
    limit = min(max(noun.right_edge.i + 1, noun.i + 2), scene.end)
    lemma = noun.lemma_.lower()
    if lemma == "need" and (verb is None or verb.lemma_ not in _NEEDING or noun.dep_ != "dobj"):
        return None
    link = next(
        (t for t in scene.tokens[noun.i + 1 : min(noun.i + 6, scene.end)] if t.lower_ in cue.links), None
    )
    target: Token | None = None
    between = scene.tokens[noun.i + 1 : min(noun.i + 9, scene.end)]
    for k, t in enumerate(between[:6]):
        # "an appeal to the two sides for calm", "pressure on Spain to leave"
        if t.lower_ in _ADDRESSING and t.tag_ != "TO" and t.head is noun:
            target = next(iter(c for c in t.children if c.dep_ == "pobj"), None)
            after = noun.i + 1 + k + 1
            if target is not None:
                limit = max(limit, min(target.right_edge.i + 1, scene.end))
                action = clauses.infinitive(target.i + 1, min(target.i + 9, scene.end), scene.tokens)
                if action is not None and "to" in cue.links | {"on"}:
                    return _wish(scene, named, clauses.first_of(action), _grown(action, scene.end), target)
                link = next(
                    (
                        w
                        for w in scene.tokens[after : min(after + 8, scene.end)]
                        if w.lower_ == "for" and "for" in cue.links
                    ),
                    None,
                )
            break
    if link is None:
        return None
    if any(t.tag_ in clauses.FINITE or t.text in {",", ";", ":"} for t in scene.tokens[noun.i + 1 : link.i]):
        return None
    start = link.i + 1
    if link.lower_ == "to":
        if link.tag_ != "TO" or link.i - noun.i > 3:
            return None
        action = clauses.infinitive(link.i, min(link.i + 4, scene.end), scene.tokens)
        if action is None or not (cue.kind in {"offer", "refusal"} or verb is None or verb.lemma_ in _LIGHT or lemma in
                                  {"ultimatum", "demand", "request", "appeal", "plea", "call"}):  # fmt: skip
            return None
        if lemma in {"need", "pressure", "order"}:
            return None
        return _wish(scene, named, link.i, _grown(action, scene.end), target)
    if link.lower_ == "that" and (link.dep_ != "mark" or link.i - noun.i > 2):
        return None
    if link.lower_ == "for":
        action = clauses.infinitive(start, min(start + 14, scene.end), scene.tokens)
        if action is not None and action.i < limit + 3:
            doer = next((t for t in scene.tokens[start : action.i] if t.pos_ in {"NOUN", "PROPN", "PRON"}
                         and t.dep_ not in {"compound", "poss", "amod", "nmod"}), None)  # fmt: skip
            return _wish(scene, named, start, _grown(action, scene.end), target or doer)
    if start >= scene.end or scene.tokens[start].lemma_.lower() in cues.idle:
        return None
    return _wish(scene, named, start, max(limit, start + 1), target)


def _grown(action: Token, end: int) -> int:
    return min(action.right_edge.i + 1, end)


def _wish(scene: Scene, named: _Named, start: int, limit: int, target: Token | None) -> Wish | None:
    noun, cue, verb = named.noun, named.cue, named.verb
    stop = clauses.clause_stop(start, limit, scene.tokens)
    if stop <= start:
        return None
    wants: Token | None = next((c for c in noun.children if c.dep_ == "poss"), None)
    if wants is None:
        by = next(
            (c for c in noun.children if c.dep_ in {"prep", "agent"} and c.lower_ in {"from", "by"}), None
        )
        wants = next((c for c in by.children if c.dep_ == "pobj"), None) if by is not None else None
    first = clauses.noun_start(noun)
    own_subject = wants is None or wants.tag_ == "PRP$"
    if verb is not None and verb.lemma_ in _LIGHT and noun.dep_ in {"dobj", "conj", "pobj"} and own_subject:
        passive = clauses.passive(verb)
        subject = clauses.agent(verb) if passive else clauses.subject(verb)
        if subject is not None and verb.lemma_ not in {"receive", "face", "see"}:
            wants = subject
            if subject.i < noun.i and noun.i - subject.i < 14:
                first = max(clauses.noun_start(subject), noun.i - 22)
    elif wants is None:
        wants = next(
            (
                c
                for c in noun.children
                if c.dep_ in {"compound", "amod", "nmod"} and (c.ent_type_ or c.pos_ == "PROPN")
            ),
            None,
        )
    keep = noun.i if cue.kind == "refusal" else start
    return Wish(
        scene.part, cue.kind, f"noun {noun.lemma_.lower()}", noun, (first, stop), (keep, stop), wants=wants, of=target,
        of_within=cue.kind in {"offer", "refusal"},
        status="reiterated" if verb is not None and verb.lemma_ in {"reiterate", "repeat", "renew", "reaffirm"} else "stated",
    )  # fmt: skip
