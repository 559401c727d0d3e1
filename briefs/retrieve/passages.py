"""Articles cut into passages: what an index holds and a search gives back."""

from __future__ import annotations

from dataclasses import dataclass

from briefs.models import Article
from briefs.text import Block, blocks

_WORDS = 120  # a few paragraphs of news: enough for its pronouns to have their names beside them


@dataclass(frozen=True, slots=True)
class Passage:
    """Some whole paragraphs of one article: `article.text[start:end] == text`. `number` counts from 0."""

    article_id: str
    number: int
    start: int
    end: int
    text: str

    @property
    def id(self) -> tuple[str, int]:
        return self.article_id, self.number


def cut(article: Article) -> list[Passage]:
    """An article as passages in order, boilerplate left out; together they hold every other paragraph once.

    A passage ends where the next paragraph would make it longer than about 120 words; a longer paragraph stands alone.
    """
    out: list[Passage] = []
    group: list[Block] = []
    length = 0
    for block in (b for b in blocks(article.text) if b.kind != "boilerplate"):
        words = len(article.text[block.start : block.end].split())
        if group and length + words > _WORDS:
            out.append(_passage(article, len(out), group))
            group, length = [], 0
        group.append(block)
        length += words
    if group:
        out.append(_passage(article, len(out), group))
    return out


def _passage(article: Article, number: int, group: list[Block]) -> Passage:
    start, end = group[0].start, group[-1].end
    return Passage(article.id, number, start, end, article.text[start:end])
