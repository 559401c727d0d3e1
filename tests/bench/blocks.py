"""Is every message of the briefs of a folder's articles one that Slack takes, with each quote letter for letter?

    python -m tests.bench.blocks FOLDER [WORKERS]

FOLDER holds texts (.txt). Prints one line of JSON: articles, messages, what is wrong, pings, foreign links, quotes that are
not found in the messages.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from bot import wiring
from bot.commands.offers import BRIEF
from bot.config import load
from bot.markup import blockkit, pieces
from bot.platforms.slack.messages import buttons
from bot.sources import local_page
from briefs.errors import CommuniqueError
from tests.bot.slack import limits

_CHARS = 9_000


def _texts(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.txt"))


async def _measure(folder: Path) -> dict[str, object]:
    config = load(None, {})
    renderer = wiring.renderer(config)
    found: dict[str, object] = {}
    messages = quotes = longest = 0
    wrong: list[str] = []
    pings: list[str] = []
    links: list[str] = []
    missing: list[str] = []
    failed: list[str] = []
    sources = _texts(folder)
    async with wiring.desk(config, sources=len(sources)) as desk:
        for source in sources:
            try:
                article = await desk.reader.read(local_page(str(source)), source.name)
                brief = await desk.reader.brief(article, source.name)
            except CommuniqueError as error:
                failed.append(f"{source.name}: {error.kind}")
                continue
            rendered = renderer.brief(brief)
            said = ""
            for document in (rendered.main, *rendered.follow_ups, *rendered.quotes):
                for piece in pieces.split(document.markdown, _CHARS):
                    blocks = [*blockkit.blocks(piece), buttons(BRIEF)]
                    message = {"text": document.summary[:3_000], "blocks": blocks}
                    messages += 1
                    wrong += [f"{source.name}: {it}" for it in limits.wrong(message)]
                    pings += limits.pings({"blocks": blocks})
                    links += limits.links(message)
                    words = "".join(limits.texts(blocks))
                    longest = max(longest, len(words))
                    said += words
            quotes += len(brief.evidence)
            missing += [
                f"{source.name} {e.id}" for e in brief.evidence if " ".join(e.quote.split("\n")) not in said
            ]
    found |= {"articles": len(sources), "failed": failed, "messages": messages, "longest_chars": longest}
    found |= {
        "wrong": wrong[:10],
        "pings": pings[:10],
        "links": links[:10],
        "quotes": quotes,
        "quotes_missing": missing[:10],
    }
    return found


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_measure(Path(sys.argv[1])))))
