"""The only module that names concrete stores, clients, platforms and engines, and puts them together.

A new command, platform or engine is one file of its own and one line here. Heavy libraries are imported where they
are first needed: a command that only prints its help loads none of them.
"""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Self

from bot import resources
from bot.config import Config, ConfigError, secret_of_process
from bot.ports import (
    Acknowledging,
    Embedder,
    Fetcher,
    Fronted,
    Page,
    Platform,
    Reader,
    Respondent,
    Roaming,
    Spent,
)

if TYPE_CHECKING:
    from bot.asking import Asking
    from bot.clock import Clock
    from bot.commands import Handler
    from bot.consulting import Consultant, Purse
    from bot.intake import Intake
    from bot.metrics import Metrics
    from bot.net.fetch import Got, HttpFetcher
    from bot.outbox import Outbox
    from bot.platforms.matrix.account import Account
    from bot.platforms.matrix.folder import Folder
    from bot.routine.assembly import Routine
    from bot.routine.digests import DigestDesk
    from bot.routine.meaning import Meaning
    from bot.routine.watching import Watching
    from bot.service import Service
    from bot.shelf import Shelf
    from bot.sources import Desk
    from bot.store import Store
    from bot.work.pools import Workers
    from briefs.models import Brief
    from briefs.render import Renderer

_FEW = 6  # sources that one process reads sooner than worker processes have loaded the language model

_OPENINGS = {"slack": "/brief", "matrix": "!brief"}  # how a command begins in a room


@dataclass(frozen=True, slots=True)
class Bot:
    """Everything that answers, for the platforms that it was made with."""

    store: Store
    reader: Reader
    outbox: Outbox
    intake: Intake
    routine: Routine
    metrics: Metrics
    clock: Clock
    watching: Watching
    meaning: Meaning | None
    """Gives passages their vectors; None where articles are found by their words alone."""
    prepare: Callable[[], None]
    """Loads what the first link and the first answer would otherwise wait for, with the event loop standing still."""


def platforms(config: Config) -> list[Platform]:
    """The chat services that are configured. Raises ConfigError if one lacks something."""
    return [*_slack(config), *_matrix(config)]


def _slack(config: Config) -> list[Platform]:
    token = secret_of_process("SLACK_BOT_TOKEN")
    client_id, client_secret = secret_of_process("SLACK_CLIENT_ID"), secret_of_process("SLACK_CLIENT_SECRET")
    if token is None and client_id is None:
        return []
    if token is None and client_secret is None:
        raise ConfigError(
            "SLACK_CLIENT_ID is set without SLACK_CLIENT_SECRET: copy both from Basic Information."
        )
    from bot.clock import SystemClock

    try:
        from bot.platforms.slack import Entrance, InstalledWorkspaces, Registration, Slack
    except ImportError as error:
        raise ConfigError(
            "Slack is configured, but its libraries are missing: pip install 'communique[slack]'."
        ) from error

    settings = config.slack
    entrance = Entrance(
        settings.mode,
        app_token=secret_of_process("SLACK_APP_TOKEN"),
        signing_secret=secret_of_process("SLACK_SIGNING_SECRET"),
        host=settings.host,
        port=settings.port,
    )
    if settings.mode == "socket" and entrance.app_token is None:
        raise ConfigError(
            "SLACK_APP_TOKEN is not set: Socket Mode needs an app-level token (xapp-…) with connections:write. "
            "Or set slack.mode to http."
        )
    if settings.mode == "http" and entrance.signing_secret is None:
        raise ConfigError(
            "SLACK_SIGNING_SECRET is not set: without it, requests cannot be told from forged ones. "
            "Copy it from the app's Basic Information."
        )
    if token is not None:
        return [Slack(entrance, SystemClock(), token=token, api_url=settings.api_url)]
    registration = Registration(client_id or "", client_secret or "", settings.public_url)
    installed = InstalledWorkspaces(registration, config.data, api_url=settings.api_url)
    return [Slack(entrance, SystemClock(), installed=installed, api_url=settings.api_url)]


def _matrix(config: Config) -> list[Platform]:
    found = _matrix_account(config)
    if found is None:
        return []
    from bot.clock import SystemClock
    from bot.platforms.matrix.platform import Matrix

    return [Matrix(*found, SystemClock())]


def _matrix_account(config: Config) -> tuple[Account, Folder] | None:
    settings = config.matrix
    if settings.homeserver is None:
        return None
    password, token = secret_of_process("MATRIX_PASSWORD"), secret_of_process("MATRIX_ACCESS_TOKEN")
    try:
        from bot.platforms.matrix.account import Account
        from bot.platforms.matrix.folder import Folder
    except ImportError as error:
        raise ConfigError("matrix: its libraries are missing: pip install 'communique[matrix]'.") from error

    folder = Folder(config.data)
    if token is None and settings.user is None:
        raise ConfigError("matrix.user is not set: name the bot's account, '@communique:example.org'.")
    if token is None and password is None and folder.login() is None:
        raise ConfigError(
            "Neither MATRIX_PASSWORD nor MATRIX_ACCESS_TOKEN is set: set one, or …_FILE with the name of a file."
        )
    account = Account(
        homeserver=settings.homeserver.rstrip("/"),
        user=settings.user or "",
        password=password,
        token=token,
        device_name=settings.device_name,
        allow=settings.allow,
    )
    return account, folder


def renderer(config: Config) -> Renderer:
    """Templates of the operator's own go before the shipped ones. Raises ConfigError if their folder is missing."""
    from briefs.render import Renderer

    if config.templates is not None and not config.templates.is_dir():
        raise ConfigError(
            f"templates: there is no folder {config.templates}: create it or take it out of the configuration."
        )
    own = [config.templates] if config.templates is not None else []
    return Renderer([*own, resources.templates()])


def handlers(
    service: Service,
    asking: Asking,
    shelf: Shelf,
    store: Store,
    renderer: Renderer,
    *,
    engine: str,
    purse: Purse | None = None,
    routine: Routine | None = None,
) -> Sequence[Handler]:
    """Every command, in the order of the help; without a `routine` none about digests and feeds.

    `purse` pays for the language model, where there is one.
    """
    from bot.commands.add import Add
    from bot.commands.ask import Ask
    from bot.commands.forget import Forget
    from bot.commands.help import Help
    from bot.commands.list import List
    from bot.commands.quotes import Quotes
    from bot.commands.report import Report
    from bot.commands.settings import RoomSettings
    from bot.commands.show import Show
    from bot.commands.status import Status
    from bot.commands.watch import Unwatch, WatchList, WatchQuestion
    from bot.commands.welcome import Welcome
    from bot.commands.why import Why

    known: list[Handler] = [
        Add(service, renderer),
        Ask(asking, shelf, store.conversations, renderer),
        WatchQuestion(store.watches, asking, shelf, store.conversations, renderer),
        WatchList(store.watches, renderer),
        Unwatch(store.watches),
        List(shelf, store.agenda, store.feeds, renderer),
        Show(shelf, renderer),
        Quotes(shelf, renderer),
        Why(shelf, renderer),
        Report(shelf, store.feedback, renderer),
        Forget(shelf),
        *(routine.handlers() if routine is not None else ()),
        RoomSettings(store.settings, renderer),
        Status(
            store.library,
            store.deliveries,
            store.feeds,
            renderer,
            engine=engine,
            version=version(),
            purse=purse,
        ),
    ]
    known.append(Welcome(renderer, _OPENINGS))
    known.append(Help(renderer, lambda: [handler.word for handler in known]))
    return known


def reads(config: Config) -> str:
    """Who reads, for a person."""
    model = config.model.name or ""
    return {
        "rules": "embedded reader",
        "model": f"language model {model}",
        "both": f"embedded reader and language model {model}",
    }[config.engine]


def version() -> str:
    """The program's version, "unknown" where it runs without being installed."""
    try:
        return metadata.version("communique")
    except metadata.PackageNotFoundError:
        return "unknown"


def open_store(config: Config) -> AbstractAsyncContextManager[Store]:
    """The store in the data folder, made or brought up to date. Raises bot.store.StoreError."""
    from bot import store
    from briefs import likeness

    alike = store.Likeness(likeness.signature, likeness.similarity, duplicate_from=likeness.SAME)
    return store.open_store(config.data, likeness=alike)


def workers(config: Config, *, meaning: bool = False) -> Workers:
    """Worker processes, not started yet; with `meaning` one for vectors, where there is a model for it.

    Raises ConfigError for word lists, or a sentence model, that cannot be used.
    """
    from bot.work.pools import Workers

    _check_lexicon(config)
    return Workers(
        pages=config.workers.pages,
        language=config.workers.language,
        lexicon=config.lexicon,
        sentences=sentences(config) if meaning else None,
    )


def sentences(config: Config) -> Path | None:
    """Folder of the sentence model that searches by meaning; None: by words alone. Raises ConfigError."""
    from bot.work import minilm

    own = config.embedder.path
    if own is None:
        return minilm.shipped()
    if not minilm.usable(own):
        raise ConfigError(f"embedder.path: {own} holds no onnx/model.onnx with a tokenizer.json.")
    return own


def _check_lexicon(config: Config) -> None:
    if config.lexicon is not None:
        from briefs import lexicon

        try:
            lexicon.load(config.lexicon)
        except lexicon.LexiconError as error:
            raise ConfigError(error.message) from error


@asynccontextmanager
async def consultant(
    config: Config, store: Store | None = None, observe: Callable[[str, str, Spent], None] | None = None
) -> AsyncIterator[Consultant | None]:
    """Who asks the language model, None where none is configured. Without a store nothing is counted or remembered."""
    settings = config.model
    if config.engine == "rules" or settings.base_url is None or settings.name is None:
        yield None
        return
    from bot.clock import SystemClock
    from bot.consulting import Budget, Consultant, Prices, Purse, Reading
    from bot.net.model import HttpChatModel

    clock = SystemClock()
    reading = Reading(
        mode=config.engine,
        name=settings.name,
        context_tokens=settings.context_tokens,
        reply_tokens=min(settings.reply_tokens, settings.context_tokens // 2),
        deadline_s=settings.deadline_s,
    )
    purse = None
    if store is not None:
        purse = Purse(
            store.expenses,
            clock,
            budget=Budget(
                settings.day_tokens, settings.room_day_tokens, settings.day_price, settings.room_day_price
            ),
            prices=Prices(settings.price_in, settings.price_out, settings.currency),
        )
    async with HttpChatModel(
        settings.base_url,
        settings.name,
        key=_model_key(),
        timeout_s=settings.timeout_s,
        concurrency=settings.concurrency,
        stream=settings.stream,
    ) as model:
        memory = store.model_replies if store is not None else None
        yield Consultant(model, reading, clock, purse=purse, memory=memory, observe=observe)


def _model_key() -> str | None:
    """Raises ConfigError if it cannot be sent; the message does not hold it."""
    key = secret_of_process("MODEL_API_KEY")
    if key is not None and not (key.isascii() and key.isprintable()):
        raise ConfigError("MODEL_API_KEY holds characters that no key has: copy it again.")
    return key


@asynccontextmanager
async def desk(config: Config, *, sources: int, language: bool = True) -> AsyncIterator[Desk]:
    """What reads sources for one command. `language` False: articles are read, not briefed."""
    from bot.sources import Desk

    async with AsyncExitStack() as stack:
        fetcher = await stack.enter_async_context(_Web(config))
        far: Reader = await stack.enter_async_context(workers(config))
        asks = await stack.enter_async_context(consultant(config)) if language else None
        if sources > _FEW:
            width = 2 * (config.workers.language if language else config.workers.pages)
            yield Desk(fetcher, far, width, asks)
            return
        from bot.work.nearby import Nearby

        yield Desk(fetcher, Nearby(far, language=language, lexicon=config.lexicon), _FEW, asks)


def shelf(store: Store) -> Shelf:
    from bot.shelf import Shelf

    return Shelf(store.library, store.conversations)


def service(
    fetcher: Fetcher,
    reader: Reader,
    store: Store,
    consultant: Consultant | None = None,
    briefed: Callable[[Brief], None] | None = None,
) -> Service:
    from bot.clock import SystemClock
    from bot.service import Service

    return Service(
        fetcher=fetcher,
        reader=reader,
        library=store.library,
        clock=SystemClock(),
        consultant=consultant,
        briefed=briefed,
    )


def asking(
    store: Store,
    respondent: Respondent,
    consultant: Consultant | None = None,
    embedder: Embedder | None = None,
) -> Asking:
    from bot.asking import Asking

    return Asking(
        passages=store.passages,
        library=store.library,
        respondent=respondent,
        consultant=consultant,
        embedder=embedder,
    )


def near_respondent(config: Config) -> Respondent:
    """Answers in this process, for a command that asks one question. Raises ConfigError as `workers` does."""
    from bot.work.nearby import NearbyRespondent

    _check_lexicon(config)
    return NearbyRespondent(lexicon=config.lexicon)


def digest_desk(config: Config, store: Store) -> DigestDesk:
    """Makes digests and ledgers in this process, for a command. Raises ConfigError as `workers` does."""
    from bot.access import Access
    from bot.clock import SystemClock
    from bot.outbox import Outbox
    from bot.routine.digests import DigestDesk
    from bot.routine.gathering import Gathering
    from bot.work.nearby import NearbyCompiler

    _check_lexicon(config)
    clock = SystemClock()
    return DigestDesk(
        rooms=store.rooms,
        agenda=store.agenda,
        digests=store.digests,
        matters=store.matters,
        feeds=store.feeds,
        gathering=Gathering(store.matters, store.library, clock),
        compiler=NearbyCompiler(lexicon=config.lexicon),
        renderer=renderer(config),
        outbox=Outbox(store.deliveries, [], clock, Access(store.rooms, config.rooms).admits),
        clock=clock,
    )


@asynccontextmanager
async def bot(config: Config, platforms: Sequence[Platform], *, meaning: bool = False) -> AsyncIterator[Bot]:
    """The bot behind the given platforms. `meaning`: it searches by meaning, too, where there is a model for it."""
    from bot.access import Access
    from bot.clock import SystemClock
    from bot.front import Front
    from bot.intake import Intake
    from bot.metrics import Metrics
    from bot.net.feeds import FeedClient
    from bot.outbox import Outbox
    from bot.routine.assembly import Routine
    from bot.routine.attendance import Attendance
    from bot.routine.meaning import Meaning
    from bot.routine.watching import Watching

    clock = SystemClock()
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(config))
        fetcher = await stack.enter_async_context(_Web(config))
        reader = await stack.enter_async_context(workers(config, meaning=meaning))
        embedder = reader if reader.model else None
        access = Access(store.rooms, config.rooms)
        outbox = Outbox(store.deliveries, platforms, clock, access.admits)
        shown = renderer(config)
        metrics = Metrics(store.deliveries, clock, platforms=[platform.name for platform in platforms])
        counsel = await stack.enter_async_context(consultant(config, store, metrics.consulted))
        asks, serving = (
            asking(store, reader, counsel, embedder),
            service(fetcher, reader, store, counsel, metrics.briefed),
        )
        routine = Routine(
            store,
            works=reader,
            fetcher=fetcher,
            feed_fetcher=FeedClient(fetcher, clock.now),
            service=serving,
            shelf=shelf(store),
            renderer=shown,
            outbox=outbox,
            clock=clock,
            retention_days=config.retention_days,
        )
        metrics.watch(slot_lag_s=lambda: routine.slots.lag_s, feeds=routine.feeds_by_state)
        known = handlers(
            serving,
            asks,
            shelf(store),
            store,
            shown,
            engine=reads(config),
            purse=counsel.purse if counsel is not None else None,
            routine=routine,
        )
        intake = Intake(
            handlers=known,
            inbound=store.inbound,
            access=access,
            outbox=outbox,
            clock=clock,
            settings=store.settings,
            person_per_minute=config.limits.person_per_minute,
        )
        front = Front(known, access, store.settings, store.agenda, clock)
        for platform in platforms:
            if isinstance(platform, Fronted):
                platform.furnish(front)
            if isinstance(platform, Acknowledging):
                platform.entrust(store.received)
            if isinstance(platform, Roaming):
                platform.attend(Attendance(store.agenda, clock))
        watching = Watching(
            watches=store.watches,
            library=store.library,
            asking=asks,
            access=access,
            outbox=outbox,
            renderer=shown,
            clock=clock,
            platforms=[platform.name for platform in platforms],
        )

        def prepare() -> None:
            importlib.import_module("bot.net.fetch")
            shown.compile()

        vectors = (
            Meaning(vectors=store.vectors, embedder=embedder, clock=clock) if embedder is not None else None
        )
        yield Bot(store, reader, outbox, intake, routine, metrics, clock, watching, vectors, prepare)


class _Web:
    """`bot.ports.Fetcher`, made at the first link: a command without one does not load the HTTP client."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._made: HttpFetcher | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        if self._made is not None:
            self._made.close()

    async def fetch(self, url: str) -> Page:
        return await self._fetcher().fetch(url)

    async def get(self, url: str, headers: Mapping[str, str]) -> Got:
        """`bot.net.feeds.Web`."""
        return await self._fetcher().get(url, headers)

    def _fetcher(self) -> HttpFetcher:
        if self._made is None:
            from bot.net.fetch import HttpFetcher

            fetch = self._config.fetch
            self._made = HttpFetcher(
                allow_hosts=fetch.allow_hosts,
                ports=fetch.ports or None,
                timeout_s=fetch.timeout_s,
                max_bytes=fetch.max_bytes,
            )
        return self._made
