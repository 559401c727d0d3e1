"""Time zones as people name them: "Europe/Berlin" in any spelling, or the city alone."""

from __future__ import annotations

import difflib
from collections import defaultdict
from functools import cache
from zoneinfo import available_timezones

from briefs.errors import CommuniqueError

_NOT_FOR_PEOPLE = ("posix/", "right/", "SystemV/", "Etc/")
_NEAR = 0.7  # difflib ratio: "Europe/Berln" is found


class NoSuchZone(CommuniqueError):
    """A word that names no time zone."""

    kind = "time_zone"


def zone(text: str) -> str:
    """The IANA name of a time zone. Raises NoSuchZone, with the nearest name in its sentence."""
    wanted = _plain(text)
    found = _names().get(wanted) or _cities().get(wanted)
    if found is not None:
        return found
    near = difflib.get_close_matches(wanted, [*_names(), *_cities()], n=1, cutoff=_NEAR)
    guess = _names().get(near[0]) or _cities()[near[0]] if near else "Europe/Berlin"
    said = f"did you mean {guess}?" if near else f"name it as a continent and a city, such as {guess}."
    raise NoSuchZone(f"There is no time zone “{text.strip()[:60]}”: {said}")


def known(text: str | None) -> str | None:
    """The IANA name; None where nothing or nonsense is said (a platform's profile may hold anything)."""
    return None if text is None else _names().get(_plain(text))


def is_zone(text: str) -> bool:
    return _plain(text) in _names() or _plain(text) in _cities()


@cache
def _names() -> dict[str, str]:
    return {_plain(name): name for name in available_timezones() if not name.startswith(_NOT_FOR_PEOPLE)}


@cache
def _cities() -> dict[str, str]:
    """Cities that only one zone is named after."""
    by_city: dict[str, set[str]] = defaultdict(set)
    for name in _names().values():
        if "/" in name:
            by_city[_plain(name.rpartition("/")[2])].add(name)
    return {city: next(iter(names)) for city, names in by_city.items() if len(names) == 1}


def _plain(text: str) -> str:
    return text.strip().lower().replace(" ", "_")
