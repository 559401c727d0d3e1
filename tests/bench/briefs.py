"""Brief each text of a folder: `python -m tests.bench.briefs DATA [OUT_DIR] [--time]`.

DATA holds <id>.txt, or a folder `articles` that does. Prints brief/1 documents, one a line, or writes OUT_DIR/<id>.json.
With --time says on stderr how many articles a second of processor time were read, and the peak memory.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from pathlib import Path

from briefs import read
from briefs.build import Briefer


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("data", type=Path)
    arguments.add_argument("out", type=Path, nargs="?")
    arguments.add_argument("--time", action="store_true")
    given = arguments.parse_args()
    folder = given.data / "articles" if (given.data / "articles").is_dir() else given.data
    if given.out is not None:
        given.out.mkdir(parents=True, exist_ok=True)
    briefer = Briefer()
    words = articles = 0
    started = time.process_time()
    for file in sorted(folder.glob("*.txt")):
        article = read.article(file.read_bytes(), media_type="text/plain", source=file.name)
        words += len(article.text.split())
        articles += 1
        document = briefer.brief(article, source=file.name).model_dump_json(by_alias=True)
        if given.out is None:
            print(document)
        else:
            (given.out / f"{file.stem}.json").write_text(document, encoding="utf-8")
    seconds = time.process_time() - started
    if given.time:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{articles} articles, {words} words, {seconds:.1f} s of processor time, "
            f"{words / 750 / seconds:.1f} articles of 750 words a second, peak {peak:.0f} MB",
            file=sys.stderr,
        )


if __name__ == "__main__":
    main()
