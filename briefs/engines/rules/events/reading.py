"""Which events a parsed text reports: triggers whose conditions hold, changed by the words that govern them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from briefs.engines.rules.events import grammar
from briefs.engines.rules.events.rules import (
    ESCALATORY,
    EventRules,
    Operator,
    Plover,
    Reported,
    Rule,
    plover_class,
)

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

_Forms = tuple[str, str]
"""Lemma and lower-case form of a token."""
Outlook = Literal["asserted", "future", "conditional"]

_GAP = 4  # words that a trigger of several words may leave open
_TOPIC_WORDS = 3  # so many words of a topic in an article make it the article's topic
_NOMINAL = frozenset({"nsubj", "nsubjpass", "dobj", "pobj", "ROOT", "attr", "conj", "appos"})
_IF = frozenset({"if", "unless", "should", "whether", "lest", "until"})
_LIGHT = frozenset({
    "hold", "have", "begin", "start", "continue", "launch", "carry", "conduct", "stage", "make", "give", "issue",
    "sign", "reach", "announce", "take", "face", "see", "undergo", "resume", "open", "be", "do", "mount", "express",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """One event as a sentence tells it.

    `trigger` is the word that names it, `anchor` the verb (or noun) whose clause carries it: the governing one where an
    operator changed the meaning ("[refused] to talk"). `weight` orders readings of the same words, the larger first.
    """

    trigger: Token
    anchor: Token
    event: Reported
    plover: Plover
    severity: int
    rule: str
    weight: int
    outlook: Outlook = "asserted"
    governed_by: tuple[str, ...] = ()
    denied: bool = False
    conditions: int = 0
    """How many conditions its rule had: such a rule has read the verb's objects too."""
    hypothetical: bool = False
    """It stands under "if", "unless" or "whether"."""


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
        facts = _Facts(token, about, present)
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
    tokens: Sequence[Token], forms: Sequence[_Forms], at: int, rules: EventRules, facts: _Facts
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


class _Facts:
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


def _settled(found: list[Found], rules: EventRules) -> list[Found]:
    """Each reading after its governing words; readings that a governor swallowed are gone."""
    claimed = set().union(*(_arguments(f.trigger) for f in found if f.conditions))
    changed = [_governed(f, rules) for f in found if f.conditions or f.trigger.i not in claimed]
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


def _governed(found: Found, rules: EventRules) -> Found | None:
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
        verb.dep_ == "advcl"
        and any(c.dep_ == "aux" and c.lower_ == "should" and c.i == verb.left_edge.i for c in verb.children)
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
