"""Answer the questions of a data set: `python -m tests.bench.answers MODE DATA > predictions.jsonl`.

MODE briefs (DATA: a folder with gold/ and articles/), situations (a folder of <name>.gold.json and <name>/*.txt), ap (a
folder with articles.jsonl and questions/), rgb (a file of questions with documents), multihop (a file of queries with
their evidence). Only the questions and the texts are read, never the answers. Milliseconds a question go to stderr.
With --curve FOLDER the predictions go into FOLDER/MODE-CAUTION.jsonl, one file for each of several degrees of caution:
scored one after the other they are the curve between answering and refusing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from briefs.answer import Answerer, Candidate, Search
from briefs.answers import Answer
from briefs.build import Briefer
from briefs.lexicon import Lexicon, load
from briefs.models import Article, Brief
from briefs.parse import Parser
from briefs.questions.sources import same_outlet
from briefs.retrieve import WordIndex, expand, periods, weigh
from briefs.terms import Names, stems
from briefs.text import blocks

_CAUTIONS = (0.0, 0.5, 0.7, 0.85, 1.0, 1.15, 1.3, 1.5)
_TOP = 6  # articles read for a question


class Shelf:
    """A library in memory, searched by words as the store's index does it."""

    def __init__(self, articles: list[Article], names: Names, briefs: dict[str, Brief] | None = None) -> None:
        self._articles = {a.id: a for a in articles}
        self._names = names
        self._briefs = briefs or {}
        self._index: WordIndex[str] = WordIndex()
        for article in articles:
            self._index.add(article.id, stems(f"{article.title}\n{article.text}"))
        self.held = len(articles)
        self.outlets = {a.outlet for a in articles if a.outlet}

    def search(self, search: Search, limit: int = _TOP) -> list[Candidate]:
        query = expand(search.text, self._names)
        asked = periods(search.text)
        found = [
            (weigh(self._articles[key].published, asked) * score, key)
            for key, score in self._index.search(query.weights, 200)
            if search.outlet is None or same_outlet(self._articles[key].outlet, search.outlet)
        ]
        found.sort(key=lambda pair: -pair[0])
        return [
            Candidate(self._articles[key], score, brief=self._briefs.get(key)) for score, key in found[:limit]
        ]


class Bench:
    def __init__(self, caution: float = 1.0) -> None:
        self._lexicon: Lexicon = load()
        self._parser = Parser()
        self.names = Names(self._lexicon)
        self._answerer = Answerer(self._parser, self._lexicon, caution=caution)
        self._briefer = Briefer(lexicon=self._lexicon)
        self.seconds: list[float] = []

    def ask(self, question: str, shelf: Shelf) -> Answer:
        started = time.perf_counter()
        plan = self._answerer.plan(question, outlets_held=shelf.outlets)
        found = self._answerer.answer(plan, [shelf.search(s) for s in plan.searches], held=shelf.held)
        self.seconds.append(time.perf_counter() - started)
        return found

    def shelf(self, articles: list[Article], *, briefed: bool) -> Shelf:
        briefs = {a.id: self._briefer.brief(a, a.id) for a in articles} if briefed else None
        return Shelf(articles, self.names, briefs)


def briefs(bench: Bench, folder: Path) -> Iterator[dict[str, Any]]:
    for file in sorted((folder / "gold").glob("*.json")):
        shelf = bench.shelf([_text(folder / "articles" / f"{file.stem}.txt")], briefed=True)
        for asked in json.loads(file.read_text(encoding="utf-8"))["questions"]:
            answer = bench.ask(asked["q"], shelf)
            yield {"id": file.stem, "question": asked["q"], **_said(answer, "article")}


def situations(bench: Bench, folder: Path) -> Iterator[dict[str, Any]]:
    for file in sorted(folder.glob("*.gold.json")):
        name = file.name.removesuffix(".gold.json")
        shelf = bench.shelf([_text(f) for f in sorted((folder / name).glob("*.txt"))], briefed=True)
        for asked in json.loads(file.read_text(encoding="utf-8"))["questions"]:
            answer = bench.ask(asked["q"], shelf)
            yield {"situation": name, "question": asked["q"], **_said(answer, "article")}


def ap(bench: Bench, folder: Path) -> Iterator[dict[str, Any]]:
    rows = _rows(folder / "articles.jsonl")
    articles = [_article(r["id"], r["headline"], r["text"], r["published"], "AP") for r in rows]
    shelf = bench.shelf(articles, briefed=False)
    for file in sorted((folder / "questions").glob("*.json")):
        for asked in json.loads(file.read_text(encoding="utf-8-sig")):
            answer = bench.ask(asked["question_text"], shelf)
            yield {"question_id": asked["question_id"], **_said(answer, "article_id")}


def rgb(bench: Bench, file: Path) -> Iterator[dict[str, Any]]:
    for row in _rows(file):
        for mode in ("positive", "negative", "positive_wrong"):
            texts = [t for t in row[mode] if t.strip()]
            shelf = bench.shelf(
                [_article(str(n), "", t, None, None) for n, t in enumerate(texts)], briefed=False
            )
            answer = bench.ask(row["query"], shelf)
            yield {"id": row["id"], "mode": mode, **_said(answer, "article_id")}


def multihop(bench: Bench, file: Path) -> Iterator[dict[str, Any]]:
    facts: dict[str, dict[str, Any]] = {}
    rows = list(_rows(file))
    for row in rows:
        for fact in row["evidence_list"]:
            held = facts.setdefault(fact["url"], {**fact, "facts": []})
            if fact["fact"] not in held["facts"]:
                held["facts"].append(fact["fact"])
    articles = [
        _article(url, f["title"], "\n\n".join(f["facts"]), f["published_at"], f["source"])
        for url, f in facts.items()
    ]
    shelf = bench.shelf(articles, briefed=False)
    for row in rows:
        answer = bench.ask(row["question"], shelf)
        yield {"id": row["id"], **_said(answer, "article_id")}


def _said(answer: Answer, key: str) -> dict[str, Any]:
    words = {"yes": "Yes. ", "no": "No. "}.get(answer.verdict, "")
    return {
        "answer": words + answer.text,
        "citations": [{key: c.article_id, "quote": c.quote} for c in answer.citations],
        "abstained": answer.abstained,
        "verdict": answer.verdict,
    }


def _text(file: Path) -> Article:
    text = file.read_bytes().decode("utf-8")
    first = blocks(text)[0]
    dated = file.stem.split("-", 1)[-1][:10]
    published = dated if dated[:2] == "20" else None
    return Article(
        id=file.stem,
        title=text[first.start : first.end],
        lang="en",
        text=text,
        published=published,
        sha256=_sha(text),
    )


def _article(key: str, title: str, body: str, published: str | None, outlet: str | None) -> Article:
    text = f"{title}\n\n{body}" if title else body
    return Article(
        id=key, title=title, text=text, outlet=outlet, lang="en", published=published, sha256=_sha(text)
    )


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


_MODES = {"briefs": briefs, "situations": situations, "ap": ap, "rgb": rgb, "multihop": multihop}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("mode", choices=_MODES)
    arguments.add_argument("data", type=Path)
    arguments.add_argument("--curve", type=Path, metavar="FOLDER")
    given = arguments.parse_args()
    if given.curve is None:
        _run(Bench(), given.mode, given.data, sys.stdout)
        return
    given.curve.mkdir(parents=True, exist_ok=True)
    for caution in _CAUTIONS:
        with (given.curve / f"{given.mode}-{caution:.2f}.jsonl").open("w", encoding="utf-8") as out:
            _run(Bench(caution), given.mode, given.data, out)


def _run(bench: Bench, mode: str, data: Path, out: TextIO) -> None:
    for row in _MODES[mode](bench, data):
        print(json.dumps(row, ensure_ascii=False), file=out)
    taken = sorted(bench.seconds)
    if taken:
        at = [taken[min(len(taken) - 1, int(len(taken) * q))] * 1000 for q in (0.5, 0.95)]
        print(f"{len(taken)} questions, answer p50 {at[0]:.0f} ms, p95 {at[1]:.0f} ms", file=sys.stderr)


if __name__ == "__main__":
    main()
