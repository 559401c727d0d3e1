"""Where the article cannot be right in both places: who did it, how many, yes or no.

Only pairs that agree in all but one point count, since a false alarm costs more trust than a missed one. A claim and
its denial by the other side are no contradiction, and neither are figures that grew over time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from briefs.engines.rules.cast import Cast
from briefs.models import ContradictionKind
from briefs.parse import Parsed, ParsedBlock
from briefs.proposals import ProposedContradiction, ProposedDemand, ProposedSignal, Quote

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

_ONCE = frozenset({"warning", "assault"})  # of other events an article may well tell of two alike
_GROWS = re.compile(
    r"\b(at least|more than|over|up to|nearly|almost|fewer than|less than|rose|risen|grew|from|since|earlier|initially|"
    r"previously|another|other|additional|further|of whom|of them|each|per|a day|daily|by \d{4}|in \d{4})\b",
    re.IGNORECASE,
)
_ALSO = re.compile(
    r"\b(also|too|both|likewise|similarly|as well|in turn|another|again|respectively)\b", re.IGNORECASE
)
_DIGITS = re.compile(r"^\d[\d,]*$")
_MEASURES = frozenset(
    "percent % cent dollar euro pound yen yuan rouble ruble share day week month year hour minute mile kilometer "
    "kilometre metre meter ton tonne barrel degree point time".split()
)
_ORDER_VERBS = frozenset({"urge", "warn", "tell", "order", "advise", "ask", "call", "issue", "instruct"})


def find(
    parsed: Parsed, cast: Cast, demands: Sequence[ProposedDemand], signals: Sequence[ProposedSignal]
) -> tuple[ProposedContradiction, ...]:
    """Contradictions inside one article, actors first; each pair of places once."""
    return (*_actors(parsed, cast, _acts(demands, signals)), *_numbers(parsed))


@dataclass(frozen=True, slots=True)
class _Act:
    """Something that is done once: by whom, to whom, and where the article says so."""

    event: str
    actors: tuple[str, ...]
    targets: tuple[str, ...]
    quote: Quote


def _acts(demands: Sequence[ProposedDemand], signals: Sequence[ProposedSignal]) -> list[_Act]:
    """The signals of single acts, and the appeals that an official warning carries ("urging residents to leave")."""
    found = [(s, quote) for s in signals if s.event in _ONCE and (quote := _support(s.quotes)) is not None]
    acts = [_Act(s.event, s.actors, s.targets, quote) for s, quote in found if s.actors]
    warned = [quote for s, quote in found if s.event == "warning"]
    for demand in demands:
        quote = _support(demand.quotes)
        if demand.kind != "appeal" or quote is None or not demand.from_:
            continue
        if any(w.start < quote.end and quote.start < w.end for w in warned):
            acts.append(_Act("warning", demand.from_, demand.to, quote))
    return acts


def _actors(parsed: Parsed, cast: Cast, acts: Sequence[_Act]) -> Iterator[ProposedContradiction]:
    """The same single act on the same people, laid to two parties that have nothing to do with each other."""
    told: set[frozenset[str]] = set()
    for one, other in combinations(acts, 2):
        if one.event != other.event or (
            one.targets and other.targets and not {*one.targets} & {*other.targets}
        ):
            continue
        if _kin(cast, one.actors) & _kin(cast, other.actors) or not _named(
            cast, (*one.actors, *other.actors)
        ):
            continue
        a, b = one.quote, other.quote
        pair = frozenset((one.actors[0], other.actors[0]))
        if pair in told or _share_a_name(cast, one.actors, other.actors):
            continue
        if _ALSO.search(a.text) or _ALSO.search(b.text):
            continue
        names = _kin(cast, (*one.actors, *other.actors, *one.targets, *other.targets))
        shared = (_lemmas(parsed, a) & _lemmas(parsed, b)) - _name_words(cast, names)
        # An advisory to the same people is one act; of other acts the words themselves must say that it was the same.
        needed = 1 if one.event == "warning" and {*one.targets} & {*other.targets} else 3
        if len(shared - _ORDER_VERBS) >= needed:
            told.add(pair)
            first, second = (cast.members[p.actors[0]].name for p in (one, other))
            yield _pair(parsed, a, b, "actor", f"who did it: {first} or {second}")


def _share_a_name(cast: Cast, ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether a name of one side holds a name of the other: a local branch and its union are no two hands."""
    one, other = (_name_words(cast, frozenset(keys)) for keys in (ours, theirs))
    return one <= other or other <= one


def _named(cast: Cast, keys: Sequence[str]) -> bool:
    """Whether all are bodies known by name: "the team" may be part of the other party, a person may speak for it."""
    members = [cast.members.get(key) for key in keys]
    return all(
        m is not None and m.type != "person" and m.name.removeprefix("the ")[:1].isupper() for m in members
    )


def _support(quotes: Sequence[Quote]) -> Quote | None:
    return next((q for q in quotes if q.role == "support"), None)


def _kin(cast: Cast, keys: Sequence[str]) -> frozenset[str]:
    """The parties with those they speak for."""
    found = set(keys)
    for key in keys:
        member = cast.members.get(key)
        if member is not None and member.member_of:
            found.add(member.member_of)
    return frozenset(found)


def _name_words(cast: Cast, keys: frozenset[str]) -> set[str]:
    members = [cast.members[k] for k in keys if k in cast.members]
    return {w.casefold() for m in members for form in (m.name, *m.aliases) for w in re.findall(r"\w+", form)}


def _lemmas(parsed: Parsed, quote: Quote) -> set[str]:
    """Lemmas of the nouns and verbs of the sentence in which a quote begins."""
    return {
        t.lemma_.casefold()
        for part, sentence in parsed.sentences()
        if part.start(sentence) <= quote.start < part.end(sentence)
        for t in sentence
        if t.pos_ in {"VERB", "NOUN"}
    }


@dataclass(frozen=True, slots=True)
class _Count:
    """A number of things that something happened to, as one clause tells it."""

    value: int
    noun: str
    verb: str
    companions: frozenset[str]
    quote: Quote
    headline: bool
    vague: bool


def _numbers(parsed: Parsed) -> Iterator[ProposedContradiction]:
    counts = [c for part, sent in parsed.sentences() for c in _counts(parsed, part, sent)]
    for one, other in combinations(counts, 2):
        if one.value == other.value or (one.noun, one.verb) != (other.noun, other.verb):
            continue
        if one.vague or other.vague or one.quote.start == other.quote.start:
            continue
        needed = 1 if one.headline or other.headline else 2
        if len(one.companions & other.companions) >= needed:
            note = f"how many {one.noun}: {one.value} or {other.value}"
            kind: ContradictionKind = "headline_vs_body" if one.headline else "number"
            yield _pair(parsed, one.quote, other.quote, kind, note)


def _counts(parsed: Parsed, part: ParsedBlock, sentence: Span) -> Iterator[_Count]:
    start, end = part.start(sentence), part.end(sentence)
    quote = Quote(start, end, parsed.text[start:end])
    for token in sentence:
        noun = token.head
        if (
            noun.lemma_.casefold() in _MEASURES
            or token.dep_ != "nummod"
            or not _DIGITS.match(token.text)
            or noun.pos_ not in {"NOUN", "PROPN"}
        ):
            continue
        verb = _verb_of(noun)
        if verb is None:
            continue
        around = {
            t.lemma_.casefold()
            for t in sentence
            if t.pos_ in {"NOUN", "PROPN", "VERB"} and t not in {noun, verb} and not t.is_stop
        }
        yield _Count(
            int(token.text.replace(",", "")),
            noun.lemma_.casefold(),
            verb.lemma_.casefold(),
            frozenset(around),
            quote,
            part.block.kind == "headline",
            _GROWS.search(sentence.text) is not None,
        )


def _verb_of(noun: Token) -> Token | None:
    """The verb that the counted things are subject or object of."""
    head = noun.head
    if noun.dep_ in {"nsubj", "nsubjpass", "dobj"} and head.pos_ == "VERB":
        return head
    return None


def _pair(parsed: Parsed, a: Quote, b: Quote, kind: ContradictionKind, note: str) -> ProposedContradiction:
    headline = parsed.headline
    if headline is not None and kind == "actor" and a.start < headline.block.end <= b.start:
        kind = "headline_vs_body"
    return ProposedContradiction(a, b, kind, note, rule=f"contradiction: {kind}")
