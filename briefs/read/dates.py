"""Dates: as machines write them in a page's head, and as people write them in a text."""

from __future__ import annotations

import re
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import Final

_LONGEST: Final = 5_000
_EARLIEST_YEAR: Final = 1990  # before the web; an earlier year is a subject, not a date of publication

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier enero gennaio janeiro januari styczeń stycznia",
            "february feb februar février fevrier febrero febbraio fevereiro februari luty lutego",
            "march mar märz maerz mars marzo março maart marzec marca",
            "april apr avril abril aprile kwiecień kwietnia",
            "may mai mayo maggio maio mei maj maja",
            "june jun juni juin junio giugno junho czerwiec czerwca",
            "july jul juli juillet julio luglio julho lipiec lipca",
            "august aug août aout agosto augustus sierpień sierpnia",
            "september sept sep septembre septiembre settembre setembro wrzesień września",
            "october oct oktober octobre octubre ottobre outubro październik października",
            "november nov novembre noviembre novembro listopad listopada",
            "december dec dezember décembre decembre diciembre dicembre dezembro grudzień grudnia",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(map(re.escape, _MONTHS), key=len, reverse=True))
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?:19|20)\d\d"
_WRITTEN = re.compile(
    rf"""\b(?:
      (?P<day1>{_DAY})(?:st|nd|rd|th|er|\.|º)?(?:\s+(?:of|de|di))?[\s-]+(?P<month1>{_MONTH})\.?,?(?:\s+(?:de|del))?[\s-]+(?P<year1>{_YEAR})
    | (?P<month2>{_MONTH})\.?\s+(?P<day2>{_DAY})(?:st|nd|rd|th)?,?\s+(?P<year2>{_YEAR})
    | (?P<year3>{_YEAR})[-/.](?P<month3>0[1-9]|1[0-2])[-/.](?P<day3>0[1-9]|[12]\d|3[01])
    | (?P<year4>{_YEAR})年\s*(?P<month4>\d{{1,2}})月\s*(?P<day4>\d{{1,2}})日
    )(?!\d)""",
    re.IGNORECASE | re.VERBOSE,
)
_NUMERIC = re.compile(rf"(?<![\d./-])(\d{{1,2}})([./-])(\d{{1,2}})\2({_YEAR})(?![\d./-])")
_COMPACT = re.compile(rf"^({_YEAR})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$")
_URL_DATE = re.compile(rf"/({_YEAR})[/-](0?[1-9]|1[0-2])[/-]({_DAY})(?=[/_.-]|$)")
_DIGIT_ZONE = re.compile(r"([+-]\d\d)(\d\d)$")
_FRACTION = re.compile(r"(\.\d{6})\d+")


def machine_date(value: str) -> str | None:
    """The date that a page's head, a `<time>` or a PDF states, in ISO 8601 and as precise as it was; None if none.

    Takes ISO 8601, RFC 2822, seconds or milliseconds since 1970, and dates with the month as a word.
    """
    value = " ".join(value.split())
    if not value or len(value) > 80:
        return None
    return _iso(value) or _since_1970(value) or _rfc2822(value) or written_date(value)


def _iso(value: str) -> str | None:
    compact = _COMPACT.match(value)
    if compact is not None:
        return _day(*map(int, compact.groups()))
    try:
        if len(value) == 10:
            return _checked(date.fromisoformat(value))
        # "2024-05-01 10:00:00 +0100" and nanoseconds are common in the wild, `fromisoformat` takes neither
        trimmed = _FRACTION.sub(r"\1", value.replace(" UTC", "Z").replace(" GMT", "Z"))
        trimmed = re.sub(r"\s+([+-]\d\d:?\d\d)$", r"\1", trimmed)
        return _checked(datetime.fromisoformat(_DIGIT_ZONE.sub(r"\1:\2", trimmed)))
    except ValueError:
        return None


def _since_1970(value: str) -> str | None:
    if not value.isascii() or not value.isdigit() or len(value) not in {10, 13}:
        return None
    from datetime import UTC

    seconds = int(value) / (1000 if len(value) == 13 else 1)
    return _checked(datetime.fromtimestamp(int(seconds), UTC))


def _rfc2822(value: str) -> str | None:
    try:
        return _checked(parsedate_to_datetime(value))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def written_date(text: str) -> str | None:
    """The first full date (day, month, year) in a text, as an ISO 8601 date; None if there is none.

    A date in figures counts only if it can be read in one way: 13.02.2026 and 13/02/2026 do, 02/03/2026 does not,
    02.03.2026 does (nobody writes the month first with points).
    """
    text = _squeeze(text)
    found = _WRITTEN.search(text)
    if found is not None:
        for place in "1234":
            if found[f"year{place}"]:
                month = found[f"month{place}"].lower()
                return _day(
                    int(found[f"year{place}"]),
                    int(month) if month.isdigit() else _MONTHS[month],
                    int(found[f"day{place}"]),
                )
    figures = _NUMERIC.search(text)
    if figures is None:
        return None
    first, second, year = int(figures[1]), int(figures[3]), int(figures[4])
    if figures[2] == "." or first > 12:
        return _day(year, second, first)
    if second > 12 or first == second:
        return _day(year, first, second)
    return None


def without_dates(text: str) -> str:
    """The text with every full date taken out."""
    return _NUMERIC.sub(" ", _WRITTEN.sub(" ", _squeeze(text)))


def _squeeze(text: str) -> str:
    """The text on one line with single blanks, of bounded length: so no pattern can take long on it."""
    return " ".join(text[:_LONGEST].split())


def url_date(url: str) -> str | None:
    """The date in an address such as /2026/02/06/talks."""
    found = _URL_DATE.search(url)
    return _day(*map(int, found.groups())) if found is not None else None


def not_after(value: str, limit: str | None) -> bool:
    """Whether an ISO date lies at most one day (time zones) after the ISO instant `limit`; True without a limit."""
    if limit is None:
        return True
    return (date.fromisoformat(value[:10]) - date.fromisoformat(limit[:10])).days <= 1


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return _checked(date(year, month, day))
    except ValueError:
        return None


def _checked(value: date) -> str | None:
    return value.isoformat() if value.year >= _EARLIEST_YEAR else None
