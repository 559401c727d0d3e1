"""Sentences with numbers: what a model is shown, and how it points at the text. For any language, without grammar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from briefs.text import blocks

_END = re.compile(r"[.!?…]+[\"'”’)\]»]*(?=\s)|[。！？؟۔।]+[\"'”’」』»）)]*\s*")
_BEGINS_SMALL = re.compile(r"\s*[\"'“‘(\[«]*[a-zà-þа-я]")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Col|Sgt|Capt|Adm|Sen|Rep|Gov|Rev|Hon|St|Mt|Ft|No|Nos|vs|Inc|Ltd|Co|Corp|Jr|Sr|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Mme|Sra?|Hr|Fr|bzw|ca|etc|e\.g|i\.e|z\.B|u\.a)|\b[A-ZÀ-ÞА-Я])\.$"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """`number` counts from 1 through the whole text; `text[start:end]` is the sentence without white space around it."""

    number: int
    start: int
    end: int
    block: int
    """Which block of the text it stands in, from 0."""


def sentences(text: str) -> tuple[Sentence, ...]:
    """Every sentence outside boilerplate, in order. Rather too long than cut within a name."""
    found: list[Sentence] = []
    for number, block in enumerate(blocks(text)):
        if block.kind != "boilerplate":
            for start, end in _cut(text, block.start, block.end):
                found.append(Sentence(len(found) + 1, start, end, number))
    return tuple(found)


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    first = start
    for match in _END.finditer(text, start, end):
        until = match.start() + len(match.group().rstrip())
        if match.group()[0] in ".…" and (
            _BEGINS_SMALL.match(text, until) or _ABBREVIATION.search(text[max(first, until - 8) : until])
        ):
            continue
        if text[first:until].strip():
            yield first + _lead(text[first:until]), until
        first = until
    if text[first:end].strip():
        yield first + _lead(text[first:end]), end


def _lead(piece: str) -> int:
    return len(piece) - len(piece.lstrip())
