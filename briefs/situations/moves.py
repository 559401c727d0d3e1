"""What one brief adds to a ledger: demands, and answers to demands that other lines of the brief hold.

A complaint that something was promised and not done is read as the demand to do it. Refusals, deals, defiance and
deadlines that passed are answers: they say nothing by themselves, and are dropped where no demand is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from briefs.models import Brief, Demand, DemandKind, DemandStatus, Evidence, RiskSignal
from briefs.situations.actors import Roster
from briefs.situations.concepts import Aboutness, Concepts
from briefs.situations.models import Source
from briefs.situations.reports import Report
from briefs.terms import stem

_FAILED = re.compile(
    r"\b(?:fail(?:s|ed|ing|ure)?|neglect(?:s|ed|ing)?|yet)\s+to\s+(?!meet (?:the|a|its|their) deadline)(?P<what>[a-z][^.;]*)"
    r"|\b(?P<thing>[^,.;]{8,80}?)\s+(?:has|have|had) (?:not|never|yet to) been (?P<done>[a-z]+ed)\b",
    re.IGNORECASE,
)
_LAPSED = re.compile(
    r"\b(?:fail(?:s|ed|ing)? to meet (?:the|a|its|their) deadline|miss(?:es|ed|ing) (?:the|a|its|their) deadline|"
    r"deadline (?:has |had )?(?:passed|expired|lapsed|came and went))\b",
    re.IGNORECASE,
)
_DEFIED = re.compile(
    r"\b(?:despite (?:an?|the|several|repeated)?\s?(?:[\w-]+ ){0,3}?(?:orders?|calls?|appeals?|requests?|demands?|rulings?|"
    r"ultimatums?|warnings?|pleas?)|"
    r"(?:in )?def(?:y|ies|ied|ying|iance)|disregard(?:s|ed|ing)?|ignor(?:e|es|ed|ing)|flout(?:s|ed|ing)?)\b",
    re.IGNORECASE,
)
_SETTLED = re.compile(
    r"\b(?:(?:ends?|ended|ending|settl(?:e|es|ed|ing)|resolv(?:e|es|ed|ing)) (?:\w+[ -]){0,3}?(?:dispute|strike|standoff|"
    r"stand-off|row|conflict|deadlock|crisis|boycott|blockade|siege)s?|called off|calls off|lifted|complied|fulfilled|"
    r"released|implemented)\b",
    re.IGNORECASE,
)
_TAKEN = re.compile(
    r"\b(?:accept(?:s|ed)?|agree(?:s|d)?|approv(?:e|es|ed)|ratif(?:y|ies|ied)|back(?:s|ed)|reach(?:es|ed)?|sign(?:s|ed)?|"
    r"str(?:uck|ikes?) (?:a|an|the) (?:\w+ ){0,2}(?:deal|agreement|accord|bargain)|seal(?:s|ed)|clinch(?:es|ed)?|voted|grant(?:s|ed)?|conced(?:e|es|ed)|met)\b",
    re.IGNORECASE,
)
_HALF = re.compile(
    r"\b(?:but|could|would|only if|provided|on condition|in (?:phases|stages)|partial(?:ly)?|subject to|put (?:\w+ ){0,4}to (?:a|their|its|the)?\s?"
    r"(?:\w+ ){0,3}vote|for a vote|if)\b",
    re.IGNORECASE,
)
_TOO_LITTLE = re.compile(
    r"\b(?:not (?:\w+ )?(?:enough|sufficient|acceptable)|insufficient|inadequate|falls? short|too little|unacceptable)\b",
    re.IGNORECASE,
)
_NO = re.compile(
    r"\b(?:reject\w*|refus\w*|dismiss\w*|rebuff\w*|declin\w*|den(?:y|ies|ied)|oppos\w*|veto\w*|rul\w+ out|turn\w* down|"
    r"block\w*|spurn\w*|object\w*|none|no|not|never|cannot|without)\b|n't\b|n’t\b",
    re.IGNORECASE,
)
_PERFECT = re.compile(
    r"\b(?:has|have)\s(?:now |already |since |also )?(?:reached|accepted|agreed|signed|approved|settled|ended|granted|met)\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"\b(?:over|in|during) the (?:past|last)\b|\blast (?:week|month|year)\b|\bearlier\b|\bsince\b|\bin (?:19|20)\d\d\b|"
    r"\boccasions\b|\bbefore\b",
    re.IGNORECASE,
)
_TAIL = re.compile(r",\s+[a-z]+ing\b.*$")
"""What comes of a demand, told behind it: "…, causing disruptions"."""
_OWN = re.compile(r"^[\"“”']?(?:we|i|let us|let's)\b|\b(?:ourselves|our own)\b", re.IGNORECASE)
_BARE = re.compile(
    r"\b(?:the|all|their|our|its|these|those) (?:\w+ )?demands?\b(?! (?:for|that|to|on)\b)", re.IGNORECASE
)
_COURT = re.compile(
    r"\b(?:an?|the|federal|state)\s(?P<name>(?:[a-z]+ ){0,2}(?:court|tribunal|judge|regulator|watchdog))(?:'s|’s)?\s"
    r"(?:order|ruling|injunction|decision|had ordered|has ordered|ordered|ruled)",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"\b(?:call(?:s|ed|ing)? off|cancel|suspend|halt|end|stop|cease|pause|lift|withdraw|return to work|go back to work|"
    r"back to work|on hold|leave the picket|abandon|refrain)\w*\b",
    re.IGNORECASE,
)
_ANSWERING = frozenset({"refusal", "concession"})
_DOING = frozenset({"protest", "assault", "coerce", "mobilize", "threaten", "sanction"})
_GIVING = frozenset({"agree", "concede", "cooperate", "support", "retreat"})
_NEWS = 3
"""Paragraphs in which an article tells what happened now; further down "have walked out" is how things came about."""


@dataclass(slots=True)
class Move:
    """A demand as one article reports it. Parties are actor ids of the roster."""

    reading: Reading
    kind: DemandKind
    from_: tuple[str, ...]
    to: tuple[str, ...]
    text: str
    status: DemandStatus
    source: Source
    further: tuple[Source, ...]
    concepts: Concepts
    weight: int
    """How much speaks for its being one of the main demands."""
    maker: str | None = None
    """A maker that is only named in the quote and is no party of the brief: "labor court"."""
    answers: bool = False
    """It speaks of "the demands" as known."""
    stops: bool = False
    """What is wanted is that something ends."""
    place: int = field(default=0)


@dataclass(slots=True)
class Answer:
    """Something that was done or said about a demand made before. `by` are actor ids."""

    reading: Reading
    status: DemandStatus
    by: tuple[str, ...]
    about: tuple[str, ...]
    text: str
    source: Source
    concepts: Concepts
    nouns: frozenset[str]
    """Words for a demand in its quote: "order", "request"."""
    acts: bool = False
    """It is what a party does, and answers only a demand to stop it."""
    outright: bool = False
    """Its words say themselves that an order was defied or a deadline missed, and so may hold the demand's own words."""
    otherwise: Move | None = None
    """What it is where it answers no demand: a concession is a line of its own then."""
    place: int = 0


_NOUN = re.compile(
    r"\b(order|request|appeal|offer|demand|proposal|ultimatum|deadline|call|plea|petition|deal|agreement|ruling)s?\b",
    re.IGNORECASE,
)


def nouns(text: str) -> frozenset[str]:
    """The words for demands and offers in a text, in the singular."""
    return frozenset(m.lower() for m in _NOUN.findall(text))


class Reading:
    """Reads moves and answers off one brief."""

    def __init__(self, report: Report, roster: Roster, about: Aboutness) -> None:
        self.report = report
        self.date, self.seen_at = report.day.isoformat(), report.seen
        self._sources: dict[str, Source] = {}
        self._brief: Brief = report.brief
        self._roster = roster
        self._about = about
        self._ids = roster.take(report.brief)
        self._names = {p.id: p.name for p in self._brief.parties}
        self._evidence = {e.id: e for e in self._brief.evidence}
        self._sides = {p.id for p in self._brief.parties if p.role in {"principal", "representative"}}
        self.parties = frozenset(
            word for actor in set(self._ids.values()) for key in roster.keys(actor) for word in key
        )

    def moves(self) -> list[Move]:
        """In the order of their quotes."""
        found = [m for d in self._brief.demands if d.kind not in _ANSWERING and (m := self._move(d))]
        found += self._complaints()
        body = [m for m in found if m.source.paragraph]
        return sorted((m for m in found if m.source.paragraph or not _told(m, body)), key=lambda m: m.place)

    def answers(self) -> list[Answer]:
        """In the order of their quotes."""
        found: list[Answer] = []
        for demand in self._brief.demands:
            found += self._refusal(demand) if demand.kind == "refusal" else self._outcome(demand)
        for signal in self._brief.risk_signals:
            found += self._signal(signal)
        return sorted(found, key=lambda a: a.place)

    def source(self, evidence: Evidence) -> Source:
        """The evidence as a ledger keeps it."""
        known = self._sources.get(evidence.id)
        if known is None:
            known = self._sources[evidence.id] = self.report.source(evidence, self._names)
        return known

    def actors(self, parties: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._ids[p] for p in parties if p in self._ids))

    def support(self, ids: Sequence[str]) -> list[Evidence]:
        """The quotes that a line stands on, the first one first."""
        found = [self._evidence[i] for i in ids if i in self._evidence]
        return [e for e in found if e.role == "support"] or found[:1]

    def _move(self, demand: Demand) -> Move | None:
        support = self.support(demand.evidence)
        if not support or demand.tense == "past_background":
            return None
        first = support[0]
        around = [
            self._evidence[i].quote
            for i in demand.evidence
            if i in self._evidence and self._holds(self._evidence[i], first)
        ]
        maker = None
        if not demand.from_ and (court := _COURT.search(" ".join((first.quote, *around)))):
            maker = court["name"].lower()
        further = tuple(self.source(self._evidence[i]) for i in demand.evidence if i in self._evidence)
        return Move(
            reading=self,
            kind=demand.kind,
            from_=self.actors(demand.from_),
            to=self.actors(demand.to),
            text=demand.text,
            status=demand.status,
            source=self.source(first),
            further=tuple(s for s in further if (s.start, s.end) != (first.start, first.end)),
            concepts=self._about.of(_TAIL.sub("", demand.text), (first.quote,), self.parties),
            weight=self._weight(demand, first) + (maker is not None),
            maker=maker,
            answers=_BARE.search(first.quote) is not None,
            stops=demand.kind != "offer" and _STOP.search(f"{demand.text} {first.quote}") is not None,
            place=first.start,
        )

    @staticmethod
    def _holds(outer: Evidence, inner: Evidence) -> bool:
        return outer.start <= inner.start and inner.end <= outer.end

    def _weight(self, demand: Demand, first: Evidence) -> int:
        named = bool(demand.from_) + bool(demand.to)
        sides = bool(self._sides & {*demand.from_, *demand.to})
        idle = -2 if _OWN.search(first.quote) and not demand.to else 0
        lead = first.paragraph <= 2
        return named + sides + lead + idle

    def _complaints(self) -> Iterator[Move]:
        told: set[str] = set()
        for signal in self._brief.risk_signals:
            if signal.event not in {"accuse", "reject"} or signal.tense == "past_background":
                continue
            for first in self.support(signal.evidence)[:1]:
                found = _FAILED.search(first.quote)
                if found is None:
                    continue
                what = found["what"] or f"{found['thing']} {found['done']}"
                text = _cut(what)
                if text in told or len(text.split()) < 2:
                    continue
                told.add(text)
                from_ = self.actors(signal.actors)
                yield Move(
                    reading=self,
                    kind="demand",
                    from_=from_,
                    to=self.actors(signal.targets),
                    text=text,
                    status="stated",
                    source=self.source(first),
                    further=(),
                    concepts=self._about.of(text, (), self.parties),
                    weight=1 + bool(signal.actors) + bool(signal.targets) + (first.paragraph <= 2),
                    place=first.start,
                )

    def _refusal(self, demand: Demand) -> Iterator[Answer]:
        for first in self.support(demand.evidence)[:1]:
            if demand.tense == "past_background":
                continue
            status: DemandStatus = "rejected"
            if _TOO_LITTLE.search(first.quote):
                status = "reiterated"
            yield self._answer(first, status, self.actors(demand.from_), self.actors(demand.to), demand.text)

    def _outcome(self, demand: Demand) -> Iterator[Answer]:
        """A line of another kind that says what became of a demand: a deadline missed, an order defied, an offer taken."""
        for first in self.support(demand.evidence)[:1]:
            around = " ".join(self._evidence[i].quote for i in demand.evidence if i in self._evidence)
            if _LAPSED.search(around):
                yield self._answer(first, "lapsed", (), (), demand.text, outright=True)
            elif demand.kind == "concession":
                by, about = self.actors(demand.from_), self.actors(demand.to)
                answer = self._answer(first, _outcome(first.quote), by, about, demand.text)
                answer.otherwise = self._move(demand)
                yield answer

    def _signal(self, signal: RiskSignal) -> Iterator[Answer]:
        if signal.tense == "past_background":
            return
        by, about = self.actors(signal.actors), self.actors(signal.targets)
        for n, first in enumerate(self.support(signal.evidence)[:3]):
            quote = first.quote
            if _LAPSED.search(quote):
                yield self._answer(first, "lapsed", by, about, signal.text, outright=True)
            elif _DEFIED.search(quote):
                yield self._answer(first, "rejected", by, about, signal.text, outright=True)
            elif signal.event in _GIVING and n == 0:
                now = first.paragraph <= _NEWS or _PERFECT.search(quote)
                if signal.tense in {"current", "future"} and now and _TAKEN.search(quote):
                    yield self._answer(first, _outcome(quote), by, about, signal.text)
            elif signal.event == "reject" and n == 0:
                if _NO.search(quote):
                    yield self._answer(first, "rejected", by, about, signal.text)
            elif signal.event in _DOING and n == 0 and not _BEFORE.search(quote) and _news(signal, first):
                yield self._answer(first, "rejected", by, about, signal.text, acts=True)

    def _answer(
        self,
        first: Evidence,
        status: DemandStatus,
        by: tuple[str, ...],
        about: tuple[str, ...],
        text: str,
        *,
        acts: bool = False,
        outright: bool = False,
    ) -> Answer:
        yes = status in {"accepted", "met", "conditional"}
        return Answer(
            reading=self,
            status=status,
            by=by,
            about=about,
            text=text,
            source=self.source(first),
            concepts=self._about.of(text, (first.quote,), self.parties | _OUTCOMES if yes else self.parties),
            nouns=nouns(first.quote),
            acts=acts,
            outright=outright,
            place=first.start,
        )


_OUTCOMES = frozenset(
    stem(w)
    for w in (
        "deal agreement accord settlement dispute row end settle resolve reach sign approve back vote yearlong long "
        "unprecedented breakthrough"
    ).split()
)
"""Words that say that something was agreed, not what."""


def _told(headline: Move, body: Iterable[Move]) -> bool:
    """Whether a demand of the headline ("sets deadline") is what the article then tells in full."""
    return any(
        m.kind == headline.kind and (not headline.from_ or set(m.from_) & set(headline.from_)) for m in body
    )


def _news(signal: RiskSignal, first: Evidence) -> bool:
    return first.paragraph <= _NEWS or signal.tense == "future"


def _outcome(quote: str) -> DemandStatus:
    if _HALF.search(quote):
        return "conditional"
    return "met" if _SETTLED.search(quote) else "accepted"


def _cut(text: str) -> str:
    """The text up to where another clause begins, at most sixteen words."""
    text = re.split(r",\s|\s(?:after|which|who|that|because|while|since|despite)\s", text, maxsplit=1)[0]
    return " ".join(text.split()[:16])
