"""Demands told by a noun: a call for, its demand that, an ultimatum to, the need for, demands include …"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from briefs.engines.rules.demands import clauses
from briefs.engines.rules.demands.cues import Cues, NounCue
from briefs.engines.rules.demands.wish import Scene, Wish
from briefs.models import DemandStatus

if TYPE_CHECKING:
    from spacy.tokens import Token

_LIGHT = frozenset({
    "issue", "make", "repeat", "reiterate", "renew", "voice", "present", "set", "deliver", "give", "launch", "have",
    "put", "send", "sign", "submit", "file", "join", "back", "support", "echo", "drop", "stress", "underline",
    "underscore", "emphasise", "emphasize", "highlight", "press", "lay", "impose", "increase", "raise", "step",
    "lodge", "extend", "table", "announce", "reaffirm", "express", "include", "withdraw", "abandon", "unveil",
    "outline", "add", "state", "address", "speak", "circulate", "endorse", "defend", "insist", "improve", "sweeten",
    "lower", "cut", "revise", "tender", "lead", "intensify", "amplify", "relay", "pass", "place", "say", "see", "lift",
    "soften", "harden", "toughen", "ease", "relax", "scale", "water", "reduce",
})  # fmt: skip
_NEEDING = frozenset({
    "stress", "underline", "underscore", "emphasise", "emphasize", "highlight", "reiterate", "see", "reaffirm",
    "recognise", "recognize", "repeat", "express", "acknowledge", "note", "discuss",
})  # fmt: skip
_FACING = frozenset(
    {"face", "ignore", "defy", "resist", "reject", "receive", "get", "heed", "dismiss", "refuse", "rebuff"}
)
_MAKING = frozenset({
    "make", "raise", "improve", "increase", "sweeten", "submit", "table", "present", "unveil", "put", "lower", "cut",
    "revise", "tender", "extend", "renew", "launch", "announce",
})  # fmt: skip
_LISTING = frozenset({"include", "be"})
_STATUS: dict[str, DemandStatus] = {
    "reiterate": "reiterated", "repeat": "reiterated", "renew": "reiterated", "reaffirm": "reiterated",
    "lift": "withdrawn", "drop": "withdrawn", "withdraw": "withdrawn", "abandon": "withdrawn", "soften": "softened",
    "ease": "softened", "relax": "softened", "lower": "softened", "water": "softened", "scale": "softened",
    "reduce": "softened", "harden": "hardened", "toughen": "hardened", "raise": "hardened", "step": "hardened",
}  # fmt: skip
_ADDRESSING = frozenset({"to", "on", "upon"})
_BARE_INFINITIVE = frozenset({"ultimatum", "deadline", "demand", "request", "appeal", "plea", "call"})
_NOT_ACTORS = frozenset({"compound", "poss", "amod", "nmod"})


def find(scene: Scene, cues: Cues) -> Iterator[Wish]:
    for token in scene.sentence:
        if token.pos_ != "NOUN" or token.dep_ == "compound":
            continue
        cue = cues.nouns.get(token.lemma_.lower())
        if cue is None:
            continue
        verb = _governor(token)
        if verb is not None and (clauses.supposed(verb) or clauses.denied(verb) or clauses.negated(verb)):
            continue
        wish = _Reader(scene, token, cue, verb, cues).read()
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


class _Reader:
    """Reads the words around one noun that tells a demand."""

    def __init__(self, scene: Scene, noun: Token, cue: NounCue, verb: Token | None, cues: Cues) -> None:
        self._scene = scene
        self._tokens = scene.tokens
        self._noun = noun
        self._lemma = noun.lemma_.lower()
        self._cue = cue
        self._verb = verb
        self._cues = cues
        self._end = scene.end

    def read(self) -> Wish | None:
        if self._lemma == "need" and not (
            self._verb is not None and self._verb.lemma_ in _NEEDING and self._noun.dep_ == "dobj"
        ):
            return None
        return self._addressed() or self._announced() or self._linked() or self._listed() or self._made()

    def _announced(self) -> Wish | None:
        """An ultimatum: leave by Friday; its demands: an apology and an end to the raids."""
        after = self._noun.i + 1
        if self._cue.kind not in {"demand", "ultimatum", "precondition"} or after + 1 >= self._end:
            return None
        if self._tokens[after].text != ":":
            return None
        return self._wish(after + 1, self._end, None)

    def _addressed(self) -> Wish | None:
        """An appeal to the two sides for calm; pressure on Spain to leave; a call on Spain to leave."""
        for t in self._tokens[self._noun.i + 1 : min(self._noun.i + 6, self._end)]:
            if t.lower_ not in _ADDRESSING or t.tag_ == "TO" or t.head != self._noun:
                continue
            target = next((c for c in t.children if c.dep_ == "pobj"), None)
            if target is None or "to" not in self._cue.links:
                return None
            action = clauses.infinitive(target.i + 1, min(target.i + 9, self._end), self._tokens)
            if action is not None:
                return self._wish(clauses.first_of(action), self._grown(action), target)
            link = self._word(target.i + 1, target.i + 7, frozenset({"for"}) & self._cue.links)
            if link is not None:
                return self._wish(link.i + 1, max(self._noun.right_edge.i, link.right_edge.i) + 1, target)
            return None
        return None

    def _linked(self) -> Wish | None:
        """A demand for X, the demand that Y do X, a refusal to do X, a call for Y to do X."""
        reach = 10 if self._cue.kind == "ultimatum" else 6
        link = self._word(self._noun.i + 1, self._noun.i + reach, self._cue.links)
        if link is None or any(t.text == '"' for t in self._tokens[self._noun.i + 1 : link.i]):
            return None
        if self._broken(self._noun.i + 1, link.i):
            return None
        start = link.i + 1
        if link.lower_ == "to":
            return self._to_do(link)
        if link.lower_ == "that" and (link.dep_ != "mark" or link.i - self._noun.i > 2):
            return None
        limit = min(max(self._noun.right_edge.i + 1, link.right_edge.i + 1, start + 1), self._end)
        if link.lower_ == "for":
            action = clauses.infinitive(start, min(start + 14, self._end), self._tokens)
            if action is not None and action.i < limit + 3:
                return self._wish(start, self._grown(action), self._actor(start, action.i))
        if start >= self._end or any(
            t.lemma_.lower() in self._cues.idle for t in self._tokens[start : min(start + 3, limit)]
        ):
            return None
        if self._tokens[start].ent_type_ == "GPE" and start + 1 >= limit - 2:
            return None  # "the appeal for Norland" raises money; it does not say what is wanted
        return self._wish(start, limit, None)

    def _to_do(self, link: Token) -> Wish | None:
        if link.tag_ != "TO" or link.i - self._noun.i > 3 or self._lemma in {"need", "order"}:
            return None
        action = clauses.infinitive(link.i, min(link.i + 4, self._end), self._tokens)
        if action is None:
            return None
        pressed = self._lemma == "pressure" and self._tokens[self._noun.i - 1].lower_ == "under"
        known = pressed or self._cue.kind in {"offer", "refusal"} or self._lemma in _BARE_INFINITIVE
        if self._lemma == "pressure" and not pressed:
            return None
        if not known and self._verb is not None and self._verb.lemma_ not in _LIGHT:
            return None
        faced = None
        if (
            self._verb is not None
            and self._verb.lemma_ in _FACING
            and self._cue.kind not in {"offer", "refusal"}
        ):
            faced = clauses.subject(self._verb)
        return self._wish(link.i, self._grown(action), faced)

    def _listed(self) -> Wish | None:
        """Their demands include X."""
        among = self._noun.dep_ == "pobj" and self._noun.head.lower_ in {"among", "amongst"}
        if (
            self._verb is None
            or self._verb.lemma_ not in _LISTING
            or not (self._noun.dep_ == "nsubj" or among)
        ):
            return None
        if self._cue.kind in {"offer", "refusal"} or self._lemma in {
            "call",
            "need",
            "pressure",
            "warning",
            "order",
        }:
            return None
        thing = next(
            (
                c
                for c in self._verb.children
                if c.dep_ in {"dobj", "attr", "xcomp", "ccomp", *(["nsubj"] if among else [])}
                and c.i > self._verb.i
            ),
            None,
        )
        if thing is None or thing.pos_ == "ADJ":
            return None
        return self._wish(self._verb.i + 1, min(thing.right_edge.i + 1, self._end), None)

    def _made(self) -> Wish | None:
        """Raised its offer to 40 a share; tabled a proposal."""
        if self._lemma not in {"offer", "bid", "proposal"} or self._noun.dep_ != "dobj":
            return None
        if self._verb is None or self._verb.lemma_ not in _MAKING or self._verb.i > self._noun.i:
            return None
        after = self._tokens[self._noun.i + 1 : self._noun.i + 2]
        priced = any(
            t.like_num for t in self._tokens[self._verb.i : min(self._verb.right_edge.i + 1, self._end)]
        )
        to = next(
            (c for c in (*self._noun.children, *self._verb.children)
             if c.lower_ == "to" and c.dep_ in {"prep", "dative"} and self._noun.i < c.i < self._noun.i + 4),
            None,
        )  # fmt: skip
        target = next((c for c in to.children if c.dep_ == "pobj"), None) if to is not None else None
        if not priced and target is None and not (after and after[0].lower_ in {"of", "for"}):
            return None
        return self._wish(
            clauses.noun_start(self._noun),
            self._verb.right_edge.i + 1,
            target if target is not None and not target.like_num else None,
            weak=True,
        )

    # -- the pieces ------------------------------------------------------------------------------------------------

    def _wish(self, start: int, limit: int, target: Token | None, *, weak: bool = False) -> Wish | None:
        stop = clauses.clause_stop(start, min(limit, self._end), self._tokens)
        if stop <= start:
            return None
        wants, first = self._wanting()
        if self._cue.kind == "precondition" and (wants is None or wants.i > self._noun.i):
            return None  # "the conditions for talks" are circumstances
        if (
            wants is None
            and self._noun.tag_ == "NN"
            and self._lemma == "demand"
            and not (self._verb is not None and self._verb.lemma_ in _LIGHT)
        ):
            return None  # "demand for steel" is bought, not made
        first = min(first, start)
        keep = self._noun.i if self._cue.kind == "refusal" else start
        status = _STATUS.get(self._verb.lemma_, "stated") if self._verb is not None else "stated"
        return Wish(
            self._scene.part, self._cue.kind, f"noun {self._lemma}", self._noun, (first, stop), (keep, stop),
            wants=wants, of=target, of_within=self._cue.kind in {"offer", "refusal"}, weak=weak,
            status=status,
        )  # fmt: skip

    def _wanting(self) -> tuple[Token | None, int]:
        """Who wants it, and where the quote begins: "its" refers to the subject of "reiterated its demand"."""
        noun, verb = self._noun, self._verb
        wants: Token | None = next((c for c in noun.children if c.dep_ == "poss"), None)
        if wants is None:
            by = next(
                (c for c in noun.children if c.dep_ in {"prep", "agent"} and c.lower_ in {"from", "by"}), None
            )
            wants = next((c for c in by.children if c.dep_ == "pobj"), None) if by is not None else None
        first = clauses.noun_start(noun)
        if verb is not None and verb.lemma_ in _LIGHT and (wants is None or wants.tag_ == "PRP$"):
            subject = clauses.agent(verb) if clauses.passive(verb) else clauses.subject(verb)
            if subject is not None and subject != noun:
                wants = subject
                if subject.i < noun.i and noun.i - subject.i < 14:
                    first = min(first, max(clauses.noun_start(subject), noun.i - 22))
        if wants is None:
            wants = next(
                (
                    c
                    for c in noun.children
                    if c.dep_ in {"compound", "amod", "nmod"} and (c.ent_type_ or c.pos_ == "PROPN")
                ),
                None,
            )
        return wants, first

    def _word(self, start: int, stop: int, words: frozenset[str]) -> Token | None:
        return next((t for t in self._tokens[start : min(stop, self._end)] if t.lower_ in words), None)

    def _broken(self, start: int, stop: int) -> bool:
        return any(t.tag_ in clauses.FINITE or t.text in {",", ";", ":"} for t in self._tokens[start:stop])

    def _actor(self, start: int, stop: int) -> Token | None:
        return next(
            (
                t
                for t in self._tokens[start:stop]
                if t.pos_ in {"NOUN", "PROPN", "PRON"} and t.dep_ not in _NOT_ACTORS
            ),
            None,
        )

    def _grown(self, action: Token) -> int:
        return min(action.right_edge.i + 1, self._end)
