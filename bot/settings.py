"""All that a room may choose, in one table: what it is called, what it may be, how it is shown, who may change it.

A value is stored as JSON through `bot.ports.Settings`; whoever acts on one reads it from `Chosen`, which knows the
defaults. A new setting is a field of `Chosen` and a row of `SETTINGS` (a test compares both).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, Self

from bot.ports import Person, Room
from bot.zones import zone
from briefs.errors import CommuniqueError

WhoMayChange = Literal["admins", "everyone"]

_YES = frozenset("on yes true 1 y".split())
_NO = frozenset("off no false 0 n none never".split())
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?", re.IGNORECASE)
_RANGE = re.compile(r"\s*(?:-|–|—|to|until)\s*", re.IGNORECASE)
_LANGUAGES = {"en": ("english",)}  # what the bot writes; what it reads is told by each article's own language
DEFAULT_ALERT_LEVEL = 4  # forces moved, an explicit threat of force, advice to leave, mass repression


class BadValue(CommuniqueError):
    """A value that a setting cannot have; the message says which it can."""

    kind = "setting"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local wall-clock times in minutes after midnight, half-open; `start` > `end` runs over midnight."""

    start: int
    end: int

    def holds(self, minute: int) -> bool:
        """Whether that minute of the day (0-1439) is quiet."""
        if self.start <= self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end

    @classmethod
    def of(cls, stored: str) -> Self:
        """From "22:00-07:00"."""
        start, _, end = stored.partition("-")
        return cls(_minutes(start), _minutes(end))


@dataclass(frozen=True, slots=True)
class Chosen:
    """What holds in a room: its choices, and the defaults of all that it has not chosen."""

    timezone: str | None = None
    """IANA name."""
    language: str = "en"
    auto_brief: bool = False
    alert_level: int | None = None
    """Severity from which on the room is told at once, 1-5; None: it is not."""
    quiet_hours: str | None = None
    """"22:00-07:00" in the room's time zone: alerts wait until they are over."""
    who_may_change: WhoMayChange = "admins"
    tables: bool = False
    loud: bool = False

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """From what `Settings.all` answers; keys of another version are left out."""
        known = {field.name for field in fields(cls)}
        return cls(**{key: value for key, value in values.items() if key in known and value is not None})

    @property
    def quiet(self) -> QuietHours | None:
        return QuietHours.of(self.quiet_hours) if self.quiet_hours is not None else None


@dataclass(frozen=True, slots=True)
class Setting:
    key: str
    about: str
    """What it is for, as the end of a line."""
    values: str
    """What it may be, for people: "on or off"."""
    example: str
    parse: Callable[[str], Any]
    """What somebody typed → the JSON value. Raises CommuniqueError with a sentence."""
    show: Callable[[Any], str]
    """The value (or the default) → what people read."""
    admins_only: bool = False
    """True: whatever `who_may_change` says."""

    @property
    def default(self) -> Any:
        return getattr(Chosen(), self.key)


def may_decide(person: Person, room: Room, chosen: Chosen) -> bool:
    """Whether that person may change what the room gets by itself: schedules, feeds, situations."""
    return person.admin or room.kind == "direct" or chosen.who_may_change == "everyone"


def may_change(setting: Setting, person: Person, room: Room, chosen: Chosen) -> bool:
    """Whether that person may change that setting in a room where this is chosen."""
    if setting.admins_only:
        return person.admin or room.kind == "direct"
    return may_decide(person, room, chosen)


def named(text: str) -> Setting | None:
    """The setting of that name, with whatever stands between its words."""
    return _BY_NAME.get(re.sub(r"[\s_-]+", "_", text.strip().lower()))


def _flag(text: str) -> bool:
    word = text.strip().lower()
    if word in _YES | _NO:
        return word in _YES
    raise BadValue(f"That is “on” or “off”, not “{text.strip()[:40]}”.")


def _show_flag(value: Any) -> str:
    return "on" if value else "off"


def _or_none(value: Any) -> str:
    return "not chosen" if value is None else str(value)


def _level(text: str) -> int | None:
    word = text.strip().lower()
    if word in _YES - {"1"}:
        return DEFAULT_ALERT_LEVEL
    if word in _NO:
        return None
    if word.isascii() and word.isdigit() and 1 <= int(word) <= 5:
        return int(word)
    raise BadValue(
        f"An alert level is a severity from 1 (friction) to 5 (force used), or “off”; {DEFAULT_ALERT_LEVEL} is a good one."
    )


def _show_level(value: Any) -> str:
    return "off" if value is None else f"severity {value} and above"


def _quiet(text: str) -> str | None:
    if text.strip().lower() in _NO:
        return None
    ends = _RANGE.split(text.strip())
    times = [clock_time(end) for end in ends]
    if len(times) != 2 or None in times or times[0] == times[1]:
        raise BadValue("Quiet hours are two times of the day, for example 22:00-07:00, or “off”.")
    return "-".join(str(time) for time in times)


def _show_quiet(value: Any) -> str:
    return "none" if value is None else str(value).replace("-", " to ")


def _who(text: str) -> WhoMayChange:
    word = text.strip().lower()
    if word in {"admins", "admin"}:
        return "admins"
    if word in {"everyone", "everybody", "all"}:
        return "everyone"
    raise BadValue("Settings may be changed by “admins” or by “everyone”.")


def _language(text: str) -> str:
    word = text.strip().lower()
    for code, names in _LANGUAGES.items():
        if word in {code, *names}:
            return code
    raise BadValue("I write English only so far: “en”.")


def clock_time(text: str) -> str | None:
    """A time of the day as "08:00", from "8", "8:00", "8.30" or "8 pm"; None for anything else."""
    parts = _TIME.fullmatch(text.strip())
    if parts is None:
        return None
    hour, minute, half = int(parts[1]), int(parts[2] or 0), (parts[3] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


def _minutes(time: str) -> int:
    hour, _, minute = time.partition(":")
    return 60 * int(hour) + int(minute)


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "timezone",
        "time zone of schedules and quiet hours where a person's own is not known",
        "a name such as Europe/Berlin",
        "Europe/Berlin",
        zone,
        _or_none,
    ),
    Setting("language", "language that I write in", "en", "en", _language, str),
    Setting(
        "auto_brief",
        "brief every link that is posted here, in a thread",
        "on or off",
        "on",
        _flag,
        _show_flag,
    ),
    Setting(
        "alert_level",
        "tell this room at once of risk signals from this severity on",
        "1 to 5, or off",
        "4",
        _level,
        _show_level,
    ),
    Setting(
        "quiet_hours",
        "alerts wait until these hours are over",
        "two times, or off",
        "22:00-07:00",
        _quiet,
        _show_quiet,
    ),
    Setting(
        "who_may_change",
        "who may change these settings, schedules and feeds",
        "admins or everyone",
        "everyone",
        _who,
        str,
        admins_only=True,
    ),
    Setting("tables", "show tables instead of lists", "on or off", "on", _flag, _show_flag),
    Setting("loud", "let my messages notify people as anybody's do", "on or off", "on", _flag, _show_flag),
)

_BY_NAME = {setting.key: setting for setting in SETTINGS}
