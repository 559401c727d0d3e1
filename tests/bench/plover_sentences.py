"""Class the sentences of a PLOVER file: `python -m tests.bench.plover_sentences train.tsv > P.jsonl`.

Of each row only the marked sentence is read, for its text and the places of the two parties.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from pathlib import Path

from briefs import lexicon
from briefs.engines.rules.events.pair import classify
from briefs.engines.rules.events.rules import EventRules
from briefs.parse import Parser

_TAG = re.compile(r"</?([st])>")


def unmarked(marked: str) -> tuple[str, dict[str, tuple[int, int]]]:
    """The sentence without its tags, and the first span of each tag ("s" source, "t" target) in it."""
    text, spans, open_at, last = "", {}, {}, 0
    for tag in _TAG.finditer(marked):
        text += marked[last : tag.start()]
        last = tag.end()
        if tag.group().startswith("</"):
            spans.setdefault(tag.group(1), (open_at.get(tag.group(1), 0), len(text)))
        else:
            open_at[tag.group(1)] = len(text)
    return text + marked[last:], spans


def main() -> None:
    rules = EventRules.of(lexicon.load())
    parser = Parser()
    with Path(sys.argv[1]).open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file, delimiter="\t")):
            text, spans = unmarked(row["marked_sentence"].replace("\n", " "))
            event = classify(parser.parse(text), spans.get("s", (0, 0)), spans.get("t", (0, 0)), rules)
            print(json.dumps({"row": number, "event": event}))


if __name__ == "__main__":
    main()
