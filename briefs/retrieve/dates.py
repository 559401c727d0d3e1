"""The dates that a question names, and how they speak for an article of that time."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

_NAMES = "january february march april may june july august september october november december".split()
_MONTH = (
    {name: n for n, name in enumerate(_NAMES, 1)}
    | {name[:3]: n for n, name in enumerate(_NAMES, 1)}
    | {"sept": 9}
)
_M = (
    r"(?P<month>jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?\.?|july?\.?|aug(?:ust|\.)?|"
    r"sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"
)
_FORMS = (
    re.compile(r"\b(?P<year>(?:19|20)\d\d)-(?P<num>\d\d)-(?P<day>\d\d)\b"),
    re.compile(
        rf"\b{_M}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<year>(?:19|20)\d\d))?\b", re.IGNORECASE
    ),
    re.compile(
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+{_M}(?:,?\s+(?P<year>(?:19|20)\d\d))?\b", re.IGNORECASE
    ),
    re.compile(rf"\b{_M}\s+(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE),
    re.compile(r"\b(?P<year>(?:19|20)\d\d)\b"),
)
_AFTER = timedelta(days=14)  # an event is written about for about two weeks
_REPORTED = timedelta(days=3)
_BEFORE = timedelta(days=2)  # a report may run ahead of its date by the zone it was filed in


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day of a date as precise as it was named, and where it stands in the text, [start, end)."""

    first: date
    last: date
    start: int
    end: int

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def periods(text: str) -> list[Period]:
    """The dates with a year that a text names, in order: days, months and years. Impossible dates are left out."""
    found: list[Period] = []
    for form in _FORMS:
        for match in form.finditer(text):
            if any(p.start < match.end() and match.start() < p.end for p in found):
                continue
            period = _period(match)
            if period is not None:
                found.append(period)
    return sorted(found, key=lambda p: p.start)


def _period(match: re.Match[str]) -> Period | None:
    parts = match.groupdict()
    if not parts.get("year"):
        return None
    year = int(parts["year"])
    name = (parts.get("month") or "").casefold().rstrip(".")
    month = _MONTH.get(name) or _MONTH.get(name[:3]) or int(parts.get("num") or 0)
    day = int(parts.get("day") or 0)
    try:
        if not month:
            first, last = date(year, 1, 1), date(year, 12, 31)
        elif not day:
            first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
        else:
            first = last = date(year, month, day)
    except ValueError:
        return None
    return Period(first, last, *match.span())


def published_on(published: str | None) -> date | None:
    """The day of an ISO 8601 date or date-time as articles carry it; None where there is none."""
    try:
        return date.fromisoformat((published or "")[:10])
    except ValueError:
        return None


def spelled(text: str) -> str | None:
    """The one day that a text names, month in full ("24 August 2019", "22 December"); None for none or several."""
    found = {}
    for form in _FORMS[1:3]:
        for match in form.finditer(text):
            month = _NAMES[_MONTH[match["month"].casefold().rstrip(".")[:3]] - 1].capitalize()
            found[int(match["day"]), month] = f"{int(match['day'])} {month} {match['year'] or ''}".strip()
    return next(iter(found.values())) if len(found) == 1 else None


def same_time(named: str, published: str | None) -> bool:
    """Whether a date as a question names it, with or without a year ("March 22", "in January"), is that of an article.

    A day counts up to three days before the article: news is read of the days before it.
    """
    day = published_on(published)
    if day is None:
        return False
    for form in _FORMS[1:3]:
        match = form.search(named)
        if match and match["day"]:
            month = _MONTH[match["month"].casefold().rstrip(".")[:3]]
            year = int(match["year"] or day.year)
            try:
                asked = date(year, month, int(match["day"]))
            except ValueError:
                return False
            return timedelta(0) <= day - asked <= _REPORTED or asked - day == timedelta(1)
    month_only = re.search(rf"\b{_M}(?:\s+(?P<year>(?:19|20)\d\d))?", named, re.IGNORECASE)
    if month_only:
        same_year = month_only["year"] in {None, str(day.year)}
        return same_year and day.month == _MONTH[month_only["month"].casefold().rstrip(".")[:3]]
    return False


def weigh(published: str | None, asked: Iterable[Period], *, newest: date | None = None) -> float:
    """A factor for an article's score, 1.0 where time says nothing.

    Up to 1.2 for an article of a time that the question names, narrower times counting more. Without such a time up
    to 1.05 for recency against the `newest` article held, halved every 30 days: enough to choose between equals, too
    little to bury an older article that fits better.
    """
    day = published_on(published)
    if day is None:
        return 1.0
    wanted = list(asked)
    if wanted:
        near = [p for p in wanted if p.first - _BEFORE <= day <= p.last + _AFTER]
        return 1.0 + max((0.2 if p.days <= 31 else 0.05 for p in near), default=0.0)
    if newest is None:
        return 1.0
    age = max(0, (newest - day).days)
    return float(1.0 + 0.05 * 0.5 ** (age / 30))
