"""Worker processes: time limits, deaths, waiting in turn, and that the event loop stays free meanwhile."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.ports import Page
from bot.work import labour
from bot.work.pools import Busy, GaveUp, WorkerPool, Workers
from briefs import errors
from tests.briefs.read.pages import PARAGRAPHS, TITLE, page

LONG_S = 60.0  # a limit that no test reaches


def nothing() -> None:
    """A worker's preparation where it needs none."""


def die(marker: Path, times: int) -> str:
    """Kill the own process, but only the first `times` times."""
    seen = len(list(marker.iterdir()))
    if seen < times:
        (marker / str(seen)).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "lived"


def hang(marker: Path) -> None:
    (marker / "begun").touch()
    time.sleep(LONG_S)


def marks(marker: Path) -> list[str]:
    return sorted(mark.name for mark in marker.iterdir())


async def begun(marker: Path) -> None:
    """Wait until a worker has begun to `hang`."""
    while not marks(marker):  # noqa: ASYNC110 - another process sets the mark
        await asyncio.sleep(0.01)


def hoard(size: int) -> int:
    return len(bytearray(size))


def fail() -> None:
    raise ValueError("no")


@asynccontextmanager
async def pool(
    workers: int = 1, *, yielding: bool = False, fair_share_s: float = 0.5, most_waiting: int = 100
) -> AsyncIterator[WorkerPool]:
    made = WorkerPool(
        "test",
        workers=workers,
        warm_up=nothing,
        memory_bytes=500_000_000,
        tasks_a_worker=100,
        yielding=yielding,
        fair_share_s=fair_share_s,
        most_waiting=most_waiting,
    )
    try:
        yield made
    finally:
        await made.close()


async def test_a_task_that_takes_too_long_is_killed_and_the_next_one_runs() -> None:
    async with pool() as workers:
        with pytest.raises(GaveUp) as given_up:
            await workers.run(time.sleep, LONG_S, limit_s=0.2)
        assert given_up.value.why == "time"
        assert await workers.run(abs, -3, limit_s=LONG_S) == 3


async def test_a_worker_deep_in_a_c_library_is_killed_at_once() -> None:
    async with pool() as workers:
        await workers.run(abs, 1, limit_s=LONG_S)
        with pytest.raises(GaveUp):
            await workers.run(pow, 7, 10**9, limit_s=0.2)


async def test_a_worker_that_dies_is_replaced_and_its_task_tried_once_more(tmp_path: Path) -> None:
    async with pool() as workers:
        assert await workers.run(die, tmp_path, 1, limit_s=LONG_S) == "lived"


async def test_a_task_that_kills_two_workers_is_given_up(tmp_path: Path) -> None:
    async with pool() as workers:
        with pytest.raises(GaveUp) as given_up:
            await workers.run(die, tmp_path, 9, limit_s=LONG_S)
        assert given_up.value.why == "died"
    assert marks(tmp_path) == ["0", "1"]


async def test_workers_killed_while_idle_are_replaced() -> None:
    async with pool() as workers:
        idle = await workers.run(os.getpid, limit_s=LONG_S)
        os.kill(idle, signal.SIGKILL)
        assert await workers.run(os.getpid, limit_s=LONG_S) != idle


async def test_a_tasks_own_error_arrives() -> None:
    async with pool() as workers:
        with pytest.raises(ValueError, match="no"):
            await workers.run(fail, limit_s=LONG_S)


async def test_memory_is_bounded() -> None:
    async with pool() as workers:
        assert await workers.run(hoard, 10_000_000, limit_s=LONG_S) == 10_000_000
        with pytest.raises(MemoryError):
            await workers.run(hoard, 2_000_000_000, limit_s=LONG_S)


async def test_a_cancelled_task_ends_its_worker(tmp_path: Path) -> None:
    async with pool() as workers:
        first = await workers.run(os.getpid, limit_s=LONG_S)
        running = asyncio.create_task(workers.run(hang, tmp_path, limit_s=LONG_S))
        await begun(tmp_path)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert await workers.run(os.getpid, limit_s=LONG_S) != first


async def test_cancelling_one_that_waits_leaves_its_place_to_the_next(tmp_path: Path) -> None:
    async with pool() as workers:
        first = asyncio.create_task(workers.run(hang, tmp_path, limit_s=LONG_S))
        await begun(tmp_path)
        waiting = asyncio.create_task(workers.run(abs, -1, limit_s=LONG_S))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait({waiting})
        following = asyncio.create_task(workers.run(abs, -2, limit_s=LONG_S))
        first.cancel()
        assert await following == 2


async def test_a_long_task_gives_way_to_one_that_waits(tmp_path: Path) -> None:
    async with pool(yielding=True) as workers:
        long = asyncio.create_task(workers.run(hang, tmp_path, limit_s=LONG_S))
        await begun(tmp_path)
        assert await workers.run(abs, -3, limit_s=LONG_S) == 3
        with pytest.raises(GaveUp) as given_up:
            await long
        assert given_up.value.why == "gave_way"


async def test_a_task_that_does_not_yield_is_not_pushed_out() -> None:
    async with pool(yielding=True, fair_share_s=0.0) as workers:
        first = asyncio.create_task(workers.run(time.sleep, 0.5, limit_s=LONG_S, yields=False))
        await asyncio.sleep(0)
        assert await workers.run(abs, -3, limit_s=LONG_S, yields=False) == 3
        assert await first is None


async def test_short_tasks_do_not_push_each_other_out() -> None:
    async with pool(2, yielding=True) as workers:
        found = await asyncio.gather(*(workers.run(abs, -n, limit_s=LONG_S) for n in range(50)))
        assert found == list(range(50))


async def test_one_too_many_is_told_so_at_once(tmp_path: Path) -> None:
    async with pool(most_waiting=2) as workers:
        running = [asyncio.create_task(workers.run(hang, tmp_path, limit_s=LONG_S)) for _ in range(3)]
        await begun(tmp_path)
        with pytest.raises(Busy, match="try again"):
            await workers.run(abs, 1, limit_s=LONG_S)
        for task in running:
            task.cancel()
        await asyncio.wait(running)


async def test_the_event_loop_is_free_while_a_worker_computes() -> None:
    async with pool() as workers:
        await workers.run(abs, 1, limit_s=LONG_S)
        computing = asyncio.create_task(workers.run(pow, 3, 2_000_000, limit_s=LONG_S))
        turns = 0
        while not computing.done():
            await asyncio.sleep(0.001)
            turns += 1
        assert turns > 10
        await computing


async def test_closing_ends_workers_in_the_middle_of_a_task(tmp_path: Path) -> None:
    async with pool() as workers:
        running = asyncio.create_task(workers.run(hang, tmp_path, limit_s=LONG_S))
        await begun(tmp_path)
        await workers.close()
        running.cancel()
        await asyncio.wait({running})


class StoppedClock:
    def now(self) -> datetime:
        return datetime(2026, 3, 10, 8, 0, tzinfo=UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


URL = "https://arlen-herald.example/strike"


async def test_pages_become_articles_and_articles_briefs() -> None:
    async with Workers(pages=1, language=1, clock=StoppedClock()) as workers:
        article = await workers.read(Page(URL, page(), "text/html"), URL)
        assert article.text == "\n\n".join([TITLE, *PARAGRAPHS])
        assert article.retrieved == "2026-03-10T08:00:00+00:00"
        brief = await workers.brief(article, URL)
        assert (brief.source, brief.article.sha256) == (URL, article.sha256)
        with pytest.raises(errors.NotAnArticle, match="paste"):
            await workers.read(Page(URL, b"<html><body>Hi</body></html>", "text/html"), URL)
        note = await workers.read(Page("file:strike.txt", TITLE.encode(), "text/plain"), "strike.txt")
        assert (note.id, note.url, note.retrieved) == ("strike", None, None)
        with pytest.raises(errors.UnreadLanguage):
            await workers.brief(article.model_copy(update={"lang": "fr"}), URL)


SLOW = page(body="".join(f"<p>Pier {n}: {p}</p>" for n in range(900) for p in PARAGRAPHS))


async def test_a_page_that_takes_too_long_is_read_quickly_or_refused() -> None:
    async with Workers(pages=1, language=1, page_s=0.05) as workers:
        article = await workers.read(Page(URL, SLOW, "text/html"), URL)
        assert article.text.endswith(f"Pier 899: {PARAGRAPHS[-1]}")
    async with Workers(pages=1, language=1, page_s=0.01, quick_s=0.01) as workers:
        with pytest.raises(errors.TooComplex, match="paste"):
            await workers.read(Page(URL, SLOW, "text/html"), URL)


async def test_pages_that_come_all_at_once_are_all_read_though_they_push_each_other_out() -> None:
    async with Workers(pages=1, language=1, fair_share_s=0.0) as workers:
        found = await asyncio.gather(*(workers.read(Page(URL, SLOW, "text/html"), URL) for _ in range(2)))
    assert {article.text.rpartition("Pier ")[2] for article in found} == {f"899: {PARAGRAPHS[-1]}"}


def test_a_fault_comes_out_of_a_worker_with_its_place_and_without_its_text() -> None:
    broken: Any = "words of an article"  # bytes are wanted
    found = labour.read(broken, "", None, source="-", url=None, retrieved=None, thorough=False)
    assert isinstance(found, labour.Refusal)
    assert found.cause is not None
    assert re.fullmatch(r"\w+Error at \w+\.py:\d+ \w+", found.cause)
