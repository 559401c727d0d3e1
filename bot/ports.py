"""What the core of the bot asks of its surroundings. Adapters fit these shapes; they do not inherit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

from briefs.models import Article, Brief
from briefs.render import Document

if TYPE_CHECKING:
    from briefs.answer import Candidate, Plan
    from briefs.answers import Answer
    from briefs.engines.llm.heard import Heard
    from briefs.retrieve import Query
    from briefs.retrieve.dates import Period

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

    async def brief(self, article: Article, source: str, heard: Heard | None = None) -> Brief:
        """Article → Brief; `heard` is what a language model said of it. Raises `briefs.errors.CommuniqueError`."""


@dataclass(frozen=True, slots=True)
class Sought:
    """One search that an answer needs."""

    query: Query
    outlets: tuple[str, ...] | None
    """Only in articles of these of the outlets held; None: in all."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question as it was understood."""

    plan: Plan
    searches: tuple[Sought, ...]
    """One for each search of the plan."""
    periods: tuple[Period, ...]
    """Times that it names."""
    language: str | None
    """ISO 639-1 code of the language that it is in; None where it is too short to tell."""


class Respondent(Protocol):
    """Understands questions and answers them from what a search found. CPU work, like a Reader's."""

    async def inquire(self, question: str, outlets: Sequence[str], earlier: Sequence[str]) -> Inquiry:
        """`outlets` are those held; `earlier` the questions before it in its conversation, oldest first.

        Raises `briefs.errors.CommuniqueError`.
        """
        ...

    async def answer(self, inquiry: Inquiry, found: Sequence[Sequence[Candidate]], *, held: int) -> Answer:
        """`found`: for each search what it found, best first; `held`: how many articles were searched.

        Raises `briefs.errors.CommuniqueError`.
        """
        ...


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


@dataclass(frozen=True, slots=True)
class Posted:
    """A message of the bot that stands on a platform."""

    room: str
    platform: str
    message_id: str


@dataclass(frozen=True, slots=True)
class Forgotten:
    """An article that was removed, and the bot's posts that carried its words: they are for the platform to delete."""

    article: ArticleRef
    posts: tuple[Posted, ...]
    wiped: bool = True
    """False: nobody can read it any more, but its words stay on the disk until the store is opened next."""


class Library(Protocol):
    """Articles and briefs. Every call names the libraries that it may touch; nothing outside them is ever seen.

    Where the same id or URL is in several libraries, the first one in the order given answers.
    """

    async def keep(
        self, library: str, article: Article, brief: Brief, *, added_by: str, now: datetime
    ) -> Kept:
        """Keep an article with its brief; when this returns, both survive a power cut.

        The same URL with the same text is "same", with another text a "new_version"; a text without a URL is matched
        by its id, and counts as a new version only if it resembles the old one. Otherwise it is "new", and if its id
        is taken in that library it gets another: `Kept.article.id` says which.
        """
        ...

    async def article(self, libraries: Sequence[str], article_id: str) -> Article | None: ...
    async def by_url(self, libraries: Sequence[str], url: str) -> Article | None: ...
    async def find(self, libraries: Sequence[str], article: str) -> ArticleRef | None:
        """Which library holds the article with that id or URL."""
        ...

    async def brief(self, libraries: Sequence[str], article_id: str) -> Brief | None: ...
    async def holdings(self, libraries: Sequence[str], *, limit: int = 100) -> list[Holding]: ...
    async def holding(self, libraries: Sequence[str], article_id: str) -> Holding | None: ...
    async def count(self, libraries: Sequence[str]) -> int: ...
    async def forget(self, library: str, article_id: str) -> Forgotten | None:
        """Remove an article with all versions and briefs, and its words from every file of the store.

        Parts of deliveries that carry its words lose their text; those not posted yet fail. None: no such article.
        """
        ...


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """Some paragraphs of an article's current text, [start, end), that a search found."""

    article: ArticleRef
    start: int
    end: int
    score: float
    """Higher is better; comparable within one search alone."""
    published: str | None
    """Of the article: ISO 8601, as precise as the source is."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What is sought, as a vector of a model: little-endian 32-bit floats of unit length."""

    model: str
    vector: bytes


class Embedder(Protocol):
    """Texts → vectors of equal meaning near each other. CPU work, like a Reader's."""

    model: str
    """Which model: vectors of two are never compared."""

    async def embed(self, texts: Sequence[str]) -> list[bytes]:
        """One vector a text, as in `Meant`. Raises `briefs.errors.CommuniqueError`."""
        ...


@dataclass(frozen=True, slots=True)
class Unembedded:
    """A passage that has no vector yet."""

    passage: int
    text: str


class Vectors(Protocol):
    """The vectors of passages. They go with their passages."""

    async def missing(self, model: str, *, limit: int) -> list[Unembedded]:
        """Passages of current texts without a vector of that model, the newest first."""
        ...

    async def put(self, model: str, vectors: Sequence[tuple[int, bytes]]) -> None:
        """Keep vectors by their passages; of one that was forgotten meanwhile nothing is kept."""
        ...


class Passages(Protocol):
    """The search. Every call names the libraries that it may look into; nothing outside them is ever found."""

    async def search(
        self,
        libraries: Sequence[str],
        query: Query,
        *,
        limit: int = 40,
        outlets: Sequence[str] | None = None,
        within: Sequence[ArticleRef] | None = None,
        meant: Meant | None = None,
    ) -> list[FoundPassage]:
        """The passages that fit best, best first; of articles that carry nearly the same text only one.

        `outlets`: only in articles of these; `within`: only in these articles. `meant`: passages that mean nearly the
        same are found as well, where nothing is narrowed.
        """
        ...

    async def outlets(self, libraries: Sequence[str]) -> tuple[str, ...]:
        """The outlets of the articles held, in alphabetical order."""
        ...


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


@dataclass(frozen=True, slots=True)
class Spent:
    """What a language model took: tokens as its endpoint counts them (else estimated), and their price."""

    requests: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    price: float = 0.0
    """In the currency of the configuration."""

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out


class Expenses(Protocol):
    """What the language model cost, by UTC day, room and task."""

    async def spent(self, day: date, *, room: str | None = None) -> Spent:
        """Of one room, or of all together."""
        ...

    async def add(self, day: date, *, room: str, task: str, model: str, spent: Spent) -> None: ...


class ModelReplies(Protocol):
    """Replies of a language model about articles, so that the same is not paid for twice. Each belongs to a library."""

    async def recall(
        self, library: str, article_sha256: str, request_sha256: str, model: str
    ) -> str | None: ...
    async def keep(
        self, library: str, article_sha256: str, request_sha256: str, model: str, text: str, *, now: datetime
    ) -> None:
        """It goes with the article (`Library.forget`), and after some weeks."""
        ...
