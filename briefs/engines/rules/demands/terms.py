"""Conditions: not until, unless, only if, would depend on, if … then; and threats and offers that hang on an if."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from briefs.engines.rules.demands import clauses
from briefs.engines.rules.demands.cues import Cues
from briefs.engines.rules.demands.wish import Scene, Wish
from briefs.models import DemandKind

if TYPE_CHECKING:
    from spacy.tokens import Token

OUTCOMES = frozenset({
    "agreement", "deal", "settlement", "talk", "talks", "negotiation", "negotiations", "dialogue", "progress", "solution",
    "accord", "truce", "ceasefire", "pact", "contract", "merger", "compromise", "peace", "resolution",
})  # fmt: skip
"""What a dispute may end in: what is said that these must be or need is a condition of the one who says it."""
_STRUGGLES = frozenset({
    "strike", "walkout", "stoppage", "protest", "boycott", "blockade", "offensive", "campaign", "action", "demonstration",
    "operation", "war", "fight", "siege", "embargo", "sanction", "occupation", "sit-in", "standoff",
})  # fmt: skip
_FUTURE = frozenset({"will", "wo", "would", "can", "ca", "could", "'ll"})
_PROVOKED = frozenset(
    {"meet", "answer", "trigger", "provoke", "draw", "bring", "treat", "consider", "regard", "face"}
)
_GIVEN = frozenset(
    {"offer", "bid", "proposal", "aid", "loan", "support", "release", "funding", "payment", "return"}
)
_SUFFERING = frozenset({"lose", "face", "forfeit", "suffer", "risk", "pay"})
_TERMS_OF_TIME = frozenset({"hour", "day", "week", "month", "minute", "deadline"})
_ONLY = frozenset({"if", "once", "after", "when"})
_STATES = frozenset({"be", "know", "take", "have", "happen", "expire", "last", "remain"})
_THREATENING = frozenset({"threaten", "warn", "vow", "threat", "warning"})
_NOT_ACTORS = frozenset({"compound", "poss", "amod", "nmod"})


def find(scene: Scene, cues: Cues, spoken: Callable[[Token], str | None]) -> Iterator[Wish]:
    for token in scene.sentence:
        word = token.lower_
        wish: Wish | None = None
        if word in {"until", "unless", "once"} or (word == "only" and token.i + 1 < scene.end):
            wish = _held_back(scene, token)
        elif word == "if":
            wish = _if(scene, token, cues, spoken)
        elif token.lemma_ == "depend" or (token.lemma_ == "require" and token.tag_ in {"VB", "VBZ"}):
            wish = _outcome(scene, token)
        elif word in {"conditional", "contingent", "dependent", "conditioned"}:
            wish = _contingent(scene, token)
        elif token.tag_ == "MD" and word in {"will", "would", "'ll"}:
            wish = _who_does_not(scene, token) or (_any_such(scene, token) if spoken(token) else None)
        elif token.lemma_ in {"give", "have", "face"} and token.pos_ in {"VERB", "AUX"}:
            wish = _deadline(scene, token)
        elif word == "line" and token.i > 0 and scene.tokens[token.i - 1].lower_ == "red":
            wish = _red_line(scene, token)
        elif token.lemma_ == "condition" and word in {"condition", "conditions"}:
            wish = _on_condition(scene, token)
        if wish is not None:
            yield wish


def _held_back(scene: Scene, mark: Token) -> Wish | None:
    """X will not do Y until / unless Z; X will do Y only if Z; the strike will go on until Z."""
    word = mark.lower_
    if word == "only":
        held = mark.head
        mark = scene.tokens[mark.i + 1]
        if mark.lower_ not in _ONLY:
            clause = next((c for c in held.children if c.dep_ == "advcl" and c.i > held.i), None)
            found = (
                next((c for c in clause.children if c.lower_ in _ONLY), None) if clause is not None else None
            )
            if found is None or held.pos_ not in {"VERB", "AUX"}:
                return None
            mark = found
    clause = mark.head
    if clause.dep_ not in {"advcl", "pcomp"} and word != "only":
        return None
    verb = clause.head
    if verb.pos_ not in {"VERB", "AUX"} or clause.i < mark.i or verb.i > mark.i or clauses.denied(verb):
        return None
    threat = next((t for t in (verb, verb.head) if t.lemma_ in _THREATENING), None)
    refusing = (
        threat is not None
        or verb.lemma_ in {"refuse", "decline", "vow", "pledge", "promise"}
        or verb.head.lemma_
        in {
            "refuse",
            "vow",
        }
    )
    if not refusing and not any(c.tag_ == "MD" and c.lower_ in _FUTURE for c in verb.children):
        return None
    who = clauses.subject(verb)
    if who is None or verb.lemma_ in _STATES:
        return None
    if word == "once" and (clauses.negated(verb) or verb.dep_ not in {"ccomp", "parataxis"}):
        return None  # only what somebody says will follow is a condition of his
    if word == "until" and not (
        clauses.negated(verb) or refusing or verb.lemma_ in {"continue", "keep", "stay", "go"}
    ):
        return None
    doer = next((c for c in clause.children if c.dep_ == "nsubj"), None)
    start = max(clauses.noun_start(who), verb.i - 20) if 0 < verb.i - who.i < 16 else verb.i
    stop = clauses.clause_stop(mark.i, min(clause.right_edge.i + 1, scene.end), scene.tokens)
    if stop <= clause.i or stop - start > 55:
        return None
    struggle = who.lemma_.lower() in _STRUGGLES | OUTCOMES
    if threat is not None and word == "unless":
        above = clauses.subject(threat) if threat.pos_ == "VERB" and who.pos_ == "PRON" else None
        who = above if above is not None and above.i < threat.i else who  # "warned that it would …"
        start = min(start, clauses.noun_start(who)) if 0 < start - who.i < 10 else start
        return Wish(
            scene.part, "ultimatum", "threat unless", threat, (start, stop), (mark.i + 1, stop), wants=who, of=doer,
            weak=True,
        )  # fmt: skip
    return Wish(
        scene.part, "precondition", f"not {word}" if word != "only" else "only if", mark, (start, stop),
        (mark.i + 1, stop), wants=None if struggle else who, voiced=struggle, of=doer, weak=True,
        strict=word == "once",
    )  # fmt: skip


def _if(scene: Scene, mark: Token, cues: Cues, spoken: Callable[[Token], str | None]) -> Wish | None:
    """X threatens to do Y if Z does …; "we will come if …"; otherwise an if is no demand."""
    clause = mark.head
    if clause.dep_ != "advcl" or clause.i < mark.i:
        return None
    verb = clause.head
    if verb.pos_ not in {"VERB", "AUX"} or clauses.denied(verb):
        return None
    doer = next((c for c in clause.children if c.dep_ in {"nsubj", "nsubjpass"}), None)
    stop = clauses.clause_stop(mark.i, min(clause.right_edge.i + 1, scene.end), scene.tokens)
    if stop <= clause.i:
        return None
    threat = next((t for t in (verb, verb.head, verb.head.head) if t.lemma_ in _THREATENING), None)
    future = any(c.tag_ == "MD" and c.lower_ in {"will", "would", "'ll", "wo"} for c in verb.children)
    modal = clause.tag_ == "VB" or clauses.negated(clause) or clause.lemma_ in cues.defying
    modal_verb = any(c.tag_ == "MD" for c in verb.children)
    suffers = verb.lemma_ in {"face", "suffer", "regret"} and modal_verb and spoken(verb) is not None
    if suffers and threat is None and doer is not None:
        who = clauses.subject(verb)
        begin = clauses.noun_start(who) if who is not None and 0 < verb.i - who.i < 10 else verb.i
        return Wish(
            scene.part, "ultimatum" if clause.lemma_ in {"fail", "refuse"} else "red_line", "suffer if", mark, (min(begin, mark.i), max(stop, verb.i + 2)), (mark.i, stop),
            voiced=True, of=who if doer.pos_ == "PRON" else doer,
        )  # fmt: skip
    if threat is not None and doer is not None and (modal or future or threat == verb):
        warned = next((c for c in threat.children if c.dep_ == "dobj"), None)
        if doer.pos_ == "PRON":
            doer = warned or clauses.subject(verb) or doer
        who = clauses.subject(threat) if threat.pos_ == "VERB" else None
        start = (
            threat.i if who is None or who.i > threat.i or threat.i - who.i > 10 else clauses.noun_start(who)
        )
        start = min(start, mark.i)
        stop = max(stop, min(threat.i + 1, scene.end))
        if stop - start > 50:
            return None
        kind: DemandKind = (
            "ultimatum"
            if clauses.negated(clause) or clause.lemma_ in {"refuse", "fail", "continue"}
            else "red_line"
        )
        unmet = doer.lemma_ in {"demand", "condition", "term", "request"} or clause.lemma_ == "continue"
        suffered = clause.lemma_ in {"be", "become"} and not clauses.negated(clause) and doer.pos_ == "NOUN"
        kind = "ultimatum" if unmet else kind
        said = min(threat.i + 1, mark.i)
        wanted = (said, stop) if stop - said <= 14 else (mark.i, stop)
        return Wish(
            scene.part, kind, "threat if", threat, (start, stop), wanted, wants=who, of=None if unmet or suffered else doer,
            weak=True, of_needed=not (unmet or suffered),
        )  # fmt: skip
    if future and clause.lemma_ == "continue" and spoken(verb) is not None and abs(verb.i - clause.i) < 24:
        edge = clauses.clause_stop(min(verb.left_edge.i, mark.i), scene.end, scene.tokens)
        start = min(mark.i, verb.left_edge.i)
        return Wish(
            scene.part, "ultimatum", "if this continues", mark, (start, max(edge, stop)), (start, max(edge, stop)),
            voiced=True, of=doer,
        )  # fmt: skip
    if (
        future
        and clauses.negated(clause)
        and doer is not None
        and spoken(verb) is not None
        and verb.i < mark.i
    ):
        who = clauses.subject(verb)
        if who is None or mark.i - who.i > 24 or who.i > verb.i:
            return None
        begin = clauses.noun_start(who)
        return Wish(
            scene.part, "ultimatum", "will if not", mark, (begin, stop), (mark.i, stop), voiced=True, of=doer,
            of_needed=True, weak=True,
        )  # fmt: skip
    giving = verb.lemma_ in cues.giving and future and not clauses.negated(verb)
    who = clauses.subject(verb)
    said = spoken(verb) is not None or (
        who is not None and who.pos_ == "PROPN" and clause.tag_ in {"VBD", "VBZ", "VBP"}
    )
    if giving and who is not None and said and verb.i < mark.i and verb.i - who.i < 12:
        return Wish(
            scene.part, "offer", "will if", verb, (max(clauses.noun_start(who), verb.i - 16), stop), (verb.i, stop),
            wants=who, of_within=True, weak=True,
        )  # fmt: skip
    return None


def _outcome(scene: Scene, verb: Token) -> Wish | None:
    """Further dialogue would depend on X doing Y; any progress will require X to do Y."""
    who = next((c for c in verb.children if c.dep_ in clauses.SUBJECTS and c.i < verb.i), None)
    if who is None or who.lemma_.lower() not in OUTCOMES or clauses.supposed(verb) or clauses.denied(verb):
        return None
    start = clauses.noun_start(who)
    stop = clauses.clause_stop(verb.i + 1, min(verb.right_edge.i + 1, scene.end), scene.tokens)
    begin = verb.i + 1
    if verb.lemma_ == "depend":
        if verb.i + 2 >= scene.end or scene.tokens[verb.i + 1].lower_ not in {"on", "upon"}:
            return None
        begin += 1
    acts = [t for t in scene.tokens[begin:stop] if t.tag_ in {"VBG", "VB"}]
    if not acts:
        return None
    names = [t for t in scene.tokens[begin : acts[0].i] if t.pos_ in {"NOUN", "PROPN", "PRON"}]
    doer = next((t for t in names if t.dep_ not in _NOT_ACTORS), names[-1] if names else None)
    return Wish(
        scene.part,
        "precondition",
        f"terms: {verb.lemma_}",
        verb,
        (start, stop),
        (begin, stop),
        voiced=True,
        of=doer,
    )


def _red_line(scene: Scene, line: Token) -> Wish | None:
    """Crossing the river would be a red line; its red line is the use of gas."""
    be = line.head
    if be.lemma_ != "be" or clauses.supposed(be) or clauses.denied(be) or clauses.negated(be):
        return None
    stop = clauses.clause_stop(be.i, min(be.right_edge.i + 1, scene.end), scene.tokens)
    what = clauses.subject(be)
    if what is None or what.i > be.i or stop <= be.i + 1:
        return None
    owner = next((c for c in line.children if c.dep_ == "poss"), None)
    first = max(what.left_edge.i, be.i - 20)
    wanted = (be.i + 1, stop) if what == line else (first, be.i)
    return Wish(
        scene.part, "red_line", "red line", line, (first, stop), wanted, wants=owner, voiced=owner is None
    )


def _contingent(scene: Scene, word: Token) -> Wish | None:
    """The offer is contingent on X doing Y."""
    be = word.head if word.pos_ == "ADJ" else word
    on = scene.tokens[word.i + 1] if word.i + 2 < scene.end else None
    if on is None or on.lower_ not in {"on", "upon"} or clauses.supposed(be) or clauses.denied(be):
        return None
    what = clauses.subject(be)
    if what is None or what.i > word.i or what.lemma_.lower() not in OUTCOMES | _GIVEN:
        return None
    stop = clauses.clause_stop(
        on.i + 1, min(max(be.right_edge.i, on.right_edge.i) + 1, scene.end), scene.tokens
    )
    acts = next((t for t in scene.tokens[on.i + 1 : stop] if t.tag_ == "VBG"), None)
    names = (
        [t for t in scene.tokens[on.i + 1 : acts.i] if t.pos_ in {"NOUN", "PROPN"}]
        if acts is not None
        else []
    )
    owner = next((c for c in what.children if c.dep_ == "poss"), None)
    return Wish(
        scene.part, "precondition", f"{word.lower_} on", word, (clauses.noun_start(what), stop), (on.i + 1, stop),
        wants=owner, voiced=owner is None, of=names[-1] if names else None,
    )  # fmt: skip


def _who_does_not(scene: Scene, will: Token) -> Wish | None:
    """Nurses who do not return by Monday will lose their licences."""
    verb = will.head
    if (
        verb.lemma_ not in _SUFFERING
        or clauses.negated(verb)
        or clauses.denied(verb)
        or clauses.supposed(verb)
    ):
        return None
    who = next((c for c in verb.children if c.dep_ in clauses.SUBJECTS and c.i < will.i), None)
    clause = (
        next((c for c in who.children if c.dep_ == "relcl" and c.i > who.i), None)
        if who is not None
        else None
    )
    if who is None or clause is None or not (clauses.negated(clause) or clause.lemma_ in {"refuse", "fail"}):
        return None
    stop = clauses.clause_stop(will.i, min(verb.right_edge.i + 1, scene.end), scene.tokens)
    act = (
        clauses.infinitive(clause.i, will.i, scene.tokens) if clause.lemma_ in {"refuse", "fail"} else clause
    )
    start = clauses.noun_start(who)
    return Wish(
        scene.part,
        "ultimatum",
        "who does not",
        will,
        (start, stop),
        ((act or clause).i, stop),
        voiced=True,
        of=who,
    )


def _any_such(scene: Scene, will: Token) -> Wish | None:
    """Any attack will be met with force."""
    verb = will.head
    who = next((c for c in verb.children if c.dep_ in clauses.SUBJECTS and c.i < will.i), None)
    if who is None or verb.lemma_ not in _PROVOKED or clauses.negated(verb) or clauses.denied(verb):
        return None
    if not any(c.lower_ in {"any", "every"} for c in who.children):
        return None
    start = clauses.noun_start(who)
    stop = clauses.clause_stop(will.i, min(verb.right_edge.i + 1, scene.end), scene.tokens)
    return Wish(scene.part, "red_line", "any such", will, (start, stop), (start, stop), voiced=True)


def _deadline(scene: Scene, verb: Token) -> Wish | None:
    """X gave Y two days to leave; Y has until Friday to leave."""
    if clauses.negated(verb) or clauses.supposed(verb) or clauses.denied(verb):
        return None
    reach = min(verb.i + 14, scene.end)
    action = clauses.infinitive(verb.i + 1, reach, scene.tokens)
    if action is None:
        return None
    to = clauses.first_of(action)
    between = scene.tokens[verb.i + 1 : to]
    until = any(t.lower_ == "until" for t in between)
    term = any(t.lemma_ in _TERMS_OF_TIME for t in between) and any(
        t.like_num or t.lower_ == "a" for t in between
    )
    if not until and not term:
        return None
    stop = clauses.clause_stop(
        action.i, min(max(action.right_edge.i, verb.right_edge.i) + 1, scene.end), scene.tokens
    )
    who = clauses.subject(verb)
    if who is None or who.i > verb.i or stop <= action.i:
        return None
    gives = verb.lemma_ == "give"
    given = next((t for t in between if t.pos_ in {"NOUN", "PROPN", "PRON"} and t.lemma_ not in _TERMS_OF_TIME
                  and t.dep_ in {"dobj", "dative", "iobj", "nsubj"}), None)  # fmt: skip
    short = any(t.lemma_ in {"hour", "day", "minute"} for t in between)
    if not gives and not until and not short:
        return None  # "has two months to answer" is how things are
    if (gives and given is None) or (not gives and given is not None):
        return None
    passive = clauses.passive(verb)
    start = clauses.noun_start(who) if verb.i - who.i < 12 else verb.i
    return Wish(
        scene.part, "ultimatum", f"{verb.lemma_} until", verb, (start, stop), (to, stop),
        wants=who if gives and not passive else None, of=given if gives else who, weak=gives, of_needed=True,
    )  # fmt: skip


def _on_condition(scene: Scene, noun: Token) -> Wish | None:
    """Agreed to X on condition that Y does Z."""
    before = {t.lower_ for t in scene.tokens[max(noun.i - 2, 0) : noun.i]}
    if "on" not in before or noun.i + 2 >= scene.end or scene.tokens[noun.i + 1].lower_ != "that":
        return None
    verb = next((t for t in noun.ancestors if t.pos_ == "VERB" and t.i < noun.i), None)
    if verb is None:
        return None
    stop = clauses.clause_stop(
        noun.i + 2, min(max(noun.right_edge.i, verb.right_edge.i) + 1, scene.end), scene.tokens
    )
    who = clauses.subject(verb)
    start = clauses.noun_start(who) if who is not None and 0 < verb.i - who.i < 10 else verb.i
    doer = next((t for t in scene.tokens[noun.i + 2 : stop] if t.dep_ == "nsubj"), None)
    return Wish(
        scene.part,
        "precondition",
        "on condition that",
        noun,
        (start, stop),
        (noun.i + 2, stop),
        wants=who,
        of=doer,
    )
