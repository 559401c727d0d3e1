"""What the core of the bot asks of its surroundings. Adapters fit these shapes; they do not inherit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from briefs.models import Article, Brief
from briefs.render import Document

RoomKind = Literal["direct", "private", "public", "shared"]
"""direct: one person and the bot. private: invitation only or encrypted. public: all members of one workspace may
read it. shared: public, but with guests or people of other organisations (Slack Connect)."""


@dataclass(frozen=True, slots=True)
class Room:
    """A place where messages arrive. `id` is unique over all platforms: "console:chat", "slack:T1/C2", …"""

    id: str
    platform: str
    kind: RoomKind
    title: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str = ""
    timezone: str | None = None
    full_member: bool = True
    """False for guests and people of other organisations."""
    admin: bool = False
    """May change the settings of the room that the message came from."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message to the bot, already stripped of the mention or the command's name."""

    event_id: str
    """Unique over all platforms; an event that was seen is not acted on again."""
    room: Room
    person: Person
    text: str
    thread: str | None = None
    """Id of the thread's first message on that platform, None outside a thread."""
    reply_to: str | None = None
    attachments: tuple[Attachment, ...] = ()
    addressed: bool = True
    """False for an ordinary message in a room that merely holds a link."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a command answers, before it becomes a Delivery."""

    document: Document
    follow_ups: tuple[Document, ...] = ()
    """Go into the thread under the first message (quotes, overflow)."""
    kind: Literal["brief", "answer", "digest", "alert", "notice", "error"] = "notice"
    private: bool = False
    """True: for the writer alone where the platform can do that."""
    article: str | None = None
    """Id of the article that the message is about, so that its thread keeps its context."""


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a Delivery as it is posted."""

    key: str
    """Stable and unique; the platform uses it so that the same part is never shown twice."""
    room: Room
    thread: str | None
    number: int
    of: int
    document: Document
    private_to: str | None = None
    """Person id, for messages that only one person sees."""


@dataclass(frozen=True, slots=True)
class Receipt:
    message_id: str
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class Capabilities:
    private_messages: bool = False
    buttons: bool = False
    edit: bool = False
    threads: bool = True
    max_chars: int = 9_000
    """Characters of Markdown that surely fit one message."""


class PostError(Exception):
    """A post that failed. `retry_after_s` says when it may be tried again; None: never, it was refused for good."""

    def __init__(self, reason: str, retry_after_s: float | None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after_s = retry_after_s


class PostUncertain(Exception):
    """The request went out and no answer came back: it may or may not have been posted."""


Found = Receipt | Literal["absent", "unknown"]


class Platform(Protocol):
    """A chat service. One adapter is one file or package under bot/platforms."""

    name: str
    capabilities: Capabilities

    async def run(self, handle: Callable[[Incoming], Awaitable[None]]) -> None:
        """Receive until cancelled; `handle` is called once for each message and never raises."""

    async def post(self, part: Part) -> Receipt:
        """Post one part. Raises PostError or PostUncertain."""

    async def find(self, part: Part, since: datetime) -> Found:
        """Look for a part that may have been posted since that instant."""

    async def working(self, message: Incoming, busy: bool) -> None:
        """Show (or take away) the sign that the message is being worked on. Never raises."""

    async def members(self, room: Room) -> Sequence[str] | None:
        """Person ids of those who may read the room; None where that cannot be told."""


@dataclass(frozen=True, slots=True)
class Page:
    """What the fetcher brings: decoded (decompressed) bytes and what the server said of them."""

    url: str
    """After redirects."""
    content: bytes
    media_type: str
    """Lower case, without parameters; "" if the server said nothing."""
    charset: str | None = None
    status: int = 200


class Fetcher(Protocol):
    async def fetch(self, url: str) -> Page:
        """Fetch a page behind the guard. Raises a subclass of `bot.net.errors.FetchError`."""


class Reader(Protocol):
    """CPU work, done in worker processes: never blocks the event loop, always ends."""

    async def read(self, page: Page, source: str) -> Article:
        """Page → Article. Raises `briefs.errors.Unreadable`."""

    async def brief(self, article: Article, source: str) -> Brief:
        """Article → Brief. Raises `briefs.errors.CommuniqueError`."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of an article that was given to a library."""

    article: Article
    outcome: Literal["new", "same", "new_version"]
    version: int
    near_duplicate_of: str | None = None
    """Id of an article in the same library that carries nearly the same text (a wire copy)."""


@dataclass(frozen=True, slots=True)
class Holding:
    """An article as it is listed."""

    id: str
    library: str
    title: str
    outlet: str | None
    published: str | None
    added_at: datetime
    added_by: str
    version: int
    url: str | None = None
    near_duplicate_of: str | None = None


class Library(Protocol):
    """Articles and briefs. Every call names the libraries that it may touch; nothing outside them is ever seen."""

    async def keep(
        self, library: str, article: Article, brief: Brief, *, added_by: str, now: datetime
    ) -> Kept: ...
    async def article(self, libraries: Sequence[str], article_id: str) -> Article | None: ...
    async def by_url(self, libraries: Sequence[str], url: str) -> Article | None: ...
    async def brief(self, libraries: Sequence[str], article_id: str) -> Brief | None: ...
    async def holdings(self, libraries: Sequence[str], *, limit: int = 100) -> list[Holding]: ...
    async def forget(self, library: str, article_id: str) -> bool:
        """Remove an article with all versions and briefs, and its words from every file of the store."""
        ...


class Rooms(Protocol):
    async def enter(self, room: Room, *, library: str, now: datetime) -> str:
        """Remember a room and return its library; a room whose kind turned private starts a new one."""
        ...


class Inbound(Protocol):
    async def first_sight(self, event_id: str, *, now: datetime) -> bool:
        """True exactly once for each event id."""
        ...


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
    threaded: bool = False
    """True: the parts after the first go into the thread under it."""
    articles: tuple[str, ...] = field(default=())
    """Ids of the articles whose words it carries."""
