"""How much one person may ask for at a time, so that nobody keeps the readers from all others."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

_WINDOW = timedelta(seconds=60)
_PEOPLE = 10_000  # remembered at a time; the longest silent are dropped first


class Pace:
    """At most `per_minute` messages of one person in any 60 seconds."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._lately: dict[str, deque[datetime]] = {}

    def wait_s(self, person: str, now: datetime) -> float:
        """0: the message is counted and may be seen to. Else seconds until the next one may; this one is not counted."""
        lately = self._lately.pop(person, None) or deque()
        while lately and now - lately[0] >= _WINDOW:
            lately.popleft()
        self._lately[person] = lately
        if len(self._lately) > _PEOPLE:
            del self._lately[next(iter(self._lately))]
        if len(lately) >= self._per_minute:
            return (lately[0] + _WINDOW - now).total_seconds()
        lately.append(now)
        return 0.0
