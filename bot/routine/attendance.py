"""Rooms that the bot had to leave, and comes back to: what they get by themselves waits meanwhile."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import structlog

from bot.clock import Clock

_log = structlog.get_logger(__name__)


class Pausable(Protocol):
    """The agenda, as far as it is needed."""

    async def pause(self, room: str, *, now: datetime) -> int: ...

    async def resume(self, room: str) -> int: ...


class Attendance:
    """`bot.ports.Presence`."""

    def __init__(self, agenda: Pausable, clock: Clock) -> None:
        self._agenda = agenda
        self._clock = clock

    async def left(self, room: str, why: str) -> None:
        if paused := await self._agenda.pause(room, now=self._clock.now()):
            _log.warning("schedules paused", room=room, why=why, schedules=paused)

    async def back(self, room: str) -> None:
        if resumed := await self._agenda.resume(room):
            _log.info("schedules resumed", room=room, schedules=resumed)
