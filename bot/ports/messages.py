"""Messages: what comes in, what is answered, what is posted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from briefs.render import Document

RoomKind = Literal["direct", "private", "public", "shared"]
"""direct: one person and the bot. private: invitation only or encrypted. public: all members of one workspace may
read it. shared: public, but with guests or people of other organisations (Slack Connect)."""


@dataclass(frozen=True, slots=True)
class Room:
    """A place where messages arrive. `id` is unique over all platforms: "slack:T1/C2", …"""

    id: str
    platform: str
    kind: RoomKind
    title: str = ""
    workspace: str | None = None
    """Id of the workspace whose members may all read its public rooms ("slack:T1"); None where there is none."""


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
    """Unique over all platforms; an event that was seen to its end is not acted on again."""
    room: Room
    person: Person
    text: str
    thread: str | None = None
    """Id of the thread's first message on that platform, None outside a thread."""
    answer_thread: str | None = None
    """Outside a thread: the message under which its answers go, where the platform answers in a thread. None: they
    stand in the room."""
    reply_to: str | None = None
    attachments: tuple[Attachment, ...] = ()
    unseen: bool = False
    """True: the others in the room do not see what was typed (a slash command, a form), so an answer restates it."""
    addressed: bool = True
    """False for an ordinary message in a room that merely holds a link."""
    trouble: str | None = None
    """Why the platform could not make sense of the message (not to be decrypted, a file too large): one sentence, with
    what to do, that its writer is answered; nothing else is done about it."""


@dataclass(frozen=True, slots=True)
class ArticleRef:
    """An article of one library; `id` is unique in that library alone."""

    library: str
    id: str


@dataclass(frozen=True, slots=True)
class Action:
    """What its reader may do next, offered under a message: a button where the platform has buttons.

    Whoever takes it up sends `command` as if it had been typed in reply to that message.
    """

    label: str
    """For a button: one to four words."""
    command: str
    mark: str
    """One emoji: the reaction that stands for it on platforms without buttons."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a command answers, before it becomes a Delivery."""

    document: Document
    follow_ups: tuple[Document, ...] = ()
    """Go into the thread under the first message (quotes, overflow)."""
    kind: Literal["brief", "answer", "digest", "alert", "notice", "error"] = "notice"
    private: bool = False
    """True: for the writer alone where the platform can do that."""
    article: ArticleRef | None = None
    """The article that the message is about, so that its thread keeps its context."""
    articles: tuple[ArticleRef, ...] = ()
    """All articles whose words it carries: it is checked at delivery that the room may read them."""
    actions: tuple[Action, ...] = ()


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
    replaces: str | None = None
    """Id of an earlier message of the bot whose place it takes; its receipt then carries that id. A platform that
    cannot edit posts it anew."""
    loud: bool = False
    """The room wants its people to be notified of it, where a platform makes that difference."""
    actions: tuple[Action, ...] = ()
    """Of the whole delivery; only its first part has them."""


@dataclass(frozen=True, slots=True)
class Receipt:
    message_id: str
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class Posted:
    """A message of the bot that stands on a platform."""

    room: str
    platform: str
    message_id: str
