"""CPU work in processes of its own: reading pages (killed on time-out) and reading language (model loaded once).

The event loop only hands over and waits. A pool never holds more tasks than it has workers, so a task's time runs
from its start; whoever waits, waits here, in turn. Workers end with this process, whatever becomes of it.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Literal, Self, TypeVar

import structlog
from pebble import ProcessExpired, ProcessPool

from bot.clock import Clock, SystemClock
from bot.ports import Inquiry, Page
from bot.routine.compiling import Alarms, Besides, Compiled, Edition, Given
from bot.routine.feeds import FetchedFeed, ParsedFeed
from bot.work import labour
from briefs import errors
from briefs.models import Article, Brief

if TYPE_CHECKING:
    from briefs.answer import Candidate
    from briefs.answers import Answer
    from briefs.engines.llm.heard import Heard
    from briefs.situations import Ledger

T = TypeVar("T")

_PAGE_S: Final = 8.0  # the slowest of 150 real news pages takes 0.3 s
_QUICK_S: Final = 5.0
_LANGUAGE_S: Final = 90.0  # 200,000 characters take 25 s on a slow core
_QUESTION_S: Final = 20.0  # with six articles of 30,000 characters read for it
_VECTORS_S: Final = 30.0  # 32 passages take 0.5 s
_START_S: Final = (
    30.0  # a worker's start (imports, language model) on a busy machine, on top of a task's own time
)
_LOOK_S: Final = 0.1  # how often a waiting task looks whether a running one has had its share
_FAIR_SHARE_S: Final = 0.5  # how long a page is read undisturbed while others wait
_PATIENCE_S: Final = 15.0  # how long a page that gave way twice waits for its turn to be read to the end
_MOST_WAITING: Final = 200
_PAGE_BYTES: Final = 1_000_000_000  # the worst page of 5 MB took 360 MB
_LANGUAGE_BYTES: Final = 2_000_000_000
_TASKS_A_PAGE_WORKER: Final = 500  # then it is replaced: C libraries give memory back to nobody
_TASKS_A_LANGUAGE_WORKER: Final = 1_000

_log = structlog.get_logger(__name__)


class Busy(errors.CommuniqueError):
    """So many wait already that one more would only wait in vain."""

    kind = "busy"


class GaveUp(Exception):
    """A task did not end with a result. `why`: its time was out, it gave way to others, its worker died twice."""

    def __init__(self, why: Literal["time", "gave_way", "died"]) -> None:
        super().__init__(why)
        self.why = why


@dataclass(slots=True, eq=False)
class _Running:
    future: Future[Any]
    since: float | None = None
    """Monotonic seconds at which it was first seen running; a task waits while its worker starts."""
    yields: bool = True
    gave_way: bool = False


class WorkerPool:
    """Some worker processes of one kind. They start with the first task; `close` ends them at once.

    `warm_up` runs in each new worker before its first task. `memory_bytes` bounds a worker's data (where the system
    can do that): what wants more fails in the worker. `yielding`: a waiting task pushes out the oldest running one
    that has had its fair share of time (`fair_share_s`).
    """

    def __init__(
        self,
        name: str,
        *,
        workers: int,
        warm_up: Callable[[], object],
        memory_bytes: int,
        tasks_a_worker: int,
        yielding: bool = False,
        fair_share_s: float = _FAIR_SHARE_S,
        most_waiting: int = _MOST_WAITING,
    ) -> None:
        self._name = name
        self._workers = workers
        self._begin = (memory_bytes, warm_up)
        self._tasks_a_worker = tasks_a_worker
        self._yielding = yielding
        self._fair_share_s = fair_share_s
        self._most_waiting = most_waiting
        self._places = asyncio.Semaphore(workers)
        self._waiting = self._inside = 0
        self._running: list[_Running] = []
        self._starting = asyncio.Lock()
        self._pool: ProcessPool | None = None

    async def run(self, task: Callable[..., T], *args: object, limit_s: float, yields: bool = True) -> T:
        """Run `task(*args)` (all of it picklable) in a worker for at most `limit_s` seconds.

        A worker that dies on it is replaced and the task tried once more. Cancelling kills the worker. A task that
        does not `yields` is not pushed out. Raises what the task raises, GaveUp, or Busy.
        """
        async with self._place():
            for attempt in (1, 2):
                try:
                    return await self._once(task, args, limit_s, yields=yields)
                except (ProcessExpired, BrokenProcessPool) as error:
                    _log.warning("worker_died", pool=self._name, attempt=attempt, error=type(error).__name__)
        raise GaveUp("died")

    async def close(self) -> None:
        """End the workers, also those in the middle of a task."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(_end, pool)

    async def _once(
        self, task: Callable[..., T], args: tuple[object, ...], limit_s: float, *, yields: bool
    ) -> T:
        pool = await self._started()
        try:
            running = _Running(pool.schedule(task, args=args, timeout=limit_s), yields=yields)
        except RuntimeError as error:  # it broke a moment ago
            raise BrokenProcessPool from error
        self._running.append(running)
        try:
            async with asyncio.timeout(limit_s + _START_S):
                result: T = await asyncio.wrap_future(running.future)
                return result
        except TimeoutError:
            raise GaveUp("time") from None
        except asyncio.CancelledError:
            if running.gave_way:
                raise GaveUp("gave_way") from None
            raise
        finally:
            self._running.remove(running)

    async def _started(self) -> ProcessPool:
        """The pool; a new one where there is none, or where its idle workers were killed from outside."""
        async with self._starting:
            if self._pool is not None and not self._pool.active:
                _log.warning("worker_pool_replaced", pool=self._name)
                await self.close()
            if self._pool is None:
                pool = ProcessPool(
                    max_workers=self._workers,
                    max_tasks=self._tasks_a_worker,
                    initializer=labour.begin,
                    initargs=self._begin,
                    context=multiprocessing.get_context("spawn"),
                )
                self._pool = pool
                await asyncio.to_thread(lambda: pool.active)  # the first look starts the processes
            return self._pool

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        """A worker's place, first come, first served."""
        if self._waiting + self._inside >= self._most_waiting + self._workers:
            raise Busy("Too many articles are waiting to be read; please try again in a few minutes.")
        taking = asyncio.ensure_future(self._places.acquire())
        self._waiting += 1
        try:
            while not (await asyncio.wait({taking}, timeout=_LOOK_S if self._yielding else None))[0]:
                self._push_out()
        except asyncio.CancelledError:
            if not taking.cancel():
                self._places.release()
            raise
        finally:
            self._waiting -= 1
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1
            self._places.release()

    def _push_out(self) -> None:
        now = time.monotonic()
        for running in self._running:
            if running.since is None and running.future.running():
                running.since = now
        due = [
            running
            for running in self._running
            if running.since is not None
            and now - running.since >= self._fair_share_s
            and running.yields
            and not running.gave_way
        ]
        if due:
            oldest = min(due, key=lambda running: running.since or now)
            oldest.gave_way = True
            oldest.future.cancel()


class Workers:
    """`bot.ports.Reader` and `Respondent`: pages are read in `pages` processes, articles briefed in `language` processes.

    Use as an asynchronous context manager; at its end all workers are ended. The limits are seconds of a single task.
    `lexicon` is a folder of a team's own word lists, which `briefs.lexicon.load` has found to be in order. `sentences` is
    the folder of a sentence model; with one this is an `Embedder`, too, in one process more.
    """

    def __init__(
        self,
        *,
        pages: int,
        language: int,
        lexicon: Path | None = None,
        sentences: Path | None = None,
        clock: Clock | None = None,
        page_s: float = _PAGE_S,
        quick_s: float = _QUICK_S,
        fair_share_s: float = _FAIR_SHARE_S,
        language_s: float = _LANGUAGE_S,
        question_s: float = _QUESTION_S,
    ) -> None:
        self._clock = clock or SystemClock()
        self._lexicon = lexicon
        self._page_s, self._quick_s, self._language_s = page_s, quick_s, language_s
        self._question_s = question_s
        self._pages = WorkerPool(
            "pages",
            workers=pages,
            warm_up=labour.load_extractors,
            memory_bytes=_PAGE_BYTES,
            tasks_a_worker=_TASKS_A_PAGE_WORKER,
            yielding=True,
            fair_share_s=fair_share_s,
        )
        # of several workers one always stays with those that give way
        self._patience = asyncio.Semaphore(max(1, pages - 1))
        self._language = WorkerPool(
            "language",
            workers=language,
            warm_up=partial(labour.briefer, lexicon),
            memory_bytes=_LANGUAGE_BYTES,
            tasks_a_worker=_TASKS_A_LANGUAGE_WORKER,
        )
        self._sentences = sentences
        self.model = sentences.name if sentences is not None else ""
        self._vectors = (
            WorkerPool(
                "vectors",
                workers=1,
                warm_up=partial(labour.load_vectors, sentences),
                memory_bytes=_LANGUAGE_BYTES,
                tasks_a_worker=_TASKS_A_LANGUAGE_WORKER,
            )
            if sentences is not None
            else None
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pools = [self._pages, self._language, *([self._vectors] if self._vectors is not None else [])]
        await asyncio.gather(*(pool.close() for pool in pools))

    async def read(self, page: Page, source: str) -> Article:
        """Page → Article. A page that takes the careful extractor too long is read by the quick one.

        One that only gave way to others both times (many came at once, the machine is busy) is read undisturbed in
        the end. Raises `briefs.errors.Unreadable` or Busy.
        """
        is_web = page.url.startswith(("http://", "https://"))
        url = page.url if is_web else None
        retrieved = self._clock.now().isoformat(timespec="seconds") if is_web else None
        why = ""
        for thorough, limit_s, yields in (
            (True, self._page_s, True),
            (False, self._quick_s, True),
            (False, self._quick_s, False),
        ):
            if not yields and why != "gave_way":
                break
            try:
                task = partial(labour.read, source=source, url=url, retrieved=retrieved, thorough=thorough)
                async with self._turn(patient=not yields):
                    outcome = await self._pages.run(
                        task, page.content, page.media_type, page.charset, limit_s=limit_s, yields=yields
                    )
            except GaveUp as given_up:
                why = given_up.why
                _log.warning("page_given_up", why=why, thorough=thorough, bytes=len(page.content))
            else:
                return _result(outcome, "page_not_read")
        raise errors.TooComplex(
            "Reading this page took too long and was given up; please paste the article's text."
        )

    @asynccontextmanager
    async def _turn(self, *, patient: bool) -> AsyncIterator[None]:
        """For a page that will not give way: a turn among its like. Raises Busy where that takes too long."""
        if not patient:
            yield
            return
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await self._patience.acquire()
        except TimeoutError:
            raise Busy(
                "Too many articles are being read at the moment; please try again in a few minutes."
            ) from None
        try:
            yield
        finally:
            self._patience.release()

    async def brief(self, article: Article, source: str, heard: Heard | None = None) -> Brief:
        """Article → Brief. Raises `briefs.errors.CommuniqueError`."""
        try:
            outcome = await self._language.run(
                labour.brief, article, source, heard, self._lexicon, limit_s=self._language_s
            )
        except GaveUp as given_up:
            _log.warning("brief_given_up", why=given_up.why, chars=len(article.text))
            raise errors.TooComplex(
                "Analysing this article took too long and was given up; please send the part that matters."
            ) from None
        return _result(outcome, "article_not_briefed")

    async def parse(self, fetched: FetchedFeed) -> ParsedFeed:
        """`bot.routine.feeds.FeedReader`."""
        try:
            outcome = await self._pages.run(labour.parse_feed, fetched, limit_s=self._page_s, yields=False)
        except GaveUp as given_up:
            _log.warning("feed_given_up", why=given_up.why, bytes=len(fetched.content))
            raise errors.TooComplex(
                "Reading that feed took too long and was given up; give another feed of the site."
            ) from None
        return _result(outcome, "feed_not_read")

    async def discover(self, fetched: FetchedFeed) -> tuple[str, ...]:
        """`bot.routine.feeds.FeedReader`."""
        try:
            return await self._pages.run(labour.discover_feeds, fetched, limit_s=self._page_s, yields=False)
        except GaveUp as given_up:
            _log.warning("page_given_up", why=given_up.why, thorough=False, bytes=len(fetched.content))
            return ()

    async def embed(self, texts: Sequence[str]) -> list[bytes]:
        """`bot.ports.Embedder`. Raises `briefs.errors.CommuniqueError`."""
        if self._vectors is None or self._sentences is None:
            raise errors.CommuniqueError("No sentence model is installed.")
        try:
            outcome = await self._vectors.run(labour.embed, list(texts), self._sentences, limit_s=_VECTORS_S)
        except GaveUp as given_up:
            _log.warning("vectors_given_up", why=given_up.why)
            raise errors.TooComplex("Computing what this means took too long.") from None
        return _result(outcome, "vectors_not_computed")

    async def inquire(self, question: str, outlets: Sequence[str], earlier: Sequence[str]) -> Inquiry:
        """`bot.ports.Respondent`."""
        return await self._asked(labour.inquire, question, outlets, earlier)

    async def answer(self, inquiry: Inquiry, found: Sequence[Sequence[Candidate]], *, held: int) -> Answer:
        """`bot.ports.Respondent`."""
        return await self._asked(labour.answer, inquiry, found, held)

    async def ledgers(self, reports: Sequence[Given]) -> list[Ledger]:
        """`bot.routine.compiling.Compiler`."""
        from bot.work import compilation

        return await self._compiled(compilation.ledgers, reports)

    async def digest(self, reports: Sequence[Given], edition: Edition, besides: Besides) -> Compiled:
        """`bot.routine.compiling.Compiler`."""
        from bot.work import compilation

        return await self._compiled(compilation.digest, reports, edition, besides)

    async def alarms(self, reports: Sequence[Given], new: str, levels: Sequence[int]) -> Alarms:
        """`bot.routine.compiling.Compiler`."""
        from bot.work import compilation

        return await self._compiled(compilation.alarms, reports, new, levels)

    async def _compiled(self, task: Callable[..., T], *args: object) -> T:
        try:
            outcome = await self._language.run(
                labour.compiled, task, *args, self._lexicon, limit_s=self._language_s
            )
        except GaveUp as given_up:
            _log.warning("situations_given_up", why=given_up.why)
            raise errors.TooComplex(
                "Putting the situations together took too long and was given up."
            ) from None
        made: T = _result(outcome, "situations_not_compiled")
        return made

    async def _asked(self, task: Callable[..., T | labour.Refusal], *args: object) -> T:
        try:
            outcome = await self._language.run(task, *args, self._lexicon, limit_s=self._question_s)
        except GaveUp as given_up:
            _log.warning("question_given_up", why=given_up.why)
            raise errors.TooComplex(
                "Answering this question took too long and was given up; please ask it more briefly."
            ) from None
        return _result(outcome, "question_not_answered")


def _result(outcome: T | labour.Refusal, event: str) -> T:
    if isinstance(outcome, labour.Refusal):
        if outcome.cause is not None:
            _log.error(event, error=outcome.cause)
        raise outcome.error()
    return outcome


def _end(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()
