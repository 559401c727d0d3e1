"""Do all feeds of a folder parse or fail cleanly, and does none hang?

    python -m tests.bench.feeds FOLDER

Reads every file below FOLDER (XML, RSS, Atom, JSON, HTML) as the service does: in a worker process with a deadline.
Prints one JSON document: files, parsed (with items, links and dates found), refused by reason, slowest in seconds.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from pathlib import Path

from bot.routine.feeds import FetchedFeed
from bot.work.pools import Workers
from briefs.errors import CommuniqueError

_KINDS = {".xml": "application/xml", ".rss": "application/rss+xml", ".atom": "application/atom+xml",
          ".json": "application/feed+json", ".html": "text/html"}  # fmt: skip
_WIDTH = 4


def found(folder: Path) -> dict[Path, bytes]:
    paths = sorted(
        path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("README")
    )
    return {path: path.read_bytes() for path in paths}


async def measure(files: dict[Path, bytes]) -> dict[str, object]:
    counts: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    seconds: list[tuple[float, str]] = []
    bound = asyncio.Semaphore(_WIDTH)
    async with Workers(pages=2, language=1) as workers:

        async def read(path: Path) -> None:
            async with bound:
                fetched = FetchedFeed(
                    url=f"https://feeds.example/{path.name}",
                    content=files[path],
                    media_type=_KINDS.get(path.suffix, ""),
                    charset=None,
                    etag=None,
                    modified=None,
                )
                started = time.monotonic()
                try:
                    feed = await workers.parse(fetched)
                except CommuniqueError as error:
                    refused[error.kind] += 1
                else:
                    counts["parsed"] += 1
                    counts["ill_formed"] += feed.ill_formed
                    counts["items"] += len(feed.entries)
                    counts["links"] += sum(entry.link is not None for entry in feed.entries)
                    counts["dates"] += sum(entry.published is not None for entry in feed.entries)
                seconds.append((time.monotonic() - started, path.name))

        async with asyncio.TaskGroup() as group:
            for path in files:
                group.create_task(read(path))
    slowest = max(seconds, default=(0.0, ""))
    return {
        "files": len(files),
        **counts,
        "refused": dict(refused),
        "slowest_s": round(slowest[0], 2),
        "slowest": slowest[1],
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(found(Path(sys.argv[1]))))))
