"""Which sentences of summaries their source does not bear out: `python -m tests.bench.support summary.jsonl`.

Prints a JSON line for each summary: {"source_id", "response_index", "supported", "spans"}.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from briefs.engines.llm.sentences import sentences
from briefs.evidence.support import Source


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("data", type=Path)
    for line in arguments.parse_args().data.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text = row["source"]
        source = Source([text[s.start : s.end] for s in sentences(text)])
        for index, answer in enumerate(row["responses"]):
            said = answer["response"]
            spans = [
                {"start": s.start, "end": s.end}
                for s in sentences(said)
                if not source.bears(said[s.start : s.end])
            ]
            print(
                json.dumps(
                    {
                        "source_id": row["source_id"],
                        "response_index": index,
                        "supported": not spans,
                        "spans": spans,
                    }
                )
            )


if __name__ == "__main__":
    main()
