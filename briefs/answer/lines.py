"""Articles as lines: sentences with their place and their words, ready to be met by a question."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import log

from briefs.answer.knowledge import known
from briefs.models import Article, Brief
from briefs.parse import ParsedBlock
from briefs.terms import Names, terms
from briefs.text import Block, blocks, plain_marks

_BREAK = re.compile(
    r"[.!?…][\"')\]]*(?:\s+(?=[\"'(\[]?[A-Z0-9$€£])|(?<=[a-z]{3}[.!?])(?=[A-Z][a-z]{2}))"  # or a space was left out
)
_SHORT = frozenset(
    "mr mrs ms dr prof gen col lt sgt capt maj gov sen rep st no vs inc ltd co corp jr sr jan feb mar apr jun jul aug "
    "sep sept oct nov dec u.s u.k u.n e.u a.m p.m ft mt dept est fig al etc approx hon rev ala ariz ark calif colo conn del "
    "fla ga ill ind kan ky la md mass mich minn miss mo mont neb nev okla ore pa tenn tex va vt wash wis wyo".split()
)
_LONGEST_READ = 30_000  # characters of one article; of a longer one only the passages found are read


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that may hold the answer, with what the search found in it.

    `score` is the search's, any scale, higher is better. `passages` are spans of the article's text, best first; they
    matter only for an article too long to be read whole. `brief` is what is known of the article, if it was briefed.
    """

    article: Article
    score: float
    passages: tuple[tuple[int, int], ...] = ()
    brief: Brief | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence: `text[start:end]` of candidate number `of`, the `number`-th line of it, in block `block`."""

    of: int
    number: int
    block: Block
    start: int
    end: int
    text: str
    stems: frozenset[str]
    names: frozenset[str]
    """States and bodies that it names."""
    implied: frozenset[str] = frozenset()
    """Stems that count for it by what a brief knows of it."""
    implied_names: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Material:
    """The lines of all candidates, and how much each word tells among them."""

    candidates: tuple[Candidate, ...]
    lines: tuple[tuple[Line, ...], ...]
    """One tuple for each candidate, in the order of its text."""
    parsed: dict[tuple[int, int], ParsedBlock] = field(default_factory=dict, compare=False)
    """Blocks that were looked at with grammar, by candidate and the block's start: each is parsed once an answer."""

    @cached_property
    def _counts(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for of in self.lines:
            for line in of:
                for stem in line.stems | line.implied:
                    counts[stem] = counts.get(stem, 0) + 1
        return counts

    @cached_property
    def size(self) -> int:
        return sum(len(of) for of in self.lines)

    def rarity(self, stem: str) -> float:
        """How much a word tells, 0.3-1.0: 1.0 for one that no line or one line has."""
        if self.size < 2:
            return 1.0
        found = max(1, self._counts.get(stem, 0))
        return 0.3 + 0.7 * log((self.size + 1) / found) / log(self.size + 1)

    @property
    def vocabulary(self) -> Collection[str]:
        """Every stem that stands in some line."""
        return self._counts.keys()

    @cached_property
    def words(self) -> tuple[frozenset[str], ...]:
        """All stems of each candidate."""
        return tuple(frozenset().union(*(line.stems for line in of)) for of in self.lines)

    @cached_property
    def named(self) -> tuple[frozenset[str], ...]:
        """All states and bodies that each candidate names."""
        return tuple(frozenset().union(*(line.names for line in of)) for of in self.lines)


def material(candidates: Sequence[Candidate], names: Names) -> Material:
    return Material(tuple(candidates), tuple(tuple(_lines(c, n, names)) for n, c in enumerate(candidates)))


def _lines(candidate: Candidate, of: int, names: Names) -> list[Line]:
    text = candidate.article.text
    found = blocks(text)
    if len(text) > _LONGEST_READ:
        found = [b for i, b in enumerate(found) if i == 0 or _touches(b, candidate.passages)]
    out: list[Line] = []
    knowledge = known(candidate.brief, names) if candidate.brief is not None else []
    for block in found:
        if block.kind == "boilerplate":
            continue
        for start, end in sentences(text, block):
            words = terms(text[start:end])
            here = [k for k in knowledge if k.start < end and start < k.end]
            out.append(
                Line(
                    of=of,
                    number=len(out),
                    block=block,
                    start=start,
                    end=end,
                    text=text[start:end],
                    stems=frozenset(w.stem for w in words),
                    names=frozenset(name for _, _, name in names.found(words)),
                    implied=frozenset().union(*(k.stems for k in here)),
                    implied_names=frozenset().union(*(k.names for k in here)),
                )
            )
    return out


def _touches(block: Block, spans: Sequence[tuple[int, int]]) -> bool:
    return any(block.start < end and start < block.end for start, end in spans)


def sentences(text: str, block: Block) -> list[tuple[int, int]]:
    """Spans of the sentences of one block, in order, without white space around them."""
    plain = plain_marks(text[block.start : block.end])
    out: list[tuple[int, int]] = []
    start = 0
    for match in _BREAK.finditer(plain):
        before = plain[start : match.start()]
        last = before.split()[-1].lstrip("\"'(").casefold() if before.split() else ""
        if plain[match.start()] == "." and (last in _SHORT or re.fullmatch(r"[a-z]|(?:[a-z]\.)+[a-z]", last)):
            continue
        out.append((block.start + start, block.start + match.start() + len(match.group().rstrip())))
        start = match.end()
    if start < len(plain):
        out.append((block.start + start, block.end))
    return out
