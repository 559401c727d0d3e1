"""Figures that change: "1,200 interns" in one article and "1,000 interns" in the next are one quantity.

Two figures are of one quantity if they have the same unit and count the same things. A quantity is worth tracking once
two articles give it different values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from briefs.models import Demand, RiskSignal, Statement
from briefs.situations.models import Figure, FigureUnit, FigureValue, Source
from briefs.situations.moves import Reading
from briefs.terms import STOPWORDS, stem

_NUMBER = re.compile(
    r"(?<![\w.,-])(?P<money>[$€£])?(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<scale> (?:thousand|million|billion))?"
    r"(?P<percent>\s?%| ?per ?cent)?(?![\w.,]?\d)"
)
_AFTER = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SCALE = {"thousand": 1e3, "million": 1e6, "billion": 1e9}
_TIME = frozenset("second minute hour day week month year decade centuri am pm a.m p.m".split())
_MONTHS = frozenset(
    "january february march april may june july august september october november december".split()
)
_MONEY = frozenset("dollar euro pound yen yuan rubl roubl rupe shill".split())
_VAGUE = frozenset(
    stem(w)
    for w in (
        "people person woman man member other time percent case thing place point number total child more share "
        "mile kilometer kilometre km meter metre foot inch yard acre hectare ton tonne pound kilogram kg degree barrel "
        "gallon liter litre watt megawatt away north south east west high long wide"
    ).split()
)
"""Words that say too little of what is counted to know a quantity again by them alone."""
_MOST_TIMES = 5.0
"""A quantity that is said to be five times as large in the next article is another one."""
_LONGEST = 3  # words after the number that tell what is counted


@dataclass(frozen=True, slots=True)
class Seen:
    """One figure in one quote. `things` are the stems of what is counted."""

    unit: FigureUnit
    things: frozenset[str]
    subject: str
    value: FigureValue


def seen(readings: Iterable[Reading]) -> Iterator[Seen]:
    """Every figure with what it counts, in order, once for each place in an article."""
    for reading in readings:
        places: set[tuple[int, str]] = set()
        brief = reading.report.brief
        lines: tuple[Demand | RiskSignal | Statement, ...] = (
            *brief.demands,
            *brief.risk_signals,
            *brief.bottom_line,
        )
        used = {i for it in lines for i in it.evidence}
        for evidence in sorted(brief.evidence, key=lambda e: (e.start, -e.end)):
            if evidence.id not in used:
                continue
            source = reading.source(evidence)
            for match in _NUMBER.finditer(evidence.quote):
                place = (evidence.start + match.start(), match.group())
                if place in places:
                    continue
                places.add(place)
                found = _figure(match, evidence.quote, source, reading)
                if found is not None:
                    yield found


def _figure(match: re.Match[str], quote: str, source: Source, reading: Reading) -> Seen | None:
    value = float(match["number"].replace(",", "")) * _SCALE.get((match["scale"] or "").strip(), 1.0)
    words: list[str] = []
    end = match.end()
    for word in _AFTER.finditer(quote, match.end()):
        between, end = quote[end : word.start()], word.end()
        if between.strip(" ") or (word.group().casefold() in STOPWORDS and (words or word.group() != "of")):
            break
        if word.group() != "of":
            words.append(word.group())
        if len(words) == _LONGEST:
            break
    things = [stem(w) for w in words]
    if not things or things[0] in _TIME or (words and words[0].casefold() in _MONTHS):
        return None
    if all(t in _VAGUE or t in _MONEY or t in STOPWORDS for t in things):
        return None
    unit: FigureUnit = "count"
    if match["percent"]:
        unit = "percent"
    elif match["money"] or things[0] in _MONEY:
        unit = "money"
    elif 1900 <= value <= 2100 and "," not in match["number"] and not match["scale"]:
        return None  # a year
    return Seen(
        unit,
        frozenset(things),
        " ".join(words),
        FigureValue(
            value=value,
            text=match.group().strip(),
            date=reading.date,
            seen_at=reading.seen_at,
            source=source,
        ),
    )


def tracked(readings: Sequence[Reading]) -> tuple[Figure, ...]:
    """The quantities that two articles give different values, in the order in which they came up."""
    groups: list[list[Seen]] = []
    for figure in seen(readings):
        group = next(
            (
                g
                for g in groups
                if g[0].unit == figure.unit
                and _same(g[0].things, figure.things)
                and _near(g[-1].value.value, figure.value.value)
            ),
            None,
        )
        if group is None:
            groups.append([figure])
        elif all(
            f.value.source.article != figure.value.source.article or f.value.value != figure.value.value
            for f in group
        ):
            group.append(figure)
    return tuple(
        Figure(subject=group[0].subject, unit=group[0].unit, values=tuple(f.value for f in group))
        for group in groups
        if len({f.value.source.article for f in group}) > 1 and len({f.value.value for f in group}) > 1
    )


def _near(a: float, b: float) -> bool:
    low, high = sorted((abs(a), abs(b)))
    return high <= _MOST_TIMES * low


def _same(a: frozenset[str], b: frozenset[str]) -> bool:
    """Whether two phrases count the same: they share most of the shorter one's words, and one that tells something."""
    shared = a & b
    return 2 * len(shared) > min(len(a), len(b)) and not shared <= _VAGUE | _MONEY
