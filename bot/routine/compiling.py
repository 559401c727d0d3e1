"""What is asked of a worker about situations: briefs on their way there, ledgers, digests and alarms on their way back.

Briefs travel as the JSON in which they are kept, and are read where the work is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from briefs.digest import Digest, FailedFeed, Revision
from briefs.models import RiskSignal
from briefs.situations import Ledger
from briefs.situations.models import Source


@dataclass(frozen=True, slots=True)
class Given:
    """A member of a situation. `key` stands for its article in all that comes back; `brief` is brief/1 as JSON."""

    situation: str
    key: str
    brief: str
    seen_at: datetime
    copy_of: str | None = None
    """The key of another one given that it is nearly a copy of."""


@dataclass(frozen=True, slots=True)
class Edition:
    """Which digest is wanted: `briefs.digest.Window` without its zone object."""

    room: str
    since: datetime | None
    until: datetime
    timezone: str
    frequency: str = ""
    due: datetime | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Besides:
    """What a digest tells beside its situations."""

    earlier: tuple[str, ...] = ()
    """Digests that the room was told lately: digest/1 as JSON."""
    revisions: tuple[Revision, ...] = ()
    """Articles (by key) whose text changed since the last digest."""
    failed_feeds: tuple[FailedFeed, ...] = ()


@dataclass(frozen=True, slots=True)
class Compiled:
    digest: Digest
    carried: frozenset[str]
    """Keys of the articles whose words it carries, in a quote or as the name of a situation."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A signal that is worth telling at once. `key` names it without a word of it."""

    key: str
    subject: str
    """Event and severity within its situation: other outlets' words for the same thing have the same one."""
    signal: RiskSignal
    source: Source
    reason: str


@dataclass(frozen=True, slots=True)
class Trip:
    """A condition that a party stated, and the later words that meet it."""

    key: str
    party: str
    said: Source
    met_by: Source


@dataclass(frozen=True, slots=True)
class Alarms:
    """Of one new article: by each level that was asked for, and the conditions that it meets."""

    title: str
    """Of the situation."""
    titled: str
    """Key of the article whose headline that is."""
    facts: dict[str, tuple[str, str | None, str | None, str | None]]
    """Title, outlet, URL and date of each article by its key."""
    by_level: dict[int, tuple[Alarm, ...]]
    trips: tuple[Trip, ...]


class Compiler(Protocol):
    """CPU work, done in worker processes. Raises `briefs.errors.CommuniqueError`."""

    async def ledgers(self, reports: Sequence[Given]) -> list[Ledger]:
        """One for each situation, in the order in which they first appear."""
        ...

    async def digest(self, reports: Sequence[Given], edition: Edition, besides: Besides) -> Compiled: ...
    async def alarms(self, reports: Sequence[Given], new: str, levels: Sequence[int]) -> Alarms:
        """What the article with the key `new` sets off in its situation, whose members `reports` are."""
        ...
