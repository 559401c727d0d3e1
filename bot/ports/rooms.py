"""What is remembered of rooms: their library, talk, watches, settings, reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.ports.messages import ArticleRef, Room


class Rooms(Protocol):
    """Rooms and the library that belongs to each. `bot.access` decides; this remembers."""

    async def enter(
        self, room: Room, *, library: str | None, now: datetime, besides: Sequence[str] = ()
    ) -> str:
        """Remember a room as it is now and return its library.

        `library`: the one that the room shares with others or was given by the operator; None: one of its own. A room
        of its own library starts a fresh one whenever its kind has changed; the old one stays closed for ever.
        `besides`: what else may be read in it.
        """
        ...

    async def reads(self, room_id: str) -> tuple[str, ...]:
        """The libraries that may be read in the room as of its last `enter`, its own first; () if never entered."""
        ...

    async def known(self, room_id: str) -> Room | None:
        """The room as it was at its last `enter`."""
        ...


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as it was asked, and the articles that were read for its answer."""

    room: str
    thread: str | None
    person: str
    text: str
    read: tuple[ArticleRef, ...]


class Conversations(Protocol):
    """Which article a message (and so the thread under it) is about."""

    async def about(self, libraries: Sequence[str], room_id: str, message_id: str) -> tuple[ArticleRef, ...]:
        """Newest first; of these libraries alone; forgotten articles left out."""
        ...

    async def latest(self, libraries: Sequence[str], room_id: str) -> ArticleRef | None:
        """What the newest of the room's messages about an article is about; of these libraries alone."""
        ...

    async def asked(self, asked: AskedQuestion, *, library: str, now: datetime) -> None:
        """Remember a question. `library` is what the room writes to: in another one it will be another room.

        It goes with each of the articles that were read for it, and after some days.
        """
        ...

    async def earlier(
        self, libraries: Sequence[str], room_id: str, *, thread: str | None, person: str, since: datetime
    ) -> tuple[str, ...]:
        """The last questions of a thread; outside of threads those of that person since then. Oldest first."""
        ...


WATCHED = timedelta(days=90)
"""How long a watch lasts: whoever still wants to know by then asks again."""


@dataclass(frozen=True, slots=True)
class Watch:
    """A question that no article answered, and where its answer is to be told once one does."""

    id: int
    """Never used again for another."""
    room: Room
    """As it was when the watch began."""
    thread: str | None
    person: str
    full_member: bool
    """Whether that person was one: guests read less."""
    library: str
    """What the room wrote to then: in another one it is another room, and the watch holds no longer."""
    question: str
    about: tuple[ArticleRef, ...]
    """The articles that its thread is about: only what is on the same matter answers it."""
    since: datetime
    seen: int = 0
    """How far articles were looked at for it, as `Watches.arrived` counts them."""
    read: tuple[ArticleRef, ...] = ()
    """What was read for its question: its words may be theirs."""


class Watches(Protocol):
    """What people wait for. A watch goes with each article that its words may be taken from, and after a time."""

    async def add(self, watch: Watch) -> Watch | None:
        """Begin a watch, for articles that come from now on; `id` and `seen` are given out here.

        None: one of the articles named is held no longer.
        """
        ...

    async def of_room(self, libraries: Sequence[str], room_id: str, *, now: datetime) -> list[Watch]:
        """The watches of a room that hold in one of these libraries, oldest first."""
        ...

    async def due(self, platforms: Sequence[str], *, now: datetime) -> list[Watch]:
        """The watches of these platforms for which articles have come that were not looked at yet, oldest first."""
        ...

    async def arrived(
        self, watch: Watch, libraries: Sequence[str], *, limit: int = 50
    ) -> tuple[list[ArticleRef], int]:
        """New articles and new versions in these libraries, oldest first, and how far that goes."""
        ...

    async def looked(self, watch_id: int, seen: int) -> None:
        """Articles were looked at for a watch as far as `seen`."""
        ...

    async def end(self, watch_id: int) -> None:
        """Whether it was answered or is no longer wanted."""
        ...


@dataclass(frozen=True, slots=True)
class SettingChange:
    key: str
    value: Any
    by: str
    at: datetime


class Settings(Protocol):
    """What a room has chosen. Values are JSON; every change is kept with who made it and when."""

    async def get(self, room_id: str, key: str) -> Any | None:
        """The value, None where nothing (or None) was chosen."""
        ...

    async def all(self, room_id: str) -> dict[str, Any]: ...
    async def put(self, room_id: str, key: str, value: Any, *, by: str, now: datetime) -> None:
        """Choose; None takes the choice back."""
        ...

    async def choosers(self, key: str) -> dict[str, Any]:
        """Room → value, for all rooms that have chosen one."""
        ...

    async def changes(self, room_id: str, *, limit: int = 50) -> list[SettingChange]:
        """Newest first."""
        ...


@dataclass(frozen=True, slots=True)
class Reported:
    """An error in a brief, as somebody told it."""

    room: str
    person: str
    article: ArticleRef
    evidence: str | None
    """Id in the brief of the quote that the line in question stands on."""
    text: str
    engine: str
    """Who had made the brief, with its version."""
    at: datetime


class Feedback(Protocol):
    async def add(self, reported: Reported) -> None:
        """Keep a report; it goes with its article."""
        ...


class Inbound(Protocol):
    """Messages that came in. Platforms repeat them and a process may die over one: each is seen to its end, once."""

    async def begin(self, event_id: str, *, now: datetime) -> int | None:
        """Number of this attempt, from 1; None if the message was seen to its end."""
        ...

    async def end(self, event_id: str, *, now: datetime) -> None:
        """Its answers are stored: from now on it is never begun again."""
        ...


class Received(Protocol):
    """What a platform handed over, in its own words, from before it is acknowledged until it is seen to."""

    async def keep(self, platform: str, key: str, body: str, *, now: datetime) -> None:
        """A key that is kept already stays as it is."""
        ...

    async def release(self, platform: str, key: str) -> None:
        """It is seen to: its words are deleted."""
        ...

    async def kept(self, platform: str) -> list[tuple[str, str]]:
        """Keys and bodies, oldest first."""
        ...
