"""Schedules, their slots and the digests made for them: the types, and what is asked of the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from bot.ports import ArticleRef, DeliveryState
from bot.routine.due import Due, Schedule

SlotOutcome = Literal["digest", "empty", "silent", "dropped"]
"""digest: something changed. empty: one line says that nothing did. silent: nothing was posted, as its schedule has it.
dropped: the room is not known any more, or its schedule was ended meanwhile."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A schedule of a room."""

    id: int
    room: str
    schedule: Schedule
    added_by: str
    added_at: datetime
    served_until: datetime
    """The last slot that was claimed; the moment of subscription before the first."""
    next_due: datetime | None
    paused_at: datetime | None = None
    """Since when the bot is not in the room: no slot is claimed until it comes back."""


@dataclass(frozen=True, slots=True)
class Serving:
    """What is to be claimed for a subscription: its due slot, and the instant of the one after it."""

    subscription: Subscription
    due: Due
    next_due: datetime | None


@dataclass(frozen=True, slots=True)
class ClaimedSlot:
    """A slot that this process alone may now serve."""

    id: int
    subscription: int
    room: str
    schedule: Schedule
    name: str
    due: datetime
    missed: int
    late: bool
    until: datetime
    """When it was first claimed: what its digest covers up to, however often it is tried."""
    attempt: int
    owner: str

    @property
    def delivery(self) -> str:
        """Key of its delivery: the same for every attempt, so that a second one posts nothing."""
        return f"slot:{self.id}"


@dataclass(frozen=True, slots=True)
class SlotRecord:
    """What the operator sees of a slot."""

    room: str
    schedule: Schedule
    name: str
    due: datetime
    claimed_at: datetime
    missed: int
    late: bool
    state: Literal["claimed", "done"]
    attempts: int
    outcome: SlotOutcome | None
    delivery: str | None
    posted: DeliveryState | None
    """State of the delivery's first part; None where nothing was to be posted, or is not yet."""
    posted_at: datetime | None
    reason: str | None


class Agenda(Protocol):
    """Each call is one transaction; what it has answered survives a power cut."""

    async def subscribe(
        self, room: str, schedule: Schedule, *, by: str, now: datetime, next_due: datetime
    ) -> Subscription | None:
        """None if the room has that very schedule already."""
        ...

    async def subscriptions(self, room: str | None = None) -> list[Subscription]:
        """Those that hold, oldest first; of one room or of all."""
        ...

    async def unsubscribe(self, room: str, subscription: int, *, now: datetime) -> bool: ...

    async def pause(self, room: str, *, now: datetime) -> int:
        """The room's schedules wait until `resume`; returns how many did not wait yet."""
        ...

    async def resume(self, room: str) -> int:
        """They go on, with one late digest for whatever they missed; returns how many waited."""
        ...

    async def waiting(self, *, now: datetime, limit: int) -> list[Subscription]:
        """Subscriptions whose next slot is due, paused ones left out."""
        ...

    async def claim(
        self, servings: Sequence[Serving], *, owner: str, now: datetime, lease_until: datetime
    ) -> list[ClaimedSlot]:
        """Claim slots, each of which only one process ever gets; the others are left out of the answer."""
        ...

    async def reclaim(
        self, *, owner: str, now: datetime, lease_until: datetime, limit: int
    ) -> list[ClaimedSlot]:
        """Slots that were claimed by a process that has not finished them within its lease, or put off until now."""
        ...

    async def done(self, slot: ClaimedSlot, outcome: SlotOutcome, *, now: datetime) -> None: ...

    async def put_off(self, slot: ClaimedSlot, reason: str, *, until: datetime) -> None: ...

    async def next_wake(self) -> datetime | None:
        """The earliest instant at which a slot is due or a lease ends."""
        ...

    async def log(self, *, room: str | None = None, limit: int = 100) -> list[SlotRecord]:
        """Newest first."""
        ...

    async def tidy(self, *, before: datetime) -> int:
        """Remove finished slots from before that instant; the last of each schedule stays."""
        ...


@dataclass(frozen=True, slots=True)
class KeptDigest:
    """A digest as it was made; `document` is digest/1 as JSON, None once it is old or an article in it was forgotten."""

    id: int
    room: str
    since: datetime | None
    until: datetime
    document: dict[str, Any] | None
    articles: tuple[ArticleRef, ...]


@dataclass(frozen=True, slots=True)
class Covered:
    """How far a room was told: what came by `until`, as far as it was in the store then (articles up to `newest`)."""

    until: datetime
    newest: int


class Digests(Protocol):
    """The digests that rooms were told."""

    async def keep(
        self,
        room: str,
        document: dict[str, Any],
        articles: Sequence[ArticleRef],
        *,
        since: datetime | None,
        covered: Covered,
        subscription: int | None,
        delivery: str,
    ) -> None:
        """Remember a digest; one delivery has one, the first that was kept."""
        ...

    async def covered(
        self, room: str, subscription: int | None, *, before: datetime | None = None
    ) -> Covered | None:
        """Up to where the room was told, by that schedule or (None) by any: the end of its last digest that was
        delivered or surely will be, of those that end before that instant. None: there is none.
        """
        ...

    async def tidy(self, *, before: datetime) -> None:
        """Let go of the words of digests from before that instant."""
        ...

    async def told(self, room: str, *, since: datetime) -> list[KeptDigest]:
        """Digests of a room that were made since then, newest first."""
        ...
