"""Place articles into situations as they arrive: `python -m tests.bench.clusters ARTICLES.jsonl > predictions.json`.

DATA holds one article a line {"id", "title", "text", "published", …}. They arrive by their date, whatever the order of
the file; each is placed before the next one is seen. Prints {article id: situation}.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from briefs.models import Article
from briefs.situations.placing import Placer, facets


def main() -> None:
    rows = [json.loads(line) for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines() if line]
    placer = Placer()
    placed: dict[str, str] = {}
    for row in sorted(rows, key=lambda r: (r.get("published") or "", r["id"])):
        title, text = row.get("title") or row.get("headline") or "", row["text"]
        article = Article(
            id=row["id"],
            title=title,
            published=row.get("published"),
            text=f"{title}\n\n{text}",
            sha256=hashlib.sha256(text.encode()).hexdigest(),
        )
        new = facets(article)
        situation = placer.place(new).situation or row["id"]
        placer.add(new, situation)
        placed[row["id"]] = situation
    print(json.dumps(placed))


if __name__ == "__main__":
    main()
