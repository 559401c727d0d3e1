"""Chat services: what their adapters do, and what goes wrong there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol, runtime_checkable

from bot.ports.messages import Incoming, Part, Person, Posted, Receipt, Room
from bot.ports.rooms import Received
from briefs.render import Document


@dataclass(frozen=True, slots=True)
class Capabilities:
    private_messages: bool = False
    buttons: bool = False
    edit: bool = False
    threads: bool = True
    max_chars: int = 9_000
    """Characters of Markdown (in UTF-16 units) that surely fit one message, at least 200; a longer document is cut."""
    remembers_keys: timedelta = timedelta(0)
    """How long the platform surely answers a second post under the same key with the first one's receipt instead of
    showing it again (Matrix transaction ids); zero: it does not, and a doubtful part is looked up instead."""


class PostError(Exception):
    """A post that failed. `retry_after_s` says when it may be tried again; None: never, it was refused for good."""

    def __init__(self, reason: str, retry_after_s: float | None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after_s = retry_after_s


class PostUncertain(Exception):
    """The request went out and no answer came back: it may or may not have been posted."""


Found = Receipt | Literal["absent", "unknown"]


@runtime_checkable
class Lasting(Protocol):
    """A platform that stays connected beyond its `run`, so that what is due can still be posted."""

    async def check(self) -> str | None:
        """None while it is connected, else one sentence about what is wrong."""

    async def close(self) -> None:
        """Give back its connections; nothing is asked of it any more."""


class Platform(Protocol):
    """A chat service. One adapter is one file or package under bot/platforms."""

    name: str
    capabilities: Capabilities

    async def run(self, handle: Callable[[Incoming], Awaitable[None]]) -> None:
        """Receive until cancelled; `handle` is called once for each message and never raises."""

    async def post(self, part: Part) -> Receipt:
        """Post one part. Raises PostError or PostUncertain."""

    async def find(self, part: Part, since: datetime) -> Found:
        """Look for a part that may have been posted since that instant.

        "absent" only where it is proven that it is not there; "unknown" where that can never be told. Raises
        PostError if it cannot be asked now. Not called while the platform `remembers_keys`, except for a part whose
        text is gone.
        """

    async def delete(self, posted: Posted) -> None:
        """Take one of the bot's own messages off the platform; one that is not there any more is as good as deleted.

        Raises PostError: `retry_after_s` None says that it will stay there, `reason` why, as the end of a sentence.
        """

    async def working(self, message: Incoming, busy: bool) -> None:
        """Show (or take away) the sign that the message is being worked on. Never raises."""

    async def members(self, room: Room) -> Sequence[str] | None:
        """Person ids of those who may read the room; None where that cannot be told."""


@dataclass(frozen=True, slots=True)
class Field:
    """One line of a form."""

    key: str
    label: str
    hint: str
    value: str
    """As a person types it; "" where nothing is chosen."""
    options: tuple[str, ...] = ()
    """What it may be; (): any text."""


class Front(Protocol):
    """What a platform with a front page and forms shows there."""

    async def page(self, room: Room, person: Person) -> Sequence[Document]:
        """What somebody may read in their direct messages: articles, digests, feeds, situations, settings."""
        ...

    async def fields(self, room: Room) -> Sequence[Field]:
        """The settings of a room."""
        ...

    def wrong(self, key: str, typed: str) -> str | None:
        """One sentence about a value that the field cannot have, else None."""
        ...

    async def commands(self, room: Room, typed: Mapping[str, str]) -> Sequence[str]:
        """The commands that make the room's settings those of a filled-in form; () where nothing changes."""
        ...


@runtime_checkable
class Examined(Protocol):
    """A platform that `doctor` can ask for its state."""

    async def examine(self) -> Sequence[tuple[str, bool]]:
        """Sentences about tokens and rights, each with whether something is wrong. Never raises for what is."""
        ...


class Presence(Protocol):
    """Told where the bot is no longer, or again."""

    async def left(self, room: str, why: str) -> None:
        """The bot was taken out of the room, or it was archived. `why`: the platform's word for it."""
        ...

    async def back(self, room: str) -> None:
        """The bot is in the room, whether or not it was ever gone."""
        ...


@runtime_checkable
class Roaming(Protocol):
    """A platform that learns of rooms it has left and come back to."""

    def attend(self, presence: Presence) -> None:
        """Whom to tell; called once, before it runs."""


@runtime_checkable
class Acknowledging(Protocol):
    """A platform that repeats nothing once it was acknowledged."""

    def entrust(self, received: Received) -> None:
        """Where to keep what is acknowledged; called once, before it runs."""


@runtime_checkable
class Fronted(Protocol):
    """A platform that has a front page."""

    def furnish(self, front: Front) -> None:
        """Called once, before it runs."""
