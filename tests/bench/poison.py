"""Pages that hang or bloat what reads them: `python -m tests.bench.poison [WORKERS]`.

Each is given to the worker pool while a second person reads an ordinary page. Prints for each page what came of it,
the seconds it took, the longest that the second person waited, and the memory of the largest worker. Exit code 1 if a
page took 20 s or more, or the second person waited a second or more.
"""

from __future__ import annotations

import asyncio
import random
import resource
import string
import sys
import time
from collections.abc import Callable

from bot.ports import Page
from bot.work.pools import Workers
from briefs.errors import CommuniqueError

_LIMIT_S = 20.0
_SECOND_PERSON_S = 1.0


def _html(body: str) -> bytes:
    return f"<!doctype html><html><head><title>Port Arlen</title></head><body>{body}</body></html>".encode()


def _random_characters() -> bytes:
    random.seed(7)
    return "".join(random.choices(string.printable, k=1_000_000)).encode()


def _prose(paragraphs: int) -> str:
    return "".join(
        f"<p>Pier {n} stays shut until the company signs the deal with its dockers.</p>"
        for n in range(paragraphs)
    )


_PAGES: dict[str, Callable[[], bytes]] = {
    "200,000 short <p>": lambda: _html("<p>Short.</p>" * 200_000),
    "18,000 tags of prose": lambda: _html(_prose(9_000)),
    "80,000 tags of prose": lambda: _html(_prose(40_000)),
    "50,000 nested <div>": lambda: _html("<div>" * 50_000 + "Deep." + "</div>" * 50_000),
    "50,000 nested <span>, never closed": lambda: _html("<span>x" * 50_000),
    "1 MB of random characters": _random_characters,
    "1 MB of random characters in a page": lambda: _html(_random_characters().decode()),
    "3 MB attribute": lambda: _html(f'<div data-x="{"a" * 3_000_000}"><p>Short.</p></div>'),
    "5 MB of open brackets": lambda: b"<html>" + b"<" * 5_000_000,
    "300,000 links": lambda: _html("<a href=x>Port</a>" * 300_000),
    "JSON nested 100,000 deep": lambda: _html(
        f'<script type="application/ld+json">{"[" * 100_000}</script><p>Short.</p>'
    ),
    "a table of 100,000 cells": lambda: _html("<table><tr>" + "<td>1</td>" * 100_000 + "</tr></table>"),
}

_ORDINARY = _html(
    "<article><h1>Dockers at Port Arlen walk out</h1>"
    + "".join(
        f"<p>Crane {n} stood still on Monday, said the dockers' union, and will until the company withdraws.</p>"
        for n in range(12)
    )
    + "</article>"
)


async def _second_person(workers: Workers, until: asyncio.Event) -> float:
    """The longest that an ordinary page took while the other one was read."""
    longest = 0.0
    while not until.is_set():
        started = time.monotonic()
        await workers.read(Page("https://arlen.example/walk-out", _ORDINARY, "text/html"), "link")
        longest = max(longest, time.monotonic() - started)
        await asyncio.sleep(0.2)
    return longest


async def _one(workers: Workers, content: bytes) -> tuple[str, float, float]:
    done = asyncio.Event()
    second = asyncio.create_task(_second_person(workers, done))
    await asyncio.sleep(0)
    started = time.monotonic()
    try:
        article = await workers.read(Page("https://arlen.example/poison", content, "text/html"), "link")
        outcome = f"article of {len(article.text):,} characters"
    except CommuniqueError as error:
        outcome = f"{error.kind}: {error.message}"
    seconds = time.monotonic() - started
    done.set()
    return outcome, seconds, await second


async def main(workers: int) -> int:
    failed = 0
    async with Workers(pages=workers, language=1) as pool:
        await asyncio.gather(
            *(pool.read(Page("https://arlen.example/", _ORDINARY, "text/html"), "") for _ in range(workers))
        )
        for name, make in _PAGES.items():
            outcome, seconds, waited = await _one(pool, make())
            bad = seconds >= _LIMIT_S or waited >= _SECOND_PERSON_S
            failed += bad
            print(
                f"{'FAIL' if bad else 'ok  '} {name}: {seconds:.1f} s, second person {waited:.2f} s; {outcome}"
            )
    peak_kb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"largest worker {peak_kb / 1024:.0f} MB")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2)))
