"""How fast ledgers and digests are made: `python -m tests.bench.ledgers BRIEFS [ARTICLES]`.

BRIEFS is a folder of brief/1 documents, as `python -m tests.bench.briefs DATA BRIEFS` writes them; they are used over and
over until there are ARTICLES (1,000). Prints milliseconds of processor time an article for situations of 5 and of 50
articles, and a digest of all of the former.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path

from briefs import lexicon
from briefs.digest import Window, compose
from briefs.models import Brief
from briefs.situations import Ledger, Ledgers, Report

_START = datetime(2031, 1, 1, tzinfo=UTC)


def main() -> None:
    files = sorted(Path(sys.argv[1]).glob("*.json"))
    articles = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000
    briefs = [Brief.model_validate_json(f.read_text(encoding="utf-8")) for f in files]
    reports = [
        Report(
            brief.model_copy(update={"article": brief.article.model_copy(update={"id": str(n)})}),
            _START + timedelta(hours=n),
        )
        for n, brief in enumerate(islice(cycle(briefs), articles))
    ]
    ledgers = Ledgers.of(lexicon.load())
    made: list[Ledger] = []
    for size in (50, 5):
        started = time.process_time()
        made = [ledgers.ledger(str(n), None, reports[n : n + size]) for n in range(0, len(reports), size)]
        spent = (time.process_time() - started) * 1_000 / len(reports)
        print(f"ledgers of {size} articles {spent:.2f} ms an article")
    started = time.process_time()
    window = Window("desk", _START, _START + timedelta(hours=articles), UTC, "UTC")
    digest = compose(made, window)
    print(
        f"digest of {len(made)} situations {(time.process_time() - started) * 1_000:.0f} ms, "
        f"{len(digest.situations)} with news"
    )


if __name__ == "__main__":
    main()
