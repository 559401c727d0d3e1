"""Many sources, one after the other: what became of each, and how far it is."""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog

from bot.log import cause
from briefs.errors import CommuniqueError

_T = TypeVar("_T")
_R = TypeVar("_R")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[_T]):
    """What became of one source: `value`, or the error that a person is told."""

    source: str
    value: _T | None
    error: CommuniqueError | None = None

    def error_record(self) -> dict[str, object]:
        """The source's line in JSON output where it failed."""
        assert self.error is not None
        return {"source": self.source, "error": {"kind": self.error.kind, "message": self.error.message}}


async def attempt(source: str, work: Callable[[], Awaitable[_T]]) -> Outcome[_T]:
    """Do the work for a source; whatever goes wrong becomes its outcome."""
    try:
        return Outcome(source, await work())
    except CommuniqueError as error:
        return Outcome(source, None, error)
    except Exception as error:  # noqa: BLE001 - one source that breaks the program must not cost the others
        structlog.get_logger(__name__).error("failed", **cause(error))
        return Outcome(
            source, None, CommuniqueError("A fault in the program kept it from being read; see the log.")
        )


async def in_order(
    items: Iterable[_T], work: Callable[[_T], Awaitable[_R]], *, width: int
) -> AsyncIterator[_R]:
    """Work on up to `width` items at a time; results come in the order of the items, items are taken as needed."""
    under_way: deque[asyncio.Task[_R]] = deque()
    try:
        for item in items:
            under_way.append(asyncio.ensure_future(work(item)))
            if len(under_way) >= width:
                yield await under_way.popleft()
        while under_way:
            yield await under_way.popleft()
    finally:
        for task in under_way:
            task.cancel()


Show = Callable[[], None]


@contextmanager
def progress(total: int | None, what: str) -> Iterator[Callable[[Show], None]]:
    """A bar on the standard error, where that is a terminal.

    Call what is yielded for each step done, with what prints its result: the bar makes way for it.
    """
    if not sys.stderr.isatty():
        yield lambda show: show()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

    columns = [SpinnerColumn(), TextColumn("{task.description}")]
    if total != 1:
        columns += [BarColumn(), MofNCompleteColumn()]
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)

        def step(show: Show) -> None:
            bar.stop()
            show()
            bar.advance(task)
            bar.start()

        yield step
