"""The outbox's memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from bot.ports.messages import Action, ArticleRef, Part, Posted, Receipt, Room
from briefs.render import Document

DeliveryState = Literal["pending", "sending", "sent", "unknown", "failed"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One outgoing message to one room, in ordered parts. `key` is unique: the same key is never delivered twice."""

    key: str
    kind: Literal["brief", "answer", "digest", "alert", "notice", "error"]
    room: Room
    documents: tuple[Document, ...]
    thread: str | None = None
    private_to: str | None = None
    replaces: str | None = None
    """Id of an earlier message of the bot: its first part takes that message's place, where the platform can edit."""
    threaded: bool = False
    """True: the parts after the first go into the thread under it."""
    article: ArticleRef | None = None
    """The article that it is about: its thread is then a conversation about that article."""
    articles: tuple[ArticleRef, ...] = field(default=())
    """All articles whose words it carries. A key, unlike the text, outlives them: it holds no word of theirs."""
    actions: tuple[Action, ...] = ()
    """They go with the text once one of the articles is forgotten."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A part that this process alone may now post (or, when doubtful, look up)."""

    part: Part
    owner: str
    attempt: int
    """1 for the first time."""
    doubtful: bool
    """It was being posted before, and nobody knows how that ended."""
    since: datetime
    """When it was first being posted."""
    settled: datetime
    """Until then it is nobody else's."""
    libraries: frozenset[str]
    """Libraries whose words it carries."""
    withdrawn: bool = False
    """Its text is gone (an article was forgotten): it may be looked up, never posted."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A message on a platform whose words are forgotten: it is to be deleted there."""

    key: str
    """Of its part."""
    delivery: str
    room: Room
    thread: str | None
    posted: Posted
    attempt: int
    """1 for the first time."""


@dataclass(frozen=True, slots=True)
class PartRecord:
    """What the operator sees of a part: never its text."""

    key: str
    delivery: str
    kind: str
    platform: str
    room: str
    number: int
    of: int
    state: DeliveryState
    attempts: int
    created_at: datetime
    updated_at: datetime
    not_before: datetime
    message_id: str | None
    reason: str | None
    withdrawal: Literal["due", "done", "stays"] | None = None
    """What became of a message whose words were forgotten."""


class Deliveries(Protocol):
    """The outbox's memory. Each call is one transaction; what it has answered survives a power cut.

    Parts of one room are taken strictly in the order in which their deliveries were added: while one is `pending` or
    `sending`, none behind it is claimed. Changes by a process whose claim has passed to another are ignored.
    """

    async def add(self, delivery: Delivery, *, now: datetime) -> bool:
        """Store all parts of a delivery as `pending`. False: the key is known, nothing was changed.

        If one of its `articles` is not (or no longer) in its library, its parts are `failed` and no text is stored.
        """
        ...

    async def claim(
        self, platform: str, *, owner: str, limit: int, now: datetime, settled: datetime
    ) -> list[Claim]:
        """Take up to `limit` due parts, urgent kinds first, and mark them `sending`.

        Until `settled` nobody else takes them; from then on their end is in doubt.
        """
        ...

    async def sent(self, claim: Claim, receipt: Receipt, *, now: datetime) -> None: ...
    async def wait(self, claim: Claim, reason: str, *, now: datetime, until: datetime) -> None:
        """Not posted (or not looked up, if it was doubtful): due again at `until`, in its old place."""
        ...

    async def doubt(self, claim: Claim, reason: str, *, now: datetime, until: datetime) -> None:
        """Perhaps posted: stays `sending`, to be looked up from `until` on."""
        ...

    async def failed(self, claim: Claim, reason: str, *, now: datetime) -> None:
        """Refused for good: the part and those behind it in its delivery are `failed`."""
        ...

    async def absent(self, claim: Claim, *, now: datetime) -> None:
        """Proven not to be there: `pending` again, due now; `failed` if it is withdrawn."""
        ...

    async def unknown(self, claim: Claim, reason: str, *, now: datetime) -> None:
        """It can never be told: `unknown`, never posted again; parts that need its thread are `failed`."""
        ...

    async def claim_withdrawals(
        self, platform: str, *, limit: int, now: datetime, again: datetime
    ) -> list[Withdrawal]:
        """Take up to `limit` messages that are due to be deleted, the last posted first.

        Nobody else takes them until `again`; deleting twice does no harm, so nothing more is needed.
        """
        ...

    async def withdraw_later(self, key: str, reason: str, *, until: datetime) -> None:
        """Not deleted yet: due again at `until`."""
        ...

    async def withdrawn(self, key: str, *, now: datetime) -> None:
        """Deleted on the platform."""
        ...

    async def stays(self, key: str, reason: str, *, now: datetime) -> None:
        """It will not be deleted; the reason is kept."""
        ...

    async def next_due(self, platforms: Sequence[str]) -> datetime | None:
        """Earliest instant at which there could be something to claim; None: nothing is waiting."""
        ...

    async def record(self, key: str) -> list[PartRecord]:
        """The parts of one delivery in order, empty for an unknown key."""
        ...

    async def log(
        self, *, states: Sequence[DeliveryState] | None = None, limit: int = 100
    ) -> list[PartRecord]:
        """Newest first."""
        ...

    async def counts(self) -> dict[DeliveryState, int]: ...
