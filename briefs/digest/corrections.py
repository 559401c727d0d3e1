"""An article was changed at its source: which lines of earlier digests no longer stand, and what stands there now."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from briefs.digest.models import CitedSource, Digest
from briefs.situations.models import Source
from briefs.terms import stems
from briefs.text import blocks, plain_marks

_SENTENCE = re.compile(r"[^.!?]*(?:[.!?](?!\s+[A-Z“\"‘]|\s*$)[^.!?]*)*[.!?]*[\"”’)]*")
_ALIKE = 0.5
"""Share of the words of two sentences that must be the same for one to stand in the other's place."""


@dataclass(frozen=True, slots=True)
class Revision:
    """An article whose text changed, with both texts."""

    article: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Amendment:
    """A line of an earlier digest that no longer stands. `after` is where the new text says it, None where it is gone."""

    digest_at: str
    line: str
    before: str
    after: Source | None
    article: str
    title: str
    outlet: str | None
    url: str | None
    published: str | None


def amendments(earlier: Iterable[Digest], revisions: Iterable[Revision]) -> tuple[Amendment, ...]:
    """What has to be corrected, each line once, newest digest first.

    A quote that merely moved or took other marks still stands. Digests of the same line: the newest one counts.
    """
    changed = {r.article: r for r in revisions}
    out: list[Amendment] = []
    told: set[tuple[str, str]] = set()
    for digest in sorted(earlier, key=lambda d: d.until, reverse=True):
        sources = {s.id: s for s in digest.sources}
        for text, evidence in _lines(digest):
            for source in (sources[i] for i in evidence if i in sources):
                revision = changed.get(source.article)
                if revision is None or _stands(source.quote, revision.after):
                    continue
                key = source.article, source.quote
                if key not in told:
                    told.add(key)
                    out.append(_amendment(digest, text, source, revision))
    return tuple(out)


def _amendment(digest: Digest, text: str, source: CitedSource, revision: Revision) -> Amendment:
    return Amendment(
        digest_at=digest.until,
        line=text,
        before=source.quote,
        after=_instead(source, revision.after),
        article=source.article,
        title=source.title,
        outlet=source.outlet,
        url=source.url,
        published=source.published,
    )


def _lines(digest: Digest) -> Iterator[tuple[str, tuple[str, ...]]]:
    for situation in digest.situations:
        if situation.why:
            yield situation.why, situation.evidence
        for line in situation.lines:
            yield line.text, line.evidence
        for signal in situation.signals:
            yield signal.text, signal.evidence
        for contest in situation.contests:
            yield contest.text, contest.evidence
        for figure in situation.figures:
            yield f"{figure.subject}: {figure.after}", figure.evidence


def _flat(text: str) -> str:
    return " ".join(plain_marks(text).split())


def _stands(quote: str, text: str) -> bool:
    return _flat(quote) in _flat(text)


def _instead(source: CitedSource, text: str) -> Source | None:
    """The sentence of the new text that says what the quote said, with the words that are the quote's counterpart."""
    wanted = set(stems(source.quote))
    best: tuple[float, int, int, int] | None = None
    for block in blocks(text):
        for match in _SENTENCE.finditer(text, block.start, block.end):
            start = match.start() + len(match.group()) - len(match.group().lstrip())
            found = set(stems(match.group()))
            if not found or not wanted:
                continue
            share = len(wanted & found) / len(wanted)
            if share >= _ALIKE and (best is None or share > best[0]):
                best = share, start, match.end(), block.paragraph
    if best is None:
        return None
    _, start, end, paragraph = best
    return Source(
        article=source.article,
        quote=text[start:end],
        start=start,
        end=end,
        mode=source.mode if source.mode != "direct_quote" else "narration",
        paragraph=paragraph,
    )
