"""Articles' briefs in order → the ledger of the matter. Pure: the same reports give the same ledger."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from briefs.lexicon import Lexicon
from briefs.models import DemandKind, DemandStatus
from briefs.situations import contests, figures, naming, standing, trends
from briefs.situations.actors import Roster
from briefs.situations.concepts import Aboutness, Concepts
from briefs.situations.models import Entry, Ledger, LedgerDemand, Source
from briefs.situations.moves import Answer, Move, Reading
from briefs.situations.phrases import nouns
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
_OTHERS_NO = 0.5
"""Likeness that a no must have that comes from somebody else: a court, a ministry for its government."""
_SOMEBODYS_NO = 0.3
"""The same where it is not known whose it is or of whom something is wanted."""
_NEAR = 400
"""Characters within which "the request" is the request before it."""
_ACTS = 0.12
"""Likeness from which on something that goes on, nobody knows by whom, is what was to stop."""
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
            if report.copy_of is not None or standing.roundup(report.brief.article.title):
                continue
            reading = Reading(report, roster, self._about)
            readings.append(reading)
            moves = reading.moves()
            for move in moves:
                self._take(threads, move, roster)
            for answer in reading.answers():
                if not answer.outright and any(
                    _overlap(_span(answer.source), _span(m.source)) for m in moves
                ):
                    continue  # a demand's own words: "won't talk unless" refuses nothing else
                if not self._answer(threads, answer, roster) and answer.otherwise is not None:
                    self._take(threads, answer.otherwise, roster)
        demands = [self._demand(t, roster) for t in threads if t.entries]
        signals = trends.signals(readings, roster)
        quantities = figures.tracked(readings)
        course = trends.course(readings)
        risk, opportunity = trends.prospects(signals, course, demands, readings)
        return Ledger(
            id=id,
            title=title or naming.title(demands, inorder, roster),
            trend=course[-1].trend if course else "unchanged",
            articles=tuple(r.facts() for r in inorder),
            actors=roster.actors(),
            demands=tuple(sorted(demands, key=lambda d: (not d.main, -len({e.article for e in d.history})))),
            figures=quantities,
            signals=signals,
            days=trends.days(signals),
            trends=course,
            contests=contests.found(readings, quantities, self._about),
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
        gives = _GROUP[move.kind] == "give" != _GROUP[thread.first.kind]
        if gives and _gives_way(thread, move, roster):
            thread.entries.append(_entry(move.reading, "conditional", move.text, move.source, move.further))
            thread.articles.add(move.source.article)
            thread.answered = True
            return
        _enter(self._about, thread, move, _status(thread, move))

    def _alike(self, thread: Thread, move: Move, roster: Roster) -> float:
        """Above 0 where a move belongs to a thread: by how much it is over what is asked."""
        likeness = self._about.likeness(thread.concepts, move.concepts)
        if not likeness and not (thread.first.stops and move.stops):
            return 0.0
        group, other = _GROUP[thread.first.kind], _GROUP[move.kind]
        gives = group in {"ask", "bound"} and other == "give"
        makers = _relation(thread.from_, move.from_, roster)
        targets = _relation(thread.to, move.to, roster)
        stops = thread.first.stops and move.stops and makers == "same" and "give" not in {group, other}
        if gives:
            if _gives_way(thread, move, roster):
                return likeness - _SAME
            return likeness - _SAME_MAKER if makers == "same" else 0.0  # it asks for less
        if group != other and not stops:
            return 0.0
        if makers == "opposed" or targets == "opposed":
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
        here = [n for n, e in enumerate(thread.entries) if e.article == answer.source.article]
        again = [n for n in here if n and _overlap(_span(answer.source), _span(thread.entries[n].source))]
        if again and thread.entries[again[0]].status == "reiterated":
            thread.entries[again[0]] = entry  # the order was told again in saying that it was not obeyed
        elif any(thread.entries[n].status == answer.status for n in here):
            return True
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
        by_maker = _relation(thread.from_, answer.by, roster)
        by_target = _relation(thread.to, answer.by, roster)
        if answer.acts:
            stops = thread.first.stops and by_maker != "same"
            told = thread.entries[-1].status == "rejected"  # that it still goes on says nothing new
            if not stops or told or not thread.articles - {answer.source.article}:
                return 0.0
            return (
                likeness + 0.05
                if by_target == "same"
                else likeness - _ACTS
                if by_target == "unknown"
                else 0.0
            )
        if answer.status == "reiterated":
            if by_maker != "same":
                return 0.0
            return likeness + 0.1
        if answer.status == "rejected" and by_maker == "same":
            return 0.0
        score = likeness
        if answer.status == "rejected" and not self._refuses(thread, answer, by_target, likeness):
            return 0.0
        if answer.status in {"rejected", "lapsed"}:
            near = last.article == answer.source.article and 0 <= answer.place - last.start < _NEAR
            if answer.nouns & nouns(last.quote) and (score > 0 or near):
                score += 0.3
        elif by_maker == "same" and _GROUP[thread.first.kind] == "give":
            return 0.0  # who offers does not accept
        elif len(thread.first.concepts) < _TELLING or (answer.by and not _between(thread, answer, roster)):
            return 0.0  # what others agree on among themselves
        if score <= 0:
            return 0.0
        if by_target == "same":
            score += 0.1
        elif answer.by and by_target == "other" and by_maker != "same":
            score -= 0.25  # somebody else's word
        if answer.status == "met" and by_maker == "same":
            score += 0.2  # its own maker says that it is over
        asked = {by_target, _relation(thread.to, answer.about, roster)}
        if answer.status in {"accepted", "met"} and answer.source.paragraph <= 1 and "same" in asked:
            score += 0.1  # a deal that is the news of an article is told by its subject alone: "a pay deal"
        return score - (_ANSWERS if answer.status in {"rejected", "lapsed"} else _GRANTS)

    @staticmethod
    def _refuses(thread: Thread, answer: Answer, by_target: str, likeness: float) -> bool:
        """Whether a no can be one to this demand: of the party that it is made of, after it was made, about the same."""
        first = thread.first.source
        told_before = (
            {m.source.article for m in thread.moves} == {answer.source.article}
            and answer.place < first.start
            and answer.source.paragraph > 1
        )
        if told_before and not answer.outright:
            return False  # "twice declined" further up is what the demand is an answer to
        need = _OTHERS_NO if by_target == "other" and answer.by else _SOMEBODYS_NO
        of_it = by_target == "same" or (by_target == "unknown" and bool(answer.nouns))
        return of_it or answer.outright or likeness >= need

    def _text(self, move: Move) -> str:
        """What is wanted; the whole quote where the brief's words for it say too little by themselves."""
        if len(self._about.of(move.text, (), move.reading.parties)) >= _TELLING:
            return move.text
        return " ".join(move.source.quote.split())

    def _demand(self, thread: Thread, roster: Roster) -> LedgerDemand:
        first, last = thread.entries[0], thread.entries[-1]
        told = len({m.source.article for m in thread.moves})
        anew = len({m.source.quote for m in thread.moves})
        weight = thread.weight + thread.answered + (told > 1) + (told > 1 and anew > 1)
        weight += thread.first.kind in {"precondition", "ultimatum", "red_line"}
        if any(roster.same(a, b) for a in thread.from_ for b in thread.to):
            weight -= 1  # what a government tells its own army is no demand of the other side
        if len(thread.first.concepts) < _TELLING:
            weight -= 2
        makers = [roster.name(a) for a, _ in thread.from_.most_common(3) if a not in thread.to]
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
            text=self._text(thread.first),
            status=thread.status,
            main=weight >= _MAIN,
            weight=weight,
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


def _gives_way(thread: Thread, move: Move, roster: Roster) -> bool:
    """Whether an offer comes from the party that the demand is made of, or from the other side."""
    if _relation(thread.to, move.from_, roster) == "same":
        return True
    return _relation(thread.from_, move.from_, roster) == "opposed"


def _between(thread: Thread, answer: Answer, roster: Roster) -> bool:
    """Whether those who agree are the sides of the demand, as far as they are named.

    "The government reached a deal with nurses" settles nothing of what doctors want of it: beside the one that is asked,
    nobody may be named who has not a word of the name in common with those who ask.
    """
    named = (*answer.by, *answer.about)
    makers, targets = _relation(thread.from_, named, roster), _relation(thread.to, named, roster)
    if "opposed" in {makers, targets} or "same" not in {makers, targets}:
        return False
    others = [a for a in named if not any(roster.same(a, b) for b in (*thread.to, *thread.from_))]
    if makers == "same" or not thread.from_ or not others:
        return True
    return any(roster.akin(a, b) for a in others for b in thread.from_)


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
    if any(
        e.article == move.source.article and _overlap(_span(move.source), _span(e.source))
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


def _span(source: Source) -> tuple[int, int]:
    return source.start, source.end


def _overlap(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def _id(source: Source) -> str:
    """Of the place where the demand was first heard of: 8 hexadecimal digits."""
    return hashlib.sha256(f"{source.article}\n{source.start}\n{source.quote}".encode()).hexdigest()[:8]
