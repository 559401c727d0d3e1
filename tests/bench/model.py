"""What rules, a model and both together make of articles whose gold is known.

`python -m tests.bench.model DATA OUT_DIR --engine rules|model|both [--noise SHARE] [--seed N] [--url URL --name NAME] [--only N]`

DATA holds `articles/<id>.txt` and `gold/<id>.json`. Without --url the replies are written by a script from the gold: its
lines, pointed at by sentence number, and on top that share of lines that point anywhere. With --url a real endpoint is
asked. OUT_DIR gets <id>.json (brief/1); the last line on stderr counts what was proposed and kept.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.net.model import HttpChatModel
from briefs import read
from briefs.build import Briefer
from briefs.engines.llm.heard import Heard, Mode, Reply
from briefs.engines.llm.prompts import EVENTS, Plan, plan
from briefs.engines.llm.sentences import Sentence, sentences
from briefs.errors import ModelFailed
from briefs.models import Article


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("data", type=Path)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--engine", choices=("rules", "model", "both"), default="both")
    arguments.add_argument("--noise", type=float, default=0.3)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--url")
    arguments.add_argument("--name", default="local")
    arguments.add_argument("--only", type=int, help="the first N articles")
    arguments.add_argument("--deadline", type=float, default=300.0, help="seconds for one reply")
    arguments.add_argument("--reply-tokens", type=int, default=1_500)
    arguments.add_argument(
        "--keep", type=Path, help="folder for the endpoint's replies: asked once, read again later"
    )
    given = arguments.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    briefer = Briefer()
    dice = random.Random(given.seed)
    proposed = kept = 0
    for file in sorted((given.data / "articles").glob("*.txt"))[: given.only]:
        article = read.article(file.read_bytes(), media_type="text/plain", source=file.name)
        heard = None
        if given.engine != "rules":
            asked = plan(
                article.text, lang=article.lang, context_tokens=8_192, reply_tokens=given.reply_tokens
            )
            if given.url:
                heard = _kept(given, asked, file.stem)
            else:
                gold = json.loads((given.data / "gold" / f"{file.stem}.json").read_text(encoding="utf-8"))
                heard = scripted(article, asked, gold, given.engine, noise=given.noise, dice=dice)
        brief = briefer.brief(article, file.name, heard)
        proposed, kept = proposed + brief.verification.proposed, kept + brief.verification.kept
        (given.out / file.with_suffix(".json").name).write_text(
            brief.model_dump_json(by_alias=True), encoding="utf-8"
        )
    print(f"{kept} of {proposed} lines kept", file=sys.stderr)


def _kept(given: argparse.Namespace, asked: Plan, name: str) -> Heard:
    """What the endpoint says, asked once."""
    place = given.keep / f"{name}.json" if given.keep else None
    if place is not None and place.exists():
        kept = json.loads(place.read_text(encoding="utf-8"))
        replies = tuple(Reply(*reply) for reply in kept["replies"])
        return Heard(given.engine, given.name, len(asked.windows), replies, kept["failure"])
    heard = asyncio.run(_ask(given, asked))
    if place is not None:
        given.keep.mkdir(parents=True, exist_ok=True)
        replies = [(r.first, r.last, r.text) for r in heard.replies]
        place.write_text(json.dumps({"replies": replies, "failure": heard.failure}), encoding="utf-8")
    return heard


async def _ask(given: argparse.Namespace, asked: Plan) -> Heard:
    replies = []
    failure = None
    async with HttpChatModel(given.url, given.name, timeout_s=given.deadline) as model:
        for window in asked.windows:
            try:
                reply = await model.complete(window.request, deadline_s=given.deadline)
            except ModelFailed as failed:
                failure = failed.message
            else:
                replies.append(Reply(window.first, window.last, reply.text))
    return Heard(given.engine, given.name, len(asked.windows), tuple(replies), failure)


def scripted(
    article: Article, asked: Plan, gold: dict[str, Any], mode: Mode, *, noise: float, dice: random.Random
) -> Heard:
    """The gold as a model that read well would give it, with that share of its lines put anywhere on top."""
    found = sentences(article.text)
    parties = [_gold_party(p, article.text, found) for p in gold["parties"]]
    demands = [_gold_line(d, article.text, found) | _gold_demand(d) for d in gold["demands"]]
    signals = [_gold_line(s, article.text, found) | _gold_signal(s) for s in gold["risk_signals"]]
    names = [p["name"] for p in parties]
    demands += [
        _anywhere(article.text, found, dice)
        | {"kind": "demand", "from": dice.sample(names, 1), "to": dice.sample(names, 1)}
        for _ in range(_share(noise, len(demands)))
    ]
    signals += [
        _anywhere(article.text, found, dice)
        | {
            "event": dice.choice(EVENTS),
            "severity": 3,
            "actors": dice.sample(names, 1),
            "targets": dice.sample(names, 1),
        }
        for _ in range(_share(noise, len(signals)))
    ]
    dice.shuffle(demands)
    dice.shuffle(signals)
    replies = []
    for window in asked.windows:
        shown = range(window.first, window.last + 1)
        reply = {
            "parties": [p for p in parties if p["sentence"] in shown],
            "demands": [d for d in demands if d["sentences"][0] in shown],
            "signals": [s for s in signals if s["sentences"][0] in shown],
            "bottom_line": [window.first],
        }
        replies.append(Reply(window.first, window.last, json.dumps(reply)))
    return Heard(mode, "scripted", len(asked.windows), tuple(replies))


def _share(noise: float, lines: int) -> int:
    return round(noise * lines / (1 - noise))


def _gold_party(party: dict[str, Any], text: str, found: Sequence[Sentence]) -> dict[str, Any]:
    forms = [party["name"], *party.get("aliases", [])]
    form = next((f for f in forms if f in text), party["name"])
    return {
        "name": form, "type": party["type"], "role": party["role"], "member_of": "",
        "sentence": _number(form, text, found) or 1,
    }  # fmt: skip


def _gold_line(line: dict[str, Any], text: str, found: Sequence[Sentence]) -> dict[str, Any]:
    quote = next((q for q in line["quotes"] if q in text), line["quotes"][0])
    return {
        "sentences": [_number(quote, text, found) or 1], "words": quote, "text": line.get("text", ""),
        "tense": line.get("tense", "current"),
    }  # fmt: skip


def _gold_demand(line: dict[str, Any]) -> dict[str, Any]:
    return {"kind": line["kind"], "from": line["from"], "to": line["to"]}


def _gold_signal(line: dict[str, Any]) -> dict[str, Any]:
    return {key: line[key] for key in ("event", "severity", "actors", "targets")}


def _anywhere(text: str, found: Sequence[Sentence], dice: random.Random) -> dict[str, Any]:
    sentence = dice.choice(found)
    return {"sentences": [sentence.number], "words": text[sentence.start : sentence.end], "text": ""}


def _number(words: str, text: str, found: Sequence[Sentence]) -> int | None:
    at = text.find(words)
    return next((s.number for s in found if s.start <= at < s.end), None)


if __name__ == "__main__":
    main()
