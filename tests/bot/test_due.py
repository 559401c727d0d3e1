"""When schedules are due, over changeovers and outages; what people type and what is said back."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.routine import due
from bot.routine.due import Cron, Daily, Hourly, Rhythm, Schedule, Slot
from bot.routine.schedules import BadSchedule, check, moment, parse, said, spec, stored
from bot.zones import NoSuchZone

NOW = datetime(2031, 3, 5, 12, 0, tzinfo=UTC)  # a Wednesday
CHANGES = {
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),
    "Africa/Cairo": (date(2026, 4, 24), date(2026, 10, 29)),
}
QUARTERS = [time(hour, minute) for hour in range(24) for minute in (0, 15, 30, 45)]

zones = st.sampled_from([*CHANGES, "UTC", "Asia/Kolkata", "Pacific/Apia", "America/Nuuk", "Asia/Kathmandu"])
instants = st.datetimes(
    datetime(2011, 1, 1),  # noqa: DTZ001 - the zone is the next argument
    datetime(2035, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
rhythms = st.one_of(
    st.builds(
        Daily,
        st.times().map(lambda t: t.replace(second=0, microsecond=0, fold=0)),
        st.frozensets(st.integers(0, 6), min_size=1),
    ),
    st.builds(Hourly, st.integers(0, 59)),
    st.builds(
        lambda hour, minute, days: Cron(
            str(minute), str(hour), "*", "*", ",".join(sorted(days, key=("sun", *due.WEEKDAYS).index))
        ),
        st.integers(0, 23),
        st.integers(0, 59),
        st.frozensets(st.sampled_from(due.WEEKDAYS), min_size=1),
    ),
)


def walk(schedule: Schedule, start: datetime, end: datetime) -> Iterator[Slot]:
    """As the service goes: each slot is looked for from the one before it."""
    slot = due.following(schedule, start)
    while slot is not None and slot.due <= end:
        yield slot
        slot = due.following(schedule, slot.due)


@pytest.mark.parametrize("zone", CHANGES)
@pytest.mark.parametrize("which", [0, 1], ids=["first change of the year", "second"])
def test_a_daily_schedule_has_one_slot_each_local_date_over_a_changeover(zone: str, which: int) -> None:
    change = CHANGES[zone][which]
    there = ZoneInfo(zone)
    offsets = {
        datetime.combine(change + timedelta(days=days), time(12), there).utcoffset() for days in (-2, 2)
    }
    assert len(offsets) == 2, "there is no changeover then"
    start = datetime.combine(change - timedelta(days=3), time(), there).astimezone(UTC) - timedelta(seconds=1)
    end = datetime.combine(change + timedelta(days=3), time(), there).astimezone(UTC) - timedelta(seconds=1)
    dates = [(change + timedelta(days=days)).isoformat() for days in range(-3, 3)]
    for at in QUARTERS:
        slots = list(walk(Schedule(Daily(at), zone), start, end))
        assert [slot.name for slot in slots] == dates, at
        for slot in slots:
            shown = slot.due.astimezone(there)
            assert shown.date().isoformat() == slot.name, at
            if shown.time() != at:  # a gap, and only there
                assert slot.name == change.isoformat()
                assert timedelta(0) < shown.replace(tzinfo=None) - datetime.combine(change, at)
            assert shown.fold == 0, at


@pytest.mark.parametrize("zone", CHANGES)
@pytest.mark.parametrize("which", [0, 1])
def test_cron_fires_no_instant_twice_and_in_order_over_a_changeover(zone: str, which: int) -> None:
    start = datetime.combine(CHANGES[zone][which] - timedelta(days=2), time(), UTC)
    for at in QUARTERS:
        cron = Cron(str(at.minute), str(at.hour), "*", "*", "*")
        slots = list(walk(Schedule(cron, zone), start, start + timedelta(days=4)))
        instants = [slot.due for slot in slots]
        assert instants == sorted(set(instants))
        names = Counter(slot.name for slot in slots)
        assert set(names.values()) == {1}
        assert 3 <= len(slots) <= 5


def test_a_date_that_a_zone_left_out_has_no_slot() -> None:
    schedule = Schedule(Daily(time(8)), "Pacific/Apia")
    slots = walk(schedule, datetime(2011, 12, 28, 12, tzinfo=UTC), datetime(2012, 1, 1, 12, tzinfo=UTC))
    assert [slot.name for slot in slots] == ["2011-12-28", "2011-12-29", "2011-12-31", "2012-01-01"]


@settings(max_examples=50)
@given(rhythm=rhythms, zone=zones, start=instants)
def test_slots_ascend_and_none_has_another_ones_name(rhythm: Rhythm, zone: str, start: datetime) -> None:
    slots = list(walk(Schedule(rhythm, zone), start, start + timedelta(days=9)))
    assert all(a.due < b.due for a, b in itertools.pairwise(slots))
    assert len({slot.name for slot in slots}) == len(slots)
    assert all(slot.due > start for slot in slots)


@settings(max_examples=50)
@given(rhythm=rhythms, zone=zones, start=instants, pauses=st.lists(st.integers(1, 5_000), max_size=8))
def test_however_often_one_looks_no_slot_is_served_twice_and_none_is_forgotten(
    rhythm: Rhythm, zone: str, start: datetime, pauses: list[int]
) -> None:
    schedule = Schedule(rhythm, zone)
    now = last = start
    served, covered = [], 0
    for minutes in pauses:
        now += timedelta(minutes=minutes)
        found = due.due(schedule, after=last, now=now)
        if found is not None:
            served.append(found.slot.name)
            covered += 1 + found.missed
            last = found.slot.due
            assert last <= now
    assert len(set(served)) == len(served)
    assert covered == len(list(walk(schedule, start, now)))


@settings(max_examples=50)
@given(rhythm=rhythms, zone=zones)
def test_what_is_kept_of_a_schedule_says_the_same_when_it_is_read_back(rhythm: Rhythm, zone: str) -> None:
    read = stored(spec(rhythm), zone)
    assert (read.zone, spec(read.rhythm)) == (zone, spec(rhythm))
    after = datetime(2031, 1, 1, tzinfo=UTC)
    assert due.following(read, after) == due.following(Schedule(rhythm, zone), after)


EIGHT = Schedule(Daily(time(8)), "UTC")
SERVED = datetime(2031, 3, 4, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("outage", "missed", "late"),
    [(timedelta(seconds=9), 0, False), (timedelta(hours=9), 0, True), (timedelta(days=9, hours=1), 9, True)],
    ids=["9 s", "9 h", "9 days"],
)
def test_after_an_outage_there_is_one_slot_and_it_knows_what_it_covers(
    outage: timedelta, missed: int, late: bool
) -> None:
    now = SERVED + timedelta(days=1) + outage
    assert due.due(EIGHT, after=SERVED, now=now) == due.Due(
        Slot((SERVED + timedelta(days=1 + missed)).date().isoformat(), SERVED + timedelta(days=1 + missed)),
        missed,
        late,
    )


def test_before_its_hour_nothing_is_due() -> None:
    assert due.due(EIGHT, after=SERVED, now=SERVED + timedelta(hours=23, minutes=59)) is None


@pytest.mark.parametrize(
    ("typed", "meant", "zone"),
    [
        ("daily 08:00 weekdays Europe/Berlin", "daily 08:00 mon,tue,wed,thu,fri", "Europe/Berlin"),
        ("daily at 8 am", "daily 08:00 mon,tue,wed,thu,fri,sat,sun", None),
        ("daily 6.30pm on weekends new york", "daily 18:30 sat,sun", "America/New_York"),
        ("daily 08:00 mon-wed,fri", "daily 08:00 mon,tue,wed,fri", None),
        ("weekdays 07:45 berlin", "daily 07:45 mon,tue,wed,thu,fri", "Europe/Berlin"),
        ("weekly monday 9:00 Asia/Kolkata", "daily 09:00 mon", "Asia/Kolkata"),
        ("weekly Thursdays at 17:00", "daily 17:00 thu", None),
        ("hourly", "hourly :00", None),
        ("hourly :15 UTC", "hourly :15", "UTC"),
        ("cron 0 8 * * mon-fri Europe/Berlin", "cron 0 8 * * mon,tue,wed,thu,fri", "Europe/Berlin"),
        ("cron */30 9-17 * * 1-5", "cron */30 9-17 * * mon,tue,wed,thu,fri", None),
        ("cron 0 8 1 * *", "cron 0 8 1 * *", None),
        ("cron 0 8 * * 0", "cron 0 8 * * sun", None),
        ("cron 0 8 * * fri-mon", "cron 0 8 * * sun,mon,fri,sat", None),
        ("cron 0 8 * * sun,wed", "cron 0 8 * * sun,wed", None),
    ],
)
def test_schedules_are_understood_as_people_type_them(typed: str, meant: str, zone: str | None) -> None:
    asked = parse(typed)
    assert (spec(asked.rhythm), asked.zone) == (meant, zone)


@pytest.mark.parametrize(
    "typed",
    ["", "daily", "daily weekdays", "weekly 08:00", "weekly mon", "sometimes", "hourly :75", "cron 0 8 * *",
     "cron 61 8 * * mon", "cron 0 8 * * someday", "cron 0 8 * * mon-fri/x"],
)  # fmt: skip
def test_what_is_no_schedule_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(BadSchedule):
        parse(typed)


def test_a_wrong_zone_is_told_as_such() -> None:
    with pytest.raises(NoSuchZone, match=r"did you mean Europe/Berlin\?"):
        parse("daily 08:00 weekdays Europe/Berlni")


@pytest.mark.parametrize(
    ("typed", "wrong"), [("cron 0 8 30 2 *", "never comes"), ("cron * * * * *", "every 15 minutes")]
)
def test_schedules_that_never_or_always_fire_are_refused(typed: str, wrong: str) -> None:
    with pytest.raises(BadSchedule, match=wrong):
        check(Schedule(parse(typed).rhythm, "Europe/Berlin"), NOW)


def test_cron_with_a_day_and_a_weekday_fires_on_either() -> None:
    schedule = Schedule(parse("cron 0 8 13 * fri").rhythm, "UTC")
    found = [slot.name for slot in walk(schedule, NOW, NOW + timedelta(days=10))]
    assert found == ["2031-03-07T08:00Z", "2031-03-13T08:00Z", "2031-03-14T08:00Z"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("daily 08:00", "daily at 08:00, UTC"),
        ("daily 08:00 weekdays", "daily at 08:00 on weekdays, UTC"),
        ("weekly mon 09:00", "weekly on Monday at 09:00, UTC"),
        ("daily 09:00 mon,wed,fri", "Monday, Wednesday and Friday at 09:00, UTC"),
        ("hourly", "hourly, UTC"),
        ("hourly :20", "hourly at :20, UTC"),
        ("cron 0 8 1 * *", "cron 0 8 1 * *, UTC"),
    ],
)
def test_schedules_are_said_in_words(typed: str, words: str) -> None:
    assert said(Schedule(parse(typed).rhythm, "UTC")) == words


def test_the_next_run_is_said_in_local_time() -> None:
    first = check(Schedule(parse("daily 08:00 weekdays").rhythm, "Europe/Berlin"), NOW)
    assert moment(first, "Europe/Berlin") == "Thu 6 Mar 2031, 08:00 Europe/Berlin"
