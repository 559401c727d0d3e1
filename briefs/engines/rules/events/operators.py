"""What negation, modality and governing words make of an event: "refused to talk", "called for an end to the raids"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from briefs.engines.rules.events import grammar
from briefs.engines.rules.events.found import Found, Outlook
from briefs.engines.rules.events.rules import (
    ESCALATORY,
    EventRules,
    Operator,
    Plover,
    Reported,
    plover_class,
)

if TYPE_CHECKING:
    from spacy.tokens import Token

_IF = frozenset({"if", "unless", "should", "whether", "lest", "until"})


def governed(found: Found, rules: EventRules) -> Found | None:
    """What remains of a reading under negation and the operators above it; None where nothing is reported."""
    token = found.trigger
    now: Found | None = found
    asked_negation = ": " in found.rule and _negative(found, rules)
    if grammar.is_negated(token) and not asked_negation:
        now = _negate(found)
    if now is not None and _is_if(token):
        now = replace(now, outlook="conditional", hypothetical=True)
    for governor, relation in _governors(token):
        if now is None:
            return None
        operators = _operators(governor, relation, token, rules)
        if operators:
            now = _apply(now, operators[0], governor)
            if now is None:
                return None
        elif relation in _ASIDE and governor.pos_ in {"VERB", "ADJ"}:
            break  # in "urged them to answer for the attack" it is the answer that is urged
        unseen = governor.pos_ == "NOUN" and relation in {"acl", "ccomp", "of"}  # "no sign that it [met]"
        unable = governor.pos_ == "ADJ" and relation == "xcomp"  # "not able to [meet]"
        if now is not None and (unseen or unable) and grammar.is_negated(governor):
            now = _negate(now)
        if now is not None and governor.pos_ in {"VERB", "AUX"}:
            swayed = now.governed_by and now.anchor == governor
            held = relation == "xcomp" or (relation in {"dobj", "nsubjpass"} and not operators)
            if (swayed or held) and grammar.is_negated(governor):
                now = _negate(now)
            if now is not None and _is_if(governor):
                now = replace(now, outlook="conditional", hypothetical=True)
    if now is None:
        return None
    if now.outlook == "asserted":
        verb = now.anchor if now.anchor.pos_ in {"VERB", "AUX"} else _verb_above(now.anchor)
        if verb is not None:
            if _is_if(verb):
                now = replace(now, outlook="conditional", hypothetical=True)
            else:
                match grammar.modal(verb):
                    case "will" | "shall":
                        now = replace(now, outlook="future")
                    case "could" | "may" | "might" if any(c.lower_ == "have" for c in verb.children):
                        pass  # "may have shelled" is a guess at what was, not at what will be
                    case "would" | "could" | "may" | "might" | "can":
                        now = replace(now, outlook="conditional")
                    case "must" | "should":
                        # an object of what must be done is wanted only where it is peace
                        wanted = now.trigger == verb or grammar.lemma(token) in rules.peace
                        demanded = wanted and not _in_subject(token, verb)
                        now = _apply(now, "call", now.anchor) if demanded else None
                    case _:
                        pass
    return now


def _negative(found: Found, rules: EventRules) -> bool:
    """Whether the rule that read the trigger asks for a negated verb itself."""
    words = found.rule.partition(": ")[2].split()
    if "not" in words or "no" in words or "never" in words:
        return True
    return any(
        r.name == found.rule and r.wants_negation and r.severity == found.severity
        for r in rules.verbs.get(words[0], ())
    )


def _is_if(verb: Token) -> bool:
    return any(c.dep_ == "mark" and c.lower_ in _IF for c in verb.children) or (
        verb.dep_ in {"advcl", "ccomp"}
        and any(
            c.dep_ == "aux" and c.lower_ in {"should", "had"} and c.i == verb.left_edge.i
            for c in verb.children
        )
    )


def _in_subject(token: Token, verb: Token) -> bool:
    return any(token.i in grammar.extent(c) for c in verb.children if c.dep_ in {"nsubj", "nsubjpass"})


def _verb_above(token: Token) -> Token | None:
    for above in token.ancestors:
        if above.pos_ in {"VERB", "AUX"}:
            return above
    return None


def _governors(token: Token) -> list[tuple[Token, str]]:
    """The words above a trigger within its clause and the clauses that hold it, nearest first.

    The relation is the dependency by which the chain enters the governor, or the preposition.
    """
    out: list[tuple[Token, str]] = []
    current, carried = token, False
    while current.head != current and len(out) < 8:
        relation, head = current.dep_, current.head
        if relation in {"relcl", "parataxis", "nsubj", "csubj", "agent", "ROOT", "appos"}:
            break
        if relation == "advcl":
            break
        if relation == "pobj" and head.dep_ == "agent":
            break
        if relation == "dobj" and out and out[-1][0] == current and out[-1][1] in {"of", "for"} and carried:
            relation = out[-1][
                1
            ]  # "accused the firm of [cheating]": the phrase is the verb's, not the noun's
        carried = relation == "pcomp"
        if relation in {"pobj", "pcomp"} and head.head != head:
            relation, current = head.lower_, head
            head = head.head
            if relation in _CIRCUMSTANCE:
                break
        if relation == "acl" and current.tag_ == "VBN" and not any(c.dep_ == "aux" for c in current.children):
            break
        if relation == "conj" and head.pos_ in {"VERB", "AUX"} and current.pos_ in {"VERB", "AUX"}:
            current = head
            continue
        out.append((head, relation))
        current = head
    return out


_ASIDE = frozenset({"for", "on", "over", "with", "at", "in", "from", "about", "against", "to", "into"})
_CIRCUMSTANCE = frozenset(
    {"after", "since", "following", "during", "despite", "amid", "before", "by", "as", "because"}
)
"""Prepositions that hang an event beside a clause, where no word of the clause governs it."""
_ENTERS: dict[str, frozenset[str]] = {
    "stop": frozenset(
        {"dobj", "nsubjpass", "xcomp", "of", "to", "in", "on", "pcomp", "compound", "from", "against"}
    ),
    "refuse": frozenset({"dobj", "nsubjpass", "xcomp", "of", "to", "acl"}),
    "deny": frozenset({"dobj", "nsubjpass", "xcomp", "ccomp", "of", "acl"}),
    "threat": frozenset({"dobj", "xcomp", "ccomp", "of", "with", "acl"}),
    "call": frozenset(
        {"dobj", "nsubjpass", "xcomp", "ccomp", "for", "to", "on", "of", "acl", "into", "upon"}
    ),
    "fear": frozenset(
        {"dobj", "ccomp", "of", "about", "over", "for", "acl", "xcomp", "that", "at", "compound"}
    ),
    "blame": frozenset({"of", "xcomp", "for", "ccomp", "acl", "with"}),
    "back": frozenset({"dobj", "nsubjpass", "for", "of", "xcomp", "to"}),
    "plan": frozenset({"xcomp", "for", "to", "of", "acl", "about", "on", "dobj", "nsubjpass"}),
    "hope": frozenset({"xcomp", "for", "of", "ccomp", "acl", "to", "dobj"}),
    "agree": frozenset({"xcomp", "to", "acl", "dobj", "ccomp", "nsubjpass"}),
    "fail": frozenset({"xcomp", "acl", "of", "in", "to"}),
    "do": frozenset({"dobj", "nsubjpass"}),
}
_LONGING = frozenset(
    {"want", "seek", "require", "need", "prefer", "preference", "tell", "requirement", "pursue"}
)
"""Weak calls: they count as a call for peace alone."""
_NEEDING = frozenset({"require", "requirement", "tell", "need"})
_ORDER: tuple[Operator, ...] = (
    "stop",
    "refuse",
    "deny",
    "threat",
    "fear",
    "blame",
    "agree",
    "call",
    "fail",
    "back",
    "plan",
    "hope",
    "do",
)


def _operators(governor: Token, relation: str, trigger: Token, rules: EventRules) -> list[Operator]:
    word = grammar.lemma(governor)
    particle = next((c.lower_ for c in governor.children if c.dep_ == "prt"), None)
    kinds = rules.operators.get(f"{word} {particle}") if particle else None
    if kinds is None:
        kinds = rules.operators.get(word, frozenset())
    fitting = [k for k in _ORDER if k in kinds and relation in _ENTERS[k]]
    if (
        word in {"caution", "warn", "advise", "counsel", "urge", "argue", "speak", "vote"}
        and relation == "against"
    ):
        return ["refuse"]
    if word == "reduce" and relation == "to":
        return []  # what somebody is reduced to goes on
    if relation == "compound" and word in {"prevention", "resolution", "management"}:
        return []  # a subject of study: "conflict prevention"
    if word in {"threat", "threaten"} and relation not in {"of", "to", "xcomp", "ccomp", "with", "acl"}:
        return [k for k in fitting if k != "fear"]
    if word == "call" and relation in {"dobj", "nsubjpass", "xcomp", "ccomp"}:  # "called the talks a start"
        return []
    if "call" in fitting and word in _LONGING and grammar.lemma(trigger) not in rules.peace:
        return ["need"] if word in _NEEDING else [k for k in fitting if k != "call"]
    if "agree" in fitting and word in {
        "pledge",
        "promise",
        "offer",
        "commit",
        "undertake",
        "ready",
        "prepared",
    }:
        return ["agree"]
    return fitting


def _negate(found: Found) -> Found | None:
    if found.event in {"request", "-"}:
        return replace(found, event="-")
    if found.event == "aid":
        return replace(found, event="hardship", plover="REJECT", severity=3, rule=f"not {found.rule}")
    if found.event in ESCALATORY:
        if found.governed_by[-1:] == ("refuse",) or found.event == "reject":
            return replace(found, event="-")
        return None
    return replace(found, event="reject", plover="REJECT", severity=2, rule=f"not {found.rule}")


def _apply(found: Found, operator: Operator, governor: Token) -> Found | None:
    """What a governing word makes of an event; None where nothing is reported any more."""
    escalatory = found.event in ESCALATORY
    if found.event in {"-", "request"} and operator not in {"refuse", "call"}:
        return found
    trail = (*found.governed_by, operator)
    match operator:
        case "plan":
            return replace(found, outlook="future", governed_by=trail)
        case "need":
            return replace(found, event="request", plover="REQUEST", anchor=governor, governed_by=trail)
        case "do":
            return replace(found, anchor=governor, governed_by=trail)
        case "agree" if grammar.lemma(governor) not in _CONSENT and not escalatory:
            return replace(found, outlook="future", plover="AGREE", governed_by=trail)
        case "agree" | "hope" if escalatory:
            return replace(found, outlook="future", governed_by=trail)
        case "fail" if escalatory:
            return found if found.event in _ENDURED else None
        case "threat" if not escalatory:
            return found
        case "blame" if not escalatory:
            return None  # what somebody is accused of is no step of his
        case "fear" if not escalatory or found.event in {"accuse", "reject", "threaten", "warning"}:
            return found
        case "stop" if found.event in _ENDURED - {"accuse"}:
            return replace(found, event="-", anchor=governor, governed_by=trail)  # meant, seldom done
        case "hope" if found.event not in {"consult", "agree", "retreat"}:
            return replace(found, event="-", anchor=governor, governed_by=trail)
        case "back":
            forceful = found.event in _STEPS or (found.event == "coerce" and found.severity > 2)
            trail = (*trail, "escalatory" if forceful else "de_escalatory")
        case _:
            pass
    event, severity = _meaning(found, operator, governor)
    plover: Plover = _PLOVER_OF.get(operator) or plover_class(event)
    if operator == "call" and event == "support" and escalatory:
        plover, trail = "THREATEN", (*trail, "escalatory")
    if operator == "refuse" and event == "support":
        plover = "REQUEST"
    return replace(
        found,
        event=event,
        severity=severity,
        plover=plover,
        anchor=governor,
        governed_by=trail,
        rule=f"{operator} {grammar.lemma(governor)} > {found.rule}",
        denied=found.denied or operator == "deny",
        outlook=_OUTLOOK_OF.get(operator, found.outlook),
    )


def _meaning(found: Found, operator: Operator, governor: Token) -> tuple[Reported, int]:
    """The event that an operator makes of another, and its severity."""
    event = found.event
    match operator:
        case "stop":
            return _ENDED[event]
        case "refuse":
            against = "against" in {c.lower_ for c in governor.children}
            return ("support", 2) if against and event in _FORCEFUL else ("reject", 2)
        case "deny" | "fail":
            return "reject", 2
        case "threat":
            return "threaten", 4 if event in {"assault", "mobilize"} else 3
        case "call":
            if event in {"consult", "agree", "support", "cooperate"}:
                return "support", 2
            forceful = event in {"assault", "mobilize", "sanction"} and found.trigger.pos_ == "NOUN"
            return ("support", 3) if forceful else ("request", 2)
        case "fear":
            return "warning", 3 if event in {"assault", "mobilize", "coerce"} else 2
        case "blame":
            return "accuse", 2
        case "agree":
            return "agree", max(2, found.severity)
        case "back":
            return "support", 2
        case _:
            return "support", 1


_PLOVER_OF: dict[Operator, Plover] = {"call": "REQUEST", "agree": "AGREE"}
_OUTLOOK_OF: dict[Operator, Outlook] = {"refuse": "asserted"}
_CONSENT = frozenset({"agree", "consent", "accept", "acquiesce"})
"""Saying yes to somebody is an agreement; offering or promising is the step itself, still to come."""
_STEPS = frozenset({"assault", "mobilize", "sanction", "protest", "threaten"})
_FORCEFUL = frozenset({"assault", "mobilize", "coerce", "sanction"})
_ENDURED = frozenset({"hardship", "accuse", "warning"})
_ENDED: dict[str, tuple[Reported, int]] = {
    "sanction": ("concede", 3),
    "coerce": ("concede", 2),
    "threaten": ("concede", 2),
    "reject": ("concede", 2),
    "accuse": ("concede", 2),
    "assault": ("retreat", 3),
    "mobilize": ("retreat", 3),
    "protest": ("retreat", 3),
    "aid": ("sanction", 3),
    "cooperate": ("sanction", 2),
    "support": ("sanction", 2),
    "consult": ("reject", 3),
    "agree": ("reject", 3),
    "warning": ("support", 2),
    "hardship": ("support", 2),
    "concede": ("reject", 2),
    "retreat": ("reject", 2),
}
