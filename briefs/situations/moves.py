"""What one brief adds to a ledger: demands, and answers to demands that other lines of the brief hold.

A complaint that something was promised and not done is read as the demand to do it. Refusals, deals, defiance and
deadlines that passed are answers: they say nothing by themselves, and are dropped where no demand is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from briefs.models import Brief, Demand, DemandKind, DemandStatus, Evidence, RiskSignal
from briefs.situations import phrases
from briefs.situations.actors import Roster
from briefs.situations.concepts import Aboutness, Concepts
from briefs.situations.models import Source
from briefs.situations.reports import Report

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

    def name(self, actor: str) -> str:
        return self._roster.name(actor)

    def of_a_side(self, parties: Iterable[str]) -> bool:
        """Whether one of these parties of the brief is a side in the matter, or speaks for one."""
        return bool(self._sides & set(parties))

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
        if not demand.from_ and (court := phrases.COURT.search(" ".join((first.quote, *around)))):
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
            concepts=self._about.of(phrases.TAIL.sub("", demand.text), (first.quote,), self.parties),
            weight=self._weight(demand, first) + (maker is not None),
            maker=maker,
            answers=phrases.BARE.search(first.quote) is not None,
            stops=demand.kind != "offer" and phrases.STOP.search(f"{demand.text} {first.quote}") is not None,
            place=first.start,
        )

    @staticmethod
    def _holds(outer: Evidence, inner: Evidence) -> bool:
        return outer.start <= inner.start and inner.end <= outer.end

    def _weight(self, demand: Demand, first: Evidence) -> int:
        named = bool(demand.from_) + bool(demand.to)
        sides = bool(self._sides & {*demand.from_, *demand.to})
        idle = -2 if phrases.OWN.search(first.quote) and not demand.to else 0
        lead = first.paragraph <= 2
        return named + sides + lead + idle

    def _complaints(self) -> Iterator[Move]:
        told: set[str] = set()
        for signal in self._brief.risk_signals:
            if signal.event not in {"accuse", "reject"} or signal.tense == "past_background":
                continue
            for first in self.support(signal.evidence)[:1]:
                found = phrases.FAILED.search(first.quote)
                if found is None:
                    continue
                what = found["what"] or f"{found['thing']} {found['done']}"
                text = phrases.cut(what)
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
            if phrases.TOO_LITTLE.search(first.quote):
                status = "reiterated"
            yield self._answer(first, status, self.actors(demand.from_), self.actors(demand.to), demand.text)

    def _outcome(self, demand: Demand) -> Iterator[Answer]:
        """A line of another kind that says what became of a demand: a deadline missed, an order defied, an offer taken."""
        for first in self.support(demand.evidence)[:1]:
            around = " ".join(self._evidence[i].quote for i in demand.evidence if i in self._evidence)
            if phrases.LAPSED.search(around):
                yield self._answer(first, "lapsed", (), (), demand.text, outright=True)
            elif demand.kind == "concession":
                by, about = self.actors(demand.from_), self.actors(demand.to)
                answer = self._answer(first, phrases.outcome(first.quote), by, about, demand.text)
                answer.otherwise = self._move(demand)
                yield answer

    def _signal(self, signal: RiskSignal) -> Iterator[Answer]:
        if signal.tense == "past_background":
            return
        by, about = self.actors(signal.actors), self.actors(signal.targets)
        for n, first in enumerate(self.support(signal.evidence)[:3]):
            quote = first.quote
            if phrases.LAPSED.search(quote):
                yield self._answer(first, "lapsed", by, about, signal.text, outright=True)
            elif phrases.DEFIED.search(quote):
                yield self._answer(first, "rejected", by, about, signal.text, outright=True)
            elif signal.event in _GIVING and n == 0:
                now = first.paragraph <= _NEWS or phrases.PERFECT.search(quote)
                if signal.tense in {"current", "future"} and now and phrases.TAKEN.search(quote):
                    yield self._answer(first, phrases.outcome(quote), by, about, signal.text)
            elif signal.event == "reject" and n == 0:
                if phrases.NO.search(quote) and not phrases.DENIAL.search(quote):
                    yield self._answer(first, "rejected", by, about, signal.text)
            elif (
                signal.event in _DOING
                and n == 0
                and not phrases.BEFORE.search(quote)
                and _news(signal, first)
            ):
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
            concepts=self._about.of(
                text, (first.quote,), self.parties | phrases.OUTCOMES if yes else self.parties
            ),
            nouns=phrases.nouns(first.quote),
            acts=acts,
            outright=outright,
            place=first.start,
        )


def _told(headline: Move, body: Iterable[Move]) -> bool:
    """Whether a demand of the headline ("sets deadline") is what the article then tells in full."""
    return any(
        m.kind == headline.kind and (not headline.from_ or set(m.from_) & set(headline.from_)) for m in body
    )


def _news(signal: RiskSignal, first: Evidence) -> bool:
    """Whether a signal tells of something that goes on now."""
    if phrases.FRAGMENT.match(signal.text):
        return False
    return first.paragraph <= _NEWS or signal.tense == "future"
