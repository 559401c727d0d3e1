"""Keep the ledger of each series of articles: `python -m tests.bench.situations DATA > predictions.jsonl`.

DATA holds a folder of texts for each situation; their names sort by time and may hold the date: "00-2031-05-06-….txt".
Prints one ledger a line, as `communique situations` does, with the folder's name as `situation`.
"""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from briefs import lexicon, read
from briefs.build import Briefer
from briefs.situations import Ledgers, Report, published

_START = datetime(2031, 1, 1, tzinfo=UTC)  # any instant: what counts is the order
_DATE = re.compile(r"(?:19|20)\d\d-\d\d-\d\d")


def main() -> None:
    briefer = Briefer()
    ledgers = Ledgers.of(lexicon.load())
    for folder in sorted(path for path in Path(sys.argv[1]).iterdir() if path.is_dir()):
        reports = []
        for n, file in enumerate(sorted(folder.glob("*.txt"))):
            article = read.article(file.read_bytes(), media_type="text/plain", source=file.name)
            dated = _DATE.search(file.stem)
            known = {"id": file.stem} | ({"published": dated.group()} if dated else {})
            brief = briefer.brief(article.model_copy(update=known), source=file.name)
            reports.append(Report(brief, _START + timedelta(days=n)))
        ledger = published([ledgers.ledger(folder.name, None, reports)])[0]
        line = ledger.model_dump_json(by_alias=True)
        print(line.replace("{", f'{{"situation":"{folder.name}",', 1))


if __name__ == "__main__":
    main()
