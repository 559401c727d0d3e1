"""When a schedule is due. Pure: schedule + instants → slots; no clock, no store.

A slot is one due moment of one schedule. Daily (and weekly, which is daily on some weekdays): one for each local date,
named by the date; the instant is that date's time in the zone, where a gap moves forward by its length and a fold
takes the first of two. Hourly and cron: one for each instant, named by the instant in UTC; `CronTrigger` computes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from apscheduler.triggers.cron import CronTrigger

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LATE = timedelta(minutes=10)  # a restart or a busy minute is not worth a word, an outage is
_FURTHEST = timedelta(
    days=366 * 5
)  # the next 29 February that is a Monday may lie further; nobody waits for it
_OLDEST = timedelta(days=400)  # moments missed before that are not counted one by one
_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Daily:
    at: time
    days: frozenset[int] = frozenset(range(7))
    """Weekdays, Monday is 0."""


@dataclass(frozen=True, slots=True)
class Hourly:
    minute: int = 0
    """Of the local hour."""


@dataclass(frozen=True, slots=True)
class Cron:
    """Five fields; weekdays by name alone (a list, or "*"), because numbers are counted from Monday by some."""

    minute: str
    hour: str
    day: str
    month: str
    weekday: str


Rhythm = Daily | Hourly | Cron


@dataclass(frozen=True, slots=True)
class Schedule:
    rhythm: Rhythm
    zone: str
    """IANA name."""


@dataclass(frozen=True, slots=True)
class Slot:
    name: str
    """Unique within its schedule: "2031-03-04" (local date) or "2031-03-04T07:00Z" (instant)."""
    due: datetime
    """In UTC."""


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be done now: the newest slot, for all that were missed before it."""

    slot: Slot
    missed: int
    """Slots before it that nobody served; it covers their time, too."""
    late: bool


def following(schedule: Schedule, after: datetime) -> Slot | None:
    """The first slot after that instant; None if there is none within five years."""
    return next(_slots(schedule, after), None)


def due(schedule: Schedule, *, after: datetime, now: datetime) -> Due | None:
    """What became due in (after, now], `after` being the last slot served or the moment of subscription.

    None: nothing. However many slots were missed, one answer covers them: never a flood.
    """
    newest: Slot | None = None
    passed = 0
    for slot in _slots(schedule, max(after, now - _OLDEST)):
        if slot.due > now:
            break
        newest = slot
        passed += 1
    if newest is None:
        return None
    return Due(newest, passed - 1, late=passed > 1 or now - newest.due > LATE)


def local(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(ZoneInfo(zone))


def at_local(day: date, at: time, zone: str) -> datetime:
    """That wall-clock time in UTC: a gap moves forward by its length, a fold takes the first of two."""
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)  # fold=0 says both


def _slots(schedule: Schedule, after: datetime) -> Iterator[Slot]:
    """Ascending, without end but for `_FURTHEST`."""
    match schedule.rhythm:
        case Daily():
            yield from _daily(schedule.rhythm, schedule.zone, after)
        case Hourly(minute):
            yield from _triggered((_trigger(str(minute), "*", "*", "*", "*", schedule.zone),), after)
        case Cron() as cron:
            yield from _triggered(_triggers(cron, schedule.zone), after)


def _daily(rhythm: Daily, zone: str, after: datetime) -> Iterator[Slot]:
    day = local(after, zone).date() - _DAY  # a gap may have moved yesterday's over midnight
    last = day + _FURTHEST
    while day <= last:
        if day.weekday() in rhythm.days and _exists(day, zone):
            instant = at_local(day, rhythm.at, zone)
            if instant > after:
                yield Slot(day.isoformat(), instant)
        day += _DAY


def _exists(day: date, zone: str) -> bool:
    """Samoa had no 30 December 2011."""
    return at_local(day, time(), zone) < at_local(day + _DAY, time(), zone)


def _triggered(triggers: tuple[CronTrigger, ...], after: datetime) -> Iterator[Slot]:
    last = after + _FURTHEST
    while True:
        found = [
            instant
            for trigger in triggers
            if (instant := _next(trigger, after)) is not None and instant <= last
        ]
        if not found:
            return
        after = min(found)
        yield Slot(after.strftime("%Y-%m-%dT%H:%MZ"), after)


def _next(trigger: CronTrigger, after: datetime) -> datetime | None:
    """The first instant after that one, in UTC."""
    moment = after + _TICK
    while True:
        found = trigger.get_next_fire_time(None, moment.astimezone(trigger.timezone))  # type: ignore[no-untyped-call]
        if found is None:
            return None
        instant: datetime = found.astimezone(UTC)
        if instant > after:
            return instant
        moment += timedelta(minutes=1)  # on the way through a fold it may look back


def _triggers(cron: Cron, zone: str) -> tuple[CronTrigger, ...]:
    """As cron has it: where both days of the month and weekdays are named, either will do."""
    common = (cron.minute, cron.hour)
    if cron.day == "*" or cron.weekday == "*":
        return (_trigger(*common, cron.day, cron.month, cron.weekday, zone),)
    return (
        _trigger(*common, cron.day, cron.month, "*", zone),
        _trigger(*common, "*", cron.month, cron.weekday, zone),
    )


@cache
def _trigger(  # noqa: PLR0917 - the five fields of a crontab, in their order
    minute: str, hour: str, day: str, month: str, weekday: str, zone: str
) -> CronTrigger:
    """Raises ValueError for a field that is none."""
    from apscheduler.triggers.cron import CronTrigger

    place: tzinfo = ZoneInfo(zone)
    fields: dict[str, Any] = {
        "minute": minute,
        "hour": hour,
        "day": day,
        "month": month,
        "day_of_week": weekday,
    }
    return CronTrigger(**fields, second=0, timezone=place)  # type: ignore[no-untyped-call]


def check(cron: Cron) -> None:
    """Raises ValueError if a field is none."""
    _triggers(cron, "UTC")
