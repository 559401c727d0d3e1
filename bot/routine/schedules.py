"""Schedules in words: what people type, how it is kept, how it is said back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache

from bot.routine import due
from bot.routine.due import WEEKDAYS, Cron, Daily, Hourly, Rhythm, Schedule
from bot.settings import clock_time
from bot.zones import is_zone, zone
from briefs.errors import CommuniqueError

EXAMPLE = "subscribe daily 08:00 weekdays Europe/Berlin"

_NAMES = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
_GROUPS = {"weekdays": range(5), "workdays": range(5), "weekends": (5, 6), "everyday": range(7)}
_FILLERS = frozenset("at on every each and in the o'clock past".split())
_CRON_DAYS = ("sun", *WEEKDAYS[:6], "sun")  # as crontab counts: 0 and 7 are Sunday
_SHORTEST = timedelta(minutes=15)  # between two digests: more often, nobody reads them
_TRIED = 200  # slots looked at for the shortest pause between two


class BadSchedule(CommuniqueError):
    """Words that tell no schedule; the message says what is missing, with an example."""

    kind = "schedule"


@dataclass(frozen=True, slots=True)
class Asked:
    rhythm: Rhythm
    zone: str | None
    """IANA name; None if nobody said."""


def parse(text: str) -> Asked:
    """Understand "daily 08:00 weekdays Europe/Berlin", "weekly mon 9:00", "hourly :15", "cron 0 8 * * mon-fri".

    Raises BadSchedule or NoSuchZone, each with one sentence.
    """
    words = text.split()
    if not words:
        raise BadSchedule(f"Say when: daily, weekly, hourly or cron, for example: {EXAMPLE}")
    kind, rest = words[0].lower(), words[1:]
    match kind:
        case "daily":
            return _daily(rest)
        case "weekly":
            return _weekly(rest)
        case "hourly":
            return _hourly(rest)
        case "cron":
            return _cron(rest)
    if kind in _GROUPS or _day(kind) is not None or clock_time(kind):
        return _daily(words)  # "weekdays 08:00", "08:00 Europe/Berlin"
    raise BadSchedule(
        f"“{words[0][:40]}” is no schedule: it is daily, weekly, hourly or cron, for example: {EXAMPLE}"
    )


def spec(rhythm: Rhythm) -> str:
    """As it is kept; `parse` reads it back."""
    match rhythm:
        case Daily(at, days):
            return f"daily {at:%H:%M} {','.join(WEEKDAYS[day] for day in sorted(days))}"
        case Hourly(minute):
            return f"hourly :{minute:02}"
        case Cron():
            return f"cron {rhythm.minute} {rhythm.hour} {rhythm.day} {rhythm.month} {rhythm.weekday}"


@lru_cache(maxsize=4_096)
def stored(text: str, zone_name: str) -> Schedule:
    """A schedule as it is kept; a thousand rooms want the same one read back at the same moment."""
    return Schedule(parse(text).rhythm, zone_name)


def said(schedule: Schedule) -> str:
    """For people: "daily at 08:00 on weekdays, Europe/Berlin"."""
    match schedule.rhythm:
        case Daily(at, days):
            named = sorted(days)
            if named == [*range(7)]:
                when = f"daily at {at:%H:%M}"
            elif named == [*range(5)]:
                when = f"daily at {at:%H:%M} on weekdays"
            elif len(named) == 1:
                when = f"weekly on {_NAMES[named[0]].capitalize()} at {at:%H:%M}"
            else:
                when = f"{_listed(_NAMES[day].capitalize() for day in named)} at {at:%H:%M}"
        case Hourly(0):
            when = "hourly"
        case Hourly(minute):
            when = f"hourly at :{minute:02}"
        case Cron():
            when = spec(schedule.rhythm)
    return f"{when}, {schedule.zone}"


def moment(instant: datetime, zone_name: str) -> str:
    """A local time for people: "Mon 9 Mar 2031, 08:00 Europe/Berlin"."""
    there = due.local(instant, zone_name)
    return f"{there:%a} {there.day} {there:%b %Y}, {there:%H:%M} {zone_name}"


def check(schedule: Schedule, now: datetime) -> datetime:
    """The first slot's instant. Raises BadSchedule if it never comes, or slots come too close to each other."""
    first = due.following(schedule, now)
    if first is None:
        raise BadSchedule("That day never comes: check the day and the month.")
    before = first
    for _ in range(_TRIED if isinstance(schedule.rhythm, Cron) else 0):
        slot = due.following(schedule, before.due)
        if slot is None or slot.due - first.due > timedelta(days=8):
            break
        if slot.due - before.due < _SHORTEST:
            raise BadSchedule("That is more often than every 15 minutes: choose longer pauses.")
        before = slot
    return first.due.astimezone(UTC)


def _daily(words: Sequence[str]) -> Asked:
    at, days, place = _read(words)
    if at is None:
        raise BadSchedule(f"Say at what time, for example: {EXAMPLE}")
    return Asked(Daily(at, frozenset(days or range(7))), place)


def _weekly(words: Sequence[str]) -> Asked:
    at, days, place = _read(words)
    if at is None or not days:
        raise BadSchedule(
            "Say on which day and at what time, for example: subscribe weekly mon 09:00 Europe/Berlin"
        )
    return Asked(Daily(at, frozenset(days)), place)


def _hourly(words: Sequence[str]) -> Asked:
    minute = 0
    others = []
    for word in words:
        found = re.fullmatch(r":?(\d{1,2})", word)
        if found is not None:
            minute = int(found[1])
        else:
            others.append(word)
    _, days, place = _read(others)
    if minute > 59 or days:
        raise BadSchedule(
            "An hourly digest has at most a minute of the hour, for example: subscribe hourly :15"
        )
    return Asked(Hourly(minute), place)


def _cron(words: Sequence[str]) -> Asked:
    example = "for example: subscribe cron 0 8 * * mon-fri Europe/Berlin"
    if len(words) < 5:
        raise BadSchedule(f"A cron schedule has five fields (minute hour day month weekday), {example}")
    minute, hour, day, month = (word.lower() for word in words[:4])
    try:
        cron = Cron(minute, hour, day, month, _weekdays(words[4].lower()))
        due.check(cron)
    except ValueError:
        raise BadSchedule(f"That is no cron schedule of five fields, {example}") from None
    return Asked(cron, zone(" ".join(words[5:])) if words[5:] else None)


def _weekdays(field: str) -> str:
    """Crontab's weekdays as names. Raises ValueError."""
    if field in {"*", "?"}:
        return "*"
    chosen: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        low, dash, high = span.partition("-")
        if span == "*":
            first, last = 0, 6
        else:
            first = _cron_day(low)
            last = _cron_day(high) if dash else first
            if last < first:
                last += 7  # "fri-mon", "fri-0"
        chosen |= {number % 7 for number in range(first, last + 1, int(step) if step else 1)}
    return ",".join(_CRON_DAYS[number] for number in sorted(chosen))


def _cron_day(name: str) -> int:
    if name.isascii() and name.isdigit() and int(name) <= 7:
        return int(name)
    day = _day(name)
    if day is None:
        raise ValueError(name)
    return (day + 1) % 7


def _read(words: Iterable[str]) -> tuple[time | None, set[int], str | None]:
    """Time, weekdays and zone, in any order. Raises BadSchedule or NoSuchZone for any other word."""
    at: time | None = None
    days: set[int] = set()
    place: str | None = None
    left = [word for word in words if word.lower() not in _FILLERS]
    while left:
        word = left.pop(0)
        both = f"{word} {left[0]}" if left else ""
        if left and left[0].lower() in {"am", "pm"} and clock_time(both):
            left.pop(0)
            word = both
        if (clock := clock_time(word)) is not None and at is None:
            at = time.fromisoformat(clock)
        elif (named := _days(word.lower())) is not None:
            days |= named
        elif both and not is_zone(word) and is_zone(both):
            left.pop(0)
            place = zone(both)  # "New York"
        else:
            place = zone(word)
    return at, days, place


def _days(word: str) -> set[int] | None:
    """The weekdays of "mon", "mondays", "weekdays", "mon-fri" or "mon,wed"; None if it names none."""
    chosen: set[int] = set()
    for part in word.strip(",").split(","):
        if part in _GROUPS:
            chosen |= set(_GROUPS[part])
            continue
        low, dash, high = part.replace("–", "-").partition("-")
        first, last = _day(low), _day(high) if dash else _day(low)
        if first is None or last is None:
            return None
        chosen |= {number % 7 for number in range(first, (last if last >= first else last + 7) + 1)}
    return chosen


def _day(word: str) -> int | None:
    word = word.removesuffix("s") if len(word) > 4 else word
    if len(word) < 3:
        return None
    found = [number for number, name in enumerate(_NAMES) if name.startswith(word)]
    return found[0] if len(found) == 1 else None


def _listed(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
