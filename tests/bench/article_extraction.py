"""Bodies of saved news pages: `python -m tests.bench.article_extraction DATA > predictions`.

DATA is a folder with ground-truth.json ({page id: {"url", …}}, whose texts are not looked at) and html/<id>.html.gz.
Prints one JSON document {page id: {"articleBody"}}; speed goes to stderr, on one core, metadata and language included.
"""

from __future__ import annotations

import gzip
import json
import sys
import time
from pathlib import Path

from briefs import read
from briefs.errors import Unreadable
from briefs.read import languages


def main(folder: str) -> None:
    data = Path(folder)
    pages = json.loads((data / "ground-truth.json").read_text(encoding="utf-8"))
    found: dict[str, dict[str, str]] = {}
    languages.language(
        "Les dockers du port ne reprendront pas le travail avant la fin des négociations."
    )  # loads it
    seconds = []
    for page, about in pages.items():
        content = gzip.decompress((data / "html" / f"{page}.html.gz").read_bytes())
        url = about.get("url")
        address = url if url is None or "://" in url else f"http://{url}"
        started = time.process_time()
        try:
            article = read.article(content, media_type="text/html", url=address, source=address or page)
        except Unreadable as error:
            print(f"{page}: {error.kind}", file=sys.stderr)
            body = ""
        else:
            body = article.text.removeprefix(f"{article.title}\n\n")
        seconds.append(time.process_time() - started)
        found[page] = {"articleBody": body}
    json.dump(found, sys.stdout, ensure_ascii=False)
    warm = seconds[1:]  # the first page pays for the libraries
    print(f"pages_per_second {len(warm) / sum(warm):.1f}  slowest {max(warm):.2f} s", file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
