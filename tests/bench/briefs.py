"""Write a brief/1 document for each text of a folder: `python -m tests.bench.briefs ARTICLES_DIR OUT_DIR [--time]`.

ARTICLES_DIR holds <id>.txt; OUT_DIR gets <id>.json. With --time prints articles per second and peak memory.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import sys
import time
from pathlib import Path

from briefs.build import Briefer
from briefs.models import Article
from briefs.text import blocks


def _article(file: Path) -> Article:
    text = file.read_text(encoding="utf-8")
    first = blocks(text)[0]
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Article(id=file.stem, title=text[first.start : first.end], lang="en", text=text, sha256=digest)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("articles", type=Path)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--time", action="store_true")
    given = arguments.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    briefer = Briefer()
    files = sorted(given.articles.glob("*.txt"))
    words = 0
    started = time.perf_counter()
    for file in files:
        article = _article(file)
        words += len(article.text.split())
        brief = briefer.brief(article, source=file.name)
        (given.out / f"{file.stem}.json").write_text(brief.model_dump_json(by_alias=True), encoding="utf-8")
    seconds = time.perf_counter() - started
    if given.time:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{len(files)} articles, {words} words, {seconds:.1f} s, "
            f"{words / 750 / seconds:.1f} articles of 750 words a second, peak {peak:.0f} MB",
            file=sys.stderr,
        )


if __name__ == "__main__":
    main()
