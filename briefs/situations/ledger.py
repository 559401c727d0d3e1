"""Articles' briefs in order → the ledger of the matter. Pure: the same reports give the same ledger."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from briefs.lexicon import Lexicon
from briefs.models import DemandKind, DemandStatus
from briefs.situations import contests, figures, trends
from briefs.situations.actors import Roster
from briefs.situations.concepts import Aboutness
from briefs.situations.models import Entry, Ledger, LedgerDemand, Source
from briefs.situations.moves import Answer, Move, Reading, nouns
from briefs.situations.reports import Report, ordered
from briefs.terms import Meanings

_GROUP: dict[DemandKind, str] = {
    "demand": "ask", "ultimatum": "ask", "appeal": "ask", "precondition": "bound", "red_line": "bound",
    "offer": "give", "concession": "give", "refusal": "refuse",
}  # fmt: skip
_SAME = 0.45
"""Likeness from which on two demands are one, where nothing is known of who makes them."""
_SAME_MAKER = 0.3
_OTHER_MAKER = 0.6
_ANSWERS = 0.25
"""Likeness from which on an answer is one to a demand."""
_MAIN = 2


@dataclass(slots=True)
class Thread:
    """A demand while the ledger is made."""

    first: Move
    moves: list[Move] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    concepts: dict[str, float] = field(default_factory=dict)
    from_: Counter[str] = field(default_factory=Counter)
    to: Counter[str] = field(default_factory=Counter)
    articles: set[str] = field(default_factory=set)
    weight: int = 0

    @property
    def status(self) -> DemandStatus:
        return status_of(self.entries)


class Ledgers:
    """Makes ledgers; one for a whole process, as it keeps what it knows of words."""

    def __init__(self, meanings: Meanings) -> None:
        self._about = Aboutness(meanings)

    @classmethod
    def of(cls, lexicon: Lexicon) -> Ledgers:
        return cls(Meanings.of(lexicon))

    def ledger(self, id: str, title: str | None, reports: Iterable[Report]) -> Ledger:  # noqa: A002
        """The ledger of a situation. `title` None: the headline of its first article."""
        inorder = ordered(reports)
        roster = Roster()
        threads: list[Thread] = []
        readings = []
        for report in inorder:
            if report.copy_of is not None:
                continue
            reading = Reading(report, roster, self._about)
            readings.append(reading)
            for move in reading.moves():
                self._take(threads, move, roster)
            for answer in reading.answers():
                self._answer(threads, answer, roster)
        demands = [self._demand(t, roster) for t in threads if t.entries]
        signals = trends.signals(readings, roster)
        course = trends.course(readings)
        risk, opportunity = trends.prospects(signals, course, demands)
        return Ledger(
            id=id,
            title=title or (inorder[0].brief.article.title if inorder else ""),
            trend=course[-1].trend if course else "unchanged",
            articles=tuple(r.facts() for r in inorder),
            actors=roster.actors(),
            demands=tuple(sorted(demands, key=lambda d: not d.main)),
            figures=figures.tracked(readings),
            signals=signals,
            days=trends.days(signals),
            trends=course,
            contests=contests.found(readings),
            risk=risk,
            opportunity=opportunity,
        )

    def _take(self, threads: list[Thread], move: Move, roster: Roster) -> None:
        if move.answers and (known := _central(threads, move, roster)):
            _enter(
                known,
                move,
                "hardened" if move.kind in {"precondition", "ultimatum", "red_line"} else "reiterated",
            )
            return
        best = max(
            ((self._alike(t, move, roster), -n) for n, t in enumerate(threads)),
            default=(0.0, 0),
        )
        if best[0] <= 0:
            thread = Thread(first=move)
            threads.append(thread)
            _enter(thread, move, move.status)
            return
        thread = threads[-best[1]]
        _enter(thread, move, _status(thread, move))

    def _alike(self, thread: Thread, move: Move, roster: Roster) -> float:
        """Above 0 where a move belongs to a thread: by how much it is over what is asked."""
        group, other = _GROUP[thread.first.kind], _GROUP[move.kind]
        softens = group in {"ask", "bound"} and other == "give"
        if group != other and not softens:
            return 0.0
        makers = _relation(thread.from_, move.from_, roster)
        targets = _relation(thread.to, move.to, roster)
        if makers == "opposed" or targets == "opposed" or (softens and makers != "same"):
            return 0.0
        if thread.first.maker != move.maker and (thread.first.maker or move.maker) and move.from_:
            return 0.0
        need = {"same": _SAME_MAKER, "unknown": _SAME, "other": _OTHER_MAKER}[makers]
        if targets == "other":
            need += 0.1
        return self._about.likeness(thread.concepts, move.concepts) - need

    def _answer(self, threads: list[Thread], answer: Answer, roster: Roster) -> None:
        best: tuple[float, int] | None = None
        for n, thread in enumerate(threads):
            score = self._fits(thread, answer, roster)
            if score > 0 and (best is None or score >= best[0]):
                best = (score, n)
        if best is None:
            return
        thread = threads[best[1]]
        place = (answer.source.start, answer.source.end)
        for entry in thread.entries:
            if entry.article != answer.source.article:
                continue
            if entry.status == answer.status or _overlap(place, (entry.source.start, entry.source.end)):
                return
        thread.entries.append(_entry(answer.report, answer.status, answer.text, answer.source, ()))
        thread.articles.add(answer.source.article)
        thread.weight += 1

    def _fits(self, thread: Thread, answer: Answer, roster: Roster) -> float:
        by_maker = _relation(thread.from_, answer.by, roster)
        by_target = _relation(thread.to, answer.by, roster)
        if answer.acts:
            stops = thread.first.stops and by_maker != "same" and by_target in {"same", "unknown"}
            if not stops or not thread.articles - {answer.source.article}:
                return 0.0
            return self._about.likeness(thread.concepts, answer.concepts) + 0.05
        if answer.status == "reiterated":
            if by_maker != "same":
                return 0.0
            return 0.1 + self._about.likeness(thread.concepts, answer.concepts)
        if answer.status == "rejected" and by_maker == "same":
            return 0.0
        score = self._about.likeness(thread.concepts, answer.concepts)
        shared = answer.nouns & nouns(thread.moves[-1].source.quote)
        if shared and answer.status in {"rejected", "lapsed"}:
            score += 0.3
        if by_target == "same":
            score += 0.1
        if answer.status == "met" and by_maker == "same" and score > 0:
            score += 0.2  # its own maker says that it is over
        return score - _ANSWERS

    def _demand(self, thread: Thread, roster: Roster) -> LedgerDemand:
        first, last = thread.entries[0], thread.entries[-1]
        weight = thread.weight + (len(thread.articles) > 1)
        makers = [roster.name(a) for a, _ in thread.from_.most_common(3)]
        if not makers and thread.first.maker:
            makers = [thread.first.maker]
        if _GROUP[thread.first.kind] == "give":
            weight -= 1
        return LedgerDemand(
            id=_id(first.source),
            kind=thread.moves[-1].kind
            if _GROUP[thread.moves[-1].kind] == _GROUP[thread.first.kind]
            else thread.first.kind,
            from_=tuple(makers),
            to=tuple(roster.name(a) for a, _ in thread.to.most_common(3)),
            text=thread.first.text,
            status=thread.status,
            main=weight >= _MAIN,
            opened=first.date,
            last=last.date,
            history=tuple(thread.entries),
        )


def status_of(entries: Sequence[Entry]) -> DemandStatus:
    """How a demand stands after these entries, in order: the last that is more than a repetition, else what it was."""
    changes = [e.status for e in entries[1:] if e.status != "reiterated"]
    if changes:
        return changes[-1]
    return "reiterated" if len({e.article for e in entries}) > 1 else entries[0].status


def _relation(known: Iterable[str], told: Iterable[str], roster: Roster) -> str:
    """same, other, opposed; unknown where one of them is empty."""
    known, told = list(known), list(told)
    if not known or not told:
        return "unknown"
    if any(roster.same(a, b) for a in known for b in told):
        return "same"
    return "opposed" if all(roster.opposed(a, b) for a in known for b in told) else "other"


def _central(threads: list[Thread], move: Move, roster: Roster) -> Thread | None:
    """The demand that "the demands" of a party stand for: the one of its side that most is heard of."""
    own = [
        t
        for t in threads
        if _GROUP[t.first.kind] == "ask"
        and _relation(t.from_, move.from_, roster) in {"same", "unknown", "other"}
    ]
    return max(own, key=lambda t: (len(t.articles), t.weight, len(t.entries)), default=None)


def _status(thread: Thread, move: Move) -> DemandStatus:
    if _GROUP[move.kind] == "give" and _GROUP[thread.first.kind] != "give":
        return "softened"
    if move.status not in {"stated", "reiterated"}:
        return move.status
    if move.kind in {"ultimatum", "red_line"} and not any(m.kind == move.kind for m in thread.moves):
        return "hardened"
    return "reiterated"


def _enter(thread: Thread, move: Move, status: DemandStatus) -> None:
    place = (move.source.start, move.source.end)
    if any(
        e.article == move.source.article and _overlap(place, (e.source.start, e.source.end))
        for e in thread.entries
    ):
        return
    thread.moves.append(move)
    thread.articles.add(move.source.article)
    thread.from_.update(move.from_)
    thread.to.update(move.to)
    thread.weight = max(thread.weight, move.weight)
    for word, weight in move.concepts.items():
        thread.concepts[word] = max(weight, thread.concepts.get(word, 0.0))
    thread.entries.append(_entry(move.report, status, move.text, move.source, move.further))


def _entry(
    report: Report, status: DemandStatus, text: str, source: Source, further: tuple[Source, ...]
) -> Entry:
    return Entry(
        article=report.id,
        date=report.day.isoformat(),
        seen_at=report.seen,
        status=status,
        text=text,
        source=source,
        further=further,
    )


def _overlap(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def _id(source: Source) -> str:
    """Of the place where the demand was first heard of: 8 hexadecimal digits."""
    return hashlib.sha256(f"{source.article}\n{source.start}\n{source.quote}".encode()).hexdigest()[:8]
