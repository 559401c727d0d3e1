"""What the article leaves open of what readers of such a dispute ask: answers, deadlines, authors, next rounds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from briefs.engines.rules.cast import Cast
from briefs.parse import Parsed
from briefs.proposals import ProposedAbsence, ProposedDemand, ProposedSignal

_MOST = 4
_ASKING = frozenset({"ultimatum", "demand", "precondition", "appeal"})
_NUMBER_BESIDE_HARM = re.compile(
    r"\b(\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|dozens?|scores?|hundreds?|thousands?|no one|nobody|"
    r"no casualties)\b[^.]{0,60}\b(killed|dead|died|deaths?|wounded|injured|hurt|casualt\w+|victims?)\b"
    r"|\b(killed|killing|dead|died|wounded|wounding|injured|injuring|hurt)\b[^.]{0,30}\b(\d[\d,.]*|dozens?|scores?|"
    r"hundreds?|thousands?|two|three|four|five|six|seven|eight|nine|ten)\b",
    re.IGNORECASE,
)
_FORCE = re.compile(
    r"\b(attack\w*|bomb\w*|shell(ed|ing)|rockets?|missile strikes?|air ?strikes?|raid\w*|shot|shoot\w*|explo\w+|blasts?|"
    r"kill\w*|wound\w*|ambush\w*|stabb\w*)\b",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"\b(monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|next (week|month|year|round)|"
    r"january|february|march|april|june|july|august|september|october|november|december|in may|on may)\b",
    re.IGNORECASE,
)
_BY_WHEN = re.compile(
    r"\b(by|before|until|within|no later than|deadline|immediately|at once|hours|days)\b", re.IGNORECASE
)
_TALKS = re.compile(r"\b(talks?|negotiations?|meeting|round|mediation|dialogue)\b", re.IGNORECASE)


def find(
    parsed: Parsed, cast: Cast, demands: Sequence[ProposedDemand], signals: Sequence[ProposedSignal]
) -> tuple[ProposedAbsence, ...]:
    """At most four open points, the most pressing first."""
    found = [
        *_answers(cast, demands, signals),
        *_of_events(parsed, signals),
        *_of_the_dispute(demands, signals),
    ]
    return tuple(found[:_MOST])


def _answers(
    cast: Cast, demands: Sequence[ProposedDemand], signals: Sequence[ProposedSignal]
) -> Iterator[ProposedAbsence]:
    """Demands and accusations whose addressee neither speaks, refuses, offers nor concedes anything."""
    answering = {k for d in demands if d.kind in {"refusal", "offer", "concession"} for k in d.from_}
    answering |= {
        k for s in signals if s.event in {"reject", "concede", "agree", "retreat"} for k in s.actors
    }
    quotes = [q for d in demands for q in d.quotes] + [q for s in signals for q in s.quotes]
    spoken = {q.speaker for q in quotes if q.speaker}
    asked: set[str] = set()
    for index, demand in enumerate(demands):
        current = demand.tense != "past_background" and demand.response is None
        owed = [k for k in demand.to if k not in answering | asked and _answers_for_itself(cast, k)]
        if demand.kind in _ASKING and current and owed and demand.from_:
            asked.update(owed)
            yield ProposedAbsence("answer", owed[0], index)
        if demand.kind == "ultimatum" and not any(_BY_WHEN.search(q.text) for q in demand.quotes):
            yield ProposedAbsence("deadline", None, index)
    for index, signal in enumerate(signals):
        silent = [k for k in signal.targets if k not in answering | asked | spoken]
        owed = [k for k in silent if _answers_for_itself(cast, k)]
        if signal.event == "accuse" and signal.tense == "current" and owed and signal.actors:
            asked.update(owed)
            yield ProposedAbsence("reply", owed[0], index)


def _answers_for_itself(cast: Cast, key: str) -> bool:
    """Whether a party can be expected to answer: one with a name, not a crowd such as "residents"."""
    member = cast.members.get(key)
    return member is not None and member.type != "civilian_group" and member.name != member.name.lower()


def _of_events(parsed: Parsed, signals: Sequence[ProposedSignal]) -> Iterator[ProposedAbsence]:
    current = [(i, s) for i, s in enumerate(signals) if s.event == "assault" and s.tense == "current"]
    attacks = [(i, s) for i, s in current if any(_FORCE.search(q.text) for q in s.quotes)]
    unclaimed = [found for found in attacks if not found[1].actors]
    if unclaimed:
        yield ProposedAbsence("author", None, _gravest(unclaimed))
    if attacks and not _NUMBER_BESIDE_HARM.search(parsed.text):
        yield ProposedAbsence("casualties", None, _gravest(attacks))


def _gravest(signals: Sequence[tuple[int, ProposedSignal]]) -> int:
    """Index of the signal of highest severity, the first of equals."""
    return max(signals, key=lambda found: found[1].severity)[0]


def _of_the_dispute(
    demands: Sequence[ProposedDemand], signals: Sequence[ProposedSignal]
) -> Iterator[ProposedAbsence]:
    talks = [s for s in signals if s.event == "consult" and any(_TALKS.search(q.text) for q in s.quotes)]
    scheduled = any(s.tense == "future" and any(_WHEN.search(q.text) for q in s.quotes) for s in talks)
    if talks and not scheduled:
        yield ProposedAbsence("next_round")
    sides = {k for d in demands if d.kind in _ASKING for k in d.from_}
    if len(sides) > 1 and not any(d.kind in {"offer", "concession"} for d in demands):
        yield ProposedAbsence("offer")
