"""Lies written by hand about a made-up article, each told by a model in a whole reply."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from briefs import read
from briefs.build import Briefer
from briefs.engines.llm.heard import Heard, Reply
from briefs.engines.llm.sentences import sentences
from briefs.models import Brief

HERE = Path(__file__).parents[2] / "data" / "llm"


def told_by_hand(briefer: Briefer) -> Iterator[tuple[str, bool]]:
    """The kind of each lie, and whether the brief does not show it."""
    file = HERE / "ferry-dispute.txt"
    article = read.article(file.read_bytes(), media_type="text/plain", source=file.name)
    last = len(sentences(article.text))
    told = json.loads((HERE / "lies.json").read_text(encoding="utf-8"))
    for lie in told["lies"]:
        reply = json.dumps(
            {"parties": told["parties"]} | {k: v for k, v in lie.items() if k in {"demands", "signals"}}
        )
        brief = briefer.brief(article, file.name, Heard("model", "liar", 1, (Reply(1, last, reply),)))
        yield lie["kind"], not shown(brief, lie["lie"])


def shown(brief: Brief, lie: dict[str, Any]) -> bool:
    """Whether a brief shows what must not be shown: words anywhere, a whole text, or a party as the one who does it."""
    names = {p.id: p.name for p in brief.parties}
    texts = [line.text for line in (*brief.demands, *brief.risk_signals)]
    if "text" in lie:
        return lie["text"] in texts
    if "words" in lie:
        everywhere = [*texts, *(e.quote for e in brief.evidence), *names.values()]
        everywhere += [alias for p in brief.parties for alias in p.aliases]
        return any(lie["words"].casefold() in words.casefold() for words in everywhere)
    who = [i for d in brief.demands for i in d.from_] + [i for s in brief.risk_signals for i in s.actors]
    return any(names[i] == lie["by"] for i in who)
