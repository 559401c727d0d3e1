"""Months of news at speed: is memory flat, does the store ever complain, do the digests make sense?

    python -m tests.bench.replay ARTICLES.jsonl [DIGESTS.md [MOST]]

ARTICLES is an archive of {id, headline or title, published, text}, taken in the order of its dates. A clock that is told
the time goes through its days: what was published is briefed and kept, and every morning at 08:00 a room gets its digest
through the scheduler and the outbox. Prints one JSON document a month and one at the end: articles, digests by outcome,
errors in the log, seconds for a digest, memory of the process in MB. The digests are written to DIGESTS, to be read.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from structlog.testing import LogCapture

from bot import resources, wiring
from bot.access import Access
from bot.outbox import Outbox
from bot.ports import Room
from bot.routine.assembly import Routine
from bot.routine.due import Schedule
from bot.routine.schedules import check, parse
from bot.service import Service
from bot.store import Likeness, open_store
from bot.work.pools import Workers
from briefs import likeness, read
from briefs.errors import CommuniqueError
from briefs.render import Renderer
from tests.bot.fakes import FakeClock, FakePlatform
from tests.bot.reading import FakeFeeds, FakeWeb

_ROOM = Room("fake:desk", "fake", "private", "desk")
_AT_ONCE = 4


def articles(path: Path, most: int) -> list[tuple[datetime, dict[str, Any]]]:
    found = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    dated = [(datetime.fromisoformat(it["published"]), it) for it in found]
    return sorted(dated, key=lambda each: each[0])[:most]


def memory_mb() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return round(int(line.split()[1]) / 1_024, 1)
    return 0.0


async def replay(dated: list[tuple[datetime, dict[str, Any]]], out: Any) -> None:
    log = LogCapture()
    structlog.configure(processors=[log])
    clock = FakeClock(dated[0][0].astimezone(UTC).replace(hour=7, minute=0, second=0, microsecond=0))
    platform = FakePlatform(clock)
    alike = Likeness(likeness.signature, likeness.similarity, likeness.SAME)
    spent: list[float] = []
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        async with open_store(Path(folder), likeness=alike) as store, Workers(pages=1, language=2) as workers:
            access = Access(store.rooms)
            outbox = Outbox(store.deliveries, [platform], clock, access.admits)
            web = FakeWeb()
            service = Service(fetcher=web, reader=workers, library=store.library, clock=clock)
            routine = Routine(
                store, works=workers, fetcher=web, feed_fetcher=FakeFeeds(), service=service,
                shelf=wiring.shelf(store), renderer=Renderer([resources.templates()]), outbox=outbox, clock=clock,
            )  # fmt: skip
            library = await store.rooms.enter(_ROOM, library=None, now=clock.now())
            schedule = Schedule(parse("daily 08:00").rhythm, "UTC")
            await store.agenda.subscribe(
                _ROOM.id, schedule, by="bench", now=clock.now(), next_due=check(schedule, clock.now())
            )
            bound = asyncio.Semaphore(_AT_ONCE)

            async def keep(it: dict[str, Any]) -> None:
                title = it.get("headline") or it["title"]
                text = f"{title}\n\n{it['text']}"
                article = read.article(text.encode(), media_type="text/plain", source=f"{it['id']}.txt")
                article = article.model_copy(update={"id": it["id"], "published": it["published"]})
                async with bound:
                    try:
                        await service.brief_article(article, it["id"], library=library, by="bench")
                        counts["articles"] += 1
                    except CommuniqueError as error:
                        counts[f"refused {error.kind}"] += 1

            at, month = 0, clock.now().strftime("%Y-%m")
            while at < len(dated):
                morning = (clock.now() + timedelta(days=1)).replace(hour=8, minute=0)
                batch = [it for when, it in dated[at:] if when < morning]
                at += len(batch)
                clock.jump((morning - timedelta(minutes=30) - clock.now()).total_seconds())
                await asyncio.gather(*(keep(it) for it in batch))
                clock.jump(1_800)
                started = time.monotonic()
                await routine.scheduler.tick(clock.now())
                spent.append(time.monotonic() - started)
                before = len(platform.shown())
                await outbox.deliver_due()
                for message in platform.shown()[before:]:
                    out.write(f"{message.text}\n\n---\n\n" if message.thread is None else f"> thread: {len(message.text)} characters\n\n---\n\n")  # fmt: skip
                if clock.now().strftime("%Y-%m") != month or at >= len(dated):
                    month = clock.now().strftime("%Y-%m")
                    print(json.dumps({"until": month, **counts, "memory_mb": memory_mb()}), flush=True)
            records = await store.agenda.log(limit=10_000)
            counts.update(f"outcome {record.outcome}" for record in records)
            situations = await store.matters.matters([library], limit=100_000)
    wrong = Counter(entry["event"] for entry in log.entries if entry["log_level"] in {"error", "warning"})
    print(json.dumps({
        **counts, "situations": len(situations), "of_several_articles": sum(it.articles > 1 for it in situations),
        "wrong_in_log": wrong, "digest_s_median": round(sorted(spent)[len(spent) // 2], 2),
        "digest_s_most": round(max(spent), 2), "memory_mb": memory_mb(),
    }))  # fmt: skip


def main() -> None:
    path, out, most = [*sys.argv[1:], *("/dev/null", "1000000")[len(sys.argv) - 2 :]]
    with Path(out).open("w", encoding="utf-8") as file:
        asyncio.run(replay(articles(Path(path), int(most)), file))


if __name__ == "__main__":
    main()
