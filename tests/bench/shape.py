"""Brief many articles and look for faults of shape: `python -m tests.bench.shape articles.jsonl [--sample N] [--seed S]`.

The file holds one object a line with `text` and `headline` or `title`. Prints each fault with the article's headline;
on stderr how many articles were read, processor time for each, the slowest, exceptions.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
import traceback
from pathlib import Path

from briefs import read
from briefs.build import Briefer
from tests.shape import faults


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("data", type=Path)
    arguments.add_argument("--sample", type=int, default=300)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    rows = [json.loads(line) for line in given.data.read_text(encoding="utf-8").splitlines()]
    random.Random(given.seed).shuffle(rows)
    briefer = Briefer()
    found = failed = words = 0
    times: list[tuple[float, str]] = []
    for row in rows[: given.sample]:
        title = row.get("headline") or row.get("title") or ""
        article = read.article(f"{title}\n\n{row['text']}".encode(), media_type="text/plain", source="a.txt")
        started = time.process_time()
        try:
            brief = briefer.brief(article, source="a.txt")
        except Exception:  # noqa: BLE001 (each failure is shown with its article, then the next is read)
            failed += 1
            print(f"EXCEPTION | {title}\n{traceback.format_exc()}")
            continue
        times.append((time.process_time() - started, title))
        words += len(article.text.split())
        for fault in faults(brief):
            found += 1
            print(f"{fault} | {title}")
    seconds = sum(t for t, _ in times)
    slowest = max(times, default=(0.0, ""))
    print(
        f"{len(times)} articles, {words} words, {found} faults, {failed} exceptions, "
        f"{seconds / max(len(times), 1):.3f} s each, slowest {slowest[0]:.2f} s ({slowest[1]})",
        file=sys.stderr,
    )


if __name__ == "__main__":
    main()
