"""Demands told by a verb: urge somebody to, call for, demand that, refuse to, offer, …"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from briefs.engines.rules.demands import clauses
from briefs.engines.rules.demands.cues import Cues, VerbCue
from briefs.engines.rules.demands.terms import OUTCOMES
from briefs.engines.rules.demands.wish import Range, Scene, Wish
from briefs.models import DemandKind, DemandStatus

if TYPE_CHECKING:
    from spacy.tokens import Token

_PREPOSITIONS = frozenset({"for", "on", "upon", "against", "to", "with", "into", "of"})
_THAT_MODALS = frozenset(
    {"should", "must", "shall", "would", "will", "can", "could", "may", "might", "ought"}
)
_OWN_ACT = frozenset({"refusal", "offer", "concession"})
_NOBODY = frozenset({"nobody", "none", "neither", "anyone", "nothing"})
_PLEAS = frozenset({
    "demand", "request", "appeal", "call", "plea", "petition", "motion", "bid", "offer", "proposal", "condition", "application",
    "order", "ultimatum", "deadline", "term", "deal", "plan",
})  # fmt: skip
_REMEDIES = frozenset({
    "overturn", "block", "ban", "stop", "end", "force", "require", "remove", "change", "repeal", "dismiss", "recover",
    "obtain", "win", "secure", "halt", "prevent", "limit", "invalidate", "strike", "compel", "extend", "lift", "reverse",
    "renegotiate", "restore", "recoup", "oust", "delay", "bar", "annul", "reinstate", "amend", "abolish", "outlaw",
    "scrap", "restrict", "curb", "tighten", "cancel",
})  # fmt: skip
_CLAUSE_OPENERS = frozenset({"as", "while", "after", "but", ",", ";", ":", "when"})
_MANDATIVE = frozenset({"demand", "request", "urge", "propose", "recommend", "ask"})
_HOPING = frozenset({"hope", "hop", "fear", "expect", "wish", "doubt", "pray", "worry"})
_REJECTED = frozenset({
    "unacceptable", "unreasonable", "unrealistic", "ridiculous", "absurd", "insulting", "excessive", "outrageous",
    "illegal", "impossible", "blackmail", "provocative", "inadequate", "derisory", "laughable",
})  # fmt: skip
_CALLING = frozenset({"call", "describe", "brand", "label", "deem", "consider", "find"})
_SILENCE = frozenset({
    "name", "identify", "say", "share", "give", "provide", "discuss", "elaborate", "disclose", "answer", "speak", "confirm",
})  # fmt: skip
_MISREAD = {"hopes": "hope", "hoped": "hope", "hoping": "hope"}  # the model's lemma is "hop"
_AGAIN = frozenset({"again", "repeatedly", "still", "always", "consistently"})


def find(scene: Scene, cues: Cues) -> Iterator[Wish]:
    part = scene.part
    for token in scene.sentence:
        if token.lemma_ in _CALLING and token.pos_ == "VERB" and (named := _called(scene, token)) is not None:
            yield named
        if not token.tag_.startswith("VB") and not (
            part.block.kind == "headline" and token.tag_ in {"NNS", "NNP", "NN"}
        ):
            continue
        cue = cues.verbs.get(_MISREAD.get(token.lower_, token.lemma_)) or (
            cues.verbs.get(_verb_form(token.lower_)) if token.tag_[0] == "N" else None
        )
        if cue is None:
            continue
        who = clauses.subject(token)
        if who is not None and (
            (who.lower_ in _NOBODY and not clauses.passive(token))
            or (who.lower_ == "you" and cue.kind in _OWN_ACT)
        ):
            continue
        if who is not None and who.lemma_.lower() in OUTCOMES - clauses.DOCUMENTS:
            continue
        if (
            token.i > 1
            and token.nbor(-1).lower_ in {"than", "of"}
            and token.nbor(-2).lower_ in {"rather", "instead"}
        ):
            continue
        if cue.kind == "offer" and (
            (
                token.tag_ == "VBZ" and part.block.kind != "headline"
            )  # "the scheme offers …" is a habit, not an offer
            or (who is not None and who.lemma_.lower() in clauses.DOCUMENTS)
        ):
            continue
        if token.tag_[0] == "N" and not _headline_verb(token):
            continue
        if token.i > 0 and token.nbor(-1).text == "-" and not token.nbor(-1).whitespace_:
            continue  # "over-ordering"
        if clauses.negated(token) or clauses.supposed(token) or clauses.denied(token):
            continue
        if cue.kind in _OWN_ACT and token.dep_ == "ccomp" and token.head.lemma_ in _HOPING:
            continue  # what one hopes that another will do is not done
        if token.tag_ in {"VB", "VBP"} and _unreal(token):
            continue
        if cue.kind not in _OWN_ACT and any(c.lower_ == "can" for c in token.children):
            continue  # what somebody is free to ask
        yield from _Reader(scene, token, cue, cues).read()


def _headline_verb(token: Token) -> bool:
    """Whether a word that was read as a noun can be a headline's verb: "Norland urges", not "the court's order"."""
    before = token.nbor(-1) if token.i > 0 else None
    if before is None:
        return False
    plural = before.tag_ in {"NNS", "NNPS"}
    return (token.lower_.endswith("s") or plural) and before.tag_ not in {"POS", "DT", "JJ", "PRP$", "IN"}


def _called(scene: Scene, verb: Token) -> Wish | None:
    """X called the demand unacceptable."""
    if clauses.negated(verb) or clauses.supposed(verb) or clauses.denied(verb) or clauses.passive(verb):
        return None
    who = clauses.subject(verb)
    near = scene.tokens[verb.i + 1 : min(verb.i + 12, scene.end)]
    plea = next((t for t in near if t.pos_ == "NOUN" and t.lemma_.lower() in _PLEAS), None)
    word = next((t for t in near if t.lower_ in _REJECTED), None)
    if who is None or who.i > verb.i or plea is None or word is None or word.i < plea.i:
        return None
    if any(t.text in {",", ";"} or t.tag_ in clauses.FINITE for t in scene.tokens[verb.i + 1 : word.i]):
        return None
    start = clauses.noun_start(who) if verb.i - who.i < 12 else verb.i
    return Wish(
        scene.part, "refusal", f"{verb.lemma_} a demand {word.lower_}", verb, (start, word.i + 1), (verb.i, word.i + 1),
        wants=who, of_within=True, weak=True,
    )  # fmt: skip


def _verb_form(word: str) -> str:
    """A headline verb that was read as a noun: "urges" → "urge"."""
    if word.endswith("es") and word[:-2].endswith(("ss", "sh", "x", "ch")):
        return word[:-2]
    return word.removesuffix("s")


def _unreal(verb: Token) -> bool:
    """An infinitive that only names an act somebody else might do: "plans to ask", "able to demand"."""
    if verb.dep_ == "ccomp" and verb.head.lemma_ in _MANDATIVE:
        return True
    if verb.dep_ in {"advcl", "xcomp", "acl"} and verb.lemma_ in {
        "recommend",
        "suggest",
        "advise",
        "propose",
    }:
        return True  # a panel that is set up to recommend something
    if verb.dep_ in {"xcomp", "acl", "ccomp"} and any(c.tag_ == "TO" for c in verb.children):
        head = verb.head
        return head.lemma_ not in {
            "continue",
            "go",
            "vote",
            "begin",
            "start",
            "want",
            "decide",
            "join",
            "move",
            "meet",
        }
    return False


class _Reader:
    """Reads what stands right of one cue verb."""

    def __init__(self, scene: Scene, verb: Token, cue: VerbCue, cues: Cues) -> None:
        self._part = scene.part
        self._tokens = scene.tokens
        self._verb = verb
        self._cue = cue
        self._cues = cues
        self._end = scene.end
        self._passive = clauses.passive(verb)
        self._subjects = self._headline_subject(scene) or clauses.subjects(verb)
        self._subject = self._subjects[0] if self._subjects else None
        self._limit = self._right_limit()

    def _headline_subject(self, scene: Scene) -> list[Token]:
        """In "… as Norland Warns Visitors" capitals mislead the parse, so the noun right before the verb is taken."""
        verb = self._verb
        if scene.part.block.kind != "headline" or verb.i < 2:
            return []
        before, earlier = self._tokens[verb.i - 1], self._tokens[verb.i - 2]
        parsed = clauses.subject(verb)
        if before.pos_ not in {"NOUN", "PROPN"} or earlier.lower_ not in _CLAUSE_OPENERS:
            return []
        return [] if parsed is not None and verb.i - parsed.i <= 3 and parsed.i < verb.i else [before]

    def read(self) -> Iterator[Wish]:
        found = False
        rules = (
            self._prepositions,
            self._somebody_to,
            self._that,
            self._own_act,
            self._done,
            self._talks,
            self._thing,
        )
        for rule in rules:
            for wish in rule():
                found = True
                yield wish
            if found:
                return

    # -- the frames ------------------------------------------------------------------------------------------------

    def _prepositions(self) -> Iterator[Wish]:
        """Call for X, call on Y to do X, caution against X, rule out X."""
        frames = self._cue.frames
        first = self._first_preposition()
        if first is None or self._passive:
            return
        word = first.lower_
        if word in {"on", "upon", "to", "with"} and word in frames:
            target = self._noun_after(first.i + 1)
            if target is None:
                return
            action = clauses.infinitive(target.i + 1, self._limit, self._tokens)
            if action is not None and self._verb.lemma_ != "insist":
                yield from self._acts(action, target, f"{self._verb.lemma_} {word} somebody to")
                return
            follow = self._word_after(target.i + 1, frozenset({"for"}), 12)
            if follow is not None:
                yield self._noun_wish(follow.i + 1, target, f"{self._verb.lemma_} {word} somebody for")
            elif word in {"on", "upon"} and self._verb.lemma_ == "insist":
                yield self._noun_wish(first.i + 1, None, "insist on")
        elif word in {"for", "against", "out", "down", "into", "of"} and word in frames:
            if word == "down" and self._cue.kind != "refusal":
                return
            start = first.i + 1
            action = (
                clauses.infinitive(start, min(self._limit, start + 14), self._tokens)
                if word == "for"
                else None
            )
            if action is not None:
                target = self._noun_after(start)
                if target is not None and target.i < action.i and self._is_actor(action, target):
                    yield from self._acts(action, target, f"{self._verb.lemma_} for somebody to")
                    return
            what = self._noun_after(start)
            if what is not None and what.ent_type_ == "PERSON" and self._verb.lemma_ != "press":
                return  # "campaigns for Holt" supports her
            if start < self._limit and self._content_ok(start):
                target = self._noun_after(self._verb.i + 1)
                target = target if target is not None and target.i < first.i else None
                yield self._noun_wish(start, target, f"{self._verb.lemma_} {word}")
        elif word == "for" and "who" in frames:
            return

    def _somebody_to(self) -> Iterator[Wish]:
        """Urge Y to do X; Y was asked to do X."""
        if "who" not in self._cue.frames:
            return
        # a long object ("urged its allies, Norland and Sudmark, to help") may be parsed away from its verb
        if self._tokens[min(self._verb.i + 1, self._end - 1)].lower_ == "that":
            return
        reach = max(self._limit, min(self._verb.i + 20, self._end))
        action = clauses.infinitive(self._verb.i + 1, reach, self._tokens)
        if action is None:
            return
        if action.i >= self._limit:
            self._limit = min(max(action.right_edge.i + 1, action.i + 1), self._end)
        to = clauses.first_of(action)
        by = clauses.agent(self._verb) if self._passive else None
        after = by.right_edge.i + 1 if by is not None and by.right_edge.i < to else self._verb.i + 1
        nothing_between = all(t.tag_ in {"RB", "TO", "RP", "``", "''"} for t in self._tokens[after:to])
        if nothing_between:
            headline = self._part.block.kind == "headline" and self._verb.tag_ in {"VBD", "VBN"}
            if not (self._passive or headline):
                return
            if self._cue.weak and by is None:
                return
            yield from self._acts(action, self._subject, f"passive {self._verb.lemma_} to", by=by)
            return
        if self._passive:
            return
        target = self._noun_after(self._verb.i + 1)
        if target is None or target.i >= action.i:
            return
        between = self._tokens[self._verb.i + 1 : to]
        if action.head != self._verb and any(t.tag_ in clauses.FINITE for t in between):
            return
        if self._verb.lemma_ in {"want", "need", "order"} and action.dep_ in {"acl", "advcl", "relcl"}:
            return  # "wants arms to deter" names a purpose
        if self._verb.lemma_ == "order" and any(c.dep_ == "auxpass" for c in action.children):
            return
        if self._cue.weak and target.pos_ not in {"PROPN", "NOUN", "PRON"}:
            return
        yield from self._acts(action, target, f"{self._verb.lemma_} somebody to")

    def _that(self) -> Iterator[Wish]:
        """Demand that Y do X; hope that Y will do X."""
        if "that" not in self._cue.frames or self._passive:
            return
        for child in (*self._verb.children, *self._detached()):
            if (
                (child.dep_ != "ccomp" and child.head == self._verb)
                or child.i < self._verb.i
                or child.tag_ not in {"VB", "VBP", "VBZ", "VBD", "VBN"}
            ):
                continue
            own = next((c for c in child.children if c.dep_ in clauses.SUBJECTS), None)
            if own is None or own.i < self._verb.i or child.lemma_ in self._cues.idle:
                continue
            if any(c.tag_ in {"WRB", "WP"} or (c.dep_ == "aux" and c.lemma_ == "do") for c in child.children):
                continue  # "asked why Norland did not come"
            modal = next((c for c in child.children if c.tag_ == "MD"), None)
            bare = (
                child.tag_ == "VB"
                or (self._verb.lemma_ in _MANDATIVE and child.lower_ == child.lemma_)
                or (child.tag_ == "VBP" and own.tag_ in {"NN", "NNP"})
                or any(c.tag_ == "VB" and c.lower_ == "be" for c in child.children)
            )
            hoped = (
                self._cue.kind == "appeal" and self._verb.lemma_ in _HOPING and own.pos_ in {"NOUN", "PROPN"}
            )
            if modal is None and not bare and not (hoped and child.tag_ in {"VBZ", "VBP"}):
                continue
            if modal is not None and modal.lower_ not in _THAT_MODALS:
                continue
            if self._verb.lemma_ in {"insist", "suggest", "argue"} and (
                modal is not None and modal.lower_ not in {"should", "must", "shall"}
            ):
                continue
            if own.lower_ in {"i", "we"} and self._cue.kind != "offer":
                continue
            start = self._left()
            stop = clauses.clause_stop(self._verb.i + 1, self._limit, self._tokens)
            if stop <= child.i:
                continue
            of = None if any(c.dep_ in {"auxpass", "nsubjpass"} for c in child.children) else own
            if of is None:
                of = clauses.agent(child)
            more = clauses.next_that(child.i, self._end, self._tokens)
            if more is not None:
                stop = min(stop, more[0] - 2)
            wanted = (own.left_edge.i, stop)
            yield self._wish((start, stop), wanted, of, f"{self._verb.lemma_} that")
            if more is not None:
                doer = next((t for t in self._tokens[more[0] : more[1]] if t.dep_ == "nsubj"), None)
                second = self._wish(more, more, doer, f"{self._verb.lemma_} that")
                second.support.append((start, self._verb.i + 1))
                yield second
            return

    def _detached(self) -> Iterator[Token]:
        """The verb of "proposed last month that Y do X", which the parser hangs on the month."""
        for that in self._tokens[self._verb.i + 2 : min(self._verb.i + 6, self._end)]:
            if that.lower_ == "that" and that.head.i > that.i and that.head.head != self._verb:
                between = self._tokens[self._verb.i + 1 : that.i]
                if all(t.ent_type_ in {"DATE", "TIME"} or t.pos_ in {"ADV", "ADP", "DET"} for t in between):
                    yield that.head
                return

    def _own_act(self) -> Iterator[Wish]:
        """Refuse to do X, offer to do X, agree to do X, seek to do X."""
        if "to" not in self._cue.frames or self._passive:
            return
        action = next(
            (c for c in self._verb.children if c.dep_ in {"xcomp", "ccomp", "advcl"} and c.i > self._verb.i
             and any(g.tag_ == "TO" for g in c.children)),
            None,
        )  # fmt: skip
        if action is None:
            yield from self._yields_to()
            return
        to = clauses.first_of(action)
        if any(t.tag_ not in {"RB", "TO"} for t in self._tokens[self._verb.i + 1 : to]):
            return
        if self._verb.lemma_ in {"seek", "want"} and action.lemma_ not in _REMEDIES:
            return  # "sought to reassure" tells an aim, not a demand
        if self._verb.lemma_ == "decline" and (
            action.lemma_ in _SILENCE or any(c.dep_ == "auxpass" for c in action.children)
        ):
            return  # what a source keeps to itself
        if action.lemma_ in self._cues.idle or not self._content_ok(action.i):
            return
        start = self._left()
        stop = clauses.clause_stop(action.i, self._limit, self._tokens)
        if self._verb.lemma_ == "vow" and not clauses.negated(action):
            return  # what somebody swears to do is a threat or a plan
        if self._verb.lemma_ == "agree" and self._jointly():
            return
        keep = self._verb.i if self._cue.kind == "refusal" else to
        yield self._wish((start, stop), (keep, stop), _let_go(action), f"{self._verb.lemma_} to", within=True)

    def _yields_to(self) -> Iterator[Wish]:
        """Agreed to the terms; bowed to the demand."""
        if self._cue.kind != "concession" or self._jointly():
            return
        to = next(
            (c for c in self._verb.children if c.dep_ == "prep" and c.lower_ == "to" and c.i > self._verb.i),
            None,
        )
        what = next((c for c in to.children if c.dep_ == "pobj"), None) if to is not None else None
        if to is None or what is None or what.pos_ != "NOUN":
            return
        stop = clauses.clause_stop(to.i, self._limit, self._tokens)
        yield self._wish(
            (self._left(), stop), (self._verb.i, stop), None, f"{self._verb.lemma_} to", within=True
        )

    def _jointly(self) -> bool:
        """Both sides agree to do something together: a deal, nobody's concession."""
        who = self._subject
        if who is None:
            return False
        words = {t.lower_ for t in who.subtree if t.i <= who.i}
        return bool(words & {"both", "two", "sides", "parties", "they"}) or any(who.conjuncts)

    def _thing(self) -> Iterator[Wish]:
        """Demand X, seek X, reject X; X was rejected by Y."""
        if not self._cue.frames & {"it", "plea", "thing"}:
            return
        if self._passive:
            yield from self._answered()
            return
        thing = next(
            (c for c in self._verb.children if c.dep_ in {"dobj", "ccomp", "xcomp"} and c.i > self._verb.i
             and (c.pos_ in {"NOUN", "PRON", "NUM"} or (c.tag_ == "VBG" and c.dep_ != "advcl") or (c.pos_ == "PROPN"))),
            None,
        )  # fmt: skip
        if thing is None or thing.tag_ in {"PRP", "WP", "WDT", "PRP$"}:
            return
        named = thing.lemma_.lower() in _PLEAS
        if "plea" in self._cue.frames and not named:
            return
        if "thing" in self._cue.frames and thing.lemma_.lower() not in self._cues.things:
            return
        if self._cue.kind == "offer" and any(c.lower_ == "no" for c in thing.children):
            return
        if self._cue.kind == "concession" and thing.lemma_.lower() == "application":
            return
        if thing.ent_type_ in {"PERSON", "GPE", "NORP"} or not self._content_ok(
            thing.left_edge.i, thing.i + 1
        ):
            return
        if self._cue.kind != "refusal" and thing.pos_ == "PROPN":
            return
        start = self._left()
        content = thing.left_edge.i if thing.left_edge.i > self._verb.i else self._verb.i + 1
        stop = clauses.clause_stop(content, self._limit, self._tokens)
        if stop <= thing.i:
            return
        keep = self._verb.i if self._cue.kind == "refusal" else content
        of = self._from_whom(thing.i) or next(
            (c for c in self._verb.children if c.dep_ == "dative" and c.pos_ in {"NOUN", "PROPN"}), None
        )
        wish = self._wish(
            (start, stop), (keep, stop), of, f"{self._verb.lemma_} something", within=True, firm=named
        )
        if self._cue.kind == "concession" and self._tokens[content].lower_ in {"nothing", "only", "no"}:
            wish.kind, wish.weak = "demand", False  # "would accept nothing less than"
        yield wish

    def _done(self) -> Iterator[Wish]:
        """Want the plan scrapped."""
        if "done" not in self._cue.frames or self._passive:
            return
        act = next(
            (
                c
                for c in self._verb.children
                if c.dep_ == "ccomp" and c.tag_ in {"VBN", "VBD"} and c.i > self._verb.i
            ),
            None,
        )
        what = clauses.subject(act) if act is not None else None
        if act is None or what is None or not self._verb.i < what.i < act.i:
            return
        start, stop = self._left(), clauses.clause_stop(act.i, self._limit, self._tokens)
        yield self._wish((start, stop), (what.left_edge.i, stop), None, f"{self._verb.lemma_} something done")

    def _talks(self) -> Iterator[Wish]:
        """Invite somebody to talks."""
        if "talks" not in self._cue.frames or self._passive:
            return
        target = self._noun_after(self._verb.i + 1)
        to = self._word_after(self._verb.i + 1, frozenset({"to", "for"}), 10)
        if target is None or to is None or target.i > to.i:
            return
        what = self._noun_after(to.i + 1)
        if what is None or what.lemma_.lower() not in OUTCOMES | {"meeting", "summit", "table", "conference"}:
            return
        stop = clauses.clause_stop(to.i + 1, self._limit, self._tokens)
        yield self._wish(
            (self._left(), stop), (to.i + 1, stop), target, f"{self._verb.lemma_} somebody to talks"
        )

    def _answered(self) -> Iterator[Wish]:
        """The offer was rejected by Y; none of the requests were granted."""
        by, what = clauses.agent(self._verb), self._subject
        if what is None or self._verb.dep_ == "advcl":
            return
        if self._cue.kind in {"demand", "appeal"} and by is not None and "it" in self._cue.frames:
            yield from self._wanted_by(what, by)
        if self._cue.kind not in {"refusal", "concession"}:
            return
        named = any(t.lemma_.lower() in _PLEAS for t in what.subtree if t.i < self._verb.i)
        if not named and ("plea" in self._cue.frames or by is None):
            return
        none = what.lower_ in {"none", "neither"} or any(c.lower_ in {"no", "neither"} for c in what.children)
        if none and self._cue.kind == "refusal":
            return
        start = clauses.noun_start(what)
        stop = clauses.clause_stop(self._verb.i, self._limit, self._tokens)
        if start < self._verb.i:
            yield Wish(
                self._part, "refusal" if none else self._cue.kind, f"passive {self._verb.lemma_}", self._verb, (start, stop),
                (start, stop), wants=by, weak=self._cue.weak and not named, status="rejected" if none else "stated",
            )  # fmt: skip

    def _wanted_by(self, what: Token, by: Token) -> Iterator[Wish]:
        """The release of the crew was demanded by Y."""
        start, stop = clauses.noun_start(what), max(clauses.noun_stop(what), what.i + 1)
        end = clauses.clause_stop(self._verb.i, self._limit, self._tokens)
        if (
            what.pos_ == "NOUN"
            and start < stop <= self._verb.i < by.i < end
            and self._content_ok(what.i, what.i + 1)
        ):
            yield Wish(
                self._part, self._cue.kind, f"passive {self._verb.lemma_}", self._verb, (start, end), (start, stop),
                wants=by, weak=True,
            )  # fmt: skip

    # -- the pieces ------------------------------------------------------------------------------------------------

    def _acts(
        self, action: Token, target: Token | None, rule: str, by: Token | None = None
    ) -> Iterator[Wish]:
        """One wish for each thing to do in "to leave and pay"."""
        acts = [a for a in clauses.siblings(action) if a.i < self._limit]
        first_stop = 0
        for n, act in enumerate(acts):
            begin = clauses.first_of(act)
            limit = self._limit
            if n + 1 < len(acts):
                limit = min(limit, self._before(clauses.first_of(acts[n + 1])))
            stop = clauses.clause_stop(act.i, limit, self._tokens)
            if stop <= act.i:
                continue
            if n == 0:
                start = self._left(
                    passive_subject=target if target is not None and target.i < self._verb.i else None
                )
                first_stop = begin
                whole = begin
                if target is not None and self._verb.i < target.i < begin and clauses.passive(act):
                    whole = min(
                        [target.left_edge.i, *(c.left_edge.i for c in act.children if c.i > self._verb.i)]
                    )  # "wants [the directors to be replaced]"
                wish = self._wish((start, stop), (whole, stop), target, rule, by=by)
            else:
                wish = self._wish((begin, stop), (begin, stop), target, rule, by=by)
                wish.support.append((self._left(), max(first_stop, self._verb.i + 1)))
            wish.of_needed = self._cue.aimed
            yield wish

    def _noun_wish(self, start: int, target: Token | None, rule: str) -> Wish:
        stop = clauses.clause_stop(start, self._limit, self._tokens)
        keep = self._verb.i if self._cue.kind == "refusal" or "against" in rule else start
        return self._wish((self._left(), max(stop, start + 1)), (keep, max(stop, start + 1)), target, rule)

    def _wish(
        self,
        quote: Range,
        wanted: Range,
        of: Token | None,
        rule: str,
        *,
        by: Token | None = None,
        within: bool = False,
        firm: bool = False,
    ) -> Wish:
        wants = by if by is not None else (None if self._passive else self._subject)
        kind: DemandKind = self._cue.kind
        return Wish(
            self._part, kind, rule, self._verb, quote, wanted, wants=wants, of=of,
            or_wants=() if by is not None or self._passive else tuple(self._subjects[1:]),
            of_within=within and kind in _OWN_ACT, weak=self._cue.weak and not firm,
            status=_status(self._verb),
        )  # fmt: skip

    def _left(self, passive_subject: Token | None = None) -> int:
        """Where the quote begins: at the one who wants if near, else at the verb and its auxiliaries."""
        verb_start = self._verb.i
        for child in self._verb.children:
            if (
                child.i < verb_start
                and child.dep_ in {"aux", "auxpass", "neg", "advmod"}
                and self._verb.i - child.i < 5
            ):
                verb_start = child.i
        who = passive_subject or self._subject
        if who is None or who.i >= self._verb.i or self._verb.i - who.i > 14:
            return verb_start
        return min(verb_start, max(clauses.noun_start(who), self._verb.i - 22))

    def _right_limit(self) -> int:
        stop = self._verb.right_edge.i + 1
        for child in self._verb.children:
            if (
                child.i > self._verb.i
                and child.dep_ == "conj"
                and any(c.dep_ in clauses.SUBJECTS for c in child.children)
            ):
                stop = min(stop, self._before(child.left_edge.i))
            elif (
                child.i > self._verb.i
                and child.dep_ == "conj"
                and child.tag_ in clauses.FINITE | {"VBN", "VBG"}
            ):
                stop = min(stop, self._before(child.i))
        return min(max(stop, self._verb.i + 2), self._end)

    def _before(self, position: int) -> int:
        """Without the "and" or comma that leads to `position`."""
        while position > 0 and (
            self._tokens[position - 1].dep_ == "cc"
            or self._tokens[position - 1].tag_ == "TO"
            or self._tokens[position - 1].text in {",", ";"}
        ):
            position -= 1
        return position

    def _first_preposition(self) -> Token | None:
        for token in self._tokens[self._verb.i + 1 : min(self._verb.i + 5, self._limit)]:
            if token.lower_ in {"out", "down"} and token.lower_ in self._cue.frames:
                return token
            if token.lower_ in _PREPOSITIONS and token.lower_ in self._cue.frames and token.tag_ != "TO":
                return token
            if token.tag_ not in {"RB", "RBR", "RP"} and token.lower_ != "again":
                break
        # "pressed the board for an answer": the preposition may follow the object
        if self._cue.frames & {"who", "it"}:
            thing = self._noun_after(self._verb.i + 1)
            after = clauses.noun_start(thing) if thing is not None else self._limit
            follow = self._word_after(
                max(after, self._verb.i + 1), frozenset({"for", "against"}) & self._cue.frames, 7
            )
            if thing is not None and follow is not None and not self._verbal(after, follow.i):
                return follow
        return None

    def _word_after(self, start: int, words: frozenset[str], within: int) -> Token | None:
        for token in self._tokens[start : min(start + within, self._limit)]:
            if token.lower_ in words:
                return token
            if token.tag_ in clauses.FINITE or token.text in {";", ":"}:
                return None
        return None

    def _verbal(self, start: int, stop: int) -> bool:
        return any(
            t.pos_ in {"VERB", "AUX", "PART", "PUNCT"} and t.tag_ != "POS" for t in self._tokens[start:stop]
        )

    def _noun_after(self, start: int) -> Token | None:
        """Head of the first noun phrase from `start`."""
        for token in self._tokens[start : min(start + 12, self._limit)]:
            if token.tag_ in clauses.FINITE or token.text in {";", ":"} or token.tag_ == "TO":
                return None
            if token.pos_ in {"NOUN", "PROPN", "PRON"} and token.dep_ not in {
                "compound",
                "poss",
                "amod",
                "nmod",
            }:
                return token
        return None

    def _is_actor(self, action: Token, target: Token) -> bool:
        """The noun before "to do" does it ("calls for Spain to leave"), it is not what it describes ("a plan to leave")."""
        return action.dep_ not in {"acl", "relcl"} or action.head != target or target.pos_ == "PROPN"

    def _content_ok(self, start: int, stop: int | None = None) -> bool:
        """No idle word stands at the head of what is wanted (its first three words where `stop` is not given)."""
        for token in self._tokens[start : start + 3 if stop is None else stop]:
            if token.is_punct:
                return True
            if token.lemma_.lower() in self._cues.idle or token.lower_ in self._cues.idle:
                return False
        return True

    def _from_whom(self, after: int) -> Token | None:
        follow = self._word_after(after + 1, frozenset({"from"}), 8)
        return self._noun_after(follow.i + 1) if follow is not None else None


def _let_go(action: Token) -> Token | None:
    """Whom "not to let Norland build" would stop."""
    if action.lemma_ not in {"let", "allow", "permit", "tolerate"}:
        return None
    inner = next((c for c in action.children if c.dep_ in {"ccomp", "xcomp"}), None)
    own = next((c for c in inner.children if c.dep_ in clauses.SUBJECTS), None) if inner is not None else None
    return own or next((c for c in action.children if c.dep_ == "dobj"), None)


def _status(verb: Token) -> DemandStatus:
    if any(c.lower_ in _AGAIN for c in verb.children):
        return "reiterated"
    return "stated"
