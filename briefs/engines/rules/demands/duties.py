"""What speech says must be: modals, adjectives of need, imperatives, conditions and plain refusals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from briefs.engines.rules.demands import clauses
from briefs.engines.rules.demands.cues import Cues
from briefs.engines.rules.demands.terms import OUTCOMES
from briefs.engines.rules.demands.wish import Scene, Wish
from briefs.models import DemandKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from spacy.tokens import Token

_IDLE_MODAL = frozenset({
    "note", "say", "remember", "admit", "know", "see", "expect", "add", "mention", "consider", "understand", "recall",
    "confess", "wonder", "think", "hope", "wait", "feel", "like", "suffice", "emphasize", "stress", "point", "look",
})  # fmt: skip
_NOT_COMMANDS = frozenset({
    "thank", "look", "listen", "imagine", "see", "bless", "say", "guess", "suppose", "mind", "know", "think",
    "believe", "welcome", "hope", "wait", "try", "love", "read", "click", "get", "have", "be", "do", "go", "come",
})  # fmt: skip
_DUTIES = frozenset({"must", "should", "ought", "shall"})
_IDLE_STATES = frozenset({"able", "aware", "clear", "careful", "noted"})
_GIVING_WAY: dict[str, dict[str, DemandKind]] = {
    "back": {"down": "concession", "off": "concession"}, "climb": {"down": "concession"}, "give": {"in": "concession"},
    "relent": {"": "concession"}, "capitulate": {"": "concession"}, "stand": {"firm": "refusal"},
    "hold": {"firm": "refusal"}, "dig": {"in": "refusal"},
}  # fmt: skip
_RELENTING = frozenset({
    "lift", "suspend", "scrap", "drop", "withdraw", "release", "free", "reopen", "restore", "pause", "refund", "reinstate",
    "compensate", "implement", "ease", "reverse", "remove", "halt", "cancel", "abandon",
})  # fmt: skip
_TERM = re.compile(
    r"\b(?:within \w+ (?:hours?|days?|weeks?)|by (?:mon|tues|wednes|thurs|fri|satur|sun)day|by midnight|by noon)\b",
    re.IGNORECASE,
)
_PRESSING = frozenset({"vital", "imperative", "crucial", "essential", "urgent"})
_CANNOT = frozenset({
    "accept", "tolerate", "allow", "agree", "support", "negotiate", "sign", "recognise", "recognize", "stand", "permit",
    "concede", "compromise", "yield", "bow",
})  # fmt: skip
_STOPPING = frozenset({"stop", "cease", "rest", "quit"})
_STRIVING = frozenset({
    "work", "fight", "try", "push", "seek", "advocate", "support", "help", "campaign", "press", "struggle", "hope", "believe",
    "speak", "love", "care", "think", "serve",
})  # fmt: skip
_WILLING: dict[str, DemandKind] = {
    "willing": "offer", "ready": "offer", "prepared": "offer", "open": "offer", "unwilling": "refusal",
    "reluctant": "refusal", "adamant": "refusal",
}  # fmt: skip
_TOO_LITTLE = frozenset(
    {"enough", "insufficient", "unacceptable", "inadequate", "derisory", "insulting", "low", "little"}
)
_DENIED_THINGS = frozenset({
    "money", "intention", "plan", "desire", "room", "question", "compromise", "concession", "offer", "funds", "interest",
})  # fmt: skip
_PROPOSED = frozenset(
    {"it", "offer", "proposal", "deal", "plan", "increase", "raise", "rise", "terms", "package", "bid"}
)


def find(scene: Scene, cues: Cues, spoken: Callable[[Token], str | None]) -> Iterator[Wish]:
    """`spoken` tells whether a token stands in somebody's speech: "direct_quote", "indirect_quote" or None."""

    def mode(token: Token) -> str | None:
        return spoken(token) or _reported(token)

    for token in scene.sentence:
        wish: Wish | None = None
        if token.tag_ == "MD" or (token.lemma_ in {"need", "have"} and token.tag_ in {"VBP", "VBZ", "VBD"}):
            wish = _modal(scene, token, cues, mode(token))
        elif token.lower_ in cues.adjectives and token.pos_ == "ADJ" and mode(token) is not None:
            wish = _adjective(scene, token, cues)
            if (
                wish is not None
                and (more := clauses.next_that(token.i + 2, scene.end, scene.tokens)) is not None
            ):
                yield _also(wish, more)
                wish.quote = (wish.quote[0], min(wish.quote[1], more[0] - 2))
                wish.wanted = (wish.wanted[0], min(wish.wanted[1], more[0] - 2))
        elif token.lower_ in _WILLING:
            wish = _willing(scene, token)
        elif token.lower_ in _TOO_LITTLE and mode(token) is not None:
            wish = _too_little(scene, token)
        elif token.lower_ == "going" and token.tag_ == "VBG":
            wish = _not_going_to(scene, token, cues)
        elif token.lower_ == "time" and token.dep_ == "attr":
            wish = _it_is_time(scene, token)
        elif token.lemma_ == "be" and mode(token) is not None and _cleft(token):
            wish = _what_we_want(scene, token)
        elif token.lemma_ in _GIVING_WAY and token.pos_ == "VERB" and token.tag_ != "VB":
            wish = _gave_way(scene, token)
        elif token.lower_ == "no" and token.dep_ == "det":
            wish = _nothing(scene, token)
        elif token.tag_ == "VB" and spoken(token) == "direct_quote":
            wish = _imperative(scene, token)
        if wish is not None:
            yield wish


def _reported(token: Token) -> str | None:
    """The token stands in a clause that a reporting verb governs ("said that …", "made it clear that …")."""
    node = token
    for _ in range(6):
        if node.head == node:
            return None
        if node.dep_ in {"ccomp", "acl"} and node.head.i != node.i:
            governor = node.head
            if governor.lemma_ in _REPORTING or (
                governor.lemma_ in {"clear", "make"} or (node.dep_ == "acl" and governor.lemma_ in _CLAIMS)
            ):
                return "indirect_quote"
        node = node.head
    return None


_CLAIMS = frozenset(
    {
        "argument",
        "claim",
        "belief",
        "call",
        "insistence",
        "warning",
        "statement",
        "view",
        "position",
        "message",
    }
)
_REPORTING = frozenset({
    "say", "tell", "add", "state", "warn", "insist", "argue", "stress", "reiterate", "declare", "announce", "believe",
    "maintain", "emphasise", "emphasize", "note", "write", "tweet", "indicate", "claim", "underline", "repeat",
    "suggest", "explain", "agree", "contend", "vow", "pledge", "decide", "rule", "urge", "demand", "caution", "assert",
})  # fmt: skip


def _modal(scene: Scene, token: Token, cues: Cues, mode: str | None) -> Wish | None:
    """X must / should / needs to / has to do Y; X will not do Y."""
    verb = token.head if token.tag_ == "MD" else token
    if verb.i < token.i or verb.pos_ not in {"VERB", "AUX"} or clauses.supposed(verb) or clauses.denied(verb):
        return None
    that_clause = any(c.dep_ == "mark" and c.lower_ == "that" for c in verb.children)
    if any(c.tag_ in {"WRB", "WP"} and c.i < token.i for c in verb.children):
        return None  # "how it should be done"
    if verb.dep_ == "relcl" or (verb.dep_ == "advcl" and not that_clause):
        return None
    who = next((c for c in verb.children if c.dep_ in clauses.SUBJECTS | {"expl"} and c.i < token.i), None)
    if who is None and verb.dep_ == "conj":
        who = clauses.subject(verb)
    if who is None:
        return None
    word = token.lower_
    if word in _DUTIES or token.tag_ != "MD":
        return _duty(scene, token, verb, who, mode)
    if word in {"will", "wo", "would", "can", "ca", "could"}:
        if clauses.negated(verb):
            return _none_on_offer(scene, token, verb) or _refusal(scene, token, cues, verb, who)
        return _would_need(scene, token, verb, who, mode) or _will_relent(scene, token, verb, who, mode)
    return None


def _will_relent(scene: Scene, token: Token, verb: Token, who: Token, mode: str | None) -> Wish | None:
    """Kestrel said it would scrap the fee."""
    if (
        mode is None
        or verb.lemma_ not in _RELENTING
        or token.lower_ not in {"will", "would"}
        or clauses.passive(verb)
    ):
        return None
    if any(c.dep_ == "aux" and c.lemma_ in {"have", "be"} for c in verb.children) or who.lower_ in {
        "that",
        "this",
        "you",
    }:
        return None
    start = clauses.noun_start(who) if token.i - who.i < 12 else token.i
    stop = clauses.clause_stop(token.i, min(verb.right_edge.i + 1, scene.end), scene.tokens)
    if stop <= verb.i + 1:
        return None
    return Wish(
        scene.part, "concession", "will relent", token, (start, stop), (verb.i, stop), wants=who, of_within=True,
        weak=True, strict=who.pos_ != "PRON",
    )  # fmt: skip


def _duty(scene: Scene, token: Token, verb: Token, who: Token, mode: str | None) -> Wish | None:
    main = verb
    if token.tag_ != "MD":
        action = clauses.infinitive(token.i + 1, min(token.i + 5, scene.end), scene.tokens)
        if action is None or clauses.first_of(action) > token.i + 2 or clauses.negated(verb):
            return None
        main = action
    low_word = token.lower_
    low, terms = who.lower_, who.lemma_.lower() in OUTCOMES
    if mode is None and not terms and not (low_word == "must" and _within_time(scene, token)):
        return None
    if low in {"i", "he", "she"} or who.tag_ in {"WP", "WDT"}:
        return None
    if token.lemma_ == "have" and (token.tag_ == "VBD" or low == "you"):
        return None  # "had to" tells what happened, "you have to" how things are
    if token.lower_ not in {"must", "should"} and (
        who.pos_ not in {"PROPN", "NOUN"}
        and low not in {"you", "they"}
        and (low != "we" or mode != "direct_quote")
    ):
        return None
    if main.lemma_ == "make" and any(c.lower_ in {"clear", "sure"} for c in main.children) and low == "we":
        return None
    if main.lemma_ in _IDLE_MODAL or any(
        c.dep_ == "aux" and c.lower_ in {"have", "'ve"} for c in main.children
    ):
        return None
    progressive = main.tag_ == "VBG"
    passive = any(c.dep_ in {"nsubjpass", "auxpass"} for c in main.children)
    if token.lower_ == "should" and (
        (progressive and low == "we") or (low in {"that", "this", "it"} and not passive)
    ):
        return None  # "we should be sleeping", "that should help": how things might be
    states = [c for c in main.children if c.dep_ == "acomp"] if main.lemma_ == "be" else []
    if any(c.lower_ in _IDLE_STATES for c in states) or (states and low in {"it", "this", "that", "there"}):
        return None  # "it must be hard" guesses, it does not demand
    start = clauses.noun_start(who) if token.i - who.i < 16 else token.i
    stop = clauses.clause_stop(token.i, min(verb.right_edge.i + 1, scene.end), scene.tokens)
    if stop <= main.i:
        return None
    none = any(c.lower_ == "no" for c in who.children) or low in {"nobody", "none"}
    keep = start if passive or terms or none or low in {"there", "it"} else clauses.first_of(main)
    kind: DemandKind = (
        "precondition" if terms else ("appeal" if low == "we" or token.lower_ == "should" else "demand")
    )
    nobody = passive or terms or none or low in {"we", "it", "there", "this", "that"}
    return Wish(
        scene.part, kind, f"speech: {token.lower_}", token, (start, stop), (min(keep, main.i), stop), voiced=True,
        of=None if nobody else who,
    )  # fmt: skip


def _within_time(scene: Scene, must: Token) -> bool:
    """The duty comes with its term: "must report within 24 hours", "must leave by Friday"."""
    return (
        _TERM.search(" ".join(t.text for t in scene.tokens[must.i : min(must.i + 24, scene.end)])) is not None
    )


def _none_on_offer(scene: Scene, token: Token, verb: Token) -> Wish | None:
    """There will not be more on offer."""
    if not any(c.dep_ == "expl" for c in verb.children) or any(c.dep_ == "advcl" for c in verb.children):
        return None
    stop = clauses.clause_stop(token.i, min(verb.right_edge.i + 1, scene.end), scene.tokens)
    words = {t.lemma_.lower() for t in scene.tokens[token.i : stop]}
    if not words & (_DENIED_THINGS | OUTCOMES | {"table", "raise", "rise"}):
        return None
    start = min(verb.left_edge.i, token.i)
    return Wish(
        scene.part, "refusal", "there will not be", token, (start, stop), (start, stop), voiced=True, of_within=True,
        weak=True,
    )  # fmt: skip


def _would_need(scene: Scene, token: Token, verb: Token, who: Token, mode: str | None) -> Wish | None:
    """Any agreement would need to do Y; further talks would have to wait for Z."""
    if verb.lemma_ not in {"need", "have"} or (who.lemma_.lower() not in OUTCOMES and mode is None):
        return None
    action = clauses.infinitive(verb.i + 1, min(verb.i + 5, scene.end), scene.tokens)
    if (
        action is None
        or clauses.first_of(action) > verb.i + 2
        or who.lower_ in {"i", "he", "she", "we", "it", "this", "that"}
    ):
        return None
    start = clauses.noun_start(who)
    stop = clauses.clause_stop(token.i, min(verb.right_edge.i + 1, scene.end), scene.tokens)
    terms = who.lemma_.lower() in OUTCOMES
    if stop <= action.i:
        return None
    return Wish(
        scene.part, "precondition" if terms else "demand", "speech: would need to", token, (start, stop),
        (start if terms else clauses.first_of(action), stop), voiced=True, of=None if terms else who,
    )  # fmt: skip


def _refusal(scene: Scene, token: Token, cues: Cues, verb: Token, who: Token) -> Wish | None:
    """X will not negotiate; "we cannot accept"."""
    if who.lower_ in {"there", "that", "this", "you", "which"} or verb.lemma_ not in cues.refusing:
        return None
    if token.lower_ in {"can", "ca", "could"} and verb.lemma_ not in _CANNOT:
        return None  # inability
    if verb.lemma_ in _STOPPING and any(c.dep_ == "xcomp" and c.lemma_ in _STRIVING for c in verb.children):
        return None  # "will never stop working" is a vow
    if any(c.dep_ == "aux" and c.lemma_ == "have" for c in verb.children):
        return None  # "would never have signed" tells of the past
    if clauses.passive(verb) or any(
        c.dep_ == "advcl" and any(g.lower_ in {"unless", "until"} for g in c.children) for c in verb.children
    ):
        return None
    start = clauses.noun_start(who) if token.i - who.i < 12 else token.i
    stop = clauses.clause_stop(token.i, min(verb.right_edge.i + 1, scene.end), scene.tokens)
    if stop <= verb.i:
        return None
    return Wish(
        scene.part, "refusal", "will not", token, (start, stop), (token.i, stop), wants=who, of_within=True, weak=True,
        strict=True,
    )  # fmt: skip


def _not_going_to(scene: Scene, going: Token, cues: Cues) -> Wish | None:
    """We are not going to negotiate."""
    act = clauses.infinitive(going.i + 1, min(going.i + 4, scene.end), scene.tokens)
    who = clauses.subject(going)
    if act is None or who is None or not clauses.negated(going) or act.lemma_ not in cues.refusing:
        return None
    if clauses.supposed(going) or clauses.denied(going) or who.i > going.i:
        return None
    start = clauses.noun_start(who) if going.i - who.i < 12 else going.i
    keep = min(who.i + 1, going.i)
    while keep < going.i and scene.tokens[keep].text[0] in "'’":
        keep += 1  # "we're not going to": the text begins at "not"
    stop = clauses.clause_stop(act.i, min(going.right_edge.i + 1, scene.end), scene.tokens)
    return Wish(
        scene.part, "refusal", "not going to", going, (start, stop), (keep, stop), wants=who,
        of_within=True, weak=True, strict=who.pos_ != "PRON",
    )  # fmt: skip


def _it_is_time(scene: Scene, time: Token) -> Wish | None:
    """It is time for X to do Y."""
    be = time.head
    if be.lemma_ != "be" or clauses.supposed(be) or clauses.denied(be) or time.i + 3 >= scene.end:
        return None
    it = next((c for c in be.children if c.dep_ in clauses.SUBJECTS and c.i < be.i), None)
    if it is None or it.lower_ != "it" or scene.tokens[time.i + 1].lower_ != "for":
        return None
    act = clauses.infinitive(time.i + 2, min(time.i + 12, scene.end), scene.tokens)
    if act is None:
        return None
    doer = next((t for t in scene.tokens[time.i + 2 : act.i] if t.pos_ in {"NOUN", "PROPN"} and t.dep_ not in
                 {"compound", "poss", "amod", "nmod"}), None)  # fmt: skip
    stop = clauses.clause_stop(
        act.i, min(max(be.right_edge.i, act.right_edge.i) + 1, scene.end), scene.tokens
    )
    return Wish(
        scene.part,
        "appeal",
        "it is time",
        time,
        (it.i, stop),
        (clauses.first_of(act), stop),
        voiced=True,
        of=doer,
    )


def _cleft(be: Token) -> bool:
    """Of the form "what we want is …", "all we are asking for is …"."""
    first = next((c for c in be.children if c.dep_ in {"csubj", "nsubj"} and c.i < be.i), None)
    if first is None:
        return False
    if first.dep_ == "nsubj" and first.lower_ not in {"all", "what", "thing"}:
        return False
    wanting = first if first.dep_ == "csubj" else next((c for c in first.children if c.dep_ == "relcl"), None)
    return wanting is not None and wanting.lemma_ in {"want", "ask", "demand", "seek", "need"}


def _what_we_want(scene: Scene, be: Token) -> Wish | None:
    stop = clauses.clause_stop(be.i + 1, min(be.right_edge.i + 1, scene.end), scene.tokens)
    if stop <= be.i + 1 or clauses.negated(be):
        return None
    start = next(c for c in be.children if c.dep_ in {"csubj", "nsubj"}).left_edge.i
    return Wish(scene.part, "demand", "what we want is", be, (start, stop), (be.i + 1, stop), voiced=True)


def _gave_way(scene: Scene, verb: Token) -> Wish | None:
    """X backed down, stood firm."""
    particle = next((c for c in verb.children if c.i > verb.i and c.dep_ in {"prt", "advmod", "acomp"}), None)
    kind = _GIVING_WAY[verb.lemma_].get(particle.lower_ if particle is not None else "")
    who = clauses.subject(verb)
    if kind is None or who is None or clauses.supposed(verb) or clauses.denied(verb) or who.i > verb.i:
        return None
    if clauses.negated(verb):
        kind = "refusal"
    start = clauses.noun_start(who) if verb.i - who.i < 12 else verb.i
    stop = clauses.clause_stop(verb.i, min(verb.right_edge.i + 1, scene.end), scene.tokens)
    return Wish(
        scene.part, kind, "gave way", verb, (start, stop), (verb.i, stop), wants=who, weak=True, strict=True
    )


def _nothing(scene: Scene, no: Token) -> Wish | None:
    """There is no money for X; there will be no talks; X has no intention of doing Y."""
    noun = no.head
    if noun.lemma_.lower() not in _DENIED_THINGS | OUTCOMES:
        return None
    verb = noun.head
    if noun.lemma_.lower() in OUTCOMES and not any(c.tag_ == "MD" for c in verb.children):
        return None  # "there is no deal" is news, "there will be no deal" a refusal
    if verb.lemma_ not in {"be", "have"} or clauses.supposed(verb) or clauses.denied(verb):
        return None
    who = clauses.subject(verb)
    there = any(c.dep_ == "expl" for c in verb.children)
    if verb.lemma_ == "be" and not there:
        return None
    begin = verb.left_edge.i if there else (clauses.noun_start(who) if who is not None else verb.i)
    stop = clauses.clause_stop(no.i, min(verb.right_edge.i + 1, scene.end), scene.tokens)
    if stop <= noun.i or no.i - begin > 12:
        return None
    return Wish(
        scene.part, "refusal", f"no {noun.lemma_.lower()}", no, (begin, stop), (begin if there else verb.i, stop),
        wants=None if there else who, voiced=there, of_within=True, weak=True,
    )  # fmt: skip


def _adjective(scene: Scene, adjective: Token, cues: Cues) -> Wish | None:
    """It is vital that X does Y; it is vital for X to do Y."""
    be = adjective.head
    if be.lemma_ != "be" or clauses.supposed(be) or clauses.denied(be):
        return None
    subject = next((c for c in be.children if c.dep_ in clauses.SUBJECTS and c.i < be.i), None)
    if subject is None or subject.lower_ != "it":
        return None
    after = scene.tokens[adjective.i + 1 : min(adjective.i + 3, scene.end)]
    if not after or after[0].lower_ not in {"that", "for", "to"}:
        return None
    if after[0].lower_ == "to" and adjective.lower_ not in _PRESSING:
        return None  # "it is important to …" speaks of everybody and asks nobody
    stop = clauses.clause_stop(adjective.i + 1, min(be.right_edge.i + 1, scene.end), scene.tokens)
    if stop <= adjective.i + 3:
        return None
    doer: Token | None = None
    if after[0].lower_ == "that":
        doer = next((t for t in scene.tokens[adjective.i + 2 : stop] if t.dep_ == "nsubj"), None)
    elif after[0].lower_ == "for":
        doer = next((t for t in scene.tokens[adjective.i + 2 : stop] if t.pos_ in {"NOUN", "PROPN", "PRON"}
                     and t.dep_ not in {"compound", "poss", "amod", "nmod"}), None)  # fmt: skip
    return Wish(
        scene.part, cues.adjectives[adjective.lower_], f"it is {adjective.lower_}", adjective, (subject.i, stop),
        (adjective.i + 2 if after[0].lower_ != "to" else adjective.i + 1, stop), voiced=True, of=doer,
    )  # fmt: skip


def _also(wish: Wish, more: tuple[int, int]) -> Wish:
    """The second of two that-clauses: "… that X does Y and that Z does W"."""
    doer = next((t for t in wish.part.doc[more[0] : more[1]] if t.dep_ == "nsubj"), None)
    return replace(wish, quote=more, wanted=more, of=doer, support=[(wish.quote[0], wish.cue.i + 1)])


def _willing(scene: Scene, adjective: Token) -> Wish | None:
    """X is willing to do Y, open to Y; X is not ready to do Y."""
    be = adjective.head
    if be.tag_ == "VB" and not any(c.tag_ == "MD" for c in be.children):
        return None  # "wanted to be ready"
    if (
        be.lemma_ not in {"be", "remain", "stand", "seem", "say"}
        or clauses.supposed(be)
        or clauses.denied(be)
    ):
        return None
    who = clauses.subject(be)
    if who is None or who.i > adjective.i or adjective.i + 2 >= scene.end:
        return None
    link = scene.tokens[adjective.i + 1]
    if (
        link.lower_ != "to"
        or (adjective.lower_ == "open" and link.tag_ == "TO")
        or adjective.lower_ == "adamant"
    ):
        return None
    kind: DemandKind = (
        "refusal" if clauses.negated(be) or adjective.lower_ in {"unwilling", "reluctant"} else "offer"
    )
    stop = clauses.clause_stop(adjective.i + 1, min(be.right_edge.i + 1, scene.end), scene.tokens)
    start = clauses.noun_start(who) if adjective.i - who.i < 14 else be.i
    keep = adjective.i + 1 if kind == "offer" else be.i
    if stop < adjective.i + 3:
        return None
    return Wish(
        scene.part, kind, f"be {adjective.lower_} to", adjective, (start, stop), (keep, stop), wants=who, of_within=True,
        weak=True,
    )  # fmt: skip


def _too_little(scene: Scene, adjective: Token) -> Wish | None:
    """Spoken: "The offer is not enough", "the terms are unacceptable": the speaker refuses them."""
    be = next((t for t in adjective.ancestors if t.lemma_ == "be"), None)
    if be is None or be.i > adjective.i or clauses.supposed(be) or clauses.denied(be):
        return None
    if (adjective.lower_ == "enough") != clauses.negated(be):
        return None
    if adjective.lower_ in {"low", "little"} and not any(c.lower_ == "too" for c in adjective.children):
        return None
    what = next((c for c in be.children if c.dep_ in clauses.SUBJECTS and c.i < be.i), None)
    if what is None or what.lemma_.lower() not in _PROPOSED:
        return None
    if scene.tokens[min(adjective.i + 1, scene.end - 1)].lower_ in {"that", "to", "for"}:
        return None
    return Wish(
        scene.part, "refusal", "not enough", adjective, (clauses.noun_start(what), adjective.i + 1),
        (clauses.noun_start(what), adjective.i + 1), voiced=True, weak=True,
    )  # fmt: skip


def _imperative(scene: Scene, verb: Token) -> Wish | None:
    """A command in somebody's own words: "Stop the shelling", "please leave", "don't sign"."""
    if (
        any(c.dep_ in clauses.SUBJECTS or c.tag_ in {"TO", "MD"} for c in verb.children)
        or verb.lemma_ in _NOT_COMMANDS
    ):
        return None
    if verb.dep_ not in {"ROOT", "ccomp", "conj"}:
        return None
    after = scene.tokens[verb.i + 1].lower_ if verb.i + 1 < scene.end else ""
    if verb.lemma_ == "let" and after in {"me", "'s", "us"}:
        return None
    first = clauses.first_of(verb)
    for child in verb.children:
        if child.i < first and child.lower_ in {"please", "do"}:
            first = child.i
    before = scene.tokens[first - 1].text if first > 0 else '"'
    polite = any(t.lower_ in {"please", "n't"} for t in scene.tokens[max(first - 1, 0) : verb.i + 1])
    if not polite and before not in {'"', "'", ".", "!", ":", "``", "''", "?"}:
        return None
    stop = clauses.clause_stop(first, min(verb.right_edge.i + 1, scene.end), scene.tokens)
    if stop - first < 3:
        return None
    return Wish(scene.part, "appeal", "command in speech", verb, (first, stop), (first, stop), voiced=True)
