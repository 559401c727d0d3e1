"""A circuit breaker: what fails again and again is left alone for a while, then tried with a single request."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bot.clock import Clock

_FAILURES: Final = (
    5  # in a row: one flaky minute of an endpoint does not reach it, an endpoint that is gone does
)
_FIRST_REST: Final = timedelta(seconds=30)
_LONGEST_REST: Final = timedelta(minutes=5)


class Breaker:
    def __init__(self, clock: Clock, *, failures: int = _FAILURES) -> None:
        self._clock = clock
        self._most = failures
        self._failures = 0
        self._rest = _FIRST_REST
        self._until: datetime | None = None
        self._trying = False

    @property
    def resting(self) -> bool:
        """Whether it is left alone now."""
        return self._until is not None and self._clock.now() < self._until

    def enter(self) -> bool:
        """Whether a request may go out now. After a rest one may, alone; the others wait for how it ends."""
        if self._until is None:
            return True
        if self._clock.now() < self._until or self._trying:
            return False
        self._trying = True
        return True

    def succeeded(self) -> None:
        self._failures = 0
        self._rest = _FIRST_REST
        self._until = None
        self._trying = False

    def failed(self, *, for_good: bool = False) -> None:
        """`for_good`: nothing that comes soon will go better (a wrong key)."""
        self._failures += self._most if for_good else 1
        if self._trying or self._failures >= self._most:
            self._until = self._clock.now() + self._rest
            self._rest = min(_LONGEST_REST, 2 * self._rest)
        self._trying = False

    def rest(self, seconds: float) -> None:
        """Leave it alone for that long because it asked for it."""
        until = self._clock.now() + min(_LONGEST_REST, timedelta(seconds=seconds))
        self._until = max(until, self._until or until)
        self._trying = False

    def gave_up(self) -> None:
        """The request ended without telling anything of the endpoint (it was cancelled)."""
        self._trying = False
