"""Signals: each event that an article tells, with its quote, parties, tense and claim status; told twice, listed once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from briefs.engines.rules.cast import Cast
from briefs.engines.rules.events import grammar, reading
from briefs.engines.rules.events.rules import EventRules, polarity
from briefs.engines.rules.signals import clause, sides, tense
from briefs.models import ClaimStatus, Event, Mode, Polarity
from briefs.parse import Parsed, ParsedBlock
from briefs.proposals import ProposedSignal, Quote
from briefs.speech import Utterance

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

    from briefs.engines.rules.events.found import Found

_WEAK = 3  # readings of nouns and adjectives weigh no more than this
_PER_SENTENCE = 4
_MASSES = frozenset({"hundred", "thousand", "million", "billion", "dozen", "mass"})
_NAMED = frozenset({"protest", "sanction", "consult", "agree", "mobilize", "coerce"})
"""Events that news calls by a noun: the same noun is the same event, whatever the verb beside it."""
_EMPTY = frozenset(
    {
        "take",
        "part",
        "hold",
        "begin",
        "start",
        "have",
        "make",
        "carry",
        "conduct",
        "continue",
        "stage",
        "launch",
        "announce",
        "reach",
        "with",
        "discuss",
        "issue",
    }
)
_SAYING = frozenset({
    "say", "state", "argue", "allege", "claim", "note", "show", "find", "contend", "describe", "add", "seek", "include",
    "name", "cite", "list", "detail", "prompt", "stem", "involve", "concern", "represent", "ask", "cover", "remain", "be",
    "continue", "relate", "date", "refer", "read", "identify", "contain", "outline",
})  # fmt: skip
_PAPERS = frozenset({
    "lawsuit", "suit", "complaint", "case", "indictment", "petition", "subpoena", "charge sheet", "investigation", "inquiry",
})  # fmt: skip
"""Events that lie on a desk too: as the subject of a verb that tells what they contain, nothing happens."""
_MOVED = frozenset(
    {"follow", "come", "accuse", "target", "name", "end", "fail", "proceed", "arise", "result"}
)
"""What a paper as their subject does is news of it."""
_HANDLED = frozenset(
    {"sign", "read", "see", "write", "cite", "quote", "detail", "use", "discuss", "describe", "mention"}
)
_LIKENING = frozenset({
    "resemble", "recall", "mirror", "echo", "evoke", "compare", "liken", "remember", "commemorate", "depict", "portray", "study",
})  # fmt: skip
"""What these act on is another matter, or a picture of it."""
_ANYBODY = frozenset({
    "that", "those", "person", "people", "one", "man", "woman", "child", "individual", "anyone", "anybody", "everyone", "member",
})  # fmt: skip
_AS_A_RULE = frozenset({"often", "usually", "typically", "generally", "normally", "always", "sometimes"})
_ASKING = frozenset(
    {"comment", "question", "email", "inquiry", "enquiry", "call", "message", "statement", "request"}
)
_SAME_MATTER = (
    frozenset({"sue", "suit", "lawsuit", "class-action", "litigation"}),
    frozenset({"indict", "indictment"}),
    frozenset({"ban", "outlaw", "prohibit", "bar", "forbid"}),
    frozenset({"arrest", "detain", "detention"}),
    frozenset({"convict", "conviction"}),
    frozenset({"strike", "walkout", "stoppage"}),
    frozenset({"acquisition", "acquire", "takeover", "buyout", "merger", "merge"}),
    frozenset({"accuse", "accusation", "allegation", "allege"}),
    frozenset({"deny", "denial"}),
    frozenset({"reject", "rejection"}),
    frozenset({"refuse", "refusal"}),
    frozenset({"veto"}),
)
"""Words for the same step, so that a matter told by a verb here and a noun there is one line."""
_STATIVE = frozenset(
    {"oppose", "support", "favour", "favor", "back", "challenge", "disagree", "dislike", "object"}
)
"""In a relative clause these tell who somebody is ("lawmakers who oppose the plan"), not what was done."""
_CAUSING = frozenset({"have", "make", "get", "let", "see", "help", "force"})
_LEAVING = frozenset({"leave", "evacuate", "flee", "shelter", "depart"})
_UNREAL = frozenset({"any", "whatever", "no", "possible", "potential"})


@dataclass(frozen=True, slots=True)
class _Told:
    """One event at one place."""

    signal: ProposedSignal
    words: frozenset[str]
    by_noun: bool
    """Told by a noun alone, which has no tense."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an event is told."""

    part: ParsedBlock
    dated: tense.Marks
    in_history: bool
    """The sentence before it, in the same paragraph, told background."""


def find(
    parsed: Parsed, utterances: Sequence[Utterance], cast_: Cast, rules: EventRules
) -> list[ProposedSignal]:
    """The risk signals of an article in order of their first quote."""
    about = reading.topics((part.doc for part in parsed.blocks), rules)
    told: list[_Told] = []
    history: tuple[int, bool] = (-1, False)
    for part, sentence in parsed.sentences():
        place = _Place(part, tense.marks(sentence), in_history=history == (part.block.paragraph, True))
        for found in _worthwhile(reading.find(sentence, rules, about)):
            one = _tell(found, place, parsed, utterances, cast_)
            if not _is_passing(found, one.signal):
                told.append(one)
        dated = tense.tells_history(sentence, place.dated) or (
            place.in_history and tense.continues(sentence, place.dated)
        )
        history = (part.block.paragraph, dated)
    return _weighed([s for s in _merged(told) if _is_somebodys(s)], cast_)


def _is_passing(found: Found, signal: ProposedSignal) -> bool:
    """Whether the words only say who or what something is, or what can happen to anybody; a party makes them news."""
    if signal.actors or signal.targets or signal.quotes[0].mode == "headline":
        return False
    trigger = found.trigger
    if trigger.dep_ == "acl" and trigger.tag_ == "VBN":
        return grammar.lemma(trigger.head) in _ANYBODY  # "those convicted of it"
    if trigger.dep_ == "amod" and trigger.tag_ == "VBG":
        return found.event == "protest"  # "striking doctors"
    if any(c.dep_ == "amod" and c.lower_ == "facing" for c in trigger.children):
        return True  # "those facing eviction", as the parser reads it
    above = trigger.head
    if trigger.dep_ == "dobj" and above.tag_ == "VBG":
        whose = [above.head] if above.dep_ == "acl" else [c for c in above.children if c.dep_ == "nsubj"]
        if any(grammar.lemma(w) in _ANYBODY for w in whose):
            return True  # "those facing eviction"
    verb = clause.head_verb(found.anchor)
    if any(c.dep_ == "advmod" and c.lower_ in _AS_A_RULE for c in verb.children):
        return found.event in {"consult", "agree", "cooperate", "support"}
    if found.outlook == "conditional" and signal.quotes[0].mode == "narration":
        return grammar.modal(verb) in {"can", "could", "may", "might"}
    return False


_SOMEBODYS = frozenset({"support", "aid", "cooperate"})


def _is_somebodys(signal: ProposedSignal) -> bool:
    """Help and support are a step only where a party gives or gets them; the words alone tell of many other things."""
    return signal.event not in _SOMEBODYS or bool(signal.actors or signal.targets)


def _worthwhile(found: list[Found]) -> list[Found]:
    """The readings of a sentence that deserve a line: weak ones only beside nothing stronger of the same clause."""
    events = [f for f in found if _is_told(f)]
    strong = [f for f in events if f.weight > _WEAK or f.governed_by]
    out = list(strong)
    clauses = {(clause.head_verb(f.anchor).i, _polarity(f)) for f in strong}
    for weak in sorted((f for f in events if f not in strong), key=lambda f: -f.weight):
        place = (clause.head_verb(weak.anchor).i, _polarity(weak))
        if place not in clauses:
            clauses.add(place)
            out.append(weak)
    out = [one for one in out if not any(_holds_same(other, one) for other in out)]
    kept: dict[tuple[int, str], Found] = {}
    for one in out:
        key = (clause.head_verb(one.anchor).i, one.event)
        if key not in kept or one.weight > kept[key].weight:
            kept[key] = one
    return sorted(kept.values(), key=lambda f: f.trigger.i)[:_PER_SENTENCE]


def _holds_same(outer: Found, inner: Found) -> bool:
    """Whether a reading only says in its clause what another told already: "warned that they could face penalties"."""
    verb = clause.head_verb(inner.anchor)
    ahead = (
        outer.event in {"warning", "threaten"}
        and inner.outlook != "asserted"
        and _polarity(inner) == _polarity(outer)
    )
    return (
        outer is not inner
        and (outer.event == inner.event or ahead)
        and verb.dep_ == "ccomp"
        and verb.head in {outer.trigger, outer.anchor}
    )


def _is_told(found: Found) -> bool:
    """Whether a reading reports something: neither a demand, a supposition, a purpose nor a name in passing."""
    if found.event in {"-", "request"} or found.hypothetical or _is_readers(found.anchor):
        return False
    trigger = found.trigger
    if found.governed_by:
        return not (_is_purpose(found.anchor) or _is_rule_or_wish(found))
    if trigger.pos_ in {"VERB", "AUX"}:
        able = trigger.dep_ == "relcl" and grammar.modal(trigger) in {"can", "could", "may", "might"}
        known_for = trigger.dep_ == "relcl" and grammar.lemma(trigger) in _STATIVE
        return not able and not known_for and not _is_purpose(trigger)
    if trigger.pos_ not in {"NOUN", "PROPN"} or found.weight > _WEAK + 2:
        return True
    if found.outlook == "conditional" and polarity(found.event) == "de_escalatory":
        return False
    above = clause.head_verb(trigger)
    if _is_wanted(above) or _is_likened(trigger):
        return False
    if any(_is_purpose(a) for a in trigger.ancestors if above.i <= a.i <= trigger.i and a.pos_ == "VERB"):
        return False
    if trigger.dep_ == "compound" or any(c.lower_ in _UNREAL for c in trigger.children):
        return False
    if _is_source(trigger):
        return False
    if found.event in {"support", "aid", "cooperate"}:
        return False  # these words name things more often than they tell that something was done
    if found.event == "threaten" and trigger.dep_ == "pobj" and trigger.head.lower_ == "for":
        return False  # "watch the network for threats"
    if (
        found.event == "agree"
        and trigger.dep_ == "attr"
        and grammar.modal(trigger.head) in {"could", "may", "might"}
    ):
        return False  # "what could be the largest deal" weighs one that is told elsewhere
    if found.event in {"agree", "consult"}:
        return trigger.dep_ in {"nsubj", "nsubjpass", "dobj", "ROOT", "attr", "conj"} or (
            trigger.dep_ == "pobj" and trigger.head.lower_ in {"after", "for", "following", "amid", "during"}
        )
    return True


def _is_rule_or_wish(found: Found) -> bool:
    """What a law prevents is no step, and what somebody wants done to others is a demand."""
    doers = (
        {grammar.lemma(s) for s in grammar.subjects(found.anchor)} if found.anchor.pos_ == "VERB" else set()
    )
    if found.governed_by[-1:] == ("stop",) and not doers.isdisjoint(_LAWS):
        return True
    trigger = found.trigger
    return (
        not {"plan", "hope"}.isdisjoint(found.governed_by)
        and trigger.dep_ == "ccomp"
        and grammar.lemma(trigger.head) == "want"
        and any(c.dep_ in {"nsubj", "nsubjpass"} for c in trigger.children)
    )


_LAWS = frozenset({"law", "act", "rule", "statute", "amendment", "constitution", "clause", "provision"})


def _is_wanted(verb: Token) -> bool:
    """In "its request that the court [declare] the strike unlawful", the bare verb tells what is wanted."""
    return (
        verb.tag_ == "VB"
        and verb.dep_ in {"acl", "ccomp"}
        and any(c.dep_ in {"nsubj", "nsubjpass"} for c in verb.children)
        and not any(c.dep_ in {"aux", "neg"} for c in verb.children)
    )


def _is_likened(noun: Token) -> bool:
    """In "it resembled the riot", something else is told."""
    held = noun.dep_ == "dobj" or (noun.dep_ == "pobj" and noun.head.lower_ in {"to", "with", "like"})
    if noun.dep_ == "pobj" and noun.head.lower_ in {"like", "unlike"}:
        return True
    above = noun.head if noun.dep_ == "dobj" else noun.head.head
    return held and grammar.lemma(above) in _LIKENING


def _is_readers(verb: Token) -> bool:
    """What "you" do is anybody's or the reader's doing ("You agree to receive our letters"); commands have no subject."""
    return any(s.lower_ == "you" for s in grammar.subjects(verb))


def _is_source(noun: Token) -> bool:
    """In "the lawsuit said" or "according to the complaint", a paper speaks; nothing happens."""
    head = noun.head
    if grammar.lemma(noun) in _PAPERS:
        if noun.dep_ == "nsubj" and head.pos_ == "VERB" and grammar.lemma(head) not in _MOVED:
            return True
        if noun.dep_ == "pobj" and head.lower_ in {"in", "of", "under", "to"}:
            return True
        if noun.dep_ == "dobj" and grammar.lemma(head) in _HANDLED:
            return True
    if noun.dep_ == "pobj" and head.lower_ in {"on", "about"} and grammar.lemma(head.head) in _ASKING:
        return True  # "a request for comment on the allegations"
    if noun.dep_ in {"nsubj", "nsubjpass"}:
        return grammar.lemma(head) in _SAYING and (
            grammar.lemma(noun) in _PAPERS or grammar.lemma(head) not in {"be", "remain", "continue"}
        )
    return noun.dep_ == "pobj" and "according" in {head.lower_, head.head.lower_}


def _is_purpose(verb: Token) -> bool:
    """In "to [counter] the threat" or "for them to [leave]", what is meant to come is not told as done."""
    while (
        verb.dep_ == "conj" and verb.head.pos_ == "VERB" and not any(c.dep_ == "nsubj" for c in verb.children)
    ):
        verb = verb.head
    if not any(c.dep_ == "aux" and c.tag_ == "TO" for c in verb.children):
        # "to have the plan declared void"
        return verb.dep_ == "ccomp" and grammar.lemma(verb.head) in _CAUSING and _is_purpose(verb.head)
    return verb.dep_ in {"advcl", "acl", "relcl"} or any(c.dep_ in {"nsubj", "mark"} for c in verb.children)


def _polarity(found: Found) -> Polarity:
    if found.event == "support" and found.governed_by[-1:] == ("escalatory",):
        return "escalatory"
    return polarity(found.event)


def _tell(found: Found, place: _Place, parsed: Parsed, utterances: Sequence[Utterance], cast_: Cast) -> _Told:
    part = place.part
    first, end = clause.quote(found.anchor, found.trigger)
    span = part.doc[first:end]
    start, stop = part.start(span), part.end(span)
    inside = _utterance(part.start(found.trigger), utterances)
    actors, targets = sides.of(found, part, cast_)
    speaker = cast_.speaker(inside) if inside else None
    if (
        not actors
        and speaker
        and found.event in {"accuse", "threaten", "warning", "reject", "support", "agree"}
    ):
        actors = (speaker,)
    mode: Mode = "narration"
    if part.block.kind in {"headline", "caption"}:
        mode = cast("Mode", part.block.kind)
    elif inside:
        mode = inside.mode
    signal = ProposedSignal(
        event=cast("Event", found.event),
        polarity=_polarity(found),
        severity=_severity(found, span),
        text=clause.line(found.anchor, found.trigger, first, end),
        quotes=(Quote(start, stop, parsed.text[start:stop], mode=mode, speaker=speaker),),
        actors=actors,
        targets=tuple(t for t in targets if t not in actors),
        tense=tense.of(found, span, place.dated, in_history=place.in_history),
        claim_status=_claim(found, inside),
        rule=found.rule,
    )
    return _Told(signal, _words(found), found.trigger.pos_ in {"NOUN", "PROPN"} and not found.governed_by)


def _words(found: Found) -> frozenset[str]:
    """What an event is called at one place: its trigger, or the event noun that a light verb acts on."""
    names = {grammar.lemma(found.trigger)}
    if found.event in _NAMED:
        names |= {grammar.lemma(o) for o in grammar.objects(found.trigger)}
        names |= {word for word in found.rule.split() if word.isalpha() and len(word) > 3}
    for family in _SAME_MATTER:
        if names & family:
            names |= family
    return frozenset(names - _EMPTY)


def _severity(found: Found, span: Span) -> int:
    """The rule's anchor; harm to masses and advice to leave weigh more."""
    words = {grammar.lemma(t) for t in span}
    if found.event == "hardship" and found.severity == 3 and not words.isdisjoint(_MASSES):
        return 4
    if found.event == "warning" and not words.isdisjoint(_LEAVING):
        return 4
    return found.severity


def _utterance(at: int, utterances: Sequence[Utterance]) -> Utterance | None:
    """The narrowest reported or quoted speech that holds a position."""
    holding = [u for u in utterances if u.content[0] <= at < u.content[1]]
    return min(holding, key=lambda u: u.content[1] - u.content[0], default=None)


def _claim(found: Found, inside: Utterance | None) -> ClaimStatus:
    if found.denied:
        return "denied"
    near = {t.lower_ for t in found.trigger.subtree} | {c.lower_ for c in found.anchor.children}
    if near & {"alleged", "allegedly", "reportedly", "purported", "supposedly", "unconfirmed"}:
        return "contested" if near & {"alleged", "allegedly", "purported"} else "attributed"
    return "attributed" if inside else "reported"


def _weighed(found: list[ProposedSignal], cast_: Cast) -> list[ProposedSignal]:
    """An accusation whose target, or one of its people, denies something in the article is contested."""
    deniers = {
        side for s in found if s.claim_status == "denied" for key in s.actors for side in _side(key, cast_)
    }
    return [
        replace(s, claim_status="contested")
        if s.event == "accuse" and deniers & {side for key in s.targets for side in _side(key, cast_)}
        else s
        for s in found
    ]


def _side(key: str, cast_: Cast) -> set[str]:
    member = cast_.members.get(key)
    return {key, member.member_of} if member is not None and member.member_of else {key}


def _merged(told: Sequence[_Told]) -> list[ProposedSignal]:
    """Events told in several places become one signal with several quotes, the strongest reading first."""
    out: list[_Told] = []
    for one in told:
        at = next((i for i, known in enumerate(out) if _same(known, one)), None)
        if at is None:
            out.append(one)
            continue
        known = out[at]
        quotes = known.signal.quotes
        if not any(q.start <= one.signal.quotes[0].start < q.end for q in quotes):
            quotes = (*quotes, *one.signal.quotes)
        out[at] = replace(
            known,
            signal=replace(
                known.signal,
                quotes=quotes,
                severity=max(known.signal.severity, one.signal.severity),
                actors=(actors := known.signal.actors or one.signal.actors),
                targets=tuple(t for t in known.signal.targets or one.signal.targets if t not in actors),
            ),
        )
    return [t.signal for t in out]


def _same(known: _Told, one: _Told) -> bool:
    a, b = known.signal, one.signal
    if a.event != b.event or a.polarity != b.polarity or not known.words & one.words:
        return False
    if a.tense != b.tense and not (one.by_noun and (a.actors or a.targets) and (b.actors or b.targets)):
        return False
    return all(not x or not y or set(x) & set(y) for x, y in ((a.actors, b.actors), (a.targets, b.targets)))
