"""Title, byline, date and site of saved pages: `python -m tests.bench.page_metadata DATA > predictions`.

DATA holds a folder for each page with source.html.gz. Prints one JSON document
{page id: {"title", "byline", "published", "site"}}. The pages are read without an address, as files are.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

from resiliparse.parse.html import HTMLTree

from briefs.read import charsets
from briefs.read.facts import facts


def main(folder: str) -> None:
    found: dict[str, dict[str, str | None]] = {}
    for source in sorted(Path(folder).glob("*/source.html.gz")):
        page = charsets.decode(gzip.decompress(source.read_bytes()), None, markup=True)
        said = facts(HTMLTree.parse(page), None, None)
        found[source.parent.name] = {
            "title": said.title,
            "byline": said.byline,
            "published": said.published or said.shown_date,
            "site": said.site,
        }
    json.dump(found, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
