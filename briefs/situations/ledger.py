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
from briefs.situations.concepts import Aboutness, Concepts
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
_STOPS = 0.2
"""Easier by so much where both want the same party to end something."""
_ANSWERS = 0.25
"""Likeness from which on a refusal is one of a demand."""
_NEAR = 400
"""Characters within which "the request" is the request before it."""
_GRANTS = 0.3
"""The same for a yes, which is worse to get wrong."""
_MAIN = 3
"""Points: a maker, an addressee, that one of them is a side of the matter, that it stands in the lead or was answered,
that a second article speaks of it, that it does so in other words, and that it is a condition: one each."""
_TELLING = 2  # words that say what is wanted


_NOTHING = Concepts({}, {})


@dataclass(slots=True)
class Thread:
    """A demand while the ledger is made."""

    first: Move
    moves: list[Move] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    concepts: Concepts = _NOTHING
    from_: Counter[str] = field(default_factory=Counter)
    to: Counter[str] = field(default_factory=Counter)
    articles: set[str] = field(default_factory=set)
    weight: int = 0
    answered: bool = False

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
                if not self._answer(threads, answer, roster) and answer.otherwise is not None:
                    self._take(threads, answer.otherwise, roster)
        demands = [self._demand(t, roster) for t in threads if t.entries]
        signals = trends.signals(readings, roster)
        quantities = figures.tracked(readings)
        course = trends.course(readings)
        risk, opportunity = trends.prospects(signals, course, demands)
        return Ledger(
            id=id,
            title=title or (inorder[0].brief.article.title if inorder else ""),
            trend=course[-1].trend if course else "unchanged",
            articles=tuple(r.facts() for r in inorder),
            actors=roster.actors(),
            demands=tuple(sorted(demands, key=lambda d: not d.main)),
            figures=quantities,
            signals=signals,
            days=trends.days(signals),
            trends=course,
            contests=contests.found(readings, quantities),
            risk=risk,
            opportunity=opportunity,
        )

    def _take(self, threads: list[Thread], move: Move, roster: Roster) -> None:
        if move.answers and (known := _central(threads, move, roster)):
            _enter(
                self._about,
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
            _enter(self._about, thread, move, move.status)
            return
        thread = threads[-best[1]]
        _enter(self._about, thread, move, _status(thread, move))

    def _alike(self, thread: Thread, move: Move, roster: Roster) -> float:
        """Above 0 where a move belongs to a thread: by how much it is over what is asked."""
        likeness = self._about.likeness(thread.concepts, move.concepts)
        if not likeness and not (thread.first.stops and move.stops):
            return 0.0
        group, other = _GROUP[thread.first.kind], _GROUP[move.kind]
        softens = group in {"ask", "bound"} and other == "give"
        makers = _relation(thread.from_, move.from_, roster)
        targets = _relation(thread.to, move.to, roster)
        stops = thread.first.stops and move.stops and makers == "same" and "give" not in {group, other}
        if group != other and not softens and not stops:
            return 0.0
        if makers == "opposed" or targets == "opposed" or (softens and makers != "same"):
            return 0.0
        if thread.first.maker != move.maker and (thread.first.maker or move.maker) and move.from_:
            return 0.0
        need = {"same": _SAME_MAKER, "unknown": _SAME, "other": _OTHER_MAKER}[makers]
        if targets == "other":
            need += 0.1
        if stops and targets != "other":
            need -= _STOPS
        return likeness - need

    def _answer(self, threads: list[Thread], answer: Answer, roster: Roster) -> bool:
        """Enter an answer where it belongs; False where it answers nothing that is known."""
        best: tuple[float, int] | None = None
        for n, thread in enumerate(threads):
            score = self._fits(thread, answer, roster)
            if score > 0 and (best is None or score >= best[0]):
                best = (score, n)
        if best is None:
            return False
        thread = threads[best[1]]
        entry = _entry(answer.reading, answer.status, answer.text, answer.source, ())
        place = (answer.source.start, answer.source.end)
        for n, known in enumerate(thread.entries):
            if known.article != answer.source.article:
                continue
            if known.status == answer.status:
                return True
            if n and known.status == "reiterated" and _overlap(place, (known.source.start, known.source.end)):
                thread.entries[n] = entry  # the order was told again in saying that it was not obeyed
                break
        else:
            thread.entries.append(entry)
        thread.articles.add(answer.source.article)
        thread.answered = True
        return True

    def _fits(self, thread: Thread, answer: Answer, roster: Roster) -> float:
        likeness = self._about.likeness(thread.concepts, answer.concepts)
        last = thread.moves[-1].source
        if not likeness and not answer.nouns and not answer.acts and answer.status != "reiterated":
            return 0.0
        source = answer.source
        if not answer.outright and any(
            e.article == source.article
            and _overlap((source.start, source.end), (e.source.start, e.source.end))
            for e in thread.entries
        ):
            return 0.0  # the words of the demand itself
        by_maker = _relation(thread.from_, answer.by, roster)
        by_target = _relation(thread.to, answer.by, roster)
        if answer.acts:
            stops = thread.first.stops and by_maker != "same" and by_target in {"same", "unknown"}
            if not stops or not thread.articles - {answer.source.article}:
                return 0.0
            return likeness + 0.05
        if answer.status == "reiterated":
            if by_maker != "same":
                return 0.0
            return likeness + 0.1
        if answer.status == "rejected" and by_maker == "same":
            return 0.0
        score = likeness
        if answer.status in {"rejected", "lapsed"}:
            near = last.article == answer.source.article and 0 <= answer.place - last.start < _NEAR
            if answer.nouns & nouns(last.quote) and (score > 0 or near):
                score += 0.3
        elif len(thread.first.concepts) < _TELLING or (answer.by and not _between(thread, answer, roster)):
            return 0.0  # what others agree on among themselves
        if score <= 0:
            return 0.0
        if by_target == "same":
            score += 0.1
        elif answer.by and by_target == "other" and by_maker != "same":
            score -= 0.1  # somebody else's word
        if answer.status == "met" and by_maker == "same":
            score += 0.2  # its own maker says that it is over
        return score - (_ANSWERS if answer.status in {"rejected", "lapsed"} else _GRANTS)

    def _demand(self, thread: Thread, roster: Roster) -> LedgerDemand:
        first, last = thread.entries[0], thread.entries[-1]
        told = len({m.source.article for m in thread.moves})
        anew = len({m.source.quote for m in thread.moves})
        weight = thread.weight + thread.answered + (told > 1) + (told > 1 and anew > 1)
        weight += thread.first.kind in {"precondition", "ultimatum", "red_line"}
        if len(thread.first.concepts) < _TELLING:
            weight -= 2
        makers = [roster.name(a) for a, n in thread.from_.most_common(3) if n > thread.to[a]]
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


def _between(thread: Thread, answer: Answer, roster: Roster) -> bool:
    """Whether one of those who agree makes the demand or is asked: both, where the answer names two sides."""
    makers = _relation(thread.from_, (*answer.by, *answer.about), roster)
    targets = _relation(thread.to, (*answer.by, *answer.about), roster)
    if answer.about and thread.from_ and thread.to:
        return "same" in {makers, targets} and "opposed" not in {makers, targets}
    return "same" in {makers, targets}


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


def _enter(about: Aboutness, thread: Thread, move: Move, status: DemandStatus) -> None:
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
    thread.concepts = about.both(thread.concepts, move.concepts)
    thread.entries.append(_entry(move.reading, status, move.text, move.source, move.further))


def _entry(
    reading: Reading, status: DemandStatus, text: str, source: Source, further: tuple[Source, ...]
) -> Entry:
    return Entry(
        article=reading.report.id,
        date=reading.date,
        seen_at=reading.seen_at,
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
