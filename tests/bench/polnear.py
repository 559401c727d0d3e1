"""Who is quoted with what: `python -m tests.bench.polnear SPLIT_DIR > predictions`, one JSON document an article.

SPLIT_DIR/text/<file>.txt holds the articles.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from briefs import lexicon as lexicons
from briefs import speech
from briefs.engines.rules import casting
from briefs.parse import MAX_CHARS, Parser

_MARKS = {'"', "“", "”"}  # the set counts as direct quotes only what stands in double marks


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("split", type=Path)
    given = arguments.parse_args()
    parser = Parser()
    lexicon = lexicons.load()
    for file in sorted((given.split / "text").glob("*.txt")):
        text = file.read_bytes().decode("utf-8")[:MAX_CHARS]
        parsed = parser.parse(text)
        said = speech.utterances(parsed, lexicon)
        cast = casting.build(parsed, said, lexicon)
        quotes = []
        for utterance in said:
            if utterance.mode != "direct_quote" or utterance.speaker is None:
                continue
            start, end = utterance.content
            if not _MARKS & {text[start - 1 : start], text[end : end + 1]}:
                continue
            mention = text[slice(*utterance.speaker)]
            party = cast.speaker(utterance)
            name = cast.members[party].name if party else mention
            quotes.append({"quote": text[start:end], "speaker": name, "mention": mention})
        print(json.dumps({"file": file.stem, "quotes": quotes}, ensure_ascii=False))


if __name__ == "__main__":
    main()
